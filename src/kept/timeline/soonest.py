"""The threads that are due next for somebody, named by an index for each scope they see."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from kept.kit.lists.nearest import Named
from kept.timeline.models import Sight

Row = tuple[int, int, datetime]
"""(scope, thread, due time)"""


class SoonestDue:
    """Names the open threads of one kind in the order of their due time (see kit.lists.nearest).

    ``path`` leads from the rows of the list to their thread.
    """

    def __init__(self, scopes: Iterable[int], kind: str, path: str = "thread") -> None:
        self.scopes, self.kind, self.path = sorted(set(scopes)), kind, path

    def named(self, start: datetime | None, down: bool, count: int) -> Named:
        """The next threads of each scope, put together, as far as all of them are known."""
        parts = [self._next(scope, start, down, count) for scope in self.scopes]
        rows = _all_of(parts)
        ends: dict[int, list[datetime]] = {}
        for scope, _thread, due_at in rows:
            ends.setdefault(scope, []).append(due_at)
        bounds = [dues[-1] for dues in ends.values() if len(dues) == count]
        due = {thread: due_at for _scope, thread, due_at in rows}
        threads = sorted(due, key=lambda thread: (due[thread], thread), reverse=down)
        if len(threads) > count:
            bounds.append(due[threads[count - 1]])
        bound = (max(bounds) if down else min(bounds)) if bounds else None
        return Named(Q(**{f"{self.path}__in": _keys(threads[:count])}), bound)

    def without(self) -> Q:
        """Open threads nothing is promised about."""
        seen = Sight.objects.filter(scope__in=self.scopes, kind=self.kind, is_open=True)
        return Q(**{f"{self.path}__in": seen.filter(due_at__isnull=True).values("thread")})

    def _next(self, scope: int, start: datetime | None, down: bool, count: int) -> QuerySet:
        rows = Sight.objects.filter(scope=scope, kind=self.kind, is_open=True, due_at__isnull=False)
        if start is not None:
            rows = rows.filter(**{f"due_at__{'lte' if down else 'gte'}": start})
        order = ("-due_at", "-thread_id") if down else ("due_at", "thread_id")
        return rows.order_by(*order).values_list("scope_id", "thread_id", "due_at")[:count]


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
