"""Workbooks: which sheet is read and said so, values of formulas, merged cells, errors by cell."""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from xml.etree import ElementTree

from django.utils.translation import gettext_lazy as _

from kept.kit.importing.tables import Cells, How, Opened, Told
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed

REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ERROR_CELL = re.compile(rb'<c\b([^>]*\bt="e"[^>]*)>(.*?)</c>', re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_VALUE = re.compile(rb"<v>([^<]*)</v>")
CHUNK = 1 << 20
LONGEST_CELL = 1 << 16
LARGEST_HEAD = 64 << 20
LARGEST = 1 << 30
"""Bytes a workbook may unpack to: a table of a million rows takes less."""


def open_workbook(file: BinaryIO, name: str, how: How) -> Opened:
    """Begin to read a sheet: the one named, else the first that is shown and holds anything."""
    import python_calamine

    _require_sane_size(file, name)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
    except Exception as error:  # the library raises kinds of its own for every fault
        if isinstance(error, python_calamine.PasswordError) or _is_encrypted(file):
            raise InvalidInput(
                _("{file} is protected by a password. Open it, take the password off and save it."),
                file=name,
            ) from None
        raise _no_workbook(name) from None
    sheets = [one for one in book.sheets_metadata if _is_table(one)]
    chosen = _chosen(book, sheets, how.sheet, name)
    try:
        sheet = book.get_sheet_by_name(chosen.name)
        errors = _errors_in(file, chosen.name) if zipfile.is_zipfile(file) else {}
        merged = _merged_downwards(sheet)
    except Exception:
        raise _no_workbook(name) from None
    progress = _Progress(file, sheet.total_height)
    rows = _rows(sheet, errors, merged, progress)
    names = [one.name for one in sheets]
    return Opened(rows, progress.done, _told(sheets, chosen), True, names, chosen.name)


def _require_sane_size(file: BinaryIO, name: str) -> None:
    """Raise InvalidInput for a few bytes that unpack to a full memory."""
    size = 0
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as packed:
            size = sum(one.file_size for one in packed.infolist())
    file.seek(0)
    if size > LARGEST:
        raise InvalidInput(
            _("{file} unpacks to {size} MB. Save the table as CSV."), file=name, size=size >> 20
        )


def _is_encrypted(file: BinaryIO) -> bool:
    """Whether an XLSX stands inside as one encrypted stream."""
    file.seek(0)
    return "EncryptedPackage".encode("utf-16-le") in file.read(LARGEST_HEAD)


def _no_workbook(name: str) -> InvalidInput:
    return InvalidInput(
        _("{file} is no workbook that can be read. Save it again as XLSX or CSV."), file=name
    )


def _is_table(sheet: Any) -> bool:
    return str(sheet.typ).endswith("WorkSheet")


def _is_shown(sheet: Any) -> bool:
    return str(sheet.visible).endswith(".Visible")


def _chosen(book: Any, sheets: list[Any], wanted: str, name: str) -> Any:
    """The sheet to be read. Raises InvalidInput naming those there are."""
    if wanted:
        for place, one in enumerate(sheets, 1):
            if wanted in (one.name, str(place)):
                return one
        raise InvalidInput(
            _("{file} has no sheet “{sheet}”. There are: {sheets}."),
            file=name,
            sheet=wanted,
            sheets=Listed(one.name for one in sheets),
            field="sheet",
        )
    shown = [one for one in sheets if _is_shown(one)] or sheets
    for one in shown:
        if book.get_sheet_by_name(one.name).height:
            return one
    raise InvalidInput(_("{file} holds no sheet with anything on it."), file=name)


def _told(sheets: list[Any], chosen: Any) -> list[Told]:
    """Which sheet was read, where that was a choice, and which are hidden."""
    if len(sheets) == 1:
        return []
    others = [one.name for one in sheets if one is not chosen]
    hidden = [one.name for one in sheets if not _is_shown(one)]
    told = [
        Told(
            _("Read from the sheet “{sheet}”; not from: {others}."),
            sheet=chosen.name,
            others=Listed(others),
        )
    ]
    if hidden:
        told.append(Told(_("Hidden sheets: {sheets}."), sheets=Listed(hidden)))
    return told


class _Progress:
    """How much of a workbook is done: it is read at once, so its rows are counted instead."""

    def __init__(self, file: BinaryIO, height: int) -> None:
        self.size = file.seek(0, 2)
        self.height, self.line = max(height, 1), 0

    def done(self) -> int:
        return self.size * self.line // self.height


def _rows(sheet: Any, errors: dict, merged: dict, progress: _Progress) -> Iterator[Cells]:
    for line, values in enumerate(sheet.iter_rows(), 1):
        progress.line = line
        cells = [_cell(value) for value in values]
        for place, text in merged.get(line, {}).items():
            if place < len(cells):
                cells[place] = text
        wrong = errors.get(line, {})
        for place, (_where, error) in wrong.items():
            if place < len(cells):
                cells[place] = error
        if any(map(str.strip, cells)):
            yield Cells(line, cells, None, wrong)


def _cell(value: Any) -> str:
    """A cell as text: whole numbers without a point, times as ISO."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, time) else str(value)


def _merged_downwards(sheet: Any) -> dict[int, dict[int, str]]:
    """Cells that several rows share say the same in each of them: line → place → text."""
    ranges = [((top, left), (bottom, right)) for (top, left), (bottom, right)
              in sheet.merged_cell_ranges or () if bottom > top]  # fmt: skip
    if not ranges:
        return {}
    found: dict[int, dict[int, str]] = {}
    tops: dict[int, list] = {}
    for one in ranges:
        tops.setdefault(one[0][0], []).append(one)
    for line, values in enumerate(sheet.iter_rows()):
        for (top, left), (bottom, _right) in tops.get(line, ()):
            text = _cell(values[left]) if left < len(values) else ""
            for below in range(top + 1, bottom + 1):
                found.setdefault(below + 1, {})[left] = text
    return found


def _errors_in(file: BinaryIO, sheet: str) -> dict[int, dict[int, tuple[str, str]]]:
    """Cells that hold an error (#N/A), which the values alone do not show: line → place → cell."""
    found: dict[int, dict[int, tuple[str, str]]] = {}
    with zipfile.ZipFile(file) as book:
        part = _part_of(book, sheet)
        if part is None:
            return found
        with book.open(part) as stream:
            for column, line, error in _error_cells(stream):
                cell = f"{column}{line}"
                found.setdefault(line, {})[_place(column)] = (cell, error)
    return found


def _part_of(book: zipfile.ZipFile, sheet: str) -> str | None:
    """The file inside an XLSX that holds a sheet; None for other kinds of workbooks."""
    if "xl/workbook.xml" not in book.namelist():
        return None
    parts = {
        one.get("Id"): one.get("Target", "")
        for one in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    }
    for one in ElementTree.fromstring(book.read("xl/workbook.xml")).iter():
        if one.tag.endswith("}sheet") and one.get("name") == sheet:
            target = parts.get(one.get(REL), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return str(PurePosixPath(part)) if part in book.namelist() else None
    return None


def _error_cells(stream: Any) -> Iterator[tuple[str, int, str]]:
    rest = b""
    while piece := stream.read(CHUNK):
        text = rest + piece
        for match in _ERROR_CELL.finditer(text):
            place, value = _PLACE.search(match[1]), _VALUE.search(match[2])
            if place:
                error = value[1].decode("ascii", "replace") if value else "#"
                yield place[1].decode(), int(place[2]), error
        end = text.rfind(b"</c>")
        rest = text[max(end + 4 if end >= 0 else 0, len(text) - LONGEST_CELL) :]


def _place(column: str) -> int:
    """A → 0, AB → 27."""
    place = 0
    for letter in column:
        place = place * 26 + ord(letter) - 64
    return place - 1
