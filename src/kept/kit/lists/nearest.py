"""A page read from the few rows that can stand on it, where an index names those.

What somebody may see is a condition over another table; a database that sorts all rows under it
takes longer for every row there is. An index in the order of the list, for each scope by itself,
names the next few of them in no time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from kept.kit.lists.order import Key, Segment, with_value, without_value

SPARE = 10
"""So many rows more are named than asked for: the last ones may be tied."""
AGAIN = 20
"""The second time so many times as many, where most of the first were filtered away."""


@dataclass(frozen=True)
class Named:
    """``among`` these rows are the next ones, as far as their first key lies before ``bound``; None
    where these are all that have a value there.
    """

    among: Q
    bound: Any = None


class Near(Protocol):
    """Names the rows that come next in the order of a list's first key."""

    def named(self, start: Any, down: bool, count: int) -> Named:
        """The next ``count`` rows or more from ``start`` on, downwards or upwards."""
        ...

    def without(self) -> Q:
        """The rows that have no value there."""
        ...


def nearest(
    near: Near,
    queryset: QuerySet,
    keys: Sequence[Key],
    place: Sequence[Any] | None,
    limit: int,
    *,
    upwards: bool,
) -> list[Any] | None:
    """A page behind a place, or None where this way does not lead to it."""
    if place is not None and place[0] is None:
        return None
    start, down = (place[0] if place else None), keys[0].descending != upwards
    valued = with_value(keys, place, upwards=upwards)
    for count in (limit + SPARE, limit * AGAIN):
        named = near.named(start, down, count)
        rows = list(valued.of(queryset.filter(named.among))[:limit])
        if named.bound is None:
            return _with_rest(near, queryset, keys, rows, limit, upwards=upwards)
        if len(rows) == limit and _is_before(_first(rows[-1], keys), named.bound, down):
            return rows
    return None


def _with_rest(
    near: Near,
    queryset: QuerySet,
    keys: Sequence[Key],
    rows: list[Any],
    limit: int,
    *,
    upwards: bool,
) -> list[Any]:
    """The rows with a value, which are all there are, and behind them those without."""
    if len(rows) < limit and not upwards and keys[0].nullable:
        empty: Segment = without_value(keys, upwards=upwards)
        rows += empty.of(queryset.filter(near.without()))[: limit - len(rows)]
    return rows


def _first(row: Any, keys: Sequence[Key]) -> Any:
    name = keys[0].name
    return row[name] if isinstance(row, dict) else getattr(row, name)


def _is_before(value: Any, bound: Any, down: bool) -> bool:
    return value > bound if down else value < bound
