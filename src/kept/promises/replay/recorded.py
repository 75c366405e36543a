"""Matters as another system recorded them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

KEPT, BROKEN, OPEN, NONE = "kept", "broken", "open", "none"
"""Verdicts: in time, too late, still in time, and no promise at all."""

Pauses = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One matter: when it came in, was due and done (UTC), what was said of it, and its facts."""

    id: str
    line: int
    received: datetime
    due: datetime | None = None
    closed: datetime | None = None
    verdict: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    pauses: Pauses = ()

    @property
    def last_heard(self) -> datetime:
        """The last moment of which the record knows that it had come."""
        return max(self.received, self.closed or self.received)


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that could not be read: its line, and why in a sentence."""

    line: int
    why: str


@dataclass
class Records:
    """All that a file holds. ``as_of`` is the last moment it knows of: what is open stands so."""

    matters: list[Recorded]
    unread: list[Unread]
    rows: int = 0
    left_out: int = 0

    @property
    def as_of(self) -> datetime:
        return max(one.last_heard for one in self.matters)

    def years(self) -> tuple[int, int]:
        """The years that the matters lie in, and one more: what came late is due later."""
        return (
            min(one.received.year for one in self.matters),
            max(one.last_heard.year for one in self.matters) + 1,
        )
