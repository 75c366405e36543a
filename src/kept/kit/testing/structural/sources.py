"""The parts of the house, and their code as syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import kept

PACKAGE = Path(kept.__file__).resolve().parent
ROOT = PACKAGE.parents[1]
NOT_PROGRAM = {"tests", "migrations", "__pycache__", "testing"}


@dataclass(frozen=True, order=True)
class Fault:
    """Something that is not built as it must be: where, and what is wrong with it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(eq=False)
class Source:
    """One file of Python: the part it belongs to, its name below the root, its syntax tree."""

    part: str
    name: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree, walked once."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        """Every call in the file."""
        return tuple(node for node in self.nodes if isinstance(node, ast.Call))

    def at(self, node: ast.AST) -> str:
        """``src/kept/cases/lists.py:12``."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"


def source(text: str, *, part: str = "sample", name: str = "sample.py") -> Source:
    """Code given as text, for the tests of the checks themselves."""
    return Source(part, name, ast.parse(text))


@cache
def parts() -> tuple[str, ...]:
    """Every module of the house: the packages right below ``kept``."""
    return tuple(sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))


@cache
def sources_of(part: str) -> tuple[Source, ...]:
    """The program of one part, without its tests and migrations."""
    return tuple(_read(part, path) for path in _files(PACKAGE / part, NOT_PROGRAM))


def all_sources() -> Iterator[Source]:
    """The program of the whole house."""
    for part in parts():
        yield from sources_of(part)


@cache
def test_sources() -> tuple[Source, ...]:
    """Every file of tests: beside the modules, their factories, and in ``tests/``."""
    beside = [path for part in parts() for path in _files(PACKAGE / part / "tests", set())]
    factories = PACKAGE.glob("*/factories.py")
    everything = [*beside, *factories, *_files(ROOT / "tests", set())]
    return tuple(_read("tests", path) for path in everything)


@cache
def migrations_of(part: str) -> tuple[Source, ...]:
    """The migrations of one part."""
    return tuple(_read(part, path) for path in _files(PACKAGE / part / "migrations", set()))


def _files(folder: Path, left_out: set[str]) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*.py"))
        if not left_out & set(path.relative_to(folder).parts)
    ]


def _read(part: str, path: Path) -> Source:
    name = path.relative_to(ROOT).as_posix()
    return Source(part, name, ast.parse(path.read_text(encoding="utf-8"), name))


def called_name(call: ast.Call) -> str:
    """``record`` for ``case.record(…)`` and for ``record(…)``; empty for anything stranger."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""
