"""A slow model of calendars and clocks: walks minute by minute, knows only UTC to local time."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
HORIZON_DAYS = 40
BEFORE_DAYS = 3


@lru_cache(maxsize=32)
def wall_clock(zone: str, base: date) -> tuple[datetime, list[datetime]]:
    """What the clocks of a zone show in each minute of the horizon, as the latest shown so far."""
    start = datetime(base.year, base.month, base.day, tzinfo=UTC) - BEFORE_DAYS * DAY
    tz, shown = ZoneInfo(zone), []
    latest = start.replace(tzinfo=None) - DAY
    for minute in range((HORIZON_DAYS + BEFORE_DAYS) * 24 * 60):
        wall = (start + minute * MINUTE).astimezone(tz).replace(tzinfo=None)
        latest = max(latest, wall)
        shown.append(latest)
    return start, shown


class Model:
    """Which minutes are open, worked out shift by shift, with wall times found by looking."""

    def __init__(self, calendar, base: date):
        self.start, self.shown = wall_clock(calendar.zone, base)
        self.open = bytearray(len(self.shown))
        day, last = base - (BEFORE_DAYS + 2) * DAY, base + (HORIZON_DAYS + 2) * DAY
        while day <= last:
            if day in calendar.opened:
                shifts = calendar.opened[day]
            else:
                shifts = () if day in calendar.closed else calendar.week[day.weekday()]
            for shift in shifts:
                end_day = day if shift.end > shift.start else day + DAY
                first = self._first_showing(datetime.combine(day, shift.start))
                after = self._first_showing(datetime.combine(end_day, shift.end))
                self.open[first:after] = b"\x01" * (after - first)
            day += DAY

    def _first_showing(self, wall: datetime) -> int:
        return bisect_left(self.shown, wall)

    def minute_of(self, moment: datetime) -> int:
        return (moment - self.start) // MINUTE

    def moment_of(self, minute: int) -> datetime:
        return self.start + minute * MINUTE

    def open_minutes(self, start: datetime, end: datetime) -> int:
        return sum(self.open[self.minute_of(start) : self.minute_of(end)])

    def next_open(self, moment: datetime) -> datetime:
        return self.moment_of(self.open.index(1, self.minute_of(moment)))

    def due(self, start: datetime, minutes: int, pauses=(), *, working: bool) -> datetime | None:
        """Count minutes that are open (or all) and not paused until the term is used up.

        None when that is beyond the horizon.
        """
        counts = bytearray(self.open) if working else bytearray(b"\x01" * len(self.open))
        for first, last in pauses:
            begin, end = self.minute_of(first), self.minute_of(last)
            counts[begin:end] = bytes(len(counts[begin:end]))
        minute = self.minute_of(start) - 1
        for _ in range(minutes):
            minute = counts.find(1, minute + 1)
            if minute < 0:
                return None
        return self.moment_of(minute + 1)


def due_day(day: date, count: int, pauses, works, tz) -> date:
    """Count the ends of working days that no pause covers: the start's own end comes first."""
    left, at = (count + 1 if works(day) else max(count, 1)), day
    while True:
        end = datetime.combine(at + DAY, time(), tzinfo=tz)
        if works(at) and not any(first < end <= last for first, last in pauses):
            left -= 1
            if left == 0:
                return at
        at += DAY
