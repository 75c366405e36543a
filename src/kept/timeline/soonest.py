"""The threads that are due next for somebody, named by an index for each scope they see."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from kept.kit.lists.nearest import Named
from kept.timeline.models import Sight

Row = tuple[int, int, datetime | None]
"""(scope, thread, due time)"""
Place = tuple[Any, ...]


class SoonestDue:
    """Names the open threads of one kind in the order (due time, thread): see kit.lists.nearest.

    ``path`` leads from the rows of the list to their thread.
    """

    def __init__(self, scopes: Iterable[int], kind: str, path: str = "thread") -> None:
        self.scopes, self.kind, self.path = sorted(set(scopes)), kind, path

    def valued(self, place: Sequence[Any] | None, down: bool, count: int) -> Named:
        """The next threads that are due some time."""
        where = Q(due_at__isnull=False)
        if place is not None:
            where &= Q(**{f"due_at__{'lte' if down else 'gte'}": place[0]})
        rows = self._next(where, down, count)
        return self._named([(scope, (due, key)) for scope, key, due in rows], down, count)

    def others(self, place: Sequence[Any] | None, down: bool, count: int) -> Named:
        """The next threads about which nothing is promised."""
        where = Q(due_at__isnull=True)
        if place is not None:
            where &= Q(**{f"thread__{'lt' if down else 'gt'}": place[0]})
        rows = self._next(where, down, count)
        return self._named([(scope, (key,)) for scope, key, _due in rows], down, count)

    def _next(self, where: Q, down: bool, count: int) -> list[Row]:
        """The next ones of each scope, in the whole order of the index: or it would be sorted."""
        order = ("-due_at", "-thread_id") if down else ("due_at", "thread_id")
        rows = Sight.objects.filter(where, kind=self.kind, is_open=True).order_by(*order)
        named = rows.values_list("scope_id", "thread_id", "due_at")
        return _all_of([named.filter(scope=scope)[:count] for scope in self.scopes])

    def _named(self, rows: list[tuple[int, Place]], down: bool, count: int) -> Named:
        """All scopes put together, as far as each of them is known."""
        of_scope: dict[int, list[Any]] = {}
        for scope, place in rows:
            of_scope.setdefault(scope, []).append(place)
        bounds = [places[-1] for places in of_scope.values() if len(places) == count]
        known = sorted({place for _scope, place in rows}, reverse=down)
        if len(known) > count:
            bounds.append(known[count - 1])
        bound = (max(bounds) if down else min(bounds)) if bounds else None
        threads = [place[-1] for place in known[:count]]
        return Named(Q(**{f"{self.path}__in": _keys(threads)}), bound)


def _all_of(parts: list[QuerySet]) -> list[Row]:
    """The rows of all parts; one statement where the database takes parts that end somewhere."""
    if not parts:
        return []
    if connection.features.supports_slicing_ordering_in_compound:
        rows: Any = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
        return list(rows)
    return [row for part in parts for row in part]


def _keys(threads: list[int]) -> Any:
    """The keys as a condition takes them; for PostgreSQL as one array, so that the statement is the
    same each time and its plan is kept.
    """
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [threads])
    return threads
