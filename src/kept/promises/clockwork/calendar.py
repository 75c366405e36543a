"""Calendars: when a company or unit is open, and which of its days are working days (SX.03)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kept.promises.clockwork.periods import NOTHING, Periods, lay_out, opening
from kept.promises.clockwork.shifts import WHOLE_DAY, Shift, Week
from kept.promises.clockwork.zones import MIDNIGHT, ONE_DAY, day_end, day_of, to_utc

Name = str | Mapping[str, str]
"""What a day is called: one text, or a text for each language code."""

REACH = 100
"""How many years ahead (or back) open time is looked for before NeverOpen is raised."""


class NeverOpen(ValueError):
    """The calendar is not open (or has no working day) within a hundred years of the question."""


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise ValueError(f"not a time zone: {name!r}") from unknown


@dataclass(frozen=True)
class WorkCalendar:
    """When work is done, in one zone. Keep an instance: it lays out its years once, when asked.

    `opened` holds days with shifts of their own (make-up working days, half days) and wins over
    `closed`; `names` says what such days are called; `known_to` is the last day for which the
    holidays are known, for calendars whose holidays are announced year by year.
    """

    zone: str
    week: Week
    closed: frozenset[date] = frozenset()
    opened: Mapping[date, tuple[Shift, ...]] = field(default_factory=dict, hash=False)
    names: Mapping[date, Name] = field(default_factory=dict, hash=False)
    known_to: date | None = None
    tz: ZoneInfo = field(init=False, repr=False, compare=False)
    is_always_open: bool = field(init=False, repr=False, compare=False)
    _laid_out: Periods | None = field(init=False, repr=False, compare=False, default=None)
    _day_ends: dict[date, datetime] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days, Monday first")
        put = object.__setattr__
        put(self, "week", tuple(tuple(sorted(shifts)) for shifts in self.week))
        put(self, "closed", frozenset(self.closed))
        put(self, "opened", {day: tuple(sorted(own)) for day, own in self.opened.items()})
        put(self, "names", dict(self.names))
        put(self, "tz", _zone(self.zone))
        put(self, "_day_ends", {})
        whole = all(any(s.start == s.end == MIDNIGHT for s in shifts) for shifts in self.week)
        put(self, "is_always_open", whole and not self.closed and not self.opened)

    def with_days(
        self,
        *,
        closed: Mapping[date, Name] | None = None,
        opened: Mapping[date, tuple[Shift, ...]] | None = None,
        names: Mapping[date, Name] | None = None,
        known_to: date | None = None,
    ) -> "WorkCalendar":
        """The same calendar with further days closed or opened; the later word wins for a day."""
        shut, open_ = dict(closed or {}), dict(opened or {})
        return replace(
            self,
            closed=(self.closed - open_.keys()) | shut.keys(),
            opened={d: s for d, s in self.opened.items() if d not in shut} | open_,
            names={**self.names, **shut, **(names or {})},
            known_to=known_to or self.known_to,
        )

    # Days

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The shifts that start on a day."""
        own = self.opened.get(day)
        if own is not None:
            return own
        return () if day in self.closed else self.week[day.weekday()]

    def usual_shifts(self) -> tuple[Shift, ...]:
        """The shifts of the first working day of the week: what a make-up day works."""
        return next((shifts for shifts in self.week if shifts), ())

    def is_working_day(self, day: date) -> bool:
        """Whether a shift starts on the day."""
        return bool(self.shifts_on(day))

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after a day (before it, when negative).

        With 0 the day itself if it is a working day, else the next. Raises NeverOpen.
        """
        ordinal = day.toordinal()
        periods = self._laid_out
        if periods is not None and count > 0 and periods.first < day.year < periods.last:
            at = bisect_right(periods.days, ordinal) + count - 1
            if at < len(periods.days):
                return date.fromordinal(periods.days[at])
        years = abs(count) // 366
        if years > REACH:
            raise NeverOpen(f"{count} working days are more than {REACH} years")
        while True:
            days = self._cover(day.year, years, years if count < 0 else 0).days
            if count > 0:
                at = bisect_right(days, ordinal) + count - 1
            else:
                at = bisect_left(days, ordinal) + count
            if 0 <= at < len(days):
                return date.fromordinal(days[at])
            years = self._wider(years)

    def working_days_between(self, first: date, after: date) -> int:
        """How many working days lie in [first, after)."""
        days = self._cover(first.year, after.year - first.year).days
        return bisect_left(days, after.toordinal()) - bisect_left(days, first.toordinal())

    # Moments

    def is_open(self, moment: datetime) -> bool:
        """Whether work is done at a moment: from an opening on, no longer at the closing."""
        return self.is_always_open or self._at(moment).index_of_open(to_utc(moment)) >= 0

    def next_open(self, moment: datetime) -> datetime:
        """The moment itself when open, else the next opening. Raises NeverOpen."""
        moment = to_utc(moment)
        if self.is_always_open:
            return moment
        years = 0
        periods = self._at(moment)
        while True:
            if periods.index_of_open(moment) >= 0:
                return moment
            at = bisect_right(periods.opens, moment)
            if at < len(periods.opens):
                return periods.opens[at]
            years = self._wider(years)
            periods = self._cover(moment.year, years)

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        """Open time between two moments as it really passed; negative when end is before start."""
        start, end = to_utc(start), to_utc(end)
        if self.is_always_open:
            return end - start
        if end < start:
            return -self.open_time(end, start)
        if end.year - start.year > REACH:
            raise NeverOpen(f"more than {REACH} years between {start} and {end}")
        periods = self._laid_out
        if periods is None or start < periods.since or end >= periods.until:
            periods = self._cover(start.year, end.year - start.year)
        return periods.worked(end) - periods.worked(start)

    def open_seconds(self, start: datetime, end: datetime) -> float:
        """Open seconds between two moments as they really passed."""
        return self.open_time(start, end).total_seconds()

    def add_open_time(self, start: datetime, span: timedelta) -> datetime:
        """The first moment (UTC) by which so much open time has passed since start.

        That may be a closing time, never the opening after it. With nothing to add: the moment
        itself when open, else the next opening. Raises NeverOpen.
        """
        if start.tzinfo is not UTC:
            start = to_utc(start)
        if self.is_always_open:
            return start + span
        if span <= NOTHING:
            return self._add_nothing(start, span)
        periods = self._laid_out
        if periods is None or not periods.since <= start < periods.until:
            periods = self._at(start)
        worked = periods.worked(start) + span
        if worked > periods.before[-1]:
            return self._add_far(start, span)
        return periods.moment_of(worked)

    def add_open(self, start: datetime, seconds: float) -> datetime:
        """Like add_open_time, in seconds."""
        return self.add_open_time(start, timedelta(seconds=seconds))

    def open_periods(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open periods between two moments, cut to them, in order."""
        start, end = to_utc(start), to_utc(end)
        if self.is_always_open:
            if start < end:
                yield start, end
            return
        periods = self._cover(start.year, end.year - start.year)
        at = max(bisect_right(periods.opens, start) - 1, 0)
        while at < len(periods.opens) and periods.opens[at] < end:
            first, last = max(periods.opens[at], start), min(periods.closes[at], end)
            if first < last:
                yield first, last
            at += 1

    def day_of(self, moment: datetime) -> date:
        """The day a moment falls on in the calendar's zone."""
        return day_of(moment, self.tz)

    def day_end(self, day: date) -> datetime:
        """The last microsecond (UTC) of a day in the calendar's zone."""
        end = self._day_ends.get(day)
        if end is None:
            end = self._day_ends[day] = day_end(day, self.tz)
        return end

    # Layout

    def _add_nothing(self, start: datetime, span: timedelta) -> datetime:
        if span < NOTHING:
            raise ValueError("open time to add cannot be negative")
        return self.next_open(start)

    def _add_far(self, start: datetime, span: timedelta) -> datetime:
        if span > timedelta(days=366 * REACH):
            raise NeverOpen(f"{span} of open time is more than {REACH} years")
        years = self._years_for(span, self._at(start))
        while True:
            periods = self._cover(start.year, years)
            worked = periods.worked(start) + span
            if worked <= periods.before[-1]:
                return periods.moment_of(worked)
            years = self._wider(years)

    def _years_for(self, span: timedelta, periods: Periods) -> int:
        """About how many years hold so much open time, judged by those laid out."""
        total, years = periods.before[-1], periods.last - periods.first + 1
        return min(int(span / total * years) + 1, REACH) if total else years

    def _wider(self, years: int) -> int:
        if years >= REACH:
            raise NeverOpen(f"not open within {REACH} years ({self.zone})")
        return min(max(years * 2, 1), REACH)

    def _at(self, moment: datetime) -> Periods:
        periods = self._laid_out
        if periods is None or not periods.since <= moment < periods.until:
            periods = self._cover(to_utc(moment).year)
        return periods

    def _cover(self, year: int, ahead: int = 0, back: int = 0) -> Periods:
        """Periods that answer for a year, so many ahead and back, with a year of margin."""
        first, last = max(year - back - 1, 2), min(year + ahead + 1, 9998)
        periods = self._laid_out
        if periods is not None:
            if periods.first <= first and last <= periods.last:
                return periods
            if first <= periods.last + REACH and last >= periods.first - REACH:
                first, last = min(first, periods.first), max(last, periods.last)
        if not first + 1 < last:
            raise NeverOpen(f"the year {year} is out of reach")
        wanted = range(first, last + 1)
        periods = lay_out(wanted, self._opening(wanted), self._working_days(wanted))
        object.__setattr__(self, "_laid_out", periods)
        return periods

    def _working_days(self, years: range) -> Iterator[date]:
        day = date(years[0], 1, 1)
        while day.year <= years[-1]:
            if self.shifts_on(day):
                yield day
            day += ONE_DAY

    def _opening(self, years: range) -> Iterator[tuple[datetime, datetime]]:
        return opening(self._working_days(years), self.shifts_on, self.tz)


ALWAYS = WorkCalendar("UTC", (WHOLE_DAY,) * 7)
"""Day and night, every day."""


@lru_cache(maxsize=256)
def always(zone: str) -> WorkCalendar:
    """Day and night, every day, with the days and clocks of a zone."""
    return WorkCalendar(zone, (WHOLE_DAY,) * 7)
