"""How a file's columns become a case, written down as TOML so that any file can be described.

source = "boston311"            what its references belong to
zone = "America/New_York"       in which its times are written
times = ["%Y-%m-%d %H:%M:%S"]   how they are written; ISO always works

[fields]                        draft field = text with {columns}; empty lines are left out
summary = "{case_title}"

[values.route]                  the file's words for our codes; "*" for all others
"Constituent Call" = "phone"

[clean]                         columns that were numbers once: 2121.0 is 02121
location_zipcode = { whole = true, width = 5 }

[tolerate]                      clocks that disagree: closed so many seconds too early is taken
closed_early_seconds = 60       as closed at once
"""

import re
import tomllib
from collections.abc import Mapping as Row
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime, timedelta
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext_lazy as _

from kept.cases.importing.drafts import CHOICES, TIMES, CaseDraft
from kept.kit.refusal import InvalidInput

KNOWN_FIELDS = {one.name for one in fields(CaseDraft)} - {"line"}
REQUIRED = {one.name for one in fields(CaseDraft) if one.default is MISSING}
PLACE = re.compile(r"\{([^{}]+)\}")
SHIPPED = files("kept.cases.importing") / "mappings"


@dataclass(frozen=True)
class Mapping:
    """One description of a kind of file."""

    name: str
    source: str
    fields: dict[str, str]
    zone: str = "UTC"
    times: list[str] = field(default_factory=list)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    clean: dict[str, dict[str, Any]] = field(default_factory=dict)
    tolerate: dict[str, int] = field(default_factory=dict)
    encoding: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        self._require(set(self.fields) <= KNOWN_FIELDS, ", ".join(set(self.fields) - KNOWN_FIELDS))
        self._require(set(self.fields) >= REQUIRED, ", ".join(REQUIRED - set(self.fields)))
        self._require(self.zone in available_timezones(), self.zone)

    def _require(self, holds: bool, what: str) -> None:
        if not holds:
            raise InvalidInput(
                _("The mapping “{name}” is wrong about: {what}"), name=self.name, what=what
            )

    @cached_property
    def columns(self) -> set[str]:
        """The columns of the file that it reads."""
        return {column for text in self.fields.values() for column in PLACE.findall(text)}

    def fits(self, header: list[str]) -> bool:
        """Whether a file with this header can be read with it."""
        return self.columns <= set(header)

    def draft(self, row: Row[str, str], line: int) -> CaseDraft:
        """A row as a draft. Raises InvalidInput for a time that cannot be read."""
        row = {**row, **{name: _cleaned(row[name], **rule) for name, rule in self._cleans}}
        found: dict[str, Any] = {}
        for name, parts in self._parts:
            value = _filled(parts, row)
            if name in TIMES:
                found[name] = self._moment(value, name)
            elif name in CHOICES:
                found[name] = self._choice(value, name)
            else:
                found[name] = value
        said = {name: one for name, one in found.items() if one != "" or name in REQUIRED}
        draft = CaseDraft(line=line, **said)
        self._forgive(draft)
        return draft

    @cached_property
    def _cleans(self) -> list[tuple[str, dict[str, Any]]]:
        return list(self.clean.items())

    @cached_property
    def _parts(self) -> list[tuple[str, list[list["Part"]]]]:
        return [(name, _parts(text)) for name, text in self.fields.items()]

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def _moment(self, text: str, name: str) -> datetime | None:
        if not text:
            return None
        moment = _parsed(text, self.times)
        if moment is None:
            raise InvalidInput(_("“{text}” is not a time."), text=text, field=name)
        return moment if moment.tzinfo else moment.replace(tzinfo=self._zone)

    def _choice(self, text: str, name: str) -> str:
        words = self.values.get(name, {})
        return words.get(text) or words.get("*") or text

    def _forgive(self, draft: CaseDraft) -> None:
        allowed = timedelta(seconds=self.tolerate.get("closed_early_seconds", 0))
        if not allowed or draft.closed_at is None or draft.received_at is None:
            return
        if timedelta() < draft.received_at - draft.closed_at <= allowed:
            draft.closed_at = draft.received_at


Part = tuple[str, bool]


def _parts(text: str) -> list[list[Part]]:
    """The lines of a text, each as pieces in turn: words as they stand, or the name of a column."""
    lines = [PLACE.split(line) for line in text.strip().splitlines() or [""]]
    return [[(part, at % 2 == 1) for at, part in enumerate(line)] for line in lines]


def _filled(lines: list[list[Part]], row: Row[str, str]) -> str:
    """A text with its places filled; lines whose places are all empty are left out."""
    filled = []
    for parts in lines:
        values = [row[part].strip() if is_place else part for part, is_place in parts]
        if len(parts) == 1 or any(values[1::2]):
            filled.append("".join(values).strip())
    return "\n".join(filled).strip()


def _cleaned(text: str, *, whole: bool = False, width: int = 0) -> str:
    text = text.strip()
    if whole:
        text = re.sub(r"^(\d+)\.0+$", r"\1", text)
    return text.rjust(width, "0") if text and width else text


def _parsed(text: str, formats: list[str]) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for one in formats:
        try:
            return datetime.strptime(text, one)  # noqa: DTZ007  # the mapping names the zone
        except ValueError:
            continue
    return None


def shipped() -> list[str]:
    """Names of the mappings that come with Kept."""
    return sorted(file.name.removesuffix(".toml") for file in SHIPPED.iterdir())


def mapping(name: str) -> Mapping:
    """A shipped mapping by its name, or one's own by the path of its file."""
    if name in shipped():
        return read(name, (SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))
    path = Path(name)
    if not path.is_file():
        raise InvalidInput(
            _("There is no mapping “{name}”. There are: {known}; or name a TOML file of your own."),
            name=name,
            known=", ".join(shipped()),
        )
    return read(path.stem, path.read_text(encoding="utf-8"))


def read(name: str, text: str) -> Mapping:
    """A mapping from its TOML. Raises InvalidInput saying what is wrong with it."""
    try:
        return Mapping(**{"name": name, "source": name, **tomllib.loads(text)})
    except (tomllib.TOMLDecodeError, TypeError, AttributeError) as error:
        raise InvalidInput(
            _("The mapping “{name}” is wrong about: {what}"), name=name, what=error
        ) from None


def mapping_for(header: list[str]) -> Mapping:
    """The shipped mapping that reads most columns of a file. Raises InvalidInput for none."""
    fitting = [one for one in map(mapping, shipped()) if one.fits(header)]
    if not fitting:
        raise InvalidInput(
            _("No shipped mapping fits these columns: {columns}. Write one and name it."),
            columns=", ".join(header[:12]),
        )
    return max(fitting, key=lambda one: len(one.columns))
