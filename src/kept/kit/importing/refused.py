"""The file of refused rows: as they came, with what is wrong, to be mended and fed in again."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from kept.kit.exports import csv_safe, plain_text
from kept.kit.importing.kinds import Fault
from kept.kit.importing.tables import Row

OWN = "kept: "
"""Begins the names of the columns added here; they are left out when the file comes back."""


class FaultsFile:
    """Made with the first refused row, so that a clean run leaves none; XLSX where its name says
    so, else CSV with a mark that spreadsheets know.
    """

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self.header = [name for name in header if not name.startswith(OWN)]
        self.written: Path | None = None
        self._writer: Any = None

    def __enter__(self) -> "FaultsFile":
        return self

    def __exit__(self, *error: Any) -> None:
        if self._writer is not None:
            self._writer.close()

    def write(self, fault: Fault, row: Row) -> None:
        """Add a refused row with its line, the field and the sentence."""
        if self._writer is None:
            self._writer = (_Sheet if self.path.suffix == ".xlsx" else _Text)(self.path)
            self._writer.row([*self.header, *(OWN + name for name in _own_names())])
            self.written = self.path
        values = [row.values.get(name, "") for name in self.header]
        said = [str(fault.line), fault.refused.field or "", str(fault.refused)]
        self._writer.row([*values, *said])


def _own_names() -> list[str]:
    return [_("line"), _("field"), _("reason")]


class _Text:
    def __init__(self, path: Path) -> None:
        self.file = path.open("w", encoding="utf-8-sig", newline="")
        self.rows = csv.writer(self.file)

    def row(self, values: Sequence[str]) -> None:
        self.rows.writerow([csv_safe(plain_text(value)) for value in values])

    def close(self) -> None:
        self.file.close()


class _Sheet:
    def __init__(self, path: Path) -> None:
        import xlsxwriter

        self.book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self.sheet = self.book.add_worksheet()
        self.line = 0

    def row(self, values: Sequence[str]) -> None:
        for place, value in enumerate(values):
            self.sheet.write_string(self.line, place, plain_text(value)[:32_767])
        self.line += 1

    def close(self) -> None:
        self.book.close()
