"""Asking the index, in the words of either database."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection

from kept.search import tokens
from kept.search.matching import Wanted, every, fts5, phrase, tsquery
from kept.search.models import Document
from kept.timeline.models import Sight

NEWEST = 2_000
"""Rows looked at in one search; older ones of words that common are not asked for."""
NARROW = 2_000
"""Whoever sees at most so many threads has them listed first, then looked through."""

Seen = Mapping[str, Sequence[int] | None]
"""Kind of thread → the scopes it is seen through; None sees all of the kind."""
Words = TypeVar("Words")

_DOCUMENT, _SIGHT = Document._meta.db_table, Sight._meta.db_table
_SQLITE = f"""
    SELECT d.id, d.thread_id FROM search_tokens t CROSS JOIN {_DOCUMENT} d ON d.id = t.rowid
    WHERE t.search_tokens MATCH %s AND {{listed}} AND {{seen}}
    ORDER BY t.rowid DESC LIMIT {{newest}}"""
_SQLITE_THREADS = f"""
    SELECT d.thread_id FROM search_tokens t CROSS JOIN {_DOCUMENT} d ON d.id = t.rowid
    WHERE t.search_tokens MATCH %s AND {{shown}}"""
# Order and limit inside keep the planner from walking the table backwards for a rare word.
_POSTGRESQL = f"""
    SELECT d.id, d.thread_id FROM (
        SELECT t.* FROM {_DOCUMENT} t WHERE t.tokens @@ %s::tsquery AND {{listed}}
        ORDER BY t.id DESC LIMIT 2147483647
    ) d WHERE {{seen}} ORDER BY d.id DESC LIMIT {{newest}}"""
_POSTGRESQL_THREADS = f"""
    SELECT d.thread_id FROM {_DOCUMENT} d WHERE d.tokens @@ %s::tsquery AND {{shown}}"""


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
        self._kinds = _by_scopes(seen)
        self._shown = Condition("TRUE" if inside else "NOT d.is_inside")
        self.is_blind = not self._kinds
        if is_narrow := bool(self._kinds) and _is_narrow(self._kinds.keys()):
            self._listed, self._seen = _listed(self._kinds), self._shown
        else:
            self._listed, self._seen = Condition(), _seen(self._kinds) & self._shown

    def newest(self, wanted: Wanted) -> Generator[tuple[int, int]]:
        """(document, thread) of rows that hold all that is wanted, latest change first."""
        return self._read(wanted, self._seen)

    def newest_apart(self, parts: Sequence[Wanted]) -> Generator[tuple[int, int]]:
        """The same for threads of several rows that hold one part here and another there."""
        first, *others = (every([phrase(tokens.SPLIT), part]) for part in parts)
        threads = _words(_SQLITE_THREADS, _POSTGRESQL_THREADS).format(shown=self._shown.sql)
        seen = self._seen
        for other in others:
            seen &= Condition(f"d.thread_id IN ({threads})", (_said(other),))
        return self._read(first, seen)

    def _read(self, wanted: Wanted, seen: Condition) -> Generator[tuple[int, int]]:
        sql = _words(_SQLITE, _POSTGRESQL).format(
            listed=self._listed.sql, seen=seen.sql, newest=NEWEST
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [_said(wanted), *self._listed.params, *seen.params])
            yield from cursor


Scopes = tuple[int, ...] | None


def _by_scopes(seen: Seen) -> dict[Scopes, list[str]]:
    """Scopes → the kinds seen through them; kinds seen through none are left out."""
    kinds: dict[Scopes, list[str]] = {}
    for kind, scopes in seen.items():
        if scopes is None or scopes:
            key = None if scopes is None else tuple(sorted(map(int, scopes)))
            kinds.setdefault(key, []).append(kind)
    return kinds


def _is_narrow(several: Sequence[Scopes]) -> bool:
    if None in several:
        return False
    scopes = {scope for scopes in several for scope in scopes}
    rows = Sight.objects.filter(scope__in=scopes).values("pk")[: NARROW + 1]
    return rows.count() <= NARROW


def _seen(kinds: Mapping[Scopes, list[str]]) -> Condition:
    """For each row that was found: is it seen?"""
    # The plus keeps SQLite on the few rows of the thread instead of one look-up for each scope.
    column = _words("+s.scope_id", "s.scope_id")
    exists = f"EXISTS (SELECT 1 FROM {_SIGHT} s WHERE s.thread_id = d.thread_id AND {column}"
    return _either(
        _of_kind("d", some) & Condition("TRUE" if scopes is None else f"{exists} {_in(scopes)})")
        for scopes, some in kinds.items()
    )


def _listed(kinds: Mapping[Scopes, list[str]]) -> Condition:
    """All that is seen, to be compared with what is found."""
    key = _words("+t.rowid", "t.id")
    rows = f"SELECT o.id FROM {_DOCUMENT} o JOIN {_SIGHT} s ON s.thread_id = o.thread_id"
    which = _either(
        _of_kind("o", some) & Condition(f"s.scope_id {_in(scopes)}")
        for scopes, some in kinds.items()
    )
    return Condition(f"{key} IN ({rows} WHERE {which.sql})", which.params)


def _of_kind(row: str, kinds: Sequence[str]) -> Condition:
    return Condition(f"{row}.kind IN ({', '.join(['%s'] * len(kinds))})", tuple(kinds))


def _either(several) -> Condition:
    several = list(several)
    return Condition(
        f"({' OR '.join(one.sql for one in several)})",
        tuple(param for one in several for param in one.params),
    )


def _in(scopes: Sequence[int]) -> str:
    return f"IN ({', '.join(map(str, scopes))})"


def _said(wanted: Wanted) -> str:
    return _words(fts5, tsquery)(wanted)


def _words(sqlite: Words, postgresql: Words) -> Words:
    return sqlite if connection.vendor == "sqlite" else postgresql
