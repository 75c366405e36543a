"""A file as rows: separated values in any encoding, packed with gzip or not, or a workbook."""

import csv
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from kept.kit.importing.headers import (
    LOOKED_AT,
    Score,
    header_at,
    unique_names,
    without_empty_end,
)
from kept.kit.importing.separated import open_separated
from kept.kit.importing.tables import Cells, How, Opened, Row, Table, Told
from kept.kit.importing.workbooks import open_workbook
from kept.kit.refusal import InvalidInput

GZIP, ZIP, OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
NO_TABLES = {
    b"%PDF": _("a PDF file"),
    b"\x89PNG": _("a picture"),
    b"\xff\xd8\xff": _("a picture"),
    b"GIF8": _("a picture"),
    b"<!DO": _("a web page"),
    b"<htm": _("a web page"),
    b"<HTM": _("a web page"),
    b"<?xm": _("an XML file"),
    b"Rar!": _("a packed folder"),
    b"7z\xbc\xaf": _("a packed folder"),
}


def nothing_known(row: Sequence[str]) -> int:
    """The score of a row when nobody knows what the columns are called."""
    return 0


def open_table(path: Path, how: How = How(), score: Score = nothing_known) -> Table:  # noqa: B008  # frozen
    """Begin to read a file. Raises InvalidInput when it is no table.

    ``score`` tells the header from a title above it: how many of the wanted columns a row names.
    """
    try:
        size, file = path.stat().st_size, path.open("rb")
    except OSError as error:
        raise InvalidInput(_("{file}: {error}"), file=path.name, error=error) from None
    try:
        opened = _opened(file, path.name, how)
        return _table(opened, file, size, how, score)
    except (OSError, EOFError, zlib.error, UnicodeError, csv.Error) as error:
        file.close()
        raise InvalidInput(_("{file}: {error}"), file=path.name, error=error) from None
    except Exception:
        file.close()
        raise


def _opened(file: BinaryIO, name: str, how: How) -> Opened:
    head = file.read(4)
    file.seek(0)
    for start, what in NO_TABLES.items():
        if head.startswith(start):
            raise InvalidInput(
                _("{file} is {what}, not a table. Save it as XLSX or CSV."), file=name, what=what
            )
    if head in (ZIP, OLE):
        return open_workbook(file, name, how)
    return open_separated(file, head.startswith(GZIP), how)


def _table(opened: Opened, file: BinaryIO, size: int, how: How, score: Score) -> Table:
    first = _first_rows(opened.rows, how.header_row)
    named = Path(file.name).name
    if how.header_row and (not first or first[0].line != how.header_row):
        raise InvalidInput(
            _("Line {line} of {file} is empty: it names no columns."),
            line=how.header_row,
            file=named,
            field="header_row",
        )
    at = 0 if how.header_row else header_at([one.cells for one in first], score)
    header = unique_names(without_empty_end(first[at].cells)) if first else []
    if not header:
        raise InvalidInput(_("{file} has no header line."), file=named)
    if at:
        opened.told.append(Told(_("The columns are named on line {line}."), line=first[at].line))
    rows = _rows(first[at + 1 :], opened, header)
    return Table(header, first[at].line, rows, file, size, opened)


def _first_rows(rows: Iterator[Cells], header_row: int) -> list[Cells]:
    """The rows among which the header stands; the one on a line, where that is known."""
    first: list[Cells] = []
    for cells in rows:
        if cells.line < header_row:
            continue
        first.append(cells)
        if header_row or len(first) == LOOKED_AT:
            break
    return first


def _rows(waiting: list[Cells], opened: Opened, header: list[str]) -> Iterator[Row]:
    for cells in waiting:
        yield _row(cells, header, opened.is_sheet)
    for cells in opened.rows:
        yield _row(cells, header, opened.is_sheet)


def _row(one: Cells, header: list[str], is_sheet: bool) -> Row:
    cells, width = one.cells, len(header)
    named = dict(zip(header, cells, strict=False))
    errors = {header[at]: what for at, what in one.errors.items() if at < width}
    broken = one.broken
    if len(cells) != width and broken is None:
        if len(cells) < width and is_sheet:
            named |= dict.fromkeys(header[len(cells) :], "")
        elif len(cells) < width or any(cell.strip() for cell in cells[width:]):
            broken = _of_another_width(len(cells), width)
    return Row(one.line, named, broken, errors)


def _of_another_width(found: int, expected: int) -> Any:
    return InvalidInput(
        _("It has {found} columns instead of {expected}."), found=found, expected=expected
    )
