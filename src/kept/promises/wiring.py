"""What promises offers and hears."""

from datetime import datetime
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.kit import clock
from kept.kit.pack_faults import Fault
from kept.kit.pages import MenuItem, menu
from kept.kit.wiring import reaction
from kept.kit.words import Listed
from kept.people.leaving import colleague_of
from kept.people.models import Absence, Scope, Unit, UnitKind, User
from kept.people.wiring import (
    OpenWork,
    Panel,
    PolicyLink,
    PolicySection,
    PolicySentence,
    desk_panels,
    open_work,
    panels,
    policy_checks,
    policy_leaves,
    policy_sentences,
)
from kept.promises import duties, ledger
from kept.promises.complaints import caused_by_month, caused_url
from kept.promises.duties import people as _sets_of_people  # noqa: F401  (registers its sets)
from kept.promises.duties.figures import duties_of, figures_by_month, word_percent
from kept.promises.duties.sets import label_of_set
from kept.promises.ladder import ladder_of
from kept.promises.models import (
    Calendar,
    DutyPolicy,
    DutyRule,
    Promise,
    PromiseRule,
    Roster,
    RosterShift,
)
from kept.promises.risk import at_risk_of
from kept.promises.roster import active_rosters, holes_of, on_duty
from kept.promises.rostering import hand_shifts
from kept.promises.shown import (
    shown,
    worded_calendar,
    worded_duty_rule,
    worded_rule,
    worded_stage,
)
from kept.promises.watching import concerns, uncovered_units
from kept.timeline import sight
from kept.timeline.notices import tell
from kept.timeline.recorder import thread_of

SHOWN_ON_DESK = 5

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
    """Beside a person: how far they keep what they owe month after month, and the complaints of
    this month they caused (S0.44).
    """
    if not isinstance(subject, User) or not _may_see_duties(reader, subject):
        return None
    zone = subject.company.zone if subject.company else "UTC"
    month = clock.today(zone).replace(day=1)
    owed = duties_of(subject).visible_to(reader)  # type: ignore[attr-defined]
    figures = figures_by_month(owed, [month], zone)[0]
    complaints = caused_by_month(subject, [month], zone)[0]
    if not (figures.fell_due or figures.running or figures.to_come or complaints):
        return None
    context = {
        "figures": figures,
        "percent": word_percent(figures.percent),
        "missed": _("{n} not done").format(n=figures.missed),
        "complaints": ngettext("{n} complaint caused", "{n} complaints caused", complaints).format(
            n=complaints
        )
        if complaints
        else "",
        "complaints_url": caused_url(subject, f"{month:%Y-%m}"),
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
        PolicySentence(
            worded_rule(rule), rule.unit, rule.valid_from, rule.source, rule.get_absolute_url()
        )
        for rule in rules
    ]
    links = [PolicyLink(_("New promise rule"), "/rules/set_rule/", "promises.set_rule")]
    return PolicySection(_("Promises"), sentences, icon="handshake", links=links, see=SEE)


@policy_sentences.fill(order=11)
def who_is_told(unit: Unit, moment: datetime) -> PolicySection:
    """The ladder, in sentences, and which units are there day and night (S2.16, S4.15)."""
    stages = [one for one in ladder_of(unit, moment) if one.pk is not None]
    sentences = [
        PolicySentence(worded_stage(one), one.unit, one.valid_from, "S2.16") for one in stages
    ]
    rule = DutyPolicy.objects.in_force(unit, moment).select_related("unit").first()
    if rule is not None and rule.kinds:
        kinds = Listed(UnitKind(kind).label for kind in rule.kinds)
        words = _("Somebody is on duty day and night in every {kinds}").format(kinds=kinds)
        sentences.append(PolicySentence(words, rule.unit, rule.valid_from, "S4.15"))
    return PolicySection(_("Who is told when"), sentences, icon="bell")


@policy_sentences.fill(order=12)
def what_comes_back(unit: Unit, moment: datetime) -> PolicySection | None:
    """What is owed again and again, in sentences."""
    rules = DutyRule.objects.in_force(unit, moment).select_related("unit__company", "calendar")
    sentences = [
        PolicySentence(_policy_sentence(rule), rule.unit, rule.valid_from, rule.source)
        for rule in rules
    ]
    return PolicySection(_("Duties"), sentences, icon="calendar-check") if sentences else None


def _policy_sentence(rule: DutyRule) -> str:
    return _("{duty}; {who}").format(
        duty=worded_duty_rule(rule), who=label_of_set(rule.subjects, rule.unit.company)
    )


@desk_panels.fill(order=15)
def nobody_on_duty(reader: User) -> Panel | None:
    """On a manager's desk: units they lead where nobody is on duty when somebody should (S4.15)."""
    found = concerns(reader)
    if not found:
        return None
    return Panel(_("Nobody on duty"), "promises/uncovered_panel.html", found, "triangle-alert")


@desk_panels.fill(order=16)
def promises_at_risk(reader: User) -> Panel | None:
    """On a manager's desk: what will be late soon in the units they lead (S2.14, S2.16)."""
    if not reader.holds("promises.see"):
        return None
    rows = (
        at_risk_of(reader)
        .select_related("about__of_unit", "person", "unit")
        .order_by("due_at", "pk")
    )
    first = list(rows[:SHOWN_ON_DESK])
    if not first:
        return None
    count = rows.count() if len(first) == SHOWN_ON_DESK else len(first)
    context = {"rows": [shown(one) for one in first], "count": count}
    return Panel(_("Promises at risk"), "promises/risk_panel.html", context, "alarm-clock")


@policy_checks.fill(order=20)
def hours_nobody_stands_by(company: Unit, moment: datetime) -> list[Fault]:
    """Units that are not covered as their roster or the company promises (S4.15)."""
    return [
        Fault(
            "day_and_night",
            one.unit.code,
            "hole_in_roster",
            format_lazy(_("Nobody is on duty: {hole}."), hole=str(one.first)),
            _("Put a duty roster without holes into force."),
            is_warning=True,
        )
        for one in uncovered_units(company)
    ]


@panels.fill(order=12)
def who_is_on_duty(subject: Unit | User, reader: User) -> Panel | None:
    """Beside a unit with a roster in force: who is on duty now (S4.15)."""
    if isinstance(subject, User):
        return None
    today = clock.today(subject.zone)
    rosters = active_rosters(subject, today, today)
    if not rosters:
        return None
    context = {"people": on_duty(subject), "roster": rosters[0]}
    return Panel(_("On duty now"), "promises/on_duty_panel.html", context, "phone-call")


@open_work.fill(order=21)
def shifts_of_leaver(user: User) -> OpenWork | None:
    """Shifts the person still stands."""
    count = RosterShift.objects.still_to_come().filter(person=user).count()
    if not count:
        return None
    words = ngettext("{n} duty shift", "{n} duty shifts", count).format(n=count)
    return OpenWork(words, count, f"/rosters/shifts/?person={user.username}")


@reaction("person.work_handed_over")
def hand_over_shifts(user: User, *, by: User, entry: Any) -> None:
    """A colleague stands the shifts of a leaver from now on (SX.17)."""
    hand_shifts(user, colleague_of(entry), by=by)


@reaction("person.absence_entered")
def tell_of_holes(user: User, *, by: User, entry: Any) -> None:
    """Somebody on a roster in force will be away: the manager is told at once what is not covered
    then (S4.15).
    """
    absence = Absence.objects.filter(user=user, ended_at__isnull=True).latest("pk")
    shifts = RosterShift.objects.still_to_come().filter(person=user)
    rosters = Roster.objects.activated().filter(pk__in=shifts.values("roster"))
    for roster in rosters.select_related("unit__manager", "hours"):
        manager = roster.unit.manager
        opened = [
            one for one in holes_of(roster)
            if one.start < absence.end_at and absence.start_at < one.end
        ]  # fmt: skip
        if manager is None or not opened:
            continue
        tell(
            [manager],
            "roster.uncovered",
            about=thread_of(roster.unit),
            key=f"roster.uncovered:{roster.pk}:{absence.pk}",
            roster=roster,
            from_at=opened[0].start,
            until_at=opened[0].end,
        )


@policy_sentences.fill(order=13)
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
