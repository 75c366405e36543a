"""Where a promise stands: the result of the fold over its clock events."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from kept.promises.clockwork.calendar import WorkCalendar
from kept.promises.clockwork.duration import (
    CLOCK,
    WORKING,
    Duration,
    due_with_pauses,
    joined,
)
from kept.promises.clockwork.zones import to_utc

WAITING = "waiting"
RUNNING = "running"
PAUSED = "paused"
KEPT = "kept"
BROKEN = "broken"
EXCUSED = "excused"
CANCELLED = "cancelled"
STATES = (WAITING, RUNNING, PAUSED, KEPT, BROKEN, EXCUSED, CANCELLED)

PAUSE = "pause"
STOP = "stop"


@dataclass(frozen=True, slots=True)
class Lateness:
    """By how much something came after its due time; negative: before it.

    `days` is set when the deadline names a day: the difference of the days, 0 on the day itself.
    """

    by: timedelta
    days: int | None = None

    @property
    def is_late(self) -> bool:
        return self.by > timedelta(0)


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clock stood still: paused for reasons, or stopped until reopening."""

    start: datetime
    end: datetime
    reasons: tuple[str, ...] = ()
    kind: str = PAUSE


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a promise's life: running, pause or stop; the last may have no end yet."""

    kind: str
    start: datetime
    end: datetime | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """How an earlier term of a promise ended before it was started anew."""

    state: str
    started_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    ended_at: datetime
    lateness: Lateness | None


@dataclass(frozen=True, slots=True)
class Term:
    """What a promise that has begun is measured by: from when, until when, by which calendar."""

    start: datetime
    due: datetime
    calendar: WorkCalendar


@dataclass(frozen=True)
class Standing:
    """State, due time and figures of one promise after its events.

    `due_at` while paused is the due time as it stood when the pause began: it can only move later
    (see `due_if_resumed`), unless the deadline is fixed. `broken` is open (still owed) until done
    or given up: `ended_at` says so. "Late" is no state but `is_late(now)`: running past its due
    time; whether the breach was already recorded makes no difference to what may happen next.
    """

    state: str = WAITING
    seq: int | None = None
    at: datetime | None = None
    rule: Any = None
    duration: Duration | None = None
    calendar: WorkCalendar | None = None
    is_named: bool = False
    names_day: bool = False
    started_at: datetime | None = None
    due_at: datetime | None = None
    paused_since: datetime | None = None
    holds: tuple[str, ...] = ()
    hold_reasons: tuple[str, ...] = ()
    pauses: tuple[Pause, ...] = ()
    done_at: datetime | None = None
    broken_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    past: tuple[Ending, ...] = ()

    def but(self, **changes: Any) -> "Standing":
        """The same standing but for these fields (dataclasses.replace, many times as fast)."""
        after = object.__new__(Standing)
        after.__dict__.update(self.__dict__, **changes)
        return after

    @property
    def term(self) -> Term | None:
        """The term that runs or ran; None until the promise has begun."""
        if self.started_at is None or self.due_at is None or self.calendar is None:
            return None
        return Term(self.started_at, self.due_at, self.calendar)

    @property
    def is_fixed(self) -> bool:
        """Whether the deadline is a named moment or day, which no pause moves."""
        return self.is_named or (self.duration is not None and self.duration.measure == "fixed")

    @property
    def is_open(self) -> bool:
        """Whether something is still owed (S2.16: no case is closed with an open promise)."""
        return self.ended_at is None

    @property
    def lateness(self) -> Lateness | None:
        """By how much it was done late or early; None while it is not done."""
        return self.lateness_at(self.done_at) if self.done_at else None

    @property
    def paused_total(self) -> timedelta:
        """Clock time spent in pauses that are over (in this term, without stops)."""
        whole = joined((p.start, p.end) for p in self.pauses if p.kind == PAUSE)
        return sum((end - start for start, end in whole), timedelta(0))

    @property
    def alarm_at(self) -> datetime | None:
        """After this moment the breach is to be recorded; None while none can happen."""
        if self.ended_at or self.state == BROKEN or self._is_held_in_time:
            return None
        return self.due_at

    @property
    def _is_held_in_time(self) -> bool:
        """Paused before the due time, so that time does not run against the promise."""
        return bool(
            self.paused_since and self.due_at and not self.is_fixed
            and self.paused_since < self.due_at
        )  # fmt: skip

    def is_late(self, now: datetime) -> bool:
        """Past its due time and still owed; for what has ended, whether it was then."""
        if self.due_at is None or (self.ended_at is None and self._is_held_in_time):
            return False
        return (self.done_at or self.ended_at or now) > self.due_at

    def state_at(self, now: datetime) -> str:
        """The state as shown: "late" for a running promise past its due time."""
        late = self.state in (RUNNING, PAUSED) and self.is_late(now)
        return "late" if late else self.state

    def lateness_at(self, moment: datetime) -> Lateness | None:
        """By how much a moment is after (or before) the due time."""
        term, days = self.term, None
        if term is None:
            return None
        if self.names_day:
            days = (term.calendar.day_of(moment) - term.calendar.day_of(term.due)).days
        return Lateness(to_utc(moment) - term.due, days)

    def due_if_resumed(self, moment: datetime) -> datetime | None:
        """The due time if the clock went on at a moment; the due time itself when not paused."""
        if self.paused_since is None or not self._is_held_in_time:
            return self.due_at
        return self.recounted((*self.pauses, Pause(self.paused_since, to_utc(moment)))).due_at

    def recounted(self, pauses: tuple[Pause, ...]) -> "Standing":
        """The same promise with these pauses, its due time counted again from the start."""
        term, duration = self.term, self.duration
        if term is None or duration is None or self.is_fixed:
            return self.but(pauses=pauses)
        stretches = [(p.start, p.end) for p in pauses]
        due = due_with_pauses(duration, term.start, stretches, term.calendar)
        return self.but(pauses=pauses, due_at=due)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The life of this term in order: running, pause, stop."""
        if self.started_at is None:
            return ()
        spans, at = [], self.started_at
        for pause in self.pauses:
            if at < pause.start:
                spans.append(Span(RUNNING, at, pause.start))
            spans.append(Span(pause.kind, pause.start, pause.end, pause.reasons))
            at = pause.end
        if self.paused_since is not None:
            if at < self.paused_since:
                spans.append(Span(RUNNING, at, self.paused_since))
            spans.append(Span(PAUSE, self.paused_since, None, self.hold_reasons))
        elif self.ended_at is None or at < self.ended_at:
            spans.append(Span(RUNNING, at, self.ended_at))
        return tuple(spans)


def share_at(standing: Standing, share: float | Decimal) -> datetime | None:
    """When a share of the term (0.8 = 80 %) is used up, for warnings and escalations (UTC).

    Clock terms count clock time, pauses apart; all others count open time, so that nobody is
    called outside working hours; a moment promised by name is approached by the clock. None while
    a pause holds the clock before that moment.
    """
    term = standing.term
    if term is None:
        return None
    moment = _share_moment(standing, term, Decimal(str(share)))
    held = standing.paused_since
    return None if held and not standing.is_fixed and held < moment else moment


def _share_moment(standing: Standing, term: Term, share: Decimal) -> datetime:
    duration = None if standing.is_named else standing.duration
    if duration is not None and (duration.unit in CLOCK or duration.unit in WORKING):
        part = Duration(duration.amount * share, duration.unit)
        pauses = ((p.start, p.end) for p in standing.pauses)
        return due_with_pauses(part, term.start, pauses, term.calendar)
    nothing = timedelta(0)
    open_time = nothing if standing.is_named else term.calendar.open_time(term.start, term.due)
    if open_time > nothing:
        return term.calendar.add_open_time(term.start, open_time * float(share))
    return term.start + (term.due - term.start) * float(share)


def share_used(standing: Standing, now: datetime) -> float | None:
    """How much of the term is used at a moment, by the same measure as ``share_at``; between 0 and
    1, None for a promise that has not begun.
    """
    term = standing.term
    if term is None:
        return None
    at = min(to_utc(now), standing.paused_since or to_utc(now))
    whole = joined((pause.start, min(pause.end, at)) for pause in standing.pauses)
    duration = None if standing.is_named else standing.duration
    is_timed = duration is not None and (duration.unit in CLOCK or duration.unit in WORKING)
    if is_timed and duration is not None and duration.span:
        counted = _time_between(term, at, duration.unit in WORKING)
        lost = sum(
            (_open_or_clock(term, *pause, duration.unit in WORKING) for pause in whole),
            timedelta(0),
        )
        share = (counted - lost) / duration.span
    else:
        is_open = not standing.is_named
        total = _time_between(term, term.due, is_open)
        if not total:
            is_open, total = False, term.due - term.start
        share = _time_between(term, at, is_open) / total if total else 1.0
    return min(max(share, 0.0), 1.0)


def _time_between(term: Term, end: datetime, is_open: bool) -> timedelta:
    return _open_or_clock(term, term.start, end, is_open)


def _open_or_clock(term: Term, start: datetime, end: datetime, is_open: bool) -> timedelta:
    if end <= start:
        return timedelta(0)
    return term.calendar.open_time(start, end) if is_open else end - start
