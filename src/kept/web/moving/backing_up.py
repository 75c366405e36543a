"""A backup of a running installation: everything as it stood at one moment, in one file (SX.16)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, default_storage
from django.utils.crypto import salted_hmac

from kept import __version__
from kept.people.real_time import real_now
from kept.timeline.sealing import export_path
from kept.web.moving.archive import FILES, FORMAT, Writer, part_of, require_free
from kept.web.moving.contents import attachments, size_of
from kept.web.moving.opening import tables_in
from kept.web.moving.stores import Row, Store
from kept.web.moving.tables import Table

Progress = Callable[[str, int], None]
"""Told what is being carried, and how much of it so far."""
SEALS, SECRET = "seals.jsonl", "secret-key"
OFTEN = 5_000
"""Rows between two words about progress."""


@dataclass
class BackedUp:
    """What a backup holds. ``damaged`` are attachments that were gone or changed already."""

    rows: int = 0
    files: int = 0
    size: int = 0
    damaged: list[str] = field(default_factory=list)


def quiet(what: str, count: int) -> None:
    """Progress nobody looks at."""


def back_up(
    store: Store,
    path: Path,
    *,
    files: Storage = default_storage,
    with_secret: bool = False,
    progress: Progress = quiet,
) -> BackedUp:
    """Write everything into a new file. Raises Refused, and OSError when the disk is full; then
    there is no file.
    """
    require_free(path)
    done = BackedUp()
    tables = tables_in(store)
    seals = exported_seals()  # first: whatever was exported stands in the database by then
    with part_of(path) as part, store.reading():
        writer = Writer(part)
        writer.begin(_beginning(store, tables))
        for table in tables:
            rows = told(store.rows(table), table.name, progress)
            done.rows += writer.table(table.name, rows).rows
        _put_files(writer, store, tables, files, done, progress)
        own = {SEALS: seals, SECRET: settings.SECRET_KEY.encode() if with_secret else b""}
        for name, content in own.items():
            if content:
                writer.content(name, content)
        heads = vars(store.heads())
        writer.end(heads=heads, damaged=done.damaged)
    done.size = path.stat().st_size
    return done


def _beginning(store: Store, tables: list[Table]) -> dict[str, Any]:
    """What is needed to read the rest, and to know whether this version can."""
    return {
        "format": FORMAT,
        "kept": __version__,
        "made_at": real_now().isoformat(),
        "state": store.state(),
        "columns": {table.name: table.names for table in tables},
        "last_keys": {table.name: store.last_key(table) for table in tables},
        "key": fingerprint(),
    }


def exported_seals() -> bytes:
    return export_path().read_bytes() if export_path().exists() else b""


def fingerprint() -> str:
    """Tells whether two installations have the same secret key, and nothing about the key."""
    return salted_hmac("kept.backup", "secret key", algorithm="sha256").hexdigest()[:16]


def told(rows: Iterator[Row], name: str, progress: Progress) -> Iterator[Row]:
    """Rows going by, with a word about them now and then."""
    count = 0
    for count, row in enumerate(rows, start=1):
        if count % OFTEN == 0:
            progress(name, count)
        yield row
    progress(name, count)


def _put_files(
    writer: Writer,
    store: Store,
    tables: list[Table],
    files: Storage,
    done: BackedUp,
    progress: Progress,
) -> None:
    for name, checksum, is_used in attachments(store, tables):
        try:
            content = files.open(name)
        except FileNotFoundError:
            done.damaged += [name] if is_used else []  # unused ones are tidied away meanwhile
            continue
        with content:
            found = writer.file(FILES + name, content, size_of(content))
        done.files += 1
        if found != checksum:
            done.damaged.append(name)
        progress(FILES, done.files)
