"""One page of a list: fifty rows, whether there are more, and never a count of everything."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from kept.kit.lists.cursor import cursor_of, cursor_values
from kept.kit.lists.nearest import Near, nearest
from kept.kit.lists.order import Key, segments


@dataclass
class Page:
    """The rows, and the cursors of the neighbouring pages where there are any."""

    rows: list[Any] = field(default_factory=list)
    next: str = ""
    previous: str = ""

    @property
    def count_words(self) -> str:
        """``23`` when this is all, ``50+`` when it is not; nothing on later pages."""
        if self.previous:
            return ""
        return f"{len(self.rows)}+" if self.next else str(len(self.rows))


def fetch(
    queryset: QuerySet,
    keys: Sequence[Key],
    *,
    after: str = "",
    before: str = "",
    size: int = 50,
    near: Near | None = None,
) -> Page:
    """The page behind or before a cursor; the first one for none or for one that is not valid.

    One query, two where the page crosses from rows with a value to rows without. ``near`` names
    the rows that come next where an index can.
    """
    if (place := cursor_values(before, keys)) is not None:
        page = _before(queryset, keys, place, size, near)
        if page.previous:
            return page
    elif (place := cursor_values(after, keys)) is not None:
        return _after(queryset, keys, place, size, near)
    return _after(queryset, keys, None, size, near)


def _after(
    queryset: QuerySet, keys: Sequence[Key], place: list[Any] | None, size: int, near: Near | None
) -> Page:
    rows = rows_behind(queryset, keys, place, size + 1, near)
    if place is not None and not rows:
        return _after(queryset, keys, None, size, near)  # what stood there is gone
    page = first_of(rows, keys, size)
    if place is not None:
        page.previous = cursor_of(rows[0], keys)
    return page


def first_of(rows: list[Any], keys: Sequence[Key], size: int) -> Page:
    """A page of the first ``size`` of some rows, and where it goes on when there are more."""
    page = Page(rows[:size])
    if len(rows) > size:
        page.next = cursor_of(page.rows[-1], keys)
    return page


def rows_behind(
    queryset: QuerySet,
    keys: Sequence[Key],
    place: list[Any] | None,
    limit: int,
    near: Near | None = None,
) -> list[Any]:
    """At most ``limit`` rows behind a place, from the top for None; none when nothing is left."""
    return _read(queryset, keys, place, limit, near, upwards=False)


def _before(
    queryset: QuerySet, keys: Sequence[Key], place: list[Any], size: int, near: Near | None
) -> Page:
    rows = _read(queryset, keys, place, size + 1, near, upwards=True)
    more, rows = len(rows) > size, rows[:size][::-1]
    if not more:
        return Page()  # the top is reached: the first page shows it whole
    return Page(rows, next=cursor_of(rows[-1], keys), previous=cursor_of(rows[0], keys))


def _read(
    queryset: QuerySet,
    keys: Sequence[Key],
    place: list[Any] | None,
    limit: int,
    near: Near | None,
    *,
    upwards: bool,
) -> list[Any]:
    rows: list[Any] = []
    if near is not None:
        found = nearest(near, queryset, keys, place, limit, upwards=upwards)
        if found is not None:
            return found
    for segment in segments(keys, place, upwards=upwards):
        rows += segment.of(queryset)[: limit - len(rows)]
        if len(rows) >= limit:
            break
    return rows
