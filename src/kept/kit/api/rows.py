"""The rows of a list as JSON: every column typed, masked as on the screen (SX.15)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet

from kept.kit.api.sources import Source, source_of
from kept.kit.api.values import SAME, plain, reference_fields
from kept.kit.lists import Column, List
from kept.kit.lists.columns import reader_of_path
from kept.kit.masking import masked

Item = dict[str, Any]
OWN_KEYS = ("ref", "url")


@dataclass(frozen=True)
class Cell:
    """A column as the API reads it."""

    key: str
    column: Column
    source: Source

    def seen_by(self, reader: Any) -> "Cell":
        """Masked for who lacks the right; without the row when the columns are enough for it."""
        if not self.column.needs or reader.holds(self.column.needs):
            return self
        if self.column.otherwise is not None:
            return Cell(self.key, self.column, Source(function=self.column.otherwise))
        return Cell(self.key, self.column, masking(self.source))


def masking(source: Source) -> Source:
    """The same value, masked."""
    if source.function is not None:
        read = source.function
        return Source(function=lambda row: masked(read(row)))
    make = source.make
    return Source(source.paths, lambda *values: masked(make(*values)), annotated=source.annotated)


@dataclass(frozen=True)
class Shape:
    """How a list's rows look to a program."""

    cells: tuple[Cell, ...]
    address: str

    def seen_by(self, reader: Any) -> "Shape":
        return Shape(tuple(cell.seen_by(reader) for cell in self.cells), self.address)

    @property
    def is_plain(self) -> bool:
        """The same, and the columns are in the tables: nothing is brought along by the rows."""
        return bool(self.address) and all(
            cell.source.function is None and not cell.source.annotated for cell in self.cells
        )

    def is_flat(self, rows: QuerySet) -> bool:
        """True when plain columns are enough, so that no row need become an object."""
        brought = rows.query.annotations
        return bool(self.address) and all(
            cell.source.function is None
            and (not cell.source.annotated or cell.source.annotated in brought)
            for cell in self.cells
        )


@cache
def shape_of(kind: Any) -> Shape:
    """The shape of a list, from its columns."""
    model = model_of(kind)
    cells = []
    for column in kind.columns:
        if column.key in OWN_KEYS:
            raise ImproperlyConfigured(f"{kind.__name__}: no column may be called {column.key}")
        source = source_of(column.raw or column.value or column.key, model)
        cells.append(Cell(column.key, column, source))
    return Shape(tuple(cells), kind.row_address)


def model_of(kind: type[List]) -> type[Model] | None:
    """What a list's filter says its rows are."""
    return kind.filter._meta.model if kind.filter is not None else None


def columns_needed(shape: Shape, model: type[Model]) -> list[str]:
    """The columns a flat row is made of."""
    paths = [path for cell in shape.cells for path in cell.source.paths]
    return [*paths, reference_fields(model)[0], *places_in(shape.address)]


@cache
def places_in(address: str) -> tuple[str, ...]:
    """``/cases/{number}/`` → ``("number",)``."""
    return tuple(name for _text, name, _spec, _turn in Formatter().parse(address) if name)


def flat_writer(shape: Shape, model: type[Model]) -> Callable[[Mapping[str, Any]], Item]:
    """Writes rows read as plain columns."""
    ref, address, places = reference_fields(model)[0], shape.address, places_in(shape.address)
    cells = [(cell.key, cell.source.paths[0], _maker(cell.source)) for cell in shape.cells]

    def write(row: Mapping[str, Any]) -> Item:
        item: Item = {"ref": str(row[ref]), "url": _filled(address, places, row)}
        for key, path, make in cells:
            value = row[path]
            if make is None:
                item[key] = value if type(value) in SAME else plain(value)
            else:
                item[key] = make(row)
        return item

    return write


def _maker(source: Source) -> Callable[[Mapping[str, Any]], Any] | None:
    """Makes a cell of a row read as columns; None where the column already is the cell."""
    if source.make is plain:
        return None
    make, paths = source.make, source.paths
    return lambda row: make(*[row[path] for path in paths])


def _filled(address: str, places: tuple[str, ...], row: Mapping[str, Any]) -> str:
    return address.format_map({name: quote(str(row[name]), safe="") for name in places})


def row_writer(
    shape: Shape, model: type[Model], url_of: Callable[[Any], str]
) -> Callable[[Any], Item]:
    """Writes rows that are model instances."""
    read_ref = reader_of_path(reference_fields(model)[0])

    def write(row: Any) -> Item:
        item: Item = {"ref": str(read_ref(row)), "url": url_of(row)}
        for cell in shape.cells:
            item[cell.key] = plain(cell.source.of_row(row))
        return item

    return write
