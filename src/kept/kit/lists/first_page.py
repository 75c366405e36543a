"""The page a list starts with, most often asked for: its statement is written once for all readers.

What differs from one reader to the next is what they see, and which rows an index names for them;
the rest of the statement is the same as long as the conditions are.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigAutoField, QuerySet

from kept.kit.lists import nearest
from kept.kit.lists.nearest import Near
from kept.kit.lists.order import Key, segments
from kept.kit.prepared import Among, GivenKeys
from kept.kit.seen import Seen

MOST = 200
"""So many statements are kept: lists times conditions times numbers of rows."""

InOrder = tuple[QuerySet, list[Key]]

_kept: dict[Hashable, "FirstPage | None"] = {}


@dataclass(frozen=True)
class FirstPage:
    """The statement of a first page of ``limit`` rows, and the keys of its order."""

    keys: list[Key]
    limit: int
    rows: Seen

    def read(self, near: Near, reader: Any) -> list[Any] | None:
        """What this reader finds there; None where the index does not name enough of it."""
        for count in (self.limit + nearest.SPARE, self.limit * nearest.AGAIN):
            named = near.first(count)
            rows = self.rows.rows(reader, named=named.keys)
            if named.is_all or len(rows) == self.limit:
                return rows
        return None


def first_page(
    key: Hashable, near: Near, in_order: Callable[[Any], InOrder], reader: Any, limit: int
) -> FirstPage | None:
    """The page under a key, written by the first who asks for it. ``in_order`` gives the rows for a
    reader with the keys of their order; None where it cannot be written for all readers, or starts
    otherwise than the index does.
    """
    if reader.is_system:
        return None
    if key not in _kept:
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = _written(near.path, in_order, reader, limit)
    return _kept[key]


def _written(
    path: str, in_order: Callable[[Any], InOrder], reader: Any, limit: int
) -> FirstPage | None:
    asked, keys = in_order(reader)
    if asked.query.is_empty():
        return None  # a condition was not understood
    if not keys[0].nullable or keys[0].descending:
        return None
    (top,) = segments(keys, None, upwards=False)

    def rows(reader: Any, named: Any) -> QuerySet:
        return top.of(in_order(reader)[0].filter(Among(path, named)))[:limit]

    seen = Seen(rows, named=GivenKeys("named", BigAutoField()))
    return FirstPage(keys, limit, seen) if seen.is_for_all else None
