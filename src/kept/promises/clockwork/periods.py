"""The open periods of a calendar, laid out along the time line for as many years as were asked."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kept.promises.clockwork.shifts import Shift
from kept.promises.clockwork.zones import ONE_DAY, ahead_of_utc, instant

NOTHING = timedelta(0)
TWO_DAYS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Periods:
    """Open periods in UTC, merged where they touch, in order, with the open time before each.

    Answers are right for moments in [since, until): the years at either end are margin.
    `before` has one entry more than there are periods: the last is all the open time there is.
    `days` are the ordinals of the working days.
    """

    first: int
    last: int
    since: datetime
    until: datetime
    opens: list[datetime]
    closes: list[datetime]
    before: list[timedelta]
    days: list[int]

    def worked(self, moment: datetime) -> timedelta:
        """Open time from the beginning of the layout to a moment."""
        at = bisect_right(self.opens, moment) - 1
        if at < 0:
            return NOTHING
        close = self.closes[at]
        return self.before[at] + ((moment if moment < close else close) - self.opens[at])

    def moment_of(self, worked: timedelta) -> datetime:
        """The first moment by which so much open time (> 0) has passed: it may be a closing."""
        at = bisect_left(self.before, worked) - 1
        return self.opens[at] + (worked - self.before[at])

    def index_of_open(self, moment: datetime) -> int:
        """Which period a moment lies in, or -1 when all is closed."""
        at = bisect_right(self.opens, moment) - 1
        return at if at >= 0 and moment < self.closes[at] else -1


def lay_out(
    years: range, opening: Iterable[tuple[datetime, datetime]], days: Iterable[date]
) -> Periods:
    """Merge raw opening times (any order, overlaps allowed) of whole years into periods."""
    opens: list[datetime] = []
    closes: list[datetime] = []
    for start, end in sorted(opening):
        if closes and start <= closes[-1]:
            closes[-1] = max(closes[-1], end)
        elif start < end:
            opens.append(start)
            closes.append(end)
    before = [NOTHING]
    for start, end in zip(opens, closes, strict=True):
        before.append(before[-1] + (end - start))
    return Periods(
        first=years[0],
        last=years[-1],
        since=datetime(years[0] + 1, 1, 1, tzinfo=UTC),
        until=datetime(years[-1], 1, 1, tzinfo=UTC),
        opens=opens,
        closes=closes,
        before=before,
        days=[day.toordinal() for day in days],
    )


def opening(
    days: Iterable[date], shifts_on: Callable[[date], Iterable[Shift]], zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """The opening and closing (UTC) of every shift that starts on one of the days."""
    for day in days:
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        offset = ahead_of_utc(midnight.replace(tzinfo=zone))
        steady = offset == ahead_of_utc((midnight + TWO_DAYS).replace(tzinfo=zone))
        base = midnight - offset
        for shift in shifts_on(day):
            if steady:
                yield base + shift.opening, base + shift.closing
            else:
                last = day if shift.end > shift.start else day + ONE_DAY
                yield instant(day, shift.start, zone), instant(last, shift.end, zone)
