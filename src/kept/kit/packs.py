"""Policy packs: a company's decisions as TOML, each module bringing its part.

A pack is the sum of ``<module>/policy/<pack>.toml`` over all modules, each laid over that module's
``base.toml``. A module enters a reader for each section it knows; a section nobody knows is
refused, so that a misspelt rule cannot be lost.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput

Reader = Callable[["Loading", Any], None]

PACKS = {
    "handset": _("Handset maker with authorised service stations"),
    "software": _("Software vendor with branches"),
    "equipment": _("Equipment manufacturer"),
    "wallcovering": _("Wall-covering maker selling through dealers"),
    "lubricant": _("Lubricant maker"),
}
_readers: dict[str, tuple[int, Reader]] = {}


@dataclass
class Loading:
    """A pack being loaded: for which company, from when, by whom; ``done`` counts rows."""

    company: Any
    valid_from: datetime
    by: Any
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)

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


def sections() -> list[str]:
    return sorted(_readers, key=lambda name: _readers[name][0])


def read_pack(name: str) -> dict[str, Any]:
    """All sections of a shipped pack, put together from every module."""
    if name not in PACKS:
        raise InvalidInput(
            _("There is no pack “{name}”. There are: {packs}."), name=name, packs=", ".join(PACKS)
        )
    pack: dict[str, Any] = {}
    for app in apps.get_app_configs():
        if not app.name.startswith("kept."):
            continue
        folder = files(app.name) / "policy"
        for part in ("base.toml", f"{name}.toml"):
            file = folder / part
            if file.is_file():
                lay_over(pack, tomllib.loads(file.read_text(encoding="utf-8")))
    return pack


def read_file(path: Path) -> dict[str, Any]:
    """Sections of a pack a company wrote itself. Raises InvalidInput with the line of a fault."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise InvalidInput(_("{file}: {error}"), file=path.name, error=error) from None


def lay_over(under: dict[str, Any], over: Mapping[str, Any]) -> None:
    """Put one pack over another: tables merge, rows with the same code are replaced."""
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(under.get(key), dict):
            lay_over(under[key], value)
        elif _are_rows(value) and _are_rows(under.get(key)):
            codes = {row.get("code") for row in value}
            under[key] = [row for row in under[key] if row.get("code") not in codes] + value
        else:
            under[key] = value


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def load(pack: Mapping[str, Any], *, company: Any, valid_from: datetime, by: Any) -> Loading:
    """Read every section of a pack into rows. Call it inside an action: all of it or nothing."""
    unknown = sorted(set(pack) - set(_readers))
    if unknown:
        raise InvalidInput(
            _("The pack has sections nobody knows: {names}."), names=", ".join(unknown)
        )
    loading = Loading(company, valid_from, by)
    for name in sections():
        if name in pack:
            _readers[name][1](loading, pack[name])
    return loading
