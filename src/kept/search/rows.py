"""Asking the index, in the words of either database."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from kept.search import tokens
from kept.search.matching import Wanted, every, fts5, phrase, tsquery
from kept.timeline.models import Sight

NEWEST = 2_000
"""Rows looked at in one search; older ones of words that common are not asked for."""

Seen = Mapping[str, Sequence[int] | None]
"""Kind of thread → the scopes it is seen through; None sees all of the kind."""

_SQLITE = """
    SELECT d.id, d.thread_id FROM search_tokens t CROSS JOIN search_document d ON d.id = t.rowid
    WHERE t.search_tokens MATCH %s AND {seen} ORDER BY t.rowid DESC LIMIT {newest}"""
_SQLITE_THREADS = """
    SELECT d.thread_id FROM search_tokens t CROSS JOIN search_document d ON d.id = t.rowid
    WHERE t.search_tokens MATCH %s AND {row}"""
# Order and limit inside keep the planner from walking the table backwards for a rare word.
_POSTGRESQL = """
    SELECT d.id, d.thread_id FROM (
        SELECT * FROM search_document WHERE tokens @@ %s::tsquery ORDER BY id DESC LIMIT 2147483647
    ) d WHERE {seen} ORDER BY d.id DESC LIMIT {newest}"""
_POSTGRESQL_THREADS = """
    SELECT d.thread_id FROM search_document d WHERE d.tokens @@ %s::tsquery AND {row}"""


@dataclass(frozen=True)
class Condition:
    """A piece of SQL over a document ``d``, and its parameters."""

    sql: str
    params: tuple = ()


class Sighted:
    """The rows that may be seen: the predicate of ``visible_to``, kind by kind because each kind
    has its own right. ``inside`` includes rows for own staff only."""

    def __init__(self, seen: Seen, *, inside: bool) -> None:
        self._row = "TRUE" if inside else "NOT d.is_inside"
        self._seen = _both(Condition(self._row), _kinds(seen))
        self.is_blind = not self._seen.params

    def newest(self, wanted: Wanted) -> Generator[tuple[int, int]]:
        """(document, thread) of rows that hold all that is wanted, latest change first."""
        return _read(_words(_SQLITE, _POSTGRESQL), wanted, self._seen, self._row)

    def newest_apart(self, parts: Sequence[Wanted]) -> Generator[tuple[int, int]]:
        """The same for threads of several rows that hold one part here and another there."""
        in_split = [every([phrase(tokens.SPLIT), part]) for part in parts]
        threads = _words(_SQLITE_THREADS, _POSTGRESQL_THREADS).format(row=self._row)
        seen = self._seen
        for wanted in in_split[1:]:
            also = Condition(f"d.thread_id IN ({threads})", (_said(wanted),))
            seen = _both(seen, also)
        return _read(_words(_SQLITE, _POSTGRESQL), in_split[0], seen, self._row)


def _read(sql: str, wanted: Wanted, seen: Condition, row: str) -> Generator[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.format(seen=seen.sql, row=row, newest=NEWEST), [_said(wanted), *seen.params]
        )
        yield from cursor


def _kinds(seen: Seen) -> Condition:
    """Kinds seen through the same scopes share one EXISTS."""
    kinds_by_scopes: dict[tuple[int, ...] | None, list[str]] = {}
    for kind, scopes in seen.items():
        if scopes is None or scopes:
            key = None if scopes is None else tuple(sorted(map(int, scopes)))
            kinds_by_scopes.setdefault(key, []).append(kind)
    groups = [_group(kinds, scopes) for scopes, kinds in kinds_by_scopes.items()]
    return Condition(
        f"({' OR '.join(group.sql for group in groups) or 'FALSE'})",
        tuple(param for group in groups for param in group.params),
    )


def _group(kinds: Sequence[str], scopes: Sequence[int] | None) -> Condition:
    of_kind = Condition(f"d.kind IN ({', '.join(['%s'] * len(kinds))})", tuple(kinds))
    if scopes is None:
        return of_kind
    # The plus keeps SQLite on the few rows of the thread instead of one look-up for each scope.
    column = _words("+s.scope_id", "s.scope_id")
    sight = f"SELECT 1 FROM {Sight._meta.db_table} s WHERE s.thread_id = d.thread_id"
    return _both(of_kind, Condition(f"EXISTS ({sight} AND {column} IN ({_list(scopes)}))"))


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def _both(one: Condition, other: Condition) -> Condition:
    return Condition(f"({one.sql} AND {other.sql})", (*one.params, *other.params))


def _said(wanted: Wanted) -> str:
    return _words(fts5, tsquery)(wanted)


def _words(sqlite, postgresql):
    return sqlite if connection.vendor == "sqlite" else postgresql
