"""What a table is while it is read: rows of cells, a header, and what is told of the reading."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO


class Told:
    """A sentence about how a file was read, worded for whoever reads it."""

    def __init__(self, message: Any, **values: Any) -> None:
        self.message, self.values = message, values

    def __str__(self) -> str:
        return str(self.message).format_map({name: str(one) for name, one in self.values.items()})


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line of the file it begins on, and its values by column.

    ``broken`` says why it cannot be read as a record; its values are then as far as they go.
    ``errors`` are cells that hold an error of the spreadsheet: column → (cell, error).
    """

    line: int
    values: dict[str, str]
    broken: Any = None
    errors: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cells:
    """A row as it stands in the file, before anybody knows what its columns are called."""

    line: int
    cells: list[str]
    broken: Any = None
    errors: dict[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class How:
    """What whoever brings a file knows about it; everything left out is found.

    ``header_row`` is the line that names the columns, ``sheet`` the sheet's name or number;
    ``month_first``: 3/4/2024 is the fourth of March.
    """

    encoding: str = ""
    sheet: str = ""
    header_row: int = 0
    month_first: bool = False


@dataclass
class Opened:
    """A file whose rows can be read; ``told`` are sentences about how it is read, ``done`` how many
    bytes of it have been read. In a workbook every row is as wide as the sheet (``is_sheet``).
    ``text`` is held so that it does not close the file when its last row has been read.
    """

    rows: Iterator[Cells]
    done: Callable[[], int]
    told: list[Told] = field(default_factory=list)
    is_sheet: bool = False
    sheets: list[str] = field(default_factory=list)
    sheet: str = ""
    encoding: str = ""
    text: Any = None


@dataclass
class Table:
    """A table that is being read: its columns, and its rows one after the other."""

    header: list[str]
    header_line: int
    rows: Iterator[Row]
    file: BinaryIO
    size: int
    opened: Opened

    @property
    def done(self) -> int:
        """How many bytes of the file have been read; of ``size``."""
        return self.size if self.file.closed else min(self.opened.done(), self.size)

    @property
    def told(self) -> list[Told]:
        return self.opened.told
