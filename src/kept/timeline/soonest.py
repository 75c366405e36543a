"""The threads that are due next for somebody, named by an index for each scope they see."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from kept.kit.lists.nearest import Named, rank

Row = tuple[int, int, datetime | None]
"""(scope, thread, due time)"""
Place = tuple[Any, ...]

VALUED, OTHERS = "s.due_at IS NOT NULL", "s.due_at IS NULL"
NEXT = (
    "SELECT s.scope_id, s.thread_id, s.due_at FROM timeline_sight s"
    " WHERE s.scope_id = {scope} AND s.kind = %s AND s.is_open AND {where}"
    " ORDER BY {order} LIMIT %s"
)
OF_EACH = "SELECT n.* FROM unnest(%s::bigint[]) AS a(scope), LATERAL ({next}) n"


class SoonestDue:
    """Names the open threads of one kind in the order (due time, thread): see kit.lists.nearest.

    ``path`` leads from the rows of the list to their thread. Written as SQL: a clerk's work list
    asks for little else, and the statement is the same each time.
    """

    def __init__(self, scopes: Iterable[int], kind: str, path: str = "thread") -> None:
        self.scopes, self.kind, self.path = sorted(set(scopes)), kind, path

    def first(self, count: int) -> Named:
        """The first threads of all, those about which nothing is promised behind the others."""
        rows = self._next("TRUE", [], False, count) if _nulls_stand_last() else self._apart(count)
        return self._named([(scope, (due, key)) for scope, key, due in rows], False, count)

    def valued(self, place: Sequence[Any] | None, down: bool, count: int) -> Named:
        """The next threads that are due some time."""
        behind = [] if place is None else [place[0]]
        where = f"{VALUED} AND s.due_at {'<=' if down else '>='} %s" if behind else VALUED
        rows = self._next(where, behind, down, count)
        return self._named([(scope, (due, key)) for scope, key, due in rows], down, count)

    def others(self, place: Sequence[Any] | None, down: bool, count: int) -> Named:
        """The next threads about which nothing is promised."""
        behind = [] if place is None else [place[0]]
        where = f"{OTHERS} AND s.thread_id {'<' if down else '>'} %s" if behind else OTHERS
        rows = self._next(where, behind, down, count)
        return self._named([(scope, (key,)) for scope, key, _due in rows], down, count)

    def _apart(self, count: int) -> list[Row]:
        """Where those without a due time stand first in the index: they are read by themselves."""
        return [*self._next(VALUED, [], False, count), *self._next(OTHERS, [], False, count)]

    def _next(self, where: str, behind: list[Any], down: bool, count: int) -> list[Row]:
        """The next ones of each scope, in the whole order of the index: or it would be sorted."""
        order = "s.due_at DESC, s.thread_id DESC" if down else "s.due_at, s.thread_id"
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                sql = OF_EACH.format(next=NEXT.format(scope="a.scope", where=where, order=order))
                cursor.execute(sql, [self.scopes, self.kind, *behind, count])
                return cursor.fetchall()
            sql = NEXT.format(scope="%s", where=where, order=order)
            behind = [connection.ops.adapt_datetimefield_value(one) for one in behind]
            found: list[Row] = []
            for scope in self.scopes:
                cursor.execute(sql, [scope, self.kind, *behind, count])
                found += [(scope, key, _moment(due)) for _, key, due in cursor.fetchall()]
            return found

    def _named(self, rows: list[tuple[int, Place]], down: bool, count: int) -> Named:
        """All scopes put together: the first ``count`` of all are among the first of each."""
        known = sorted({place for _scope, place in rows}, key=rank, reverse=down)
        of_scope = Counter(scope for scope, _place in rows)
        is_all = len(known) <= count and max(of_scope.values(), default=0) < count
        threads = [place[-1] for place in known[:count]]
        return Named(threads, Q(**{f"{self.path}__in": _keys(threads)}), is_all)


def _nulls_stand_last() -> bool:
    return connection.vendor == "postgresql"


def _moment(stored: datetime | None) -> datetime | None:
    """A moment as SQLite keeps it, in UTC without saying so."""
    return stored and stored.replace(tzinfo=UTC)


def _keys(threads: list[int]) -> Any:
    """The keys as a condition takes them; for PostgreSQL as one array, so that the statement is the
    same each time and its plan is kept.
    """
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [threads])
    return threads
