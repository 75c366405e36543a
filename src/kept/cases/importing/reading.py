"""A file as rows: separated values in any usual encoding, packed with gzip or not, or XLSX."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput

ENCODINGS = ("utf-8-sig", "gb18030", "cp1252", "latin-1")
BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
DELIMITERS = ",;\t|"
LONGEST_FIELD = 10 * 1024 * 1024
SAMPLE = 64 * 1024
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"


@dataclass(frozen=True)
class Row:
    """One record: the line of the file it begins on, and its values by column.

    ``broken`` says why it cannot be read as a record; its values are then as far as they go.
    """

    line: int
    values: dict[str, str]
    broken: Any = None


@dataclass
class Table:
    """A file that is being read: its columns, and its rows one after the other."""

    header: list[str]
    rows: Iterator[Row]
    file: BinaryIO
    size: int

    @property
    def done(self) -> int:
        """How many bytes of the file have been read; of ``size``."""
        return self.size if self.file.closed else self.file.tell()


def open_table(path: Path, encoding: str = "") -> Table:
    """Begin to read a file. Raises InvalidInput when it is no table."""
    try:
        size, file = path.stat().st_size, path.open("rb")
        head = file.read(4)
        file.seek(0)
        if head == ZIP:
            header, rows = _sheet(file)
        else:
            header, rows = _separated(file, head.startswith(GZIP), encoding)
    except (OSError, EOFError, zlib.error, UnicodeError, csv.Error) as error:
        raise InvalidInput(_("{file}: {error}"), file=path.name, error=error) from None
    if not any(header):
        raise InvalidInput(_("{file} has no header line."), file=path.name)
    return Table([name.strip() for name in header], rows, file, size)


def _separated(file: BinaryIO, packed: bool, encoding: str) -> tuple[list[str], Iterator[Row]]:
    content: Any = gzip.GzipFile(fileobj=file) if packed else file
    encoding = encoding or encoding_of(content)
    content.seek(0)
    csv.field_size_limit(LONGEST_FIELD)
    text = io.TextIOWrapper(content, encoding=encoding, newline="")
    sample = text.read(SAMPLE)
    text.seek(0)
    reader = csv.reader(text, delimiter=delimiter_of(sample))
    header = next(reader, [])
    return header, _records(reader, [name.strip() for name in header])


def encoding_of(content: BinaryIO) -> str:
    """UTF-8 where the whole file is; else GB18030; else Western European, which is never wrong."""
    start = content.read(2)
    content.seek(0)
    for mark, encoding in BOMS:
        if start == mark:
            return encoding
    return next(encoding for encoding in ENCODINGS if _decodes(content, encoding))


def _decodes(content: BinaryIO, encoding: str) -> bool:
    content.seek(0)
    text = io.TextIOWrapper(content, encoding=encoding, newline="")
    try:
        while text.read(1 << 20):
            pass
    except UnicodeDecodeError:
        return False
    finally:
        text.detach()
    return True


def delimiter_of(sample: str) -> str:
    """What separates the columns of the first line: the sign that stands there most often."""
    lines = sample.splitlines() or [""]
    return max(DELIMITERS, key=lines[0].count)


def _records(reader: Any, header: list[str]) -> Iterator[Row]:
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, {}, InvalidInput("{error}", error=error))
            continue
        if any(values):
            yield _row(line, header, values)


def _row(line: int, header: list[str], values: list[str]) -> Row:
    named = dict(zip(header, values, strict=False))
    if len(values) == len(header):
        return Row(line, named)
    wrong = InvalidInput(
        _("It has {found} columns instead of {expected}."),
        found=len(values),
        expected=len(header),
    )
    return Row(line, named, wrong)


def _sheet(file: BinaryIO) -> tuple[list[str], Iterator[Row]]:
    """The first sheet of a workbook."""
    import python_calamine

    try:
        sheet = python_calamine.CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
        rows = iter(sheet.to_python())
    except Exception:  # the library raises kinds of its own for every fault
        raise InvalidInput(
            _("{file} is no workbook that can be read. Save it again as XLSX or CSV."),
            file=Path(file.name).name,
        ) from None
    header = [_cell(value) for value in next(rows, [])]
    cells = ([_cell(value) for value in row] for row in rows)
    records = (_row(line, header, values) for line, values in enumerate(cells, 2) if any(values))
    return header, records


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat(" ") if hasattr(value, "hour") else str(value)
