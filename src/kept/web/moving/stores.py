"""A database as it is carried: read at one moment, filled whole, closed for writing meanwhile."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.web.moving.tables import Column, Node, Table

Row = list[Any]
"""A plain row."""
SHOWN = 40


@dataclass(frozen=True)
class Heads:
    """How many stories and entries there are, and one digest over all their heads."""

    threads: int
    entries: int
    digest: str


@dataclass
class Tally:
    """What was counted of a table while its rows went by."""

    rows: int = 0
    sha: Any = field(default_factory=hashlib.sha256)

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.count(line_of(row))
            yield row

    def count(self, line: bytes) -> None:
        self.rows += 1
        self.sha.update(line)

    @property
    def digest(self) -> str:
        return self.sha.hexdigest()

    @property
    def said(self) -> dict[str, Any]:
        """As a backup says it."""
        return {"rows": self.rows, "digest": self.digest}


def line_of(row: Row) -> bytes:
    """A plain row as one line of JSON."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Store(Protocol):
    """Either database. ``rows`` and ``heads`` are read inside ``reading`` or ``filling``."""

    def exists(self) -> bool: ...
    def table_names(self) -> set[str]: ...
    def state(self) -> list[Node]:
        """The migrations that were applied here."""
        ...

    def has_rows(self, table: str, condition: str = "") -> bool: ...
    def reading(self) -> AbstractContextManager[None]:
        """Everything inside the block is read as it stood at one moment."""
        ...

    def rows(self, table: Table) -> Iterator[Row]: ...
    def last_key(self, table: Table) -> int | None:
        """The highest key ever given, where keys are given by the database."""
        ...

    def heads(self) -> Heads: ...
    def filling(self, tables: Sequence[Table]) -> AbstractContextManager[None]:
        """The tables are emptied and filled, whole or not at all."""
        ...

    def put(self, table: Table, rows: Iterable[Row], last_key: int | None) -> None: ...
    def check_relations(self) -> None:
        """Raise Refused when a row points at one that is not there."""
        ...

    def close_writing(self, tables: Sequence[Table]) -> None: ...
    def open_writing(self) -> bool: ...
    def is_closed(self) -> bool: ...
    def leave(self) -> None: ...


CLOSED = "kept takes no changes: it is moving"
"""What either database answers to a write while it is closed; see kit.outage."""
HEADS = "SELECT id, length, head FROM timeline_thread ORDER BY id"


def heads_of(rows: Iterable[tuple[int, int, str]]) -> Heads:
    sha, threads, entries = hashlib.sha256(), 0, 0
    for key, length, head in rows:
        threads, entries = threads + 1, entries + length
        sha.update(f"{key} {length} {head}\n".encode())
    return Heads(threads, entries, sha.hexdigest())


def converted(
    table: Table,
    converts: Sequence[Callable[[Any], Any]],
    rows: Iterable[Sequence[Any]],
) -> Iterator[Row]:
    """Rows with every value that is there converted. Raises Refused naming one that cannot be."""
    numbered = list(enumerate(converts))
    for row in rows:
        try:
            yield [None if row[at] is None else convert(row[at]) for at, convert in numbered]
        except (ValueError, TypeError, ArithmeticError):
            raise _cannot_be_carried(table, converts, row) from None


def _cannot_be_carried(
    table: Table, converts: Sequence[Callable[[Any], Any]], row: Sequence[Any]
) -> Refused:
    column, value = next(
        (one, value)
        for one, convert, value in zip(table.columns, converts, row, strict=True)
        if value is not None and not _is_converted(convert, value)
    )
    return Refused(
        _("{table}, row {key}: “{value}” in {column} cannot be carried over. Mend it first."),
        table=table.name,
        key=row[table.columns.index(table.key)],
        column=column.name,
        value=repr(value)[:SHOWN],
    )


def _is_converted(convert: Callable[[Any], Any], value: Any) -> bool:
    try:
        convert(value)
    except (ValueError, TypeError, ArithmeticError):
        return False
    return True


def quoted(name: str) -> str:
    """A name of ours in SQL; both databases quote alike."""
    return f'"{name}"'


def listed(columns: Iterable[Column]) -> str:
    return ", ".join(quoted(column.name) for column in columns)
