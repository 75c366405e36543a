"""Policy packs: a company's decisions as TOML, each module bringing its part.

A pack is the sum of ``<module>/policy/<pack>.toml`` over all modules, each laid over that module's
``base.toml``. A module enters a reader for each section it knows, and a writer that says the same
rows again; a section nobody knows is refused, so that a misspelt rule cannot be lost.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.refusal import InvalidInput
from kept.kit.watched import unread, watched
from kept.kit.words import Listed

Reader = Callable[["Loading", Any], None]
Writer = Callable[[Any, datetime], Any]

PACKS = {
    "handset": _("Handset maker with authorised service stations"),
    "software": _("Software vendor with branches"),
    "equipment": _("Equipment manufacturer"),
    "wallcovering": _("Wall-covering maker selling through dealers"),
    "lubricant": _("Lubricant maker"),
}
#: What every company has, without anything of a trade.
BASE = "base"
_readers: dict[str, tuple[int, Reader]] = {}
_writers: dict[str, Writer] = {}


@dataclass
class Loading:
    """A pack being loaded: for which company, from when, by whom; ``done`` counts rows."""

    company: Any
    valid_from: datetime
    by: Any
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)

    @property
    def begins_later(self) -> bool:
        """Whether the pack's day has not come yet: what is no dated row waits for it (SX.19)."""
        return self.valid_from > clock.now()

    def remember(self, section: str, code: str, row: Any) -> None:
        """Keep a row so that later sections can name it by its code."""
        self.made.setdefault(section, {})[code] = row
        self.done[section] = self.done.get(section, 0) + 1

    def named(self, section: str, code: str) -> Any:
        """A row an earlier section made. Raises InvalidInput when there is none."""
        try:
            return self.made[section][code]
        except KeyError:
            raise InvalidInput(
                _("The pack names “{code}”, but no such {section} is in it."),
                code=code,
                section=section,
            ) from None


def section(name: str, *, order: int = 50) -> Callable[[Reader], Reader]:
    """Enter the reader of one section of packs; sections are read in order."""

    def put(reader: Reader) -> Reader:
        _readers[name] = (order, reader)
        return reader

    return put


def writer(name: str) -> Callable[[Writer], Writer]:
    """Enter what says a section again: asked with a company and a moment, it gives the rows in
    force as the reader takes them, or None where there are none.
    """

    def put(write: Writer) -> Writer:
        _writers[name] = write
        return write

    return put


def sections() -> list[str]:
    return sorted(_readers, key=lambda name: _readers[name][0])


def without_writer() -> list[str]:
    """Sections that can be read and not said again."""
    return [name for name in sections() if name not in _writers]


def read_pack(name: str) -> dict[str, Any]:
    """All sections of a shipped pack, put together from every module."""
    if name not in PACKS:
        raise InvalidInput(
            _("There is no pack “{name}”. There are: {packs}."), name=name, packs=Listed(PACKS)
        )
    return _put_together((f"{BASE}.toml", f"{name}.toml"))


def read_base() -> dict[str, Any]:
    """What every pack is laid over."""
    return _put_together((f"{BASE}.toml",))


def _put_together(parts: Iterable[str]) -> dict[str, Any]:
    pack: dict[str, Any] = {}
    for app in apps.get_app_configs():
        if not app.name.startswith("kept."):
            continue
        folder = files(app.name) / "policy"
        for part in parts:
            file = folder / part
            if file.is_file():
                lay_over(pack, tomllib.loads(file.read_text(encoding="utf-8")))
    return pack


def read_file(path: Path) -> dict[str, Any]:
    """Sections of a pack a company wrote itself. Raises InvalidInput with the line of a fault."""
    try:
        return read_text(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, OSError) as error:
        raise InvalidInput(_("{file}: {error}"), file=path.name, error=error) from None
    except InvalidInput as refused:
        raise InvalidInput(_("{file}: {error}"), file=path.name, error=refused) from None


def read_text(text: str) -> dict[str, Any]:
    """Sections of a pack written out. ``base = "lubricant"`` at its top lays it over a shipped
    pack, ``base = "base"`` over what every company has.
    """
    try:
        own = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("{error}", error=error) from None
    under = own.pop(BASE, None)
    if under is None:
        return own
    pack = read_base() if under == BASE else read_pack(str(under))
    lay_over(pack, own)
    return pack


def lay_over(under: dict[str, Any], over: Mapping[str, Any]) -> None:
    """Put one pack over another: tables merge, rows with the same code are replaced."""
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(under.get(key), dict):
            lay_over(under[key], value)
        elif are_rows(value) and are_rows(under.get(key)):
            codes = {row.get("code") for row in value}
            under[key] = [row for row in under[key] if row.get("code") not in codes] + value
        else:
            under[key] = value


def are_rows(value: Any) -> bool:
    """Whether a section is a list of rows, each a table."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def load(pack: Mapping[str, Any], *, company: Any, valid_from: datetime, by: Any) -> Loading:
    """Read every section of a pack into rows. Call it inside an action: all of it or nothing."""
    if names := unknown_sections(pack):
        raise InvalidInput(_("The pack has sections nobody knows: {names}."), names=Listed(names))
    loading = Loading(company, valid_from, by)
    for name in sections():
        if name in pack:
            read_section(loading, name, pack[name])
    return loading


def unknown_sections(pack: Mapping[str, Any]) -> list[str]:
    return sorted(set(pack) - set(_readers))


def read_section(loading: Loading, name: str, data: Any) -> None:
    """Read one section. Raises InvalidInput for a key its reader never asked for."""
    seen = watched(data)
    _readers[name][1](loading, seen)
    if keys := unread(seen):
        raise InvalidInput(
            _("{section} knows no “{keys}”. Take it out or mend its spelling."),
            section=name,
            keys=Listed(keys),
        )


def written(company: Any, moment: datetime) -> dict[str, Any]:
    """The policy of a company in force at a moment, section by section, as packs say it."""
    said = {name: _writers[name](company, moment) for name in sections() if name in _writers}
    return {name: data for name, data in said.items() if data not in (None, [], {})}
