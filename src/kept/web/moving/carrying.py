"""A live installation goes from one database to another; here nothing is entered meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.files.storage import Storage

from kept.web.moving.backing_up import Progress, quiet, told
from kept.web.moving.contents import attachments, put_content, stored_checksum
from kept.web.moving.filling import filling, place_at, require_fillable
from kept.web.moving.opening import tables_in
from kept.web.moving.stores import Heads, Store
from kept.web.moving.tables import Table


@dataclass
class Moved:
    """What came over, proved row by row."""

    tables: int
    rows: int
    heads: Heads


@contextmanager
def closed(store: Store, tables: list[Table]) -> Iterator[None]:
    """Nobody writes there any more. It is opened again should the block fail; whoever is killed
    leaves it closed, and it is opened by hand (``kept move --back``).
    """
    store.close_writing(tables)
    try:
        yield
    except BaseException:
        store.open_writing()
        raise


def move(source: Store, url: str, progress: Progress = quiet) -> Moved:
    """Carry everything into the empty database of that URL and leave the source closed.

    Raises Refused, and then the source is open and the other database still empty.
    """
    tables = tables_in(source)
    require_fillable(url, tables)
    with (
        closed(source, tables),
        source.reading(),
        place_at(url) as place,
        filling(place, source.state(), tables) as target,
    ):
        for table in tables:
            rows = told(source.rows(table), table.name, progress)
            target.put(table, rows, source.last_key(table))
        progress("=", 0)
        heads = source.heads()
        target.prove(heads)
    carried = sum(said["rows"] for said in target.expected.values())
    return Moved(len(tables), carried, heads)


def copy_files(
    source: Store, old: Storage, new: Storage, progress: Progress = quiet
) -> tuple[int, list[str]]:
    """Attachments into another store of files: how many are there now, and which could not be
    copied because they were gone or damaged before. A second run copies what is still missing.
    """
    damaged, count = [], 0
    with source.reading():
        wanted = list(attachments(source, tables_in(source)))
    for name, checksum, is_used in wanted:
        try:
            with old.open(name) as content:
                put_content(new, name, content, checksum)
        except FileNotFoundError:
            damaged += [name] if is_used else []
            continue
        count += 1
        if stored_checksum(new, name) != checksum:
            damaged.append(name)
        progress("files", count)
    return count, damaged
