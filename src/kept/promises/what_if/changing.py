"""A change of rules, and a promise folded again under it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kept.people.models import Unit
from kept.promises.clockwork import Duration, ImpossibleEvent, Rule, Standing, WorkCalendar, step
from kept.promises.clockwork.events import ClockEvent, Event
from kept.promises.clockwork.standing import BROKEN, CANCELLED, EXCUSED, KEPT
from kept.promises.models import Calendar, Promise, PromiseRule
from kept.promises.replay.spread import Outcome, Result
from kept.promises.terms import calendar_of


@dataclass(frozen=True)
class Change:
    """Rules that change, each with its new term (None: as it is), and the calendar for all of them
    (None: each its own).
    """

    terms: Mapping[int, Duration | None]
    calendar: Calendar | None = None


NOTHING = Change({})


@dataclass(frozen=True)
class Folded:
    """Where a promise stands under some rules, and how many of its events could not have been."""

    standing: Standing
    skipped: int = 0


@dataclass
class Refolding:
    """Folds promises of one company under a change; rules and calendars are read once."""

    company: Unit
    change: Change = NOTHING
    rules: dict[int, PromiseRule] = field(default_factory=dict)
    _counted: dict[tuple[int, str], Rule] = field(default_factory=dict)
    _calendars: dict[tuple[int | None, str], WorkCalendar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.rules:
            rows = PromiseRule.objects.filter(unit__company=self.company)
            self.rules = {row.pk: row for row in rows.select_related("calendar")}

    def fold(self, promise: Promise, events: Iterable[Event]) -> Folded:
        """The promise under the change."""
        zone = promise.unit.zone
        is_changed = bool(self.change.terms)
        usual = self._calendar(promise.calendar, zone)
        standing, skipped, seq = Standing(), 0, 0
        for event in events:
            if is_changed and _follows_from_due(event):
                continue
            try:
                numbered = _numbered(event, seq + 1)
                standing = step(standing, numbered, lambda key: self._rule(key, zone), usual)
                seq += 1
            except ImpossibleEvent:
                if not is_changed:
                    raise
                skipped += 1
        return Folded(standing, skipped)

    def _rule(self, key: int, zone: str) -> Rule:
        known = self._counted.get((key, zone))
        if known is None:
            known = self._counted[key, zone] = self._read(key, zone)
        return known

    def _read(self, key: int, zone: str) -> Rule:
        row = self.rules[key]
        calendar, duration = row.calendar, Duration.of(row.duration)
        if key in self.change.terms:
            duration = self.change.terms[key] or duration
            calendar = self.change.calendar or calendar
        return Rule(duration, self._calendar(calendar, zone))

    def _calendar(self, row: Calendar | None, zone: str) -> WorkCalendar:
        key = (row.pk if row else None, zone)
        if key not in self._calendars:
            self._calendars[key] = calendar_of(row, zone)
        return self._calendars[key]


def _follows_from_due(event: Event) -> bool:
    """A breach that was only noticed is none of another rule."""
    return event.kind == "break" and not event.data.get("final")


def _numbered(event: Event, seq: int) -> Event:
    """The event with the number it has when others before it are skipped."""
    if event.seq == seq:
        return event
    return ClockEvent(seq, event.kind, event.at, event.reason, event.data)


def result_of(standing: Standing, now: datetime) -> Result:
    """What became of a promise, as it is counted."""
    return Result(_outcome(standing, now), standing.due_at, standing.names_day, standing.done_at)


def _outcome(standing: Standing, now: datetime) -> Outcome:
    plain: dict[Any, Outcome] = {
        KEPT: Outcome.KEPT,
        EXCUSED: Outcome.LEFT_OUT,
        CANCELLED: Outcome.LEFT_OUT,
    }
    if standing.state in plain:
        return plain[standing.state]
    if standing.state == BROKEN and standing.ended_at is not None:
        return Outcome.LATE
    return Outcome.OVERDUE if standing.is_late(now) else Outcome.OPEN
