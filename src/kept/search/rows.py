"""Asking the index, in the words of either database.

Rows come with the latest change first, each thread once, and the next ones are asked for from where
the last ones ended: whoever goes on asking gets them all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from kept.search import tokens
from kept.search.matching import Wanted, either, every, fts5, phrase, tsquery, unordered
from kept.search.models import Document
from kept.timeline.models import Sight

NARROW = 2_000
"""Whoever sees at most so many threads has them listed first, then looked through."""
LISTED = 20_000
"""The same on PostgreSQL, which lists them where it compares them."""
CHUNK = 1_000
"""Rows asked for at once, when the first ones were not enough."""
FEW = 50
"""Fewer documents than so many are looked at one by one."""
SPAN = 1_000
"""Of words that may be everywhere the latest so many rows are looked at first, then ten times as
many and so on: what was imported last may hold none of a word that everything else holds."""
LAST = 2**62
FEW_SCOPES = 4

Seen = Mapping[str, Sequence[int] | QuerySet | None]
"""Kind of thread → the scopes it is seen through, or the keys of the threads seen where no scope
says so; None sees all of the kind."""
Row = tuple[int, int]
"""(document, thread)"""
Span = tuple[int, int]
"""Keys of documents: above the one, below the other."""

_DOCUMENT, _SIGHT = Document._meta.db_table, Sight._meta.db_table
_SQLITE = f"""
    SELECT d.id, d.thread_id
    FROM search_tokens CROSS JOIN {_DOCUMENT} d ON d.id = search_tokens.rowid
    WHERE search_tokens MATCH %s AND search_tokens.rowid < %s AND {{seen}}
    ORDER BY search_tokens.rowid DESC LIMIT {{size}}"""
# Newest first and one by one: no more rows are read than are shown.
_POSTGRESQL = f"""
    WITH t AS MATERIALIZED (SELECT t.id FROM {{found}} t(id) ORDER BY t.id DESC)
    SELECT t.id, d.thread_id FROM t
    CROSS JOIN LATERAL (
        SELECT d.thread_id FROM {_DOCUMENT} d WHERE d.id = t.id AND {{seen}} OFFSET 0
    ) d ORDER BY t.id DESC LIMIT {{size}}"""
# A few rows are sooner looked at one by one than picked from all that hold a common word: the
# function, unlike the operator it stands for, uses no index.
_POSTGRESQL_FEW = f"""
    SELECT d.id, d.thread_id FROM {_DOCUMENT} d
    WHERE ts_match_vq(d.tokens, %s::tsquery) AND d.id > %s AND d.id < %s AND {{seen}}
    ORDER BY d.id DESC LIMIT {{size}}"""
_SQLITE_THREADS = f"""
    SELECT o.thread_id FROM search_tokens CROSS JOIN {_DOCUMENT} o ON o.id = search_tokens.rowid
    WHERE search_tokens MATCH %s AND {{shown}}"""
_POSTGRESQL_THREADS = f"""
    SELECT o.thread_id FROM search_found(%s::tsquery, 0, {LAST}) t(id)
    JOIN {_DOCUMENT} o ON o.id = t.id WHERE {{shown}}"""


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
        self._kinds, self._others = _by_scopes(seen), _by_threads(seen)
        self.is_blind = not self._kinds and not self._others
        self._inside = inside

    def newest(
        self,
        wanted: Wanted,
        enough: int,
        *,
        but: Sequence[Wanted] = (),
        below: int = LAST,
        is_common: bool = False,
        among: Sequence[int] | None = None,
    ) -> Iterator[Row]:
        """Threads that hold all that is wanted and nothing of ``but``, each by its first such row,
        latest change first; ``enough`` at once, then on until there are no more.

        ``below`` is the document the last page ended with. Say ``is_common`` of what may be in
        every row, and ``among`` when ``few`` said which documents hold it.
        """
        seen = self._seen & self._is_first(wanted)
        if among is None:
            return self._read(wanted, but, seen, enough, self._spans(below, is_common))
        seen = self._without(but, seen) & _in_order("d", wanted)
        return iter(self._of(seen, [one for one in among if one < below]))

    def few(self, wanted: Sequence[Wanted]) -> list[list[int] | None]:
        """Of each of these the documents that hold it, seen or not, when they are few; else None.

        So what is rare is asked for once instead of each for itself among all that is seen. SQLite
        does not gain by it.
        """
        if connection.vendor == "sqlite" or not wanted:
            return [None] * len(wanted)
        found: list[list[int] | None] = [[] for _one in wanted]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT place, documents FROM search_some(%s::tsquery[], %s)",
                [[tsquery(unordered(one)) for one in wanted], FEW],
            )
            for place, documents in cursor.fetchall():
                found[place - 1] = documents if len(documents) < FEW else None
        return found

    def newest_apart(
        self, parts: Sequence[Wanted], together: Wanted, enough: int, *, below: int = LAST
    ) -> Iterator[Row]:
        """Threads of several rows that hold one part here and another there, and nowhere all of
        them together.
        """
        first, *others = (every([phrase(tokens.SPLIT), part]) for part in parts)
        seen = self._seen & self._is_first(first)
        for other in others:
            seen &= self._held_somewhere(other)
        seen &= self._held_somewhere(every([phrase(tokens.SPLIT), together]), "NOT IN")
        return self._read(first, (), seen, enough, self._spans(below, False))

    def of(self, documents: Sequence[int]) -> list[Row]:
        """Those of these rows that are seen."""
        if not documents:
            return []
        seen = _seen(self._kinds, self._others) & self._shown("d")
        keys = ", ".join(str(int(key)) for key in documents)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT d.id, d.thread_id FROM {_DOCUMENT} d WHERE d.id IN ({keys})"
                f" AND {seen.sql}",
                seen.params,
            )
            return cursor.fetchall()

    @property
    def is_narrow(self) -> bool:
        """Whether little is seen: all of it is looked through then."""
        return self._many <= NARROW

    @property
    def latest(self) -> int:
        """The key of the row that was written last: about as many there are, at most."""
        return self._latest

    @cached_property
    def _seen(self) -> Condition:
        if connection.vendor == "sqlite" and self.is_narrow:
            return _listed(self._kinds, self._others) & self._shown("d")
        return _seen(self._kinds, self._others) & self._shown("d")

    @property
    def _many(self) -> int:
        """How many threads are seen, as far as it matters."""
        return LAST if None in self._kinds else self._listing[0]

    @cached_property
    def _listing(self) -> tuple[int, str]:
        """How many threads are seen, as far as it matters; and on PostgreSQL, when they are not too
        many, their keys as it writes an array: worked out once for all that is asked of them.
        """
        threads, enough = self._threads, max(NARROW, LISTED) + 1
        few = f"SELECT * FROM ({threads.sql}) seen LIMIT {enough}"
        if connection.vendor == "postgresql":
            sql = (
                f"WITH listed AS MATERIALIZED (SELECT ARRAY({few}) AS keys)"
                f" SELECT cardinality(keys), CASE WHEN cardinality(keys) <= {LISTED}"
                " THEN keys::text ELSE '' END FROM listed"
            )
        else:
            sql = f"SELECT count(*), '' FROM ({few}) few"
        with connection.cursor() as cursor:
            cursor.execute(sql, threads.params)
            return cursor.fetchone()

    @cached_property
    def _threads(self) -> Condition:
        """The keys of all threads that are seen, where none is seen without a scope."""
        parts = [*self._others.values()]
        if scopes := [*{scope for several in self._kinds for scope in several or ()}]:
            rows = f"SELECT s.thread_id FROM {_SIGHT} s WHERE s.scope_id {_in(scopes)}"
            parts.append(Condition(rows))
        return Condition(" UNION ALL ".join(one.sql for one in parts), _params(parts))

    @property
    def _is_listed(self) -> bool:
        return connection.vendor == "postgresql" and self._many <= LISTED

    @cached_property
    def _latest(self) -> int:
        return Document.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def _spans(self, below: int, is_common: bool) -> list[Span]:
        """PostgreSQL knows what holds a word, but not in which order: for what is everywhere it is
        asked a little at a time.
        """
        if connection.vendor == "sqlite" or not is_common or self._is_listed:
            return [(0, below)]
        top = min(below, self._latest + 1)
        edges, size = [below - 1], SPAN
        while size < top:
            edges.append(top - size)
            size *= 10
        edges.append(0)
        return [(low, high + 1) for high, low in pairwise(edges) if low < high]

    def _shown(self, row: str) -> Condition:
        return Condition("TRUE" if self._inside else f"NOT {row}.is_inside")

    def _is_first(self, wanted: Wanted) -> Condition:
        """No earlier part of the same thread holds it: each thread is found once."""
        held = _holds("e", wanted)
        earlier = (
            f"SELECT 1 FROM {_DOCUMENT} e WHERE e.thread_id = d.thread_id AND e.part < d.part"
            f" AND {self._shown('e').sql} AND {held.sql}"
        )
        return Condition(f"(d.part = 0 OR NOT EXISTS ({earlier}))", held.params)

    def _held_somewhere(self, wanted: Wanted, how: str = "IN") -> Condition:
        shown = self._shown("o")
        if connection.vendor == "sqlite":
            sql, params = _SQLITE_THREADS, [fts5(wanted)]
        else:
            shown, sql = shown & _in_order("o", wanted), _POSTGRESQL_THREADS
            params = [tsquery(unordered(wanted))]
        threads = sql.format(shown=shown.sql)
        return Condition(f"d.thread_id {how} ({threads})", (*params, *shown.params))

    def _read(
        self, wanted: Wanted, but: Sequence[Wanted], seen: Condition, enough: int, spans: list[Span]
    ) -> Iterator[Row]:
        if connection.vendor == "postgresql":
            seen = self._without(but, seen)
        size = enough
        for above, below in spans:
            rows = [(below, 0)]
            while rows:
                rows = self._ask(wanted, but, seen, (above, rows[-1][0]), size)
                yield from rows
                if len(rows) < size:
                    break
                size = CHUNK

    def _without(self, but: Sequence[Wanted], seen: Condition) -> Condition:
        if not but:
            return seen
        return seen & Condition("NOT d.tokens @@ %s::tsquery", (tsquery(either(but)),))

    def _of(self, seen: Condition, documents: list[int]) -> list[Row]:
        """Those of these documents for which this holds, the latest change first."""
        if not documents:
            return []
        sql = _POSTGRESQL.replace("{found}", "unnest(%s::bigint[])")
        with connection.cursor() as cursor:
            cursor.execute(sql.format(seen=seen.sql, size=FEW), [documents, *seen.params])
            return cursor.fetchall()

    def _ask(
        self, wanted: Wanted, but: Sequence[Wanted], seen: Condition, span: Span, size: int
    ) -> list[Row]:
        """The first rows of the span that hold it and are seen."""
        above, below = span
        params: list[Any]
        is_few = above and min(below, self._latest + 1) - above <= SPAN
        if connection.vendor == "postgresql" and not is_few:
            seen &= _in_order("d", wanted)
        if connection.vendor == "sqlite":
            match = f"{fts5(wanted)} NOT {fts5(either(but))}" if but else fts5(wanted)
            sql, params = _SQLITE, [match, below]
        elif is_few:
            sql, params = _POSTGRESQL_FEW, [tsquery(wanted), above, below]
        elif self._is_listed:
            found = "search_found_among(%s::tsquery, %s::bigint[], %s)"
            sql = _POSTGRESQL.replace("{found}", found)
            params = [tsquery(unordered(wanted)), self._listing[1], below]
        else:
            found = "search_found(%s::tsquery, %s, %s)"
            sql = _POSTGRESQL.replace("{found}", found)
            params = [tsquery(unordered(wanted)), above, below]
        with connection.cursor() as cursor:
            cursor.execute(sql.format(seen=seen.sql, size=size), [*params, *seen.params])
            return cursor.fetchall()


def _holds(row: str, wanted: Wanted) -> Condition:
    """Whether this very row holds it."""
    if connection.vendor == "sqlite":
        match = f"SELECT 1 FROM search_tokens f WHERE f.rowid = {row}.id"
        return Condition(f"EXISTS ({match} AND f.search_tokens MATCH %s)", (fts5(wanted),))
    return Condition(f"{row}.tokens @@ %s::tsquery", (tsquery(wanted),))


def _in_order(row: str, wanted: Wanted) -> Condition:
    """PostgreSQL finds by the tokens alone; their order is looked at in the rows to be shown,
    because it stands in the rows and not in the index."""
    if unordered(wanted) == wanted:
        return Condition()
    return Condition(f"{row}.tokens @@ %s::tsquery", (tsquery(wanted),))


Scopes = tuple[int, ...] | None


def _by_scopes(seen: Seen) -> dict[Scopes, list[str]]:
    """Scopes → the kinds seen through them; kinds seen through none are left out."""
    kinds: dict[Scopes, list[str]] = {}
    for kind, scopes in seen.items():
        if isinstance(scopes, QuerySet):
            continue
        if scopes is None or scopes:
            key = None if scopes is None else tuple(sorted(map(int, scopes)))
            kinds.setdefault(key, []).append(kind)
    return kinds


def _by_threads(seen: Seen) -> dict[str, Condition]:
    """Kinds of which the very threads are said → the statement that lists their keys."""
    return {kind: _sql_of(rows) for kind, rows in seen.items() if isinstance(rows, QuerySet)}


def _seen(kinds: Mapping[Scopes, list[str]], others: Mapping[str, Condition]) -> Condition:
    """For each row that was found: is it seen?"""
    rows = f"SELECT 1 FROM {_SIGHT} s WHERE s.thread_id = d.thread_id AND"
    groups = [
        _of_kind("d", some)
        & Condition("TRUE" if scopes is None else f"EXISTS ({rows} {_through(scopes)})")
        for scopes, some in kinds.items()
    ]
    groups += [_of_kind("d", [kind]) & _among("d", rows) for kind, rows in others.items()]
    return Condition(f"({' OR '.join(one.sql for one in groups)})", _params(groups))


def _among(row: str, threads: Condition) -> Condition:
    return Condition(f"{row}.thread_id IN ({threads.sql})", threads.params)


def _sql_of(threads: QuerySet) -> Condition:
    try:
        sql, params = threads.query.sql_with_params()
    except EmptyResultSet:
        return Condition(f"SELECT thread_id FROM {_DOCUMENT} WHERE FALSE")
    return Condition(sql, tuple(params))


def _listed(kinds: Mapping[Scopes, list[str]], others: Mapping[str, Condition]) -> Condition:
    """All that is seen, to be compared with what is found (SQLite)."""
    rows = f"SELECT o.id FROM {_DOCUMENT} o JOIN {_SIGHT} s ON s.thread_id = o.thread_id WHERE"
    lists = [
        _of_kind("o", some) & Condition(f"s.scope_id {_in(scopes or ())}")
        for scopes, some in kinds.items()
    ]
    plain = f"SELECT o.id FROM {_DOCUMENT} o WHERE"
    more = [_of_kind("o", [kind]) & _among("o", some) for kind, some in others.items()]
    parts = [f"{rows} {one.sql}" for one in lists] + [f"{plain} {one.sql}" for one in more]
    union = " UNION ALL ".join(parts)
    return Condition(f"+search_tokens.rowid IN ({union})", _params([*lists, *more]))


def _of_kind(row: str, kinds: Sequence[str]) -> Condition:
    return Condition(f"{row}.kind IN ({', '.join(['%s'] * len(kinds))})", tuple(kinds))


def _params(conditions: Iterable[Condition]) -> tuple:
    return tuple(param for one in conditions for param in one.params)


def _through(scopes: Sequence[int]) -> str:
    """With a plus no index is looked up once for each of many scopes: a thread has few rows."""
    return f"{'+' if len(scopes) > FEW_SCOPES else ''}s.scope_id {_in(scopes)}"


def _in(scopes: Sequence[int]) -> str:
    return f"IN ({', '.join(map(str, scopes))})"
