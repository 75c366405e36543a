"""How the file of an import is read: which column says what, as somebody chose on the page."""

from collections.abc import Mapping as Values
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from kept.imports.models import ImportRun
from kept.kit.importing.kinds import Kind
from kept.kit.importing.mapping import Mapping, require_complete
from kept.kit.importing.running import chosen_mapping, opened
from kept.kit.importing.tables import How

AS_DESCRIBED = "*"
"""Said of a field that a shipped description puts together from several columns."""
Columns = dict[str, Any]
"""Field → the place of its column, from 0; ``None`` for no column, or AS_DESCRIBED."""


class Choice:
    """What somebody chose about a file: how it is read, what each column says, and what else."""

    def __init__(self, how: How, columns: Columns, options: dict[str, str]) -> None:
        self.how, self.columns, self.options = how, columns, options

    def __str__(self) -> str:
        return f"{asdict(self.how)} {self.columns} {self.options}"


def found_mapping(kind: Kind, header: list[str], zone: str) -> Mapping:
    """What the names of the columns suggest."""
    return chosen_mapping(kind, header, None, (), zone)


def proposed(found: Mapping, header: list[str]) -> Columns:
    """The same as places of columns, for a form."""
    places = {name: place for place, name in enumerate(header)}
    chosen: Columns = {}
    for one in found.kind.fields:
        if one.name in found.columns:
            chosen[one.name] = places.get(found.columns[one.name])
        else:
            chosen[one.name] = AS_DESCRIBED if one.name in found.fields else None
    return chosen


def adapted(found: Mapping, header: list[str], chosen: Values[str, Any]) -> Mapping:
    """The mapping with exactly the columns that somebody chose."""
    fields = {name: text for name, text in found.fields.items() if chosen.get(name) == AS_DESCRIBED}
    columns = {
        name: header[place]
        for name, place in chosen.items()
        if isinstance(place, int) and place < len(header)
    }
    return replace(found, fields=fields, columns=columns)


def mapping_of(run: ImportRun, path: Path) -> Mapping:
    """How the rows of an import become drafts. Raises InvalidInput when a required field is said by
    no column.
    """
    table = opened(run.kind_of, path, how=run.how)
    table.file.close()
    found = found_mapping(run.kind_of, table.header, run.unit.zone)
    mapping = adapted(found, table.header, run.columns)
    require_complete(mapping, table.header)
    return mapping


def require_said(kind: Kind, header: list[str], choice: Choice, zone: str) -> None:
    """Raise InvalidInput naming required fields that no chosen column says."""
    mapping = adapted(found_mapping(kind, header, zone), header, choice.columns)
    require_complete(mapping, header)
