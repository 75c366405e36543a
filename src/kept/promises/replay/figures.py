"""How well rules give what was recorded: by year, and verdict by verdict."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from kept.promises.replay.differences import is_equal
from kept.promises.replay.recorded import BROKEN, KEPT, NONE, OPEN
from kept.promises.replay.running import Replayed

TENTHS = Decimal("0.1")
HUNDREDTHS = Decimal("0.01")
RECORDED = (KEPT, BROKEN, "")
GIVEN = (KEPT, BROKEN, OPEN, NONE)


def share(part: int, whole: int, exact: Decimal = HUNDREDTHS) -> Decimal | None:
    """A part in per cent, rounded down so that 100 means all; None of nothing."""
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(exact, rounding="ROUND_DOWN")


@dataclass
class Year:
    """The records of one year: how many, with target, equal to the minute, with verdict, agreeing.

    Equal are counted among the records that have a target, whether a rule fits them or not.
    """

    year: int | None
    rows: int = 0
    with_target: int = 0
    equal: int = 0
    with_verdict: int = 0
    agree: int = 0

    @property
    def equal_percent(self) -> Decimal | None:
        return share(self.equal, self.with_target)

    @property
    def agree_percent(self) -> Decimal | None:
        return share(self.agree, self.with_verdict)

    def add(self, one: Replayed) -> None:
        """Count one record."""
        matter = one.matter
        self.rows += 1
        if matter.due is not None:
            self.with_target += 1
            self.equal += one.due is not None and is_equal(matter.due, one.due)
        if matter.verdict and one.verdict != NONE:
            self.with_verdict += 1
            self.agree += agrees(matter.verdict, one.verdict)


def agrees(recorded: str, given: str) -> bool:
    """Whether verdicts are the same; what is open and in time is not broken."""
    return recorded == (KEPT if given == OPEN else given)


@dataclass
class Figures:
    """All figures of a replay. ``years`` in order; ``verdicts`` counts (recorded, given)."""

    years: dict[int, Year] = field(default_factory=dict)
    total: Year = field(default_factory=lambda: Year(None))
    verdicts: Counter = field(default_factory=Counter)


def figures_of(done: Iterable[Replayed], zone: str) -> Figures:
    """Count replayed records; years are those in which they came in, in a zone."""
    figures, local = Figures(), ZoneInfo(zone)
    for one in done:
        year = one.matter.received.astimezone(local).year
        figures.years.setdefault(year, Year(year)).add(one)
        figures.total.add(one)
        figures.verdicts[one.matter.verdict, one.verdict] += 1
    figures.years = dict(sorted(figures.years.items()))
    return figures
