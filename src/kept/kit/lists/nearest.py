"""A page read from the few rows that can stand on it, where an index names those.

What somebody may see is a condition over another table; a database that sorts all rows under it
takes longer for every row there is. An index in the order of the list, for each scope by itself,
names the next few of them in no time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from kept.kit.lists.order import Key, Segment, segments, with_value, without_value

SPARE = 10
"""So many rows more are named than asked for: some may be filtered away."""
AGAIN = 20
"""The second time so many times as many, where most of the first were filtered away."""

Place = tuple[Any, ...]
"""The keys of one row; behind the first key only the others, where that one has no value."""


@dataclass(frozen=True)
class Named:
    """The next rows by keys that ``among`` finds them by, with none left out between them;
    ``is_all`` where nothing comes behind.
    """

    keys: list[int]
    among: Q
    is_all: bool


class Near(Protocol):
    """Names the rows that come next in an order of two keys, the second one of a kind; ``path``
    leads from a row to the key it is named by.
    """

    path: str

    def first(self, count: int) -> Named:
        """The first ``count`` rows or more of all, ascending, those without a value last."""
        ...

    def valued(self, place: Sequence[Any] | None, down: bool, count: int) -> Named:
        """The next ``count`` rows or more behind a place that have a value in the first key."""
        ...

    def others(self, place: Sequence[Any] | None, down: bool, count: int) -> Named:
        """The next ones of those that have none, by the second key."""
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
    rows: list[Any] = []
    if place is None and not upwards and keys[0].nullable and not keys[0].descending:
        (top,) = segments(keys, None, upwards=False)
        return _walked(queryset, top, near.first, limit)
    if place is not None and place[0] is None:
        if upwards:
            return None
        place = place[1:]
    else:
        down = keys[0].descending != upwards
        segment = with_value(keys, place, upwards=upwards)
        found = _walked(queryset, segment, lambda count: near.valued(place, down, count), limit)
        if found is None or len(found) == limit or upwards or not keys[0].nullable:
            return found
        rows, place = found, None
    down = keys[1].descending
    segment = without_value(keys, place, upwards=False)
    found = _walked(
        queryset, segment, lambda count: near.others(place, down, count), limit - len(rows)
    )
    return None if found is None else rows + found


def _walked(
    queryset: QuerySet, segment: Segment, named_by: Callable[[int], Named], limit: int
) -> list[Any] | None:
    for count in (limit + SPARE, limit * AGAIN):
        named = named_by(count)
        rows = list(segment.of(queryset.filter(named.among))[:limit])
        if named.is_all or len(rows) == limit:
            return rows
    return None


def rank(place: Place) -> tuple[tuple[bool, Any], ...]:
    """What places compare by: no value stands behind every value."""
    return tuple((value is None, value) for value in place)
