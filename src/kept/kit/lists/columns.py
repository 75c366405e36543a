"""A column: one declaration for screen, file and print."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.safestring import SafeString

from kept.kit.lists.cells import Formatter, formatter, safe, show
from kept.kit.masking import masked

Place = Literal["screen", "file", "print"]
EVERYWHERE: tuple[Place, ...] = ("screen", "file", "print")


class Raw:
    """A value made of plain columns, without the row: ``Raw(name_of, "account.name", "caller")``.

    ``make`` is given what stands in the columns, in their order.
    """

    def __init__(self, make: Callable[..., Any], *paths: str) -> None:
        self.make, self.paths = make, paths


@dataclass(frozen=True)
class Column:
    """``Column("due", _("Due"), value="thread.next_due_at", order="due")``.

    ``key``            names the column; without ``value`` it is also the path to read
    ``value``          a path (``owner.name``) or ``function(row)``
    ``cell``           how it looks: a formatter's name, a template, or ``function(value, row)``
    ``export``         ``function(row)`` for files, where the file says it differently
    ``raw``            a path, ``Raw`` or ``function(row)`` for programs, where ``value`` is words
    ``link``           the cell leads to the row's own page
    ``order``          the list's order this heading switches on
    ``align``          "end" for numbers
    ``width``          "fit" for as little as needed, "wide", "clip" to cut with an ellipsis
    ``phone``          its place on a card: "title", "state", "full" (a line of its own), "label"
                       (with the heading in front), "hide"; a column with ``link`` is the title
    ``file_width``     characters in a spreadsheet
    ``places``         where the column stands: screen, file, print
    ``money``          amounts: a CSV file gets the currency in a column of its own
    ``needs``          the right without which the value is read masked (SX.15)
    ``otherwise``      ``function(row)``: what is read instead, where masking all of it says too
                       little
    """

    key: str
    label: Any
    value: str | Callable[[Any], Any] | None = None
    cell: str | Formatter | None = None
    export: Callable[[Any], Any] | None = None
    raw: str | Raw | Callable[[Any], Any] | None = None
    link: bool = False
    order: str = ""
    align: Literal["start", "end"] = "start"
    width: Literal["", "fit", "wide", "clip"] = ""
    phone: Literal["", "title", "state", "full", "label", "hide"] = ""
    file_width: int | None = None
    places: tuple[Place, ...] = EVERYWHERE
    money: bool = False
    needs: str = ""
    otherwise: Callable[[Any], Any] | None = None

    @cached_property
    def read(self) -> Callable[[Any], Any]:
        """The value of a row."""
        return self.value if callable(self.value) else reader_of_path(self.value or self.key)

    @cached_property
    def _format(self) -> Formatter | None:
        return formatter(self.cell)

    def seen_by(self, reader: Any) -> "Column":
        """The column as a person reads it: its values masked where they lack the right."""
        if not self.needs or reader.holds(self.needs):
            return self
        read = self.read
        return replace(
            self, value=self.otherwise or (lambda row: masked(read(row))), cell=None, export=None
        )

    def show(self, row: Any) -> SafeString:
        """The inside of the cell, safe."""
        value = self.read(row)
        return show(value) if self._format is None else show(self._format(value, row))

    def export_value(self, row: Any) -> Any:
        """The value for a file: typed, never HTML."""
        return self.export(row) if self.export is not None else self.read(row)

    @cached_property
    def css(self) -> str:
        """The classes of its cells and its heading, as docs/design-system.md names them."""
        names = ["c-end"] if self.align == "end" else []
        if self.width:
            names.append(f"c-{self.width}")
        phone = self.phone or ("title" if self.link else "")
        if phone:
            names.append("c-desk" if phone == "hide" else f"c-{phone}")
        return " ".join(names)

    def opening(self) -> str:
        """The cell's opening tag: the same for every row, so made once for the page."""
        css = f' class="{self.css}"' if self.css else ""
        return f'<td{css} data-label="{safe(self.label)}">'


@dataclass(slots=True)
class Row:
    """A row ready for the template: ``{{ row.html }}`` is its cells, ``css`` its state."""

    object: Any
    url: str
    label: str
    css: str
    html: SafeString

    @property
    def key(self) -> Any:
        """What a bulk form names the row by: its public reference."""
        return getattr(self.object, getattr(self.object, "ref", "pk"))


def rows_for(
    objects: list[Any],
    columns: list[Column],
    *,
    url_of: Callable[[Any], str],
    label_of: Callable[[Any], str],
    state_of: Callable[[Any], str],
) -> list[Row]:
    """Every object as a row of finished cells."""
    openings = [column.opening() for column in columns]
    found = []
    for one in objects:
        url, label, state = url_of(one), label_of(one), state_of(one)
        html = _cells(one, columns, openings, url, label)
        found.append(Row(one, url, label, f"is-{state}" if state else "", html))
    return found


def body_of(rows: list[Row]) -> SafeString:
    """The body of their table, where nothing is picked from it."""
    return SafeString(
        "\n".join(
            f'<tr data-row class="{row.css}">{row.html}</tr>'
            if row.css
            else f"<tr data-row>{row.html}</tr>"
            for row in rows
        )
    )


def _cells(
    one: Any, columns: list[Column], openings: list[str], url: str, label: str
) -> SafeString:
    cells = []
    for opening, column in zip(openings, columns, strict=True):
        inside: str = column.show(one)
        if column.link and url:
            inside = f'<a data-row-link href="{safe(url)}">{inside or safe(label)}</a>'
        cells.append(f"{opening}{inside}</td>")
    return SafeString("".join(cells))


def reader_of_path(path: str) -> Callable[[Any], Any]:
    """What stands at a path (``owner.name``) of a row; None where the way there ends."""
    names = path.replace("__", ".").split(".")

    def read(row: Any) -> Any:
        try:
            for name in names:
                row = getattr(row, name)
                if row is None:
                    return None
                if callable(row):
                    row = row()
        except ObjectDoesNotExist:
            return None  # the other end of a one-to-one is not there
        return row

    return read


def with_choices(column: Column, model: type[models.Model]) -> Column:
    """A column over a field with choices reads the choice's label, in the language of now."""
    if callable(column.value):
        return column
    path = str(column.value or "")
    name = path.removeprefix("get_").removesuffix("_display") if path else column.key
    if path not in {"", f"get_{name}_display"} or not hasattr(model, f"get_{name}_display"):
        return column
    field: Any = model._meta.get_field(name)
    labels = {value: str(label) for value, label in field.flatchoices}

    def label(row: Any) -> Any:
        value = getattr(row, name)
        return labels.get(value, value)

    return replace(column, value=label)
