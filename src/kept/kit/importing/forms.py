"""An empty table to fill in: columns in the reader's language, an example, what each says."""

import csv
import io
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from kept.kit.exports import BOM, sheet_name
from kept.kit.importing.kinds import Field, Kind, ValueKind

WIDTH, NOTES_WIDTHS = 20, (24, 12, 60, 44, 24)
LISTED = 1_000
"""Rows of the sheet in which a choice is offered as a list."""
KINDS = {
    ValueKind.TEXT: lambda: _("text"),
    ValueKind.DAY: lambda: _("day, as 2024-03-05"),
    ValueKind.MOMENT: lambda: _("time, as 2024-03-05 14:30"),
    ValueKind.WHOLE: lambda: _("whole number"),
    ValueKind.NUMBER: lambda: _("number"),
    ValueKind.YES_NO: lambda: _("yes or no"),
    ValueKind.CHOICE: lambda: _("one of these"),
    ValueKind.CHOICES: lambda: _("one or more of these"),
}


def template_csv(kind: Kind) -> str:
    """The header and an example row, with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow([heading(one) for one in kind.fields])
    rows.writerow([example(one) for one in kind.fields])
    return BOM + text.getvalue()


def template_xlsx(kind: Kind, file: BinaryIO) -> None:
    """A workbook with the table to fill in and a sheet that explains its columns."""
    import xlsxwriter

    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(sheet_name(str(kind.label)))
    for place, one in enumerate(kind.fields):
        sheet.set_column(place, place, WIDTH, text)
        sheet.write_string(0, place, heading(one), bold)
        sheet.write_string(1, place, example(one), text)
        _offer_choices(sheet, place, one)
    sheet.freeze_panes(1, 0)
    _notes(book, kind, bold)
    book.close()


def _offer_choices(sheet: Any, place: int, one: Field) -> None:
    if one.kind is not ValueKind.CHOICE or one.choices is None:
        return
    labels = [str(choice.label) for choice in one.choices]
    if len(",".join(labels)) <= 255:  # what Excel takes
        rule = {"validate": "list", "source": labels, "error_type": "warning"}
        sheet.data_validation(1, place, LISTED, place, rule)


def _notes(book: Any, kind: Kind, bold: Any) -> None:
    """What each column says, whether it must be there, and what may stand in it."""
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(sheet_name(_("Notes")))
    rows = [[_("Column"), _("Needed"), _("What it says"), _("What may stand there"), _("Example")]]
    rows += [
        [
            str(one.label),
            _("yes") if one.required else "",
            str(one.help),
            allowed(one),
            example(one),
        ]
        for one in kind.fields
    ]
    for place, width in enumerate(NOTES_WIDTHS):
        sheet.set_column(place, place, width)
    for line, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            sheet.write_string(line, place, cell, wrapped if line else bold)
    sheet.freeze_panes(1, 0)


def heading(one: Field) -> str:
    """What the column is called; a star says that it must be filled."""
    return f"{one.label} *" if one.required else str(one.label)


def example(one: Field) -> str:
    """The example of a field, choices by their label."""
    if one.choices is not None and one.example in one.choices.values:
        return str(one.choices(one.example).label)
    return str(one.example)


def allowed(one: Field) -> str:
    """What may stand in a column, in the reader's words."""
    said = KINDS[one.kind]()
    if one.choices is not None:
        return f"{said}: {', '.join(str(choice.label) for choice in one.choices)}"
    if one.kind is ValueKind.TEXT:
        return _("text of at most {n} characters").format(n=one.rule.max)
    return said
