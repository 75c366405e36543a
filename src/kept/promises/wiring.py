"""What promises offers and hears."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.kit import clock
from kept.kit.pages import MenuItem, menu
from kept.kit.wiring import reaction
from kept.people.leaving import colleague_of
from kept.people.models import Scope, Unit, User
from kept.people.wiring import (
    OpenWork,
    Panel,
    PolicySection,
    PolicySentence,
    open_work,
    panels,
    policy_sentences,
)
from kept.promises import duties, ledger
from kept.promises.duties import people as _sets_of_people  # noqa: F401  (registers its sets)
from kept.promises.duties.figures import duties_of, figures_by_month, word_percent
from kept.promises.duties.sets import label_of_set
from kept.promises.models import DutyRule, Promise, PromiseRule
from kept.promises.shown import worded_duty_rule, worded_rule
from kept.timeline import sight
from kept.timeline.recorder import thread_of


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


@reaction("unit.manager_appointed")
def hand_duties_of_unit_on(unit: Unit, *, by: User, entry: Any) -> None:
    """What a unit owes period after period is owed by its new manager."""
    duties.follow(unit, by=by)


@reaction("person.moved")
def show_duties_in_new_unit(user: User, *, by: User, entry: Any) -> None:
    """Who leads the unit a person belongs to now sees what they owe; the old one does not."""
    thread = thread_of(user)
    if user.unit is not None and thread.sights.exists():
        people = thread.sights.filter(scope__kind=Scope.Kind.PERSON)
        scopes = [user.scope_id, *people.values_list("scope_id", flat=True)]
        sight.set_sight(thread, unit=user.unit, scopes=scopes)


@menu.fill(order=30)
def promises_item(user: User) -> MenuItem | None:
    return (
        MenuItem(_("Promises"), "/promises/", "handshake") if user.holds("promises.see") else None
    )


@menu.fill(order=31)
def duties_item(user: User) -> MenuItem | None:
    if not user.holds("promises.see"):
        return None
    return MenuItem(_("Duties"), "/duties/calendar/", "calendar-check")


@panels.fill(order=20)
def duties_of_person(subject: Unit | User, reader: User) -> Panel | None:
    """Beside a person: how far they keep what they owe month after month (S0.44)."""
    if not isinstance(subject, User) or not _may_see_duties(reader, subject):
        return None
    zone = subject.company.zone if subject.company else "UTC"
    month = clock.today(zone).replace(day=1)
    owed = duties_of(subject).visible_to(reader)  # type: ignore[attr-defined]
    figures = figures_by_month(owed, [month], zone)[0]
    if not figures.fell_due and not figures.running and not figures.to_come:
        return None
    context = {
        "figures": figures,
        "percent": word_percent(figures.percent),
        "missed": _("{n} not done").format(n=figures.missed),
        "month": month,
        "url": f"/duties/calendar/?person={subject.username}",
    }
    return Panel(_("Duties"), "promises/duty_panel.html", context, "calendar-check")


def _may_see_duties(reader: User, person: User) -> bool:
    return reader == person or reader.holds_over("promises.see_figures", person.unit)


@policy_sentences.fill(order=10)
def what_is_promised(unit: Unit, moment: datetime) -> PolicySection:
    """What the company promises, in sentences."""
    rules = PromiseRule.objects.in_force(unit, moment).select_related("unit", "calendar")
    sentences = [
        PolicySentence(worded_rule(rule), rule.unit, rule.valid_from, rule.source) for rule in rules
    ]
    return PolicySection(_("Promises"), sentences, icon="handshake")


@policy_sentences.fill(order=11)
def what_comes_back(unit: Unit, moment: datetime) -> PolicySection | None:
    """What is owed again and again, in sentences."""
    rules = DutyRule.objects.in_force(unit, moment).select_related("unit", "calendar")
    sentences = [
        PolicySentence(_policy_sentence(rule), rule.unit, rule.valid_from, rule.source)
        for rule in rules
    ]
    return PolicySection(_("Duties"), sentences, icon="calendar-check") if sentences else None


def _policy_sentence(rule: DutyRule) -> str:
    return _("{duty}; {who}").format(duty=worded_duty_rule(rule), who=label_of_set(rule.subjects))
