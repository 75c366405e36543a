"""What happens to open promises when their company decides about a day of its calendar (SX.03).

The rule: a promise that counts working time means time in which the company works. So one that is
open and in time is counted again from its beginning, with all its pauses, by the calendar as it now
stands; it may become due later or sooner. The rule it began under, with its term and its calendar,
stays its rule (SX.19). What does not move: promises by the clock or for a moment somebody named,
promises that are late already (a breach is not undone by a holiday), and those that have ended.
Decision 14 gives the reasons.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.people.models import User
from kept.promises import ledger
from kept.promises.clockwork import ImpossibleEvent, Standing
from kept.promises.folding import events_of, fold, write_event
from kept.promises.models import Calendar, CalendarDay, ClockEvent, Promise, PromiseState
from kept.timeline.notices import tell

#: Why a clock was counted again, in its event.
BECAUSE = "calendar"


@dataclass(frozen=True)
class Moved:
    """An open promise whose due time a day of the calendar moves."""

    promise: Promise
    old: datetime
    new: datetime


def counting_by(calendar: Calendar) -> QuerySet[Promise]:
    """Open promises in time that count by a calendar, whichever pack brought its row."""
    in_time = Q(state=PromiseState.PAUSED) | Q(due_at__gte=clock.now())
    rows = Promise.objects.open().filter(
        in_time, calendar__unit=calendar.unit_id, calendar__code=calendar.code
    )
    return rows.select_related("unit", "rule", "about", "person", "to").order_by("due_at", "pk")


def moved_by(calendar: Calendar, days: Iterable[CalendarDay]) -> list[Moved]:
    """The open promises whose due time would be another one if these were the company's days."""
    copies, moved = _copies(calendar, list(days)), []
    for promise in counting_by(calendar):
        _count_by(promise, copies[promise.calendar_id])
        new = _counted_again(promise)
        if new is not None and new.due_at is not None and promise.due_at != new.due_at:
            moved.append(Moved(promise, promise.due_at, new.due_at))  # type: ignore[arg-type]
    return moved


def _copies(calendar: Calendar, days: list[CalendarDay]) -> dict[Any, Calendar]:
    """The rows of a calendar, each pack's own, as if these were the company's days."""
    rows = Calendar.objects.filter(unit=calendar.unit_id, code=calendar.code)
    copies = {row.pk: row for row in rows}
    for row in copies.values():
        row.known_days = days
    return copies


def _count_by(promise: Promise, copy: Calendar) -> None:
    promise.calendar = copy
    if promise.rule is not None and promise.rule.calendar_id == copy.pk:
        promise.rule.calendar = copy


def _counted_again(promise: Promise) -> Standing | None:
    """Where the promise would stand, counted anew from its beginning; None where it would not be
    counted at all: a moment was named.
    """
    events = events_of(promise)
    if (term := _term(promise, fold(events, promise))) is None:
        return None
    now = clock.now()
    again = ClockEvent(
        seq=len(events) + 1,
        kind="change_rule",
        at=max(now, events[-1].at),
        recorded_at=now,
        data=term,
    )
    try:
        return fold([*events, again], promise)
    except ImpossibleEvent:
        return None


def _term(promise: Promise, standing: Standing) -> dict[str, Any] | None:
    if standing.is_fixed or standing.duration is None or standing.is_late(clock.now()):
        return None
    if promise.rule_id is not None:
        return {"rule": promise.rule_id}
    return {"duration": str(standing.duration)}


def count_again(calendar: Calendar, *, by: User, on: date) -> int:
    """Count open promises in time by the calendar as it now stands; how many moved."""
    moved = moved_by(calendar, _days_of(calendar))
    for one in moved:
        _move(one, by=by, on=on)
    return len(moved)


def _days_of(calendar: Calendar) -> list[CalendarDay]:
    rows = CalendarDay.objects.filter(calendar__unit=calendar.unit_id, calendar__code=calendar.code)
    return list(rows.order_by("pk"))


def _move(moved: Moved, *, by: User, on: date) -> None:
    promise = moved.promise
    term = _term(promise, fold(events_of(promise), promise))
    assert term is not None
    write_event(
        promise, "change_rule", at=clock.now(), by=by, reason=BECAUSE, day=on.isoformat(), **term
    )
    ledger.refresh_due(promise.about)
    values: dict[str, Any] = {
        "kind": promise.kind,
        "old": moved.old,
        "due_at": promise.due_at,
        "day": on,
    }
    promise.about.record("promise.recounted", by=by, **values)
    if promise.person is not None and promise.person != by:
        key = f"promise.recounted:{promise.pk}:{promise.length}"
        tell([promise.person], "promise.recounted", about=promise.about, key=key, **values)


def rule_in_words() -> Any:
    """Which promises a day of the calendar moves, for whoever decides about one."""
    return _(
        "Open promises that count working time and are not late are counted again by the new "
        "calendar. Promises by the clock or for a named time, late ones and those that have ended "
        "keep their time."
    )
