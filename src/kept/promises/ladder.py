"""The ladder of a promise: at which moments which stages come, and whom they tell (S2.14, S2.16).

A stage before the due time comes when so much of the term is used; one after it comes so long past
the due time, by the rule's calendar. What names working time never falls into closed hours (B5).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from kept.kit import clock
from kept.kit.remembered import remembered
from kept.people.models import Unit
from kept.promises import clockwork
from kept.promises.clockwork import Duration, NeverOpen, Standing, WorkCalendar
from kept.promises.models import EscalationStage, Promise, PromiseRule
from kept.promises.models.ladder import WARNING, percent_of
from kept.promises.terms import calendar_of, office_of

TICK = timedelta(microseconds=1)
WARNED, BREACHED = 1, 2
OPEN_TIME = ("open", "working_days")

#: The ladder of a company whose policy is older than ladders: warned by the rule, told when late.
STANDARD = (
    EscalationStage(code="warning", moment=WARNING, to=["person"]),
    EscalationStage(code="late", moment="0 minutes", to=["person", "manager", "headquarters"]),
)


@dataclass(frozen=True)
class Step:
    """A stage of one promise with its moment; ``is_before`` the due time or after it."""

    at: datetime
    stage: EscalationStage
    is_before: bool


def ladder_of(unit: Unit, at: datetime | None = None) -> Sequence[EscalationStage]:
    """The stages in force for a unit: of each code the nearest unit's row, in no order."""
    moment = at or clock.now()
    nearest: dict[str, EscalationStage] = {}
    for row in _rows_of(unit):
        if row.holds_at(moment):
            nearest.setdefault(row.code, row)
    return list(nearest.values()) or STANDARD


def _rows_of(unit: Unit) -> list[EscalationStage]:
    """Every stage that ever held for a unit, the nearest unit's and latest first."""
    return remembered(
        ("escalation stages", unit.path),
        lambda: list(EscalationStage.objects.from_above(unit).ever_in_force()),
    )


def steps_of(
    promise: Promise,
    standing: Standing | None,
    ladder: Iterable[EscalationStage],
    calendar: WorkCalendar,
) -> list[Step]:
    """The stages of a promise in the order in which they come.

    Without a standing only those after the due time are known, which count by ``calendar``.
    """
    rule, due_at = promise.rule, promise.due_at
    if due_at is None:
        return []
    facts = facts_of(rule, promise.unit)
    percent = promise.warn_percent
    steps = []
    for stage in ladder:
        if not stage.fits(promise.kind, facts):
            continue
        share = percent_of(stage.moment, percent)
        if share is None:
            at = _after(_term(stage.moment), due_at, calendar)
            steps.append(Step(at, stage, is_before=False))
        elif standing is not None and (before := _share_at(standing, share)) is not None:
            steps.append(Step(before, stage, is_before=True))
    return sorted(steps, key=lambda step: (step.at, step.stage.code))


@lru_cache(maxsize=256)
def _term(text: str) -> Duration:
    return Duration.of(text)


def facts_of(rule: PromiseRule | None, unit: Unit) -> dict[str, list[str]]:
    """What a stage may ask of a promise: the facts its rule was chosen by, and its unit's kind."""
    facts = {name: list(wanted) for name, wanted in rule.applies.items()} if rule else {}
    return {**facts, "unit_kind": [unit.kind]}


def _share_at(standing: Standing, percent: int) -> datetime | None:
    at = clockwork.share_at(standing, Decimal(percent) / 100)
    duration = standing.duration
    if at is None or standing.is_named or duration is None or standing.calendar is None:
        return at
    return _opened(at, standing.calendar) if duration.measure in OPEN_TIME else at


def _after(term: Duration, due_at: datetime, calendar: WorkCalendar) -> datetime:
    """The first moment after a term that begins at the due time; late is later than the due time.

    Where a calendar is never open again, the moment after the due time: better early than never.
    """
    try:
        at = clockwork.due_at(term, due_at, calendar) + TICK
    except (NeverOpen, ValueError):
        return due_at + TICK
    return _opened(at, calendar) if term.measure in OPEN_TIME else at


def _opened(at: datetime, calendar: WorkCalendar) -> datetime:
    """The moment itself when somebody is there, else the next opening."""
    try:
        return calendar.next_open(at)
    except NeverOpen:
        return at


def next_look(promise: Promise, standing: Standing) -> datetime | None:
    """When the sweep must look at a promise again: at its next stage, or at its breach.

    A warning whose moment has passed when the due time is set anew is left out.
    """
    if promise.state != Promise.State.RUNNING:
        return None
    steps = steps_of(promise, standing, ladder_of(promise.unit), late_calendar(promise))
    return next_of(promise, steps, clock.now())


def late_calendar(promise: Promise) -> WorkCalendar:
    """What stages after the due time count working time by: the calendar of the rule, else the
    office hours of the unit.
    """
    row = promise.calendar or office_of(promise.unit)
    return calendar_of(row, promise.unit.zone)


def next_of(promise: Promise, steps: Iterable[Step], now: datetime) -> datetime | None:
    """The next moment to come of these steps and the breach; none when all was told.

    ``told_at`` of the promise says how far up the ladder it was taken for this due time.
    """
    if promise.due_at is None:
        return None
    to_come = [
        step.at
        for step in steps
        if (promise.told_at is None or step.at > promise.told_at)
        and (step.at > now or not step.is_before)
    ]
    if promise.level < BREACHED:
        to_come.append(promise.due_at + TICK)
    return min(to_come, default=None)


def reached(promise: Promise, steps: Iterable[Step], now: datetime) -> list[Step]:
    """The steps whose moment has come and that were not taken yet. Once it is late, nobody is
    warned any more.
    """
    is_late = promise.due_at is not None and now > promise.due_at
    return [
        step
        for step in steps
        if step.at <= now
        and step.is_before != is_late
        and (promise.told_at is None or step.at > promise.told_at)
    ]
