"""The very statements of a request, sent once more without Kept: what the database itself takes.

While they are written down every table gives keys from a range of its own. When they are sent
again each such key becomes the one that came back this time, and every number a new one, so that a
creating request creates anew.
"""

import re
import secrets
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Any

from django.db import connection, transaction

FAR, SPAN = 10**12, 10**10
INSERT = re.compile(r'INSERT INTO "?(\w+)"?')
NUMBER = re.compile(r"\b[A-Z]{2}-[A-Z]{1,2}\d\d-\d{6,}\b")
Statement = tuple[str, Any]


@dataclass
class Written:
    """The statements of one request, and the range of keys of each table."""

    statements: list[Statement] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    first: dict[int, int] = field(default_factory=dict)


def write_down(request: Callable[[], Any]) -> Written:
    """Do the request once and keep what it asks of the database."""
    written = Written(tables=connection.introspection.table_names())
    written.first = _keys_from(written.tables)

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "SAVEPOINT" not in sql and not sql.startswith("BEGIN"):
            written.statements.append(
                (sql, params if isinstance(params, dict) else list(params or []))
            )
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        request()
    return written


def _keys_from(tables: list[str]) -> dict[int, int]:
    """Let every table go on in its range; the first key each gives next, by its place."""
    first = {}
    with connection.cursor() as cursor:
        for place, table in enumerate(tables):
            if (sequence := _sequence_of(cursor, table)) is None:
                continue
            cursor.execute(f'SELECT MAX(id) FROM "{table}"')
            last = max(cursor.fetchone()[0] or 0, FAR + place * SPAN)
            first[place] = last + 1
            if connection.vendor == "sqlite":
                cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last, table])
            else:
                cursor.execute("SELECT setval(%s, %s)", [sequence, last])
    return first


def _sequence_of(cursor: Any, table: str) -> str | None:
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_sequence WHERE name = %s", [table])
    else:
        cursor.execute(
            "SELECT pg_get_serial_sequence(%s, 'id') FROM information_schema.columns"
            " WHERE table_name = %s AND column_name = 'id' AND data_type = 'bigint'",
            [f'"{table}"', table],
        )
    row = cursor.fetchone()
    return row[0] if row else None


class Replay:
    """Sends written statements again and again, each time with keys and numbers of its own."""

    def __init__(self, written: Written) -> None:
        self._written, self._runs, self._tag = written, count(1), secrets.token_hex(3)
        self._place = {name: place for place, name in enumerate(written.tables)}

    def once(self) -> None:
        keys: dict[int, list[int]] = defaultdict(list)
        run = next(self._runs)
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, params in self._written.statements:
                cursor.execute(sql, self._next_line(sql, self._now(params, keys, run), run))
                if cursor.description is None:
                    continue
                rows = cursor.fetchall()
                if (found := INSERT.match(sql)) and found[1] in self._place:
                    keys[self._place[found[1]]] += [row[0] for row in rows]

    def milliseconds(self, seconds: float) -> list[float]:
        """What it takes, again and again for so long."""
        for _ in range(20):
            self.once()
        times: list[float] = []
        until = perf_counter() + seconds
        while not times or perf_counter() < until:
            began = perf_counter()
            self.once()
            times.append((perf_counter() - began) * 1000)
        return times

    def _next_line(self, sql: str, params: Any, run: int) -> Any:
        """A story that is there gets a further line: (thread, seq) stands only once."""
        if not sql.startswith('INSERT INTO "timeline_entry" ') or params[1] == 1:
            return params
        return [params[0], params[1] + run, *params[2:]]

    def _now(self, value: Any, keys: dict[int, list[int]], run: int) -> Any:
        if isinstance(value, list):
            return [self._now(one, keys, run) for one in value]
        if isinstance(value, int) and value > FAR:
            place = (value - FAR) // SPAN
            nth = value - self._written.first.get(place, value + 1)
            return keys[place][nth] if 0 <= nth < len(keys[place]) else value
        if isinstance(value, str):
            return self._named(value, run)
        return value

    def _named(self, value: str, run: int) -> str:
        if len(value) == 32 and value.isalnum():  # a request key or a salt
            return secrets.token_hex(16)
        return NUMBER.sub(lambda found: f"{found[0][:4]}{self._tag}-{run}", value)
