"""SQLite as a store: read through a connection of its own, filled as a file beside its place."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.web.moving.stores import (
    CLOSED,
    HEADS,
    Heads,
    Row,
    converted,
    heads_of,
    listed,
    quoted,
)
from kept.web.moving.tables import Node, Table

VERBS = ("INSERT", "UPDATE", "DELETE")
PREFIX = "kept_closed_"
PATIENCE = 60.0
"""Seconds to wait for whoever is writing."""
BATCH = 1_000
FAST = ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -65536")
"""How a file is filled that is thrown away when anything goes wrong."""


class SqliteStore:
    """One SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        return self._connection

    def leave(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def exists(self) -> bool:
        return self.path.exists() and self.path.stat().st_size > 0

    def table_names(self) -> set[str]:
        if not self.exists():
            return set()
        return {name for (name,) in self._all("SELECT name FROM sqlite_master WHERE type='table'")}

    def state(self) -> list[Node]:
        if "django_migrations" not in self.table_names():
            return []
        return sorted(self._all("SELECT app, name FROM django_migrations"))

    def has_rows(self, table: str, condition: str = "") -> bool:
        where = f" WHERE {condition}" if condition else ""
        return bool(self._all(f"SELECT 1 FROM {quoted(table)}{where} LIMIT 1"))

    @contextmanager
    def reading(self) -> Iterator[None]:
        self.connection.execute("BEGIN")
        try:
            self._all("SELECT count(*) FROM sqlite_master")  # from here on nothing moves
            yield
        finally:
            self.connection.execute("ROLLBACK")

    def rows(self, table: Table) -> Iterator[Row]:
        with closing(self.connection.cursor()) as cursor:
            cursor.arraysize = BATCH
            cursor.execute(
                f"SELECT {listed(table.columns)} FROM {quoted(table.name)}"
                f" ORDER BY {quoted(table.key.name)}"
            )
            yield from converted(table, [one.form.from_sqlite for one in table.columns], cursor)

    def last_key(self, table: Table) -> int | None:
        found = self.connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = ?", [table.name]
        ).fetchone()
        return found[0] or None if found else None

    def heads(self) -> Heads:
        return heads_of(self.connection.execute(HEADS))

    @contextmanager
    def filling(self, tables: Sequence[Table]) -> Iterator[None]:
        for pragma in FAST:
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("BEGIN")
        for table in tables:
            if self.has_rows(table.name):
                self.connection.execute(f"DELETE FROM {quoted(table.name)}")
        yield
        self.connection.execute("COMMIT")

    def put(self, table: Table, rows: Iterable[Row], last_key: int | None) -> None:
        places = ", ".join("?" * len(table.columns))
        self.connection.executemany(
            f"INSERT INTO {quoted(table.name)} ({listed(table.columns)}) VALUES ({places})",
            converted(table, [one.form.to_sqlite for one in table.columns], rows),
        )
        if last_key:
            last = max(last_key, self.last_key(table) or 0)
            self.connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", [table.name])
            self.connection.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table.name, last]
            )

    def check_relations(self) -> None:
        faults = self._all("PRAGMA foreign_key_check")
        if faults:
            table, key, parent, _number = faults[0]
            raise Refused(
                _("{table}, row {key} points at a row of {parent} that is not there."),
                table=table,
                key=key,
                parent=parent,
            )

    def close_writing(self, tables: Sequence[Table]) -> None:
        """Whoever is writing ends first; from then on every table refuses."""
        self.connection.execute("BEGIN IMMEDIATE")
        for table in tables:
            for verb in VERBS:
                self.connection.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {PREFIX}{table.name}_{verb.lower()}"
                    f" BEFORE {verb} ON {quoted(table.name)}"
                    f" BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
                )
        self.connection.execute("COMMIT")

    def open_writing(self) -> bool:
        """Let it be written again; whether it was closed."""
        closed = self._closing_triggers()
        self.connection.execute("BEGIN IMMEDIATE")
        for name in closed:
            self.connection.execute(f"DROP TRIGGER IF EXISTS {quoted(name)}")
        self.connection.execute("COMMIT")
        return bool(closed)

    def is_closed(self) -> bool:
        return self.exists() and bool(self._closing_triggers())

    def _closing_triggers(self) -> list[str]:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE ?"
        return [name for (name,) in self.connection.execute(sql, [f"{PREFIX}%"])]

    def _all(self, sql: str) -> list[tuple]:
        return self.connection.execute(sql).fetchall()
