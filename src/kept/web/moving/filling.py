"""Filling an empty database with plain rows, and proving that just these stand there.

PostgreSQL is filled in one transaction and proved before it ends. SQLite is filled as another file
beside its place, which gets the name when all is proved. Whoever is killed in between leaves an
empty installation, and may begin again.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.web.files import keep_names
from kept.web.moving.making import make_tables
from kept.web.moving.opening import require_empty, require_idle, store_at
from kept.web.moving.postgresql import PostgresqlStore
from kept.web.moving.sqlite import SqliteStore
from kept.web.moving.stores import Heads, Row, Store, Tally
from kept.web.moving.tables import Node, Table

BESIDE = ".filling"
"""What the name of a SQLite file ends with while it is filled."""
SIDES = ("", "-wal", "-shm", "-journal")


@dataclass
class Target:
    """A database that is being filled. ``expected`` is what was put, by table."""

    store: Store
    tables: Sequence[Table]
    expected: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, table: Table, rows: Iterable[Row], last_key: int | None) -> None:
        tally = Tally()
        self.store.put(table, tally.counted(rows), last_key)
        self.expected[table.name] = tally.said

    def prove(self, heads: Heads) -> None:
        """Raise Refused unless every table holds the rows that were put, value for value, and the
        stories end as they did.
        """
        self.store.check_relations()
        for table in self.tables:
            found, expected = self._read_back(table), self.expected[table.name]
            if found != expected:
                raise Refused(
                    _("{table}: {found} rows came over of {expected}, or not as they were."),
                    table=table.name,
                    found=found["rows"],
                    expected=expected["rows"],
                )
        if self.store.heads() != heads:
            raise Refused(_("The stories that came over do not end as they did."))

    def _read_back(self, table: Table) -> dict[str, Any]:
        tally = Tally()
        for _row in tally.counted(self.store.rows(table)):
            pass
        return tally.said


def require_fillable(url: str, tables: Sequence[Table]) -> None:
    """Raise Refused unless the database of that URL is empty and nobody works on it."""
    store = store_at(url)
    try:
        require_empty(store, tables)
        require_idle(store)
    finally:
        store.leave()


@contextmanager
def place_at(url: str) -> Iterator[str]:
    """The URL to fill. It is the one asked for, cleared of empty tables; for SQLite a file beside
    it, which takes its place when the block ends well.
    """
    store = store_at(url)
    try:
        if isinstance(store, SqliteStore):
            with _beside(store.path) as beside:
                yield f"sqlite:///{quote(str(beside))}"
        else:
            assert isinstance(store, PostgresqlStore)
            store.drop_everything()
            yield url
    finally:
        store.leave()


@contextmanager
def filling(url: str, state: Sequence[Node], tables: Sequence[Table]) -> Iterator[Target]:
    """The tables of a state are made and filled; all stays when the block ends well, or nothing."""
    make_tables(url, state)
    store = store_at(url)
    try:
        with store.filling(tables):
            yield Target(store, tables)
    finally:
        store.leave()


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    beside = path.with_name(path.name + BESIDE)
    path.parent.mkdir(parents=True, exist_ok=True)
    _forget(beside)
    try:
        yield beside
        _settle(beside)
        _forget(path)
        os.replace(beside, path)
        keep_names(path.parent)
    finally:
        _forget(beside)


def _forget(path: Path) -> None:
    for side in SIDES:
        Path(f"{path}{side}").unlink(missing_ok=True)


def _settle(path: Path) -> None:
    """All of it on the disk, in one file."""
    store = SqliteStore(path)
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.leave()
    with path.open("rb") as file:
        os.fsync(file.fileno())
