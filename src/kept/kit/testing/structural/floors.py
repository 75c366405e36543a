"""Which part of the house may know which: read from the contract that the import linter holds."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache

from kept.kit.testing.structural.sources import ROOT


def floors_of(layers: Iterable[str]) -> dict[str, int]:
    """Part → floor, counted from the ground; parts that are still to come stand in brackets."""
    return {
        name: floor
        for floor, layer in enumerate(reversed(list(layers)))
        for name in re.findall(r"\w+", layer)
    }


@cache
def floors() -> dict[str, int]:
    """The floors of this house, as ``pyproject.toml`` gives them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return floors_of(settings["tool"]["importlinter"]["contracts"][0]["layers"])


def may_know(upper: str, lower: str, given: dict[str, int] | None = None) -> bool:
    """Whether a part may name another: itself, and what is on a floor below."""
    known = floors() if given is None else given
    return upper == lower or known[upper] > known[lower]
