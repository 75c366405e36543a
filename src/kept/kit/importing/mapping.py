"""How a file's columns become drafts: found by their names, said one by one, or written down.

Written down it is TOML (or JSON), so that any file can be described:

source = "boston311"            what its references belong to
zone = "America/New_York"       in which its times are written
times = ["%Y-%m-%d %H:%M:%S"]   how they are written; ISO and the usual ways always work
month_first = true              3/4/2024 is the fourth of March
header_row = 3                  the line that names the columns; sheet = "2024", encoding = "big5"

[fields]                        our field = text with {columns}; empty lines are left out
summary = "{case_title}"

[values.route]                  the file's words for our codes; "*" for all others
"Constituent Call" = "phone"

[clean]                         columns that were numbers once: 2121.0 is 02121
location_zipcode = { whole = true, width = 5 }

[tolerate]                      clocks that disagree: closed so many seconds too early is taken
closed_early_seconds = 60       as closed at once
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Values
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kept.kit.exports import csv_safe
from kept.kit.importing.headers import folded
from kept.kit.importing.kinds import Kind
from kept.kit.importing.tables import How, Row
from kept.kit.importing.values import Reading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed

PLACE = re.compile(r"\{([^{}]+)\}")
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
KNOWN = {"title", "source", "zone", "times", "month_first", "header_row", "sheet", "encoding",
         "fields", "values", "clean", "tolerate"}  # fmt: skip
SHOWN_COLUMNS = 12
Read = Callable[[str], Any]


@dataclass(frozen=True)
class Mapping:
    """One description of a kind of file.

    ``fields`` are texts with places in braces; ``columns`` are fields that are just a column.
    """

    kind: Kind
    name: str = ""
    source: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    zone: str = "UTC"
    times: list[str] = field(default_factory=list)
    month_first: bool = False
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    clean: dict[str, dict[str, Any]] = field(default_factory=dict)
    tolerate: dict[str, int] = field(default_factory=dict)
    encoding: str = ""
    sheet: str = ""
    header_row: int = 0
    title: str = ""

    def __post_init__(self) -> None:
        said = {*self.fields, *self.columns}
        if unknown := sorted(said - set(self.kind.by_name)):
            raise InvalidInput(
                _("{name}: there is no field “{unknown}”. There are: {known}."),
                name=self.name or "--map",
                unknown=Listed(unknown),
                known=Listed(self.kind.by_name),
                field="mapping",
            )
        self._require(self.zone in available_timezones(), self.zone)
        self._require(not (set(self.fields) & set(self.columns)), "fields")
        self._require(isinstance(self.header_row, int), "header_row")

    def _require(self, holds: bool, what: str) -> None:
        if not holds:
            raise wrong_mapping(self.name, what)

    @cached_property
    def wanted(self) -> set[str]:
        """The columns of the file that it reads."""
        places = {column for text in self.fields.values() for column in PLACE.findall(text)}
        return places | set(self.columns.values())

    def missing(self) -> list[str]:
        """Required fields that nothing of it says."""
        said = {*self.fields, *self.columns}
        return [one.name for one in self.kind.fields if one.required and one.name not in said]

    def fits(self, header: Iterable[str]) -> bool:
        """Whether a file with this header can be read with it."""
        return not self.lacks(header)

    def lacks(self, header: Iterable[str]) -> set[str]:
        """The columns it reads that a file does not have."""
        named = {folded(one) for one in header}
        return {one for one in self.wanted if folded(one) not in named}

    def bound(self, header: Sequence[str]) -> "Mapping":
        """The same with the columns named exactly as a file names them."""
        exact = set(header)
        actual = {folded(one): one for one in reversed(header)}
        names = {one: one if one in exact else actual[folded(one)] for one in self.wanted}
        fields = {
            name: PLACE.sub(lambda match: f"{{{names[match[1]]}}}", text)
            for name, text in self.fields.items()
        }
        columns = {name: names[column] for name, column in self.columns.items()}
        return replace(self, fields=fields, columns=columns)

    def column_of(self, name: str) -> str:
        """The column, or columns, a field is read from."""
        if name in self.columns:
            return self.columns[name]
        return ", ".join(PLACE.findall(self.fields.get(name, "")))

    def draft(self, row: Row) -> Any:
        """A row as a draft. Raises InvalidInput naming the field of a value that cannot be read."""
        values = row.values
        if self.clean:
            values = {**values, **{one: cleaned(values.get(one, ""), **how)
                                   for one, how in self.clean.items()}}  # fmt: skip
        found: dict[str, Any] = {"line": row.line}
        for name, column, read in self._direct:
            if text := plain_value(values[column], column, name):
                found[name] = read(text)
        for name, parts, read in self._filled:
            if text := filled(parts, values, name):
                found[name] = read(text)
        if row.errors:
            self._require_no_errors(row)
        draft = self.kind.draft(**{**self._nothing, **found})
        if self.kind.finish is not None:
            self.kind.finish(draft, self)
        return draft

    def _require_no_errors(self, row: Row) -> None:
        for column, (cell, error) in row.errors.items():
            for one in self.kind.fields:
                if column in self.column_of(one.name).split(", "):
                    raise InvalidInput(
                        _("Cell {cell} holds the error {error}. Mend its formula or empty it."),
                        cell=cell,
                        error=error,
                        field=one.name,
                    )

    @cached_property
    def _reading(self) -> Reading:
        return Reading(self.zone, self.month_first, self.times, self.values)

    @cached_property
    def _nothing(self) -> dict[str, Any]:
        """What a draft says of required fields where the row says nothing."""
        return {name: None for name in self.kind.by_name if name not in self.kind.defaults}

    @cached_property
    def _direct(self) -> list[tuple[str, str, Read]]:
        return [
            (name, column, self._reading.reader(self.kind.field(name)))
            for name, column in self.columns.items()
        ]

    @cached_property
    def _filled(self) -> list[tuple[str, list[list["Part"]], Read]]:
        return [
            (name, parts_of(text), self._reading.reader(self.kind.field(name)))
            for name, text in self.fields.items()
        ]


Part = tuple[str, bool]


def plain_value(text: str, column: str, name: str) -> str:
    """A cell as it was meant: without edges and without the apostrophe that disarms a formula.

    Raises InvalidInput for what no database can store.
    """
    text = text.strip()
    if text[:1] == "'" and csv_safe(text[1:]) == text:
        text = text[1:]
    if not text.isascii() or "\0" in text:
        require_storable(text, column, name)
    return text


def require_storable(text: str, column: str, name: str) -> None:
    """Raise InvalidInput naming column and sign for half characters and NUL."""
    if broken := UNSTORABLE.search(text):
        raise InvalidInput(
            _("“{column}” holds a character that cannot be stored ({sign}). Type the text again."),
            column=column,
            sign=f"U+{ord(broken[0]):04X}",
            field=name,
        )


def parts_of(text: str) -> list[list[Part]]:
    """The lines of a text, each as pieces in turn: words as they stand, or the name of a column."""
    lines = [PLACE.split(line) for line in text.strip().splitlines() or [""]]
    return [[(part, at % 2 == 1) for at, part in enumerate(line)] for line in lines]


def filled(lines: list[list[Part]], row: Values[str, str], name: str) -> str:
    """A text with its places filled; lines whose places are all empty are left out."""
    done = []
    for parts in lines:
        values = [
            plain_value(row[part], part, name) if is_place else part for part, is_place in parts
        ]
        if len(parts) == 1 or any(values[1::2]):
            done.append("".join(values).strip())
    return "\n".join(done).strip()


def cleaned(text: str, *, whole: bool = False, width: int = 0) -> str:
    text = text.strip()
    if whole:
        text = re.sub(r"^(\d+)\.0+$", r"\1", text)
    return text.rjust(width, "0") if text and width else text


def automatic(kind: Kind, header: Sequence[str], zone: str = "UTC") -> Mapping:
    """The mapping that the names of the columns suggest; each column says one field."""
    names = {folded(one): one for one in reversed(header)}
    columns: dict[str, str] = {}
    for one in kind.fields:
        free = (names[way] for way in one.spellings if way in names)
        column = next((name for name in free if name not in columns.values()), None)
        if column is not None:
            columns[one.name] = column
    return Mapping(kind, columns=columns, zone=zone)


def said(kind: Kind, pairs: Iterable[str], zone: str = "UTC") -> Mapping:
    """A mapping from ``Their column=our_field``. Raises InvalidInput for what is no such pair."""
    columns: dict[str, str] = {}
    for pair in pairs:
        column, sign, name = pair.rpartition("=")
        if not sign or not column.strip() or not name.strip():
            raise InvalidInput(
                _("“{pair}” is no pair. Write “Their column=our_field”."), pair=pair, field="map"
            )
        columns[name.strip()] = column.strip()
    return Mapping(kind, columns=columns, zone=zone)


def with_columns(found: Mapping, more: Mapping) -> Mapping:
    """A mapping in which the columns that somebody named come first."""
    taken = set(more.columns.values())
    columns = {name: one for name, one in found.columns.items() if one not in taken}
    fields = {name: text for name, text in found.fields.items() if name not in more.columns}
    return replace(found, columns={**columns, **more.columns}, fields=fields)


def read_mapping(kind: Kind, name: str, text: str) -> Mapping:
    """A mapping from its TOML or JSON. Raises InvalidInput saying what is wrong with it."""
    try:
        rows = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
        if unknown := sorted(set(rows) - KNOWN):
            raise wrong_mapping(name, ", ".join(unknown))
        return Mapping(kind, **{"name": name, "source": name, **rows})
    except (tomllib.TOMLDecodeError, ValueError, TypeError, AttributeError) as error:
        raise wrong_mapping(name, error) from None


def wrong_mapping(name: str, what: Any) -> InvalidInput:
    return InvalidInput(
        _("The mapping “{name}” is wrong about: {what}"), name=name, what=what, field="mapping"
    )


def mapping_named(kind: Kind, name: str) -> Mapping:
    """A shipped mapping by its name, or one's own by the path of its file."""
    shipped = kind.described()
    if name in shipped:
        return read_mapping(kind, name, shipped[name])
    path = Path(name)
    if not path.is_file():
        raise InvalidInput(
            _("There is no mapping “{name}”. There are: {known}; or name a TOML file of your own."),
            name=name,
            known=Listed(sorted(shipped)),
            field="mapping",
        )
    try:
        return read_mapping(kind, path.stem, path.read_text(encoding="utf-8"))
    except UnicodeError as error:
        raise wrong_mapping(name, error) from None


def shipped_mappings(kind: Kind) -> list[Mapping]:
    """The descriptions of other systems' tables that come with Kept."""
    return [read_mapping(kind, name, text) for name, text in sorted(kind.described().items())]


def mapping_for(kind: Kind, header: Sequence[str], zone: str = "UTC") -> Mapping:
    """How a file can be read: by the shipped mapping that reads most of its columns, else by the
    names of its columns. Raises InvalidInput naming what no column says.
    """
    fitting = [one for one in shipped_mappings(kind) if one.fits(header)]
    found = automatic(kind, header, zone)
    if fitting:
        best = max(fitting, key=lambda one: len(one.wanted))
        if len(best.wanted) >= len(found.wanted) or found.missing():
            return best
    return found


def require_complete(mapping: Mapping, header: Sequence[str]) -> None:
    """Raise InvalidInput when a file lacks a column, or no column says a required field."""
    if lacking := mapping.lacks(header):
        raise InvalidInput(
            _("The file lacks these columns: {columns}"),
            columns=Listed(sorted(lacking)),
            field="mapping",
        )
    if missing := mapping.missing():
        raise InvalidInput(
            _("No column says {fields}. The columns are: {columns}. Name the right one for it."),
            fields=Listed(format_lazy("“{}”", mapping.kind.field(name).label) for name in missing),
            columns=Listed(header[:SHOWN_COLUMNS]),
            field=missing[0],
        )


def how_of(mapping: Mapping | None, how: How) -> How:
    """What is known about a file: what somebody said, else what the mapping says."""
    if mapping is None:
        return how
    return How(
        how.encoding or mapping.encoding,
        how.sheet or mapping.sheet,
        how.header_row or mapping.header_row,
        how.month_first or mapping.month_first,
    )
