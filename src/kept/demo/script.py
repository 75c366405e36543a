"""Storylines as data: the small language of ``stories/*.toml``, and what ``companies/*.toml`` says.

A step reads ``DELAY [@who] VERB [words…][: text]``: what happens that long after the step before,
who does it (by default whoever works on the case, else its owner), and what is said. Two texts
are parted by `` | ``. Braces in texts are filled: ``{customer}``, ``{person}``, ``{product}``,
``{serial}``, and any list the storyline declares under ``vars``, one choice for each telling.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.resources import files
from typing import Any

COMPANIES = ("handset", "software", "equipment", "wallcovering", "lubricant")
_STEP = re.compile(r"^(\d+[smhd])\s+(?:@([\w-]+)\s+)?(\w+)([^:]*)(?::\s*(.*))?$", re.DOTALL)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Step:
    """One step of a storyline."""

    delay: timedelta
    who: str
    verb: str
    words: tuple[str, ...]
    text: str
    second: str


@dataclass(frozen=True)
class Storyline:
    """One way a matter can go. ``share`` says how often it is told beside the others; ``unknown``
    is a caller nobody knows yet, ``again`` one who was in touch about the same thing just before.
    """

    code: str
    by: str
    summary: str
    steps: tuple[Step, ...]
    description: str = ""
    share: float = 3
    who: tuple[str, ...] = ()
    route: str = "phone"
    kind: str = "service"
    priority: str = "normal"
    sender: str = "user"
    product: tuple[str, ...] = ()
    serial: bool = False
    unknown: bool = False
    again: bool = False
    vars: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """A storyline begun ``ago`` and told up to its step number ``steps``, by ``by`` if named."""

    story: str
    ago: timedelta
    steps: int
    by: str = ""


def span(text: str) -> timedelta:
    """``15m``, ``2h``, ``3d``, ``40s`` as a length of time. Raises ValueError for anything else."""
    if not re.fullmatch(r"\d+[smhd]", text):
        raise ValueError(f"no length of time: {text!r}")
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def step_of(line: str) -> Step:
    """Read one step. Raises ValueError with the line when it cannot be read."""
    found = _STEP.match(line)
    if found is None:
        raise ValueError(f"this step cannot be read: {line!r}")
    delay, who, verb, words, text = found.groups()
    first, _bar, second = (text or "").partition(" | ")
    return Step(span(delay), who or "", verb, tuple(words.split()), first.strip(), second.strip())


def storylines(pack: str) -> list[Storyline]:
    """Every storyline of a company, in the order they are written."""
    return [_storyline(row) for row in _read("stories", pack)["stories"]]


def scenes(pack: str) -> list[Scene]:
    """What stands on the desks of a company when somebody looks in."""
    rows = _read("stories", pack)["scenes"]
    return [Scene(row["story"], span(row["ago"]), row["steps"], row.get("by", "")) for row in rows]


def company(pack: str) -> dict[str, Any]:
    """Units, people, products and customers of a company."""
    return _read("companies", pack)


def names() -> dict[str, Any]:
    """Surnames and given names to make people of."""
    return _read("companies", "names")


def _storyline(row: dict[str, Any]) -> Storyline:
    values = {**row, "steps": tuple(_steps(row["steps"]))}
    for name in ("who", "product"):
        given = row.get(name, ())
        values[name] = (given,) if isinstance(given, str) else tuple(given)
    return Storyline(**values)


def _steps(lines: str) -> Iterator[Step]:
    """One step a line; an indented line goes on with the one before."""
    joined = re.sub(r"\n\s+", " ", lines.strip())
    return (step_of(line) for line in joined.splitlines() if line.strip())


def _read(folder: str, name: str) -> dict[str, Any]:
    file = files("kept.demo") / folder / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
