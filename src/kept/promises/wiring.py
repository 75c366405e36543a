"""What promises offers and hears."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.kit.pages import MenuItem, menu
from kept.kit.wiring import reaction
from kept.people.leaving import colleague_of
from kept.people.models import Unit, User
from kept.people.wiring import (
    OpenWork,
    PolicyLink,
    PolicySection,
    PolicySentence,
    open_work,
    policy_leaves,
    policy_sentences,
)
from kept.promises import ledger
from kept.promises.models import Calendar, Promise, PromiseRule
from kept.promises.shown import worded_calendar, worded_rule

#: The right to open the pages of rules and calendars.
SEE = "promises.see"


@open_work.fill(order=20)
def promises_of_leaver(user: User) -> OpenWork | None:
    """Promises the person still owes."""
    count = Promise.objects.of_person(user).count()
    if not count:
        return None
    words = ngettext("{n} open promise", "{n} open promises", count).format(n=count)
    return OpenWork(words, count, f"/promises/?person={user.pk}")


@reaction("person.work_handed_over")
def hand_over_promises(user: User, *, by: User, entry: Any) -> None:
    """A colleague owes from now on what a leaver promised; no clock moves (SX.17)."""
    to = colleague_of(entry)
    for promise in Promise.objects.of_person(user).select_related("about").order_by("pk"):
        ledger.hand_to(promise, to, by=by, subject=promise.about)


@menu.fill(order=30)
def promises_item(user: User) -> MenuItem | None:
    return (
        MenuItem(_("Promises"), "/promises/", "handshake") if user.holds("promises.see") else None
    )


@policy_sentences.fill(order=10)
def what_is_promised(unit: Unit, moment: datetime) -> PolicySection:
    """What the company promises, in sentences."""
    rules = PromiseRule.objects.in_force(unit, moment).select_related("unit", "calendar")
    sentences = [
        PolicySentence(
            worded_rule(rule), rule.unit, rule.valid_from, rule.source, rule.get_absolute_url()
        )
        for rule in rules
    ]
    links = [PolicyLink(_("New promise rule"), "/rules/set_rule/", "promises.set_rule")]
    return PolicySection(_("Promises"), sentences, icon="handshake", links=links, see=SEE)


@policy_sentences.fill(order=11)
def when_work_is_done(unit: Unit, moment: datetime) -> PolicySection:
    """The calendars by which working time is counted, in sentences (SX.03)."""
    rows = Calendar.objects.in_force(unit, moment).select_related("unit")
    sentences = [
        PolicySentence(worded_calendar(row), row.unit, row.valid_from, "", row.get_absolute_url())
        for row in rows
    ]
    return PolicySection(_("Working time"), sentences, icon="calendar", see=SEE)


@policy_leaves.fill(order=10)
def promises_that_run(company: Unit) -> str | None:
    """How many open promises keep the rule they began under (SX.19)."""
    open_ones = Promise.objects.open().filter(unit__company=company, rule__isnull=False)
    if not (count := open_ones.count()):
        return None
    words = ngettext(
        "{n} open promise keeps the rule it began under",
        "{n} open promises keep the rules they began under",
        count,
    )
    return words.format(n=count)
