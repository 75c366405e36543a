"""Figures a report may hold: each counts rows of a register, and says where they are seen.

``@figure("cases.services", label=…)`` enters a function of `Asked`. A name with a colon asks with a
word of its own: ``"requests:oil_test"``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from kept.parties.models import Account
from kept.people.models import Unit, User
from kept.reports.periods import Period


@dataclass(frozen=True)
class Asked:
    """What a figure is counted over: a unit and those below it, or one account, and a period."""

    unit: Unit
    account: Account | None
    period: Period
    by: User
    word: str = ""

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment of the period, and the first after it."""
        return self.period.moments(self.unit.zone)


@dataclass(frozen=True)
class Counted:
    """What came out: a number (or none where nothing can be said), and the address of its rows."""

    value: int | str | None
    url: str = ""


@dataclass(frozen=True)
class Figure:
    """One thing that can be counted, with its words."""

    name: str
    label: Callable[[str, Unit], Any]
    count: Callable[[Asked], Counted]


@dataclass(frozen=True)
class Shown:
    """A figure as a report shows it."""

    name: str
    label: Any
    value: int | str | None
    url: str = ""
    counted_now: int | str | None = None
    """What it would be today, where that is something else."""

    @property
    def text(self) -> str:
        return "–" if self.value is None else str(self.value)


_figures: dict[str, Figure] = {}


def figure(name: str, *, label: Any) -> Callable[[Callable[[Asked], Counted]], Any]:
    """Enter a figure; ``label`` is its words, or a function of the word asked with and the unit."""

    def put(count: Callable[[Asked], Counted]) -> Callable[[Asked], Counted]:
        words = label if callable(label) else lambda word, unit: label
        _figures[name] = Figure(name, words, count)
        return count

    return put


def is_known(name: str) -> bool:
    return name.partition(":")[0] in _figures


def names() -> list[str]:
    return sorted(_figures)


def label_of(name: str, unit: Unit) -> Any:
    base, _, word = name.partition(":")
    known = _figures.get(base)
    return known.label(word, unit) if known else name


def count(name: str, asked: Asked) -> Counted:
    """Count one figure. Raises KeyError for a name nobody entered."""
    base, _, word = name.partition(":")
    return _figures[base].count(Asked(asked.unit, asked.account, asked.period, asked.by, word))


def percent(part: int, whole: int) -> str | None:
    """A share in percent, in tenths; none of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else None


def address(path: str, **filters: Any) -> str:
    """Where the rows behind a figure are listed."""
    given = {name: value for name, value in filters.items() if value != ""}
    return f"{path}?{urlencode(given, doseq=True)}"
