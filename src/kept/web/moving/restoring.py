"""A backup becomes an installation again: checked first, filled whole, brought forward (SX.16)."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import Storage, default_storage
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.people.real_time import real_now
from kept.timeline.sealing import export_path
from kept.web.moving.archive import FILES, PRIVATE, ROWS, Reader, rows_in, table_in
from kept.web.moving.backing_up import SEALS, SECRET, Progress, fingerprint, quiet, told
from kept.web.moving.contents import put_content
from kept.web.moving.filling import Target, filling, place_at, require_fillable
from kept.web.moving.making import make_tables
from kept.web.moving.stores import Heads, Row
from kept.web.moving.tables import Table, latest_state, models_at, tables_of


@dataclass
class Restored:
    """What became of a backup."""

    rows: int = 0
    files: int = 0
    damaged: Sequence[str] = ()
    has_same_key: bool = True
    """Whether access keys of the old installation open this one."""
    is_older: bool = False
    """Whether its tables were brought forward to this version."""
    seals_aside: Path | None = None
    """Where the exported seals went that were here."""


def restore(
    path: Path, url: str, *, files: Storage = default_storage, progress: Progress = quiet
) -> Restored:
    """Fill the empty installation of that URL from a backup. Raises Refused, and then it is still
    empty.
    """
    reader = Reader(path)
    tables = _tables(reader)
    require_fillable(url, tables)
    end = reader.check(lambda name: progress(str(_("checking")), 0))
    done = Restored(damaged=end["damaged"])
    state = [(app, name) for app, name in reader.begin["state"]]
    done.is_older = set(latest_state()) > set(state)
    with place_at(url) as place:
        with filling(place, state, tables) as target:
            own = _fill(reader, target, files, done, progress)
            _require_same(target, end)
            progress(str(_("proving")), 0)
            target.prove(Heads(**end["heads"]))
        if done.is_older:
            progress(str(_("bringing forward")), 0)
            make_tables(place)
    _put_own(own, done)
    done.has_same_key = reader.begin["key"] == fingerprint() or SECRET in own
    return done


def _tables(reader: Reader) -> list[Table]:
    """The tables a backup holds, as the models were then."""
    with reader.whole():
        state = [(app, name) for app, name in reader.begin["state"]]
        columns = reader.begin["columns"]
    tables = tables_of(models_at(state))
    if {table.name: table.names for table in tables} != columns:
        raise Refused(
            _("{file} has tables this version does not know. Restore it with Kept {version}."),
            file=reader.path,
            version=reader.begin["kept"],
        )
    return tables


def _fill(
    reader: Reader, target: Target, files: Storage, done: Restored, progress: Progress
) -> dict[str, bytes]:
    """Rows into tables and contents into the store of files; what belongs beside them."""
    by_name, own = {table.name: table for table in target.tables}, {}
    last_keys = reader.begin["last_keys"]
    for name, members in groupby(reader.members(), lambda member: _where(member[0])):
        if name in by_name:
            rows = told(_rows(members), name, progress)
            target.put(by_name[name], rows, last_keys[name])
            done.rows += target.expected[name]["rows"]
            continue
        for member, content in members:
            if member.startswith(FILES):
                put_content(files, member.removeprefix(FILES), content)
                done.files += 1
                progress(FILES, done.files)
            elif member in (SEALS, SECRET):
                own[member] = content.read()
    for name in by_name.keys() - target.expected.keys():
        target.put(by_name[name], [], last_keys[name])
    return own


def _where(name: str) -> str:
    return table_in(name) if name.startswith(ROWS) else ""


def _rows(members: Iterator[tuple[str, IO[bytes]]]) -> Iterator[Row]:
    for _name, content in members:
        yield from rows_in(content)


def _require_same(target: Target, end: dict[str, Any]) -> None:
    """The file is read twice; it must not have changed in between."""
    if target.expected != end["tables"]:
        raise Refused(_("The backup changed while it was read. Nothing was written."))


def _put_own(own: dict[str, bytes], done: Restored) -> None:
    """What stands beside the database: the exported seals, and the secret key when it came along.

    Seals that were here are of another history and put aside.
    """
    seals = export_path()
    if seals.exists() and seals.read_bytes() != own.get(SEALS, b""):
        done.seals_aside = seals.with_name(f"{seals.name}.{real_now():%Y%m%d-%H%M%S}")
        seals.rename(done.seals_aside)
    if SEALS in own:
        seals.write_bytes(own[SEALS])
    if SECRET in own:
        _put_secret(Path(settings.HOME) / SECRET, own[SECRET])


def _put_secret(path: Path, key: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as file:
        file.write(key)
