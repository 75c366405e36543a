"""What rules make of many promises: how many are kept, how late, and when deadlines fall.

Promises are counted one by one; what is held does not grow with their number: margins are kept by
the minute, up to a year either way.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from kept.promises.clockwork import WorkCalendar
from kept.promises.clockwork.zones import TICK
from kept.promises.replay.figures import TENTHS, share

HOUR, DAY = 60, 24 * 60
MOST = 366 * DAY
"""Margins beyond a year count as a year, in minutes."""
BANDS = (-7 * DAY, -DAY, -4 * HOUR, 0, HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY)
"""Upper ends of the bands of lateness in minutes, each within its band; the last has none."""
QUANTILES = (10, 25, 50, 75, 90, 95, 99)
END_OF_DAY = 24
"""The column of deadlines that name a day, beside those of the 24 hours."""
COLUMNS = 25


class Outcome(StrEnum):
    """What became of a promise under a rule."""

    KEPT = "kept"
    LATE = "late"
    OVERDUE = "overdue"
    OPEN = "open"
    LEFT_OUT = "left_out"


DECIDED = (Outcome.KEPT, Outcome.LATE, Outcome.OVERDUE)


@dataclass(frozen=True, slots=True)
class Result:
    """One promise under a rule: its outcome, its due time, whether that names a day, and when it
    was done.
    """

    outcome: Outcome
    due: datetime | None
    names_day: bool = False
    done: datetime | None = None

    @property
    def margin(self) -> int | None:
        """Minutes after the due time, begun minutes whole; 0 and less: in time. None: not done."""
        if self.due is None or self.done is None or self.outcome not in DECIDED:
            return None
        minutes = -((self.due - self.done) // timedelta(minutes=1))
        return max(-MOST, min(MOST, minutes))

    def hour_of_week(self, zone: ZoneInfo) -> int | None:
        """Which of the 7 × 25 fields the deadline falls in, Monday first; None for no deadline."""
        if self.due is None or self.outcome == Outcome.LEFT_OUT:
            return None
        local = self.due.astimezone(zone)
        return local.weekday() * COLUMNS + (END_OF_DAY if self.names_day else local.hour)


def band_of(margin: int) -> int:
    """The band a margin lies in, from 0 (far too early) to the last (far too late)."""
    return bisect_left(BANDS, margin)


FIRST_LATE_BAND = band_of(1)


class Duty:
    """When somebody is on duty: the open time of a calendar."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar

    def is_missed_by(self, result: Result, unit: int | None = None) -> bool:
        """Whether a deadline falls where nobody is on duty. At closing time somebody still is; a
        deadline that names a day needs a working day. ``unit`` is the key of the unit that owes
        it, for duties that differ by unit.
        """
        if result.due is None or result.outcome == Outcome.LEFT_OUT:
            return False
        if result.names_day:
            return not self.calendar.is_working_day(self.calendar.day_of(result.due))
        return not (self.calendar.is_open(result.due) or self.calendar.is_open(result.due - TICK))


@dataclass
class Spread:
    """Figures of promises under one set of rules, in the zone of whoever looks at them.

    ``week`` counts deadlines by hour of the week, ``missed`` those of them off duty.
    """

    zone: str
    duty: Duty
    outcomes: Counter = field(default_factory=Counter)
    margins: Counter = field(default_factory=Counter)
    week: list[int] = field(default_factory=lambda: [0] * (7 * COLUMNS))
    missed: list[int] = field(default_factory=lambda: [0] * (7 * COLUMNS))

    def __post_init__(self) -> None:
        self._tz = ZoneInfo(self.zone)

    def add(self, result: Result, unit: int | None = None) -> None:
        """Count one promise, of a unit where it has one."""
        self.outcomes[result.outcome] += 1
        if (margin := result.margin) is not None:
            self.margins[margin] += 1
        if (hour := result.hour_of_week(self._tz)) is not None:
            self.week[hour] += 1
            self.missed[hour] += self.duty.is_missed_by(result, unit)

    def figures(self) -> dict[str, Any]:
        """All figures as plain data, to be frozen: ``kept_percent`` as text, the rest as numbers.

        Quantiles are minutes after the due time, by nearest rank.
        """
        decided = sum(self.outcomes[one] for one in DECIDED)
        kept = share(self.outcomes[Outcome.KEPT], decided, TENTHS)
        return {
            "count": sum(self.outcomes.values()),
            "outcomes": {one.value: self.outcomes[one] for one in Outcome},
            "decided": decided,
            "kept_percent": None if kept is None else str(kept),
            "done": sum(self.margins.values()),
            "quantiles": quantiles(self.margins),
            "bands": self._bands(),
            "week": list(self.week),
            "deadlines": sum(self.week),
            "missed": list(self.missed),
            "off_duty": sum(self.missed),
        }

    def _bands(self) -> list[int]:
        counts = [0] * (len(BANDS) + 1)
        for margin, count in self.margins.items():
            counts[band_of(margin)] += count
        return counts


def quantiles(margins: Counter, wanted: Sequence[int] = QUANTILES) -> dict[str, int]:
    """Per cent → the margin that so many of the promises have or undercut, by nearest rank."""
    total = sum(margins.values())
    ranks = {str(one): -(-total * one // 100) for one in wanted}
    found: dict[str, int] = {}
    reached = 0
    for margin in sorted(margins):
        reached += margins[margin]
        for name, rank in ranks.items():
            if name not in found and 0 < rank <= reached:
                found[name] = margin
    return found


def edges() -> Iterable[tuple[int | None, int | None]]:
    """The lower and upper end of each band; None where it has none."""
    return pairwise((None, *BANDS, None))
