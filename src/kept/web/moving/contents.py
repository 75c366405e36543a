"""Attachments on their way into a backup, out of one, and from one store of files to another."""

import os
from collections.abc import Iterator
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import Storage

from kept.web.moving.archive import sha_of
from kept.web.moving.stores import Row, Store
from kept.web.moving.tables import Table

ATTACHMENTS = "timeline_attachment"


def attachments(store: Store, tables: list[Table]) -> Iterator[tuple[str, str, bool]]:
    """Name in the store of files, checksum and whether an action named it, for every attachment."""
    table = next(one for one in tables if one.name == ATTACHMENTS)
    file, checksum, thread = map(table.names.index, ("file", "checksum", "thread_id"))
    rows: Iterator[Row] = store.rows(table)
    return ((row[file], row[checksum], row[thread] is not None) for row in rows)


def size_of(content: IO[bytes]) -> int:
    """Bytes of an opened file, which is left at its beginning."""
    size = content.seek(0, os.SEEK_END)
    content.seek(0)
    return size


def put_content(files: Storage, name: str, content: IO[bytes], checksum: str | None = None) -> None:
    """Keep a content under just this name; one that is there already with this checksum stays."""
    if files.exists(name):
        if checksum is not None and checksum == stored_checksum(files, name):
            return
        files.delete(name)
    kept: Any = files.save(name, File(content))
    assert kept == name, f"{name} was stored as {kept}"


def stored_checksum(files: Storage, name: str) -> str | None:
    """SHA-256 of what lies in a store of files; None when there is nothing of that name."""
    try:
        with files.open(name) as content:
            return sha_of(content)
    except FileNotFoundError:
        return None
