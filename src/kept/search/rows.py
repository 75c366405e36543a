"""Asking the index, in the words of either database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from kept.search import tokens
from kept.search.matching import Wanted, every, fts5, phrase, tsquery, unordered
from kept.search.models import Document
from kept.timeline.models import Sight

NEWEST = 2_000
"""Rows looked at in one search; older ones of words that common are not asked for."""
NARROW = 2_000
"""Whoever sees at most so many threads has them listed first, then looked through."""
FEW_SCOPES = 4

Seen = Mapping[str, Sequence[int] | None]
"""Kind of thread → the scopes it is seen through; None sees all of the kind."""
Row = tuple[int, int]
"""(document, thread)"""

_DOCUMENT, _SIGHT = Document._meta.db_table, Sight._meta.db_table
_SQLITE = f"""
    SELECT d.id, d.thread_id
    FROM search_tokens CROSS JOIN {_DOCUMENT} d ON d.id = search_tokens.rowid
    WHERE search_tokens MATCH %s AND {{listed}} AND {{seen}}
    ORDER BY search_tokens.rowid DESC LIMIT {{size}} OFFSET {{start}}"""
# Newest first and one by one: no more rows are read than are shown.
_POSTGRESQL = f"""
    SELECT t.id, d.thread_id
    FROM (SELECT t.id FROM search_found(%s::tsquery) t(id) WHERE {{listed}} ORDER BY t.id DESC) t
    CROSS JOIN LATERAL (
        SELECT d.thread_id FROM {_DOCUMENT} d WHERE d.id = t.id AND {{seen}} OFFSET 0
    ) d ORDER BY t.id DESC LIMIT {{size}} OFFSET {{start}}"""
_SQLITE_THREADS = f"""
    SELECT d.thread_id FROM search_tokens CROSS JOIN {_DOCUMENT} d ON d.id = search_tokens.rowid
    WHERE search_tokens MATCH %s AND {{shown}}"""
_POSTGRESQL_THREADS = f"""
    SELECT d.thread_id FROM search_found(%s::tsquery) t(id) JOIN {_DOCUMENT} d ON d.id = t.id
    WHERE {{shown}}"""


@dataclass(frozen=True)
class Condition:
    """A piece of SQL and its parameters."""

    sql: str = "TRUE"
    params: tuple = ()

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(f"({self.sql} AND {other.sql})", self.params + other.params)


class Sighted:
    """The rows that may be seen: the predicate of ``visible_to``, kind by kind because each kind
    has its own right. ``inside`` includes rows for own staff only."""

    def __init__(self, seen: Seen, *, inside: bool) -> None:
        kinds = _by_scopes(seen)
        self.is_blind = not kinds
        self._shown = Condition("TRUE" if inside else "NOT d.is_inside")
        if _is_narrow(kinds):
            self._listed, self._seen = _listed(kinds), self._shown
        else:
            self._listed, self._seen = Condition(), _seen(kinds) & self._shown

    def newest(self, wanted: Wanted, enough: int) -> Iterator[Row]:
        """Rows that hold all that is wanted, latest change first; ``enough`` at once, then on."""
        return self._read(wanted, self._seen, enough)

    def newest_apart(self, parts: Sequence[Wanted], enough: int) -> Iterator[Row]:
        """The same for threads of several rows that hold one part here and another there."""
        first, *others = (every([phrase(tokens.SPLIT), part]) for part in parts)
        seen = self._seen
        for other in others:
            seen &= self._holds_somewhere(other)
        return self._read(first, seen, enough)

    def _holds_somewhere(self, wanted: Wanted) -> Condition:
        if connection.vendor == "sqlite":
            shown, sql, params = self._shown, _SQLITE_THREADS, [fts5(wanted)]
        else:
            shown, sql = self._shown & _in_order(wanted), _POSTGRESQL_THREADS
            params = [tsquery(unordered(wanted))]
        threads = sql.format(shown=shown.sql)
        return Condition(f"d.thread_id IN ({threads})", (*params, *shown.params))

    def _read(self, wanted: Wanted, seen: Condition, enough: int) -> Iterator[Row]:
        if connection.vendor == "sqlite":
            sql, params = _SQLITE, [fts5(wanted)]
        else:
            sql, params = _POSTGRESQL, [tsquery(unordered(wanted))]
            seen &= _in_order(wanted)
        for start, size in ((0, enough), (enough, NEWEST)):
            with connection.cursor() as cursor:
                cursor.execute(
                    sql.format(listed=self._listed.sql, seen=seen.sql, start=start, size=size),
                    [*params, *self._listed.params, *seen.params],
                )
                rows = cursor.fetchall()
            yield from rows
            if len(rows) < size:
                return


def _in_order(wanted: Wanted) -> Condition:
    """PostgreSQL finds by the tokens alone; their order is looked at in the rows to be shown,
    because it stands in the rows and not in the index."""
    if unordered(wanted) == wanted:
        return Condition()
    return Condition("d.tokens @@ %s::tsquery", (tsquery(wanted),))


Scopes = tuple[int, ...] | None


def _by_scopes(seen: Seen) -> dict[Scopes, list[str]]:
    """Scopes → the kinds seen through them; kinds seen through none are left out."""
    kinds: dict[Scopes, list[str]] = {}
    for kind, scopes in seen.items():
        if scopes is None or scopes:
            key = None if scopes is None else tuple(sorted(map(int, scopes)))
            kinds.setdefault(key, []).append(kind)
    return kinds


def _is_narrow(kinds: Mapping[Scopes, list[str]]) -> bool:
    if None in kinds:
        return False
    scopes = {scope for several in kinds for scope in several or ()}
    rows = Sight.objects.filter(scope__in=scopes).values("pk")[: NARROW + 1]
    return rows.count() <= NARROW


def _seen(kinds: Mapping[Scopes, list[str]]) -> Condition:
    """For each row that was found: is it seen?"""
    rows = f"SELECT 1 FROM {_SIGHT} s WHERE s.thread_id = d.thread_id AND"
    groups = [
        _of_kind("d", some)
        & Condition("TRUE" if scopes is None else f"EXISTS ({rows} {_through(scopes)})")
        for scopes, some in kinds.items()
    ]
    return Condition(f"({' OR '.join(one.sql for one in groups)})", _params(groups))


def _listed(kinds: Mapping[Scopes, list[str]]) -> Condition:
    """All that is seen, to be compared with what is found."""
    key = "+search_tokens.rowid" if connection.vendor == "sqlite" else "t.id"
    rows = f"SELECT o.id FROM {_DOCUMENT} o JOIN {_SIGHT} s ON s.thread_id = o.thread_id WHERE"
    lists = [
        _of_kind("o", some) & Condition(f"s.scope_id {_in(scopes or ())}")
        for scopes, some in kinds.items()
    ]
    union = " UNION ALL ".join(f"{rows} {one.sql}" for one in lists)
    return Condition(f"{key} IN ({union})", _params(lists))


def _of_kind(row: str, kinds: Sequence[str]) -> Condition:
    return Condition(f"{row}.kind IN ({', '.join(['%s'] * len(kinds))})", tuple(kinds))


def _params(conditions: Iterable[Condition]) -> tuple:
    return tuple(param for one in conditions for param in one.params)


def _through(scopes: Sequence[int]) -> str:
    """With a plus no index is looked up once for each of many scopes: a thread has few rows."""
    return f"{'+' if len(scopes) > FEW_SCOPES else ''}s.scope_id {_in(scopes)}"


def _in(scopes: Sequence[int]) -> str:
    return f"IN ({', '.join(map(str, scopes))})"
