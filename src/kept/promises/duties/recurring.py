"""The periods of a recurrence: pure days, no database and no clock.

Every period is counted from the anchor, so that moving or keeping one changes no other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from dateutil.rrule import rrule, rruleset, rrulestr  # type: ignore[import-untyped]

ONE_DAY = timedelta(days=1)
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
FORBIDDEN = {"COUNT", "UNTIL", "BYHOUR", "BYMINUTE", "BYSECOND", "DTSTART"}
LONGEST_GAP = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Period:
    """The days of one period; both ends count."""

    first: date
    last: date


def check_recurrence(text: str, anchor: date) -> str:
    """The recurrence as it is kept. Raises ValueError where it is none, ends, or names no days."""
    parts = parts_of(text)
    if "\n" in text or ":" in text or parts.get("FREQ") not in FREQUENCIES:
        raise ValueError(f"not a recurrence of days: {text!r}")
    if bounds := sorted(FORBIDDEN.intersection(parts)):
        raise ValueError(f"a recurrence of whole days has no end: {', '.join(bounds)}")
    for first in _dates(text, anchor).xafter(_midnight(anchor), count=1, inc=True):
        if first - _midnight(anchor) <= LONGEST_GAP:
            return text
    raise ValueError(f"a recurrence that names no day: {text!r}")


def parts_of(text: str) -> dict[str, str]:
    """The parts of a recurrence by name: FREQ, INTERVAL and so on."""
    return dict(part.strip().upper().split("=", 1) for part in text.split(";") if "=" in part)


def periods(text: str, anchor: date, since: date, until: date) -> Iterator[Period]:
    """The periods that begin on a day from ``since`` to ``until``, in order."""
    dates = _dates(text, anchor)
    firsts = [day.date() for day in dates.between(_midnight(since), _midnight(until), inc=True)]
    for first, following in zip(firsts, [*firsts[1:], None], strict=True):
        after = following or _next(dates, first)
        if after is None:
            return
        yield Period(first, after - ONE_DAY)


def _next(dates: rrule, day: date) -> date | None:
    found = dates.after(_midnight(day))
    return found.date() if found else None


@lru_cache(maxsize=256)
def _dates(text: str, anchor: date) -> rrule:
    try:
        found = rrulestr(text, dtstart=_midnight(anchor))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a recurrence: {text!r} ({error})") from None
    if isinstance(found, rruleset):
        raise ValueError(f"one recurrence only: {text!r}")
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
