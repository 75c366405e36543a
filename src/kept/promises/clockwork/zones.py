"""From what a wall clock shows to the moment it means, also when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a moment without a zone."""
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a zone: {moment.isoformat()}")
    return moment.astimezone(UTC)


def ahead_of_utc(moment: datetime) -> timedelta:
    """By how much the clocks of an aware moment are ahead of UTC."""
    return moment.utcoffset() or timedelta(0)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) at which the clocks of `zone` show `at` of `day` or later.

    A time that comes twice means its first coming; one that is left out means the moment of the
    change.
    """
    wall = datetime.combine(day, at.replace(fold=0), tzinfo=zone)
    before = ahead_of_utc(wall)
    after = ahead_of_utc(wall.replace(fold=1))
    bare = wall.replace(tzinfo=UTC)
    if before >= after:
        return bare - before
    return _change_between(bare - after, bare - before, zone)


def _change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The moment between two others at which the zone changes its offset, to the second."""
    offset = early.astimezone(zone).utcoffset()
    seconds = int((late - early).total_seconds())
    low, high = 0, seconds
    while high - low > 1:
        middle = (low + high) // 2
        if (early + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return (early + timedelta(seconds=high)).replace(microsecond=0)


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) of a day in a zone."""
    return instant(day, MIDNIGHT, zone)


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """The last microsecond (UTC) of a day in a zone."""
    return instant(day + ONE_DAY, MIDNIGHT, zone) - TICK


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day a moment falls on in a zone."""
    return moment.astimezone(zone).date()
