"""The figures of the promise ledger, counted by the database in a few statements (S2.16, B15).

Over promises that fall due in a period: each counts where its due time lies. The kept % is defined
here and nowhere else: kept in time ÷ what fell due, without what was excused or withdrawn.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Max,
    Min,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from kept.promises.models import PromiseState
from kept.promises.outcomes import PromiseOutcome, came_out
from kept.promises.periods import Step

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Figures:
    """How many promises came out how. ``median`` is over those kept late; ``worst`` also over
    those still late, by how late they are at the moment of counting. Both are seconds.
    """

    in_time: int = 0
    late: int = 0
    broken: int = 0
    excused: int = 0
    withdrawn: int = 0
    open: int = 0
    median: int | None = None
    worst: int | None = None

    @property
    def made(self) -> int:
        """All of them."""
        return self.fell_due + self.excused + self.withdrawn + self.open

    @property
    def fell_due(self) -> int:
        """What had to be kept by now, excused and withdrawn apart."""
        return self.in_time + self.late + self.broken

    @property
    def share(self) -> Decimal | None:
        """Kept %: kept in time ÷ fell due; none where nothing fell due."""
        return share_of(self.in_time, self.fell_due)

    def of(self, outcome: str) -> int:
        return getattr(self, outcome)


def share_of(in_time: int, fell_due: int) -> Decimal | None:
    """Percent with one decimal. Rounding never says that all was kept when one was not."""
    if not fell_due:
        return None
    exact = Decimal(in_time * 100) / fell_due
    rounded = exact.quantize(TENTH, ROUND_HALF_UP)
    if in_time < fell_due:
        return min(rounded, Decimal("99.9"))
    return rounded


def together(several: Iterable[Figures], median: int | None) -> Figures:
    """The figures of several groups as one; the middle lateness cannot be had from theirs."""
    several = list(several)
    late = [one.worst for one in several if one.worst is not None]
    return Figures(
        **{
            outcome.value: sum(one.of(outcome.value) for one in several)
            for outcome in PromiseOutcome
        },
        median=median,
        worst=max(late, default=None),
    )


def median_of(rows: QuerySet, now: datetime) -> int | None:
    """The middle lateness of all that was kept late."""
    return _medians(rows.order_by().annotate(whole=Value(0)), "whole", now).get(0)


def figures_by(rows: QuerySet, key: str, now: datetime) -> dict[Any, Figures]:
    """The figures for each value of a column; two statements, however many rows."""
    medians = _medians(rows.order_by(), key, now)
    return {
        value: replace(figures, median=medians.get(value))
        for value, figures in counts_by(rows, key, now).items()
    }


def counts_by(rows: QuerySet, key: str, now: datetime) -> dict[Any, Figures]:
    """The same without the middle lateness, in one statement."""
    counts = {
        outcome.value: Count("pk", filter=came_out(outcome, now)) for outcome in PromiseOutcome
    }
    counted = (
        rows.order_by()
        .values(key)
        .annotate(
            **counts,
            worst_done=Max("lateness", filter=came_out(PromiseOutcome.LATE, now)),
            oldest=Min("due_at", filter=Q(state=PromiseState.RUNNING, due_at__lt=now)),
        )
    )
    return {
        row[key]: Figures(
            **{name: row[name] for name in counts},
            worst=_worst(row["worst_done"], row["oldest"], now),
        )
        for row in counted
    }


def _worst(done: int | None, oldest: datetime | None, now: datetime) -> int | None:
    still = round((now - oldest).total_seconds()) if oldest is not None else None
    late = [one for one in (done, still) if one is not None]
    return max(late) if late else None


def _medians(rows: QuerySet, key: str, now: datetime) -> dict[Any, int]:
    """The middle lateness of what was kept late, or the mean of the two in the middle."""
    group = [F(key)]
    placed = (
        rows.filter(came_out(PromiseOutcome.LATE, now))
        .annotate(
            place=Window(RowNumber(), partition_by=group, order_by=[F("lateness"), F("pk")]),
            total=Window(Count("pk"), partition_by=group),
        )
        .filter(place__gte=F("total") / 2, place__lte=F("total") / 2 + 1)
        .values_list(key, "place", "total", "lateness")
    )
    middle: dict[Any, list[int]] = {}
    for value, place, total, lateness in placed:
        if total % 2 == 0 or place == total // 2 + 1:
            middle.setdefault(value, []).append(lateness)
    return {value: round(sum(found) / len(found)) for value, found in middle.items()}


def in_steps(rows: QuerySet, steps: list[Step]) -> QuerySet:
    """The rows with ``step``: the place of the step their due time lies in.

    Compared with the bounds of the steps, which the database does far faster than cutting each
    moment to its week in the reader's zone.
    """
    whens = [When(due_at__lt=step.ends_at, then=Value(place)) for place, step in enumerate(steps)]
    return rows.annotate(step=Case(*whens, default=None, output_field=IntegerField()))
