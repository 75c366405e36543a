"""Files of rows: CSV and Excel, the same columns as on the screen (SX.08).

A file from Kept is opened in a spreadsheet. Nothing in it may run as a formula, a serial keeps its
zeros, a date is a date in the reader's zone, and a number is a number.

A column is anything with ``label`` and ``export_value(row)``, and optionally ``money=True`` (CSV
then says the currency in a column of its own) and ``file_width`` in characters.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO, Protocol

from django.utils import timezone
from django.utils.translation import gettext as _

from kept.kit import clock
from kept.kit.money import Money

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST_CELL = 32_767
EXACT_DIGITS = 15
"""Excel keeps numbers as floats: longer ones lose their end, so they are written as text."""

ROWS_IN_A_CHUNK = 500


class ExportColumn(Protocol):
    """What a column must offer to stand in a file."""

    @property
    def label(self) -> Any: ...

    def export_value(self, row: Any) -> Any: ...


def write_csv(
    columns: Sequence[ExportColumn], rows: Iterable[Any], *, closing: Callable[[], str] = str
) -> Iterator[str]:
    """The file in pieces, for a streaming response: UTF-8 with BOM, CRLF, formulas disarmed.

    ``closing`` is asked after the last row; a sentence it returns stands in a last line.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow(_csv_header(columns))
    for count, row in enumerate(rows, start=1):
        writer.writerow([cell for column in columns for cell in _csv_cells(column, row)])
        if count % ROWS_IN_A_CHUNK == 0:
            yield _taken(buffer)
    if sentence := closing():
        writer.writerow([csv_safe(sentence)])
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _csv_header(columns: Sequence[ExportColumn]) -> list[str]:
    header = []
    for column in columns:
        header.append(csv_safe(str(column.label)))
        if getattr(column, "money", False):
            header.append(csv_safe(_("{column}: currency").format(column=column.label)))
    return header


def _csv_cells(column: ExportColumn, row: Any) -> Iterator[str | int | Decimal]:
    value = column.export_value(row)
    yield csv_value(value)
    if getattr(column, "money", False):
        yield value.currency if isinstance(value, Money) else ""


def csv_value(value: Any) -> str | int | Decimal:
    """One value as it stands in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, int | float | Decimal):
        return plain_number(value)
    if isinstance(value, datetime):
        return local(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return hours_and_minutes(value)
    return csv_safe(plain_text(value))


def csv_safe(text: str) -> str:
    """Text that a spreadsheet shows and never runs: an apostrophe goes before a formula sign."""
    start = text.lstrip(" \N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}" + BOM)
    return f"'{text}" if start.startswith(FORMULA_STARTS) else text


def plain_text(value: Any) -> str:
    """The value in the reader's language, several values side by side, nothing unprintable."""
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(plain_text(one) for one in value)
    text = str(value).replace("\0", "")
    return text.encode("utf-8", "replace").decode("utf-8")


def plain_number(number: int | float | Decimal) -> int | Decimal | str:
    """A number without exponent or surplus zeros being invented; not-a-number is left empty."""
    if isinstance(number, int):
        return int(number)
    exact = Decimal(repr(number)) if isinstance(number, float) else number
    return f"{exact:f}" if exact.is_finite() else ""


def yes_no(value: bool) -> str:
    """A truth in the reader's language."""
    return _("Yes") if value else _("No")


def local(moment: datetime) -> datetime:
    """The moment on the reader's clock, without a zone."""
    return timezone.make_naive(moment) if timezone.is_aware(moment) else moment


def hours_and_minutes(length: timedelta) -> str:
    """``26:30`` for twenty-six and a half hours."""
    minutes = int(abs(length).total_seconds()) // 60
    sign = "-" if length < timedelta() else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02d}"


def write_xlsx(
    columns: Sequence[ExportColumn],
    rows: Iterable[Any],
    file: BinaryIO,
    *,
    title: Any = "",
    closing: Callable[[], str] = str,
) -> None:
    """Write one sheet to ``file``, row by row, so that memory stays flat."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": False,
        },
    )
    book.set_properties({"created": clock.now().astimezone(UTC).replace(tzinfo=None)})
    sheet = _Sheet(book, str(title))
    sheet.head(columns)
    for row in rows:
        sheet.add([column.export_value(row) for column in columns])
    if sentence := closing():
        sheet.add([sentence])
    book.close()


class _Sheet:
    """One worksheet being written downwards."""

    def __init__(self, book: Any, title: str) -> None:
        self.book = book
        self.sheet = book.add_worksheet(sheet_name(title))
        self.formats: dict[str, Any] = {}
        self.line = 0

    def head(self, columns: Sequence[ExportColumn]) -> None:
        bold = self.book.add_format({"bold": True, "bottom": 1})
        for place, column in enumerate(columns):
            label = str(column.label)
            width = getattr(column, "file_width", None) or max(12, min(40, 2 * len(label)))
            self.sheet.set_column(place, place, width)
            self.sheet.write_string(0, place, label, bold)
        self.sheet.freeze_panes(1, 0)
        self.line = 1

    def add(self, values: Sequence[Any]) -> None:
        for place, value in enumerate(values):
            self._cell(place, value)
        self.line += 1

    def _cell(self, place: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            self._text(place, yes_no(value))
        elif isinstance(value, Money):
            self._number(place, value.amount, money_format(value))
        elif isinstance(value, int | float | Decimal):
            self._number(place, value, None)
        elif isinstance(value, date | timedelta) and (kind := _day_format(value)):
            moment = local(value) if isinstance(value, datetime) else value
            self.sheet.write_datetime(self.line, place, moment, self._format(kind))
        else:
            as_text = isinstance(value, date | time | timedelta)
            self._text(place, str(csv_value(value)) if as_text else plain_text(value))

    def _text(self, place: int, text: str) -> None:
        if len(text) > LONGEST_CELL:
            text = text[: LONGEST_CELL - 1] + "…"
        self.sheet.write_string(self.line, place, text)

    def _number(self, place: int, number: int | float | Decimal, kind: str | None) -> None:
        plain = plain_number(number)
        if len(str(plain).lstrip("-").replace(".", "").strip("0")) > EXACT_DIGITS or plain == "":
            self._text(place, str(plain))
        else:
            self.sheet.write_number(self.line, place, float(plain), self._format(kind))

    def _format(self, kind: str | None) -> Any:
        if kind is None:
            return None
        if kind not in self.formats:
            self.formats[kind] = self.book.add_format({"num_format": kind})
        return self.formats[kind]


def money_format(money: Money) -> str:
    """The Excel number format of a currency: the code, thousands, the currency's decimals."""
    exponent = money.amount.as_tuple().exponent
    places = "." + "0" * -exponent if isinstance(exponent, int) and exponent < 0 else ""
    return f"[${money.currency}] #,##0{places}"


def _day_format(value: date | timedelta) -> str | None:
    """How Excel shows it, or None where Excel cannot hold it (before 1900, below nothing)."""
    if isinstance(value, timedelta):
        return "[h]:mm" if value >= timedelta() else None
    if value.year <= 1900:
        return None
    return "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"


def sheet_name(title: str) -> str:
    """A worksheet name Excel accepts: at most 31 characters, none of its own signs."""
    allowed = "".join(" " if sign in "[]:*?/\\" else sign for sign in plain_text(title))
    return allowed.strip(" '")[:31].strip(" '") or "Kept"
