"""Shifts of a day and the week they make."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta

from kept.promises.clockwork.zones import MIDNIGHT

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")


def _since_midnight(at: time) -> timedelta:
    return timedelta(
        hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond
    )


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """One stretch of work by the wall clock; an end not after its start is on the next day.

    A shift belongs to the day it starts on: a holiday takes the shifts that start on it, not the
    end of the night before.
    """

    start: time
    end: time
    opening: timedelta = field(init=False, repr=False, compare=False)
    closing: timedelta = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        opening, closing = _since_midnight(self.start), _since_midnight(self.end)
        object.__setattr__(self, "opening", opening)
        object.__setattr__(
            self, "closing", closing if closing > opening else closing + timedelta(days=1)
        )

    @classmethod
    def of(cls, text: str) -> "Shift":
        """Read "08:30-17:00", "22:00-06:00" (overnight) or "00:00-24:00" (the whole day)."""
        found = _SHIFT.fullmatch(text)
        if not found:
            raise ValueError(f"not a shift: {text!r}")
        hour, minute, end_hour, end_minute = map(int, found.groups())
        if (end_hour, end_minute) == (24, 0):
            end_hour = 0
        return cls(time(hour, minute), time(end_hour, end_minute))

    def __str__(self) -> str:
        end = "24:00" if self.end == MIDNIGHT else f"{self.end:%H:%M}"
        return f"{self.start:%H:%M}-{end}"


Week = tuple[tuple[Shift, ...], ...]
WHOLE_DAY = (Shift(MIDNIGHT, MIDNIGHT),)


def week_of(days: Mapping[str, Sequence[str]]) -> Week:
    """A week from words: {"mon-fri": ["08:30-12:00", "13:30-18:00"], "sat": ["09:00-12:00"]}."""
    week: list[tuple[Shift, ...]] = [()] * 7
    for span, shifts in days.items():
        first, _, last = span.lower().partition("-")
        if first not in _WEEKDAYS or (last or first) not in _WEEKDAYS:
            raise ValueError(f"not days of the week: {span!r}")
        start, end = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
        for at in range(start, end + 1 if end >= start else end + 8):
            week[at % 7] = tuple(map(Shift.of, shifts))
    return tuple(week)
