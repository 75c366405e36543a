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
    PolicySection,
    PolicySentence,
    open_work,
    policy_sentences,
)
from kept.promises import ledger
from kept.promises.models import Promise, PromiseRule
from kept.promises.shown import worded_rule


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
        PolicySentence(worded_rule(rule), rule.unit, rule.valid_from, rule.source) for rule in rules
    ]
    return PolicySection(_("Promises"), sentences, icon="handshake")
