"""Why a promise is due when it is: line by line, as data. `wording` puts the lines into words.

kind       what it says (fields used)
received   the term begins (start)
opens      received while closed, it counts from the next opening (start)
rule       the term (duration)
named      the deadline was promised by name (start or day)
counted    time that counted: clock or open time (start, end, seconds; days when it is the sum of
           many), or days (first, last, days)
closed     days on which nothing counts (first, last, names)
months     the same day number some months on (first, last, days = months, clipped)
paused     the clock stood still (start, end, reasons; days added to a term in days)
stopped    the clock stood still between an ending and the reopening (start, end)
left       what is left while the pause lasts (seconds)
clocks     the clocks change on the way (first, seconds: forward > 0)
unknown    the holidays after a day are not known yet (last)
due        when it is due (end; first when the deadline names a day)
done       when it was done (end, late)
ended      how else it ended (end, state, reasons)

The seconds and days of the counted lines of a running promise add up to its term.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kept.promises.clockwork.calendar import Name, WorkCalendar
from kept.promises.clockwork.duration import (
    SAME_TIME,
    SAME_TIME_MONTHS,
    SAME_WALL_CLOCK,
    Duration,
    day_pushed,
    due_at,
    due_day,
    joined,
    on_month,
)
from kept.promises.clockwork.standing import PAUSE, Lateness, Standing, Term
from kept.promises.clockwork.zones import ONE_DAY, ahead_of_utc, day_start, to_utc

MANY = 24
"""So many lines of days are told one after the other; more are told as one sum."""


@dataclass(frozen=True, slots=True)
class Line:
    """One step of an explanation; which fields are set depends on the kind (see the module)."""

    kind: str
    zone: str
    start: datetime | None = None
    end: datetime | None = None
    first: date | None = None
    last: date | None = None
    seconds: float | None = None
    days: int | None = None
    names: tuple[Name, ...] = ()
    reasons: tuple[str, ...] = ()
    duration: Duration | None = None
    clipped: bool = False
    late: Lateness | None = None
    state: str = ""


def explain_due(duration: Duration, start: datetime, calendar: WorkCalendar) -> list[Line]:
    """Why a term that starts at a moment is due when it is."""
    standing = Standing(
        state="running",
        duration=duration,
        calendar=calendar,
        started_at=to_utc(start),
        due_at=due_at(duration, start, calendar),
        names_day=duration.names_day,
    )
    return explain(standing)


def explain(standing: Standing) -> list[Line]:
    """Why a promise is due when it is, with its pauses, and how it ended."""
    term = standing.term
    return [] if term is None else [*_Teller(standing, term).lines()]


class _Teller:
    """Tells one standing: its term, calendar and pauses at hand."""

    def __init__(self, standing: Standing, term: Term):
        self.standing = standing
        self.start, self.due, self.calendar = term.start, term.due, term.calendar
        self.zone = term.calendar.zone
        self.measure = standing.duration.measure if standing.duration else ""
        self.pauses = [p for p in standing.pauses if p.start < term.due]

    def lines(self) -> Iterator[Line]:
        yield Line("received", self.zone, start=self.start)
        if self.standing.is_named:
            yield self._named()
        elif self.standing.duration is not None:
            yield from self._counting(self.standing.duration)
        yield from self._ending()

    def _named(self) -> Line:
        if self.standing.names_day:
            return Line("named", self.zone, first=self.calendar.day_of(self.due))
        return Line("named", self.zone, start=self.due)

    def _counting(self, duration: Duration) -> Iterator[Line]:
        yield Line("rule", self.zone, duration=duration)
        if duration.measure == "fixed" or duration.unit in SAME_WALL_CLOCK:
            if duration.unit == SAME_TIME_MONTHS:
                begun = self.calendar.day_of(self.start)
                named = on_month(begun, duration.count, begun.day)
                yield self._months(duration, begun, named)
            yield from self._pauses_only()
        elif duration.unit == SAME_TIME:
            yield from self._to_same_time(duration)
        elif duration.measure in ("days", "working_days"):
            yield from self._in_days(duration)
        else:
            yield from self._in_time()

    def _pauses_only(self) -> Iterator[Line]:
        for pause in self.pauses:
            kind = "paused" if pause.kind == PAUSE else "stopped"
            yield Line(kind, self.zone, start=pause.start, end=pause.end, reasons=pause.reasons)
        if self.standing.paused_since is not None:
            held = self.standing
            yield Line("paused", self.zone, start=held.paused_since, reasons=held.hold_reasons)

    def _to_same_time(self, duration: Duration) -> Iterator[Line]:
        calendar = self.calendar
        opened = calendar.next_open(self.start)
        if opened != self.start:
            yield Line("opens", self.zone, start=opened)
        begun = calendar.day_of(opened)
        named = calendar.add_working_days(begun, duration.count)
        yield from self._free_days(begun + ONE_DAY, named)
        yield from self._pauses_only()

    # Terms in clock or open time

    def _in_time(self) -> Iterator[Line]:
        at = self.start
        for pause in self.pauses:
            yield from self._counted(at, pause.start)
            kind = "paused" if pause.kind == PAUSE else "stopped"
            yield Line(kind, self.zone, start=pause.start, end=pause.end, reasons=pause.reasons)
            at = pause.end
        held = self.standing.paused_since
        if held is None or held >= self.due:
            yield from self._counted(at, self.due)
            return
        yield from self._counted(at, held)
        yield Line("paused", self.zone, start=held, reasons=self.standing.hold_reasons)
        yield Line("left", self.zone, seconds=self._between(held, self.due))

    def _between(self, start: datetime, end: datetime) -> float:
        if self.measure == "open":
            return self.calendar.open_seconds(start, end)
        return (end - start).total_seconds()

    def _counted(self, start: datetime, end: datetime) -> Iterator[Line]:
        if self.measure == "open":
            yield from _in_sum(self._open_days(start, end))
        elif start < end:
            yield Line(
                "counted", self.zone, start=start, end=end, seconds=(end - start).total_seconds()
            )
            yield from self._clock_changes(start, end)

    def _clock_changes(self, start: datetime, end: datetime) -> Iterator[Line]:
        tz = self.calendar.tz
        before, after = ahead_of_utc(start.astimezone(tz)), ahead_of_utc(end.astimezone(tz))
        if before == after:
            return
        low, high = self.calendar.day_of(start), self.calendar.day_of(end)
        while high - low > ONE_DAY:
            middle = low + (high - low) // 2
            same = ahead_of_utc(day_start(middle, tz).astimezone(tz)) == before
            low, high = (middle, high) if same else (low, middle)
        changed = high if ahead_of_utc(day_start(high, tz).astimezone(tz)) == before else low
        yield Line("clocks", self.zone, first=changed, seconds=(after - before).total_seconds())

    def _open_days(self, start: datetime, end: datetime) -> Iterator[Line]:
        """The open time of each day, and the closed days between them."""
        worked: list[tuple[date, datetime, datetime, timedelta]] = []
        for first, last in self._by_day(start, end):
            day = self.calendar.day_of(first)
            if worked and worked[-1][0] == day:
                _, since, _, time = worked[-1]
                worked[-1] = (day, since, last, time + (last - first))
            else:
                worked.append((day, first, last, last - first))
        at = self.calendar.day_of(start)
        for day, since, last, time in worked:
            yield from self._closed_between(at, day)
            yield Line("counted", self.zone, start=since, end=last, seconds=time.total_seconds())
            at = day + ONE_DAY
        yield from self._closed_between(at, self.calendar.day_of(end))

    def _by_day(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open periods between two moments, cut at midnight."""
        for first, last in self.calendar.open_periods(start, end):
            while first < last:
                midnight = day_start(self.calendar.day_of(first) + ONE_DAY, self.calendar.tz)
                yield first, min(last, midnight)
                first = midnight

    def _closed_between(self, first: date, after: date) -> Iterator[Line]:
        """A line for the days in [first, after), on which nothing counts, if there are any.

        The first of them may be a working day whose hours were over: that is no closed day.
        """
        if first < after and self._has_open_time(first):
            first += ONE_DAY
        if first >= after:
            return
        days = [first + timedelta(days=n) for n in range((after - first).days)]
        names = []
        for day in days:
            name = self.calendar.names.get(day) if day not in self.calendar.opened else None
            if name is not None and name not in names:
                names.append(name)
        yield Line("closed", self.zone, first=first, last=days[-1], names=tuple(names))

    def _has_open_time(self, day: date) -> bool:
        start, end = day_start(day, self.calendar.tz), day_start(day + ONE_DAY, self.calendar.tz)
        return self.calendar.open_time(start, end) > timedelta(0)

    # Terms in days and months

    def _in_days(self, duration: Duration) -> Iterator[Line]:
        calendar = self.calendar
        begun = calendar.day_of(self.start)
        named = due_day(duration, begun, calendar)
        yield from self._first_days(duration, begun, named)
        for first, last in joined((p.start, p.end) for p in self.pauses):
            moved = day_pushed(duration, named, first, last, calendar)
            lost = self._days_lost(first, last)
            reasons = tuple(
                reason for p in self.pauses if first <= p.start < last for reason in p.reasons
            )
            yield Line("paused", self.zone, start=first, end=last, days=lost, reasons=reasons)
            if duration.measure == "working_days":
                yield from self._free_days(named + ONE_DAY, moved)
            named = moved
        held = self.standing.paused_since
        if held is not None and held < self.due:
            yield Line("paused", self.zone, start=held, reasons=self.standing.hold_reasons)

    def _days_lost(self, first: datetime, last: datetime) -> int:
        start, end = self.calendar.day_of(first), self.calendar.day_of(last)
        if self.measure == "working_days":
            return self.calendar.working_days_between(start, end)
        return (end - start).days

    def _first_days(self, duration: Duration, begun: date, named: date) -> Iterator[Line]:
        if duration.unit == "calendar_months":
            yield self._months(duration, begun, named)
        elif duration.measure == "working_days":
            first = begun + ONE_DAY if duration.amount else begun
            yield from _in_sum(self._working_days(first, named))
        elif begun < named:
            yield Line(
                "counted", self.zone, first=begun + ONE_DAY, last=named, days=(named - begun).days
            )

    def _months(self, duration: Duration, begun: date, named: date) -> Line:
        clipped = named.day != begun.day
        return Line(
            "months", self.zone, first=begun, last=named, days=duration.count, clipped=clipped
        )

    def _working_days(self, first: date, last: date) -> Iterator[Line]:
        """Runs of working days and of closed days in [first, last]."""
        at = first
        while at <= last:
            works, since = self.calendar.is_working_day(at), at
            while at <= last and self.calendar.is_working_day(at) == works:
                at += ONE_DAY
            if works:
                yield Line(
                    "counted", self.zone, first=since, last=at - ONE_DAY, days=(at - since).days
                )
            else:
                yield from self._closed_between(since, at)

    def _free_days(self, first: date, last: date) -> Iterator[Line]:
        return (line for line in self._working_days(first, last) if line.kind == "closed")

    # Endings

    def _ending(self) -> Iterator[Line]:
        standing, calendar = self.standing, self.calendar
        due_on = calendar.day_of(self.due)
        if calendar.known_to is not None and due_on > calendar.known_to and not standing.is_named:
            yield Line("unknown", self.zone, last=calendar.known_to)
        if standing.paused_since is None or standing.is_fixed:
            yield Line("due", self.zone, end=self.due, first=due_on if standing.names_day else None)
        if standing.done_at is not None:
            yield Line(
                "done",
                self.zone,
                end=standing.done_at,
                late=standing.lateness,
                state=standing.state,
            )
        elif standing.ended_at is not None:
            reasons = (standing.reason,) if standing.reason else ()
            yield Line(
                "ended", self.zone, end=standing.ended_at, state=standing.state, reasons=reasons
            )


def _in_sum(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines as they are, or when they are too many what counted as one line and, of the
    closed days, those with a name."""
    told = [*lines]
    if len(told) <= MANY:
        yield from told
        return
    counted = [line for line in told if line.kind == "counted"]
    in_time = counted[0].seconds is not None
    yield replace(
        counted[0],
        end=counted[-1].end,
        last=counted[-1].last,
        seconds=sum(line.seconds or 0.0 for line in counted) if in_time else None,
        days=len(counted) if in_time else sum(line.days or 0 for line in counted),
    )
    yield from (line for line in told if line.kind == "closed" and line.names)
