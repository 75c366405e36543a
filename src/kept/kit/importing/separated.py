"""Separated values: found encoding, found separator, lines counted as in the file."""

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from kept.kit.importing.encodings import checked_encoding, encoding_of
from kept.kit.importing.tables import Cells, How, Opened, Told
from kept.kit.refusal import InvalidInput

DELIMITERS = ",;\t|"
LONGEST_FIELD = 10 * 1024 * 1024
SAMPLE = 64 * 1024
LINES_LOOKED_AT = 30
_QUOTED = re.compile('"[^"]*"')
_SAID = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
USUAL = {"utf-8", "utf-8-sig"}


def open_separated(file: BinaryIO, packed: bool, how: How) -> Opened:
    """Begin to read a text of separated values."""
    content: Any = gzip.GzipFile(fileobj=file) if packed else file
    encoding = checked_encoding(content, how.encoding) if how.encoding else encoding_of(content)
    content.seek(0)
    csv.field_size_limit(LONGEST_FIELD)
    text = io.TextIOWrapper(content, encoding=encoding.name, errors=encoding.errors, newline="")
    sample = text.read(SAMPLE)
    text.seek(0)
    said = _SAID.match(sample)
    skipped = 1 if said and text.readline() else 0
    reader = csv.reader(text, delimiter=said[1] if said else delimiter_of(sample))
    told = []
    if encoding.name not in USUAL:
        told.append(Told(_("Read as {encoding}."), encoding=encoding.name))
    return Opened(_records(reader, skipped), file.tell, told, encoding=encoding.name, text=text)


def delimiter_of(sample: str) -> str:
    """What separates the columns: the sign that stands equally often in most lines."""
    lines = [_QUOTED.sub("", line) for line in sample.splitlines() if line.strip()]
    lines = lines[:LINES_LOOKED_AT] or [""]
    return max(DELIMITERS, key=lambda sign: _evenness(lines, sign))


def _evenness(lines: list[str], sign: str) -> tuple[int, int]:
    counted = Counter(line.count(sign) for line in lines)
    counted.pop(0, None)
    if not counted:
        return 0, 0
    often, count = max((lines_with, count) for count, lines_with in counted.items())
    return often, count


def _records(reader: Any, skipped: int) -> Iterator[Cells]:
    while True:
        line = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Cells(line, [], InvalidInput("{error}", error=error))
            continue
        if any(map(str.strip, cells)):
            yield Cells(line, cells)
