"""What the documentation names is there: files, modules, functions, commands, code that imports."""

import ast
import re
import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from kept.cli.commands import COMMANDS
from kept.kit import packs
from kept.kit.testing.structural.floors import floors, floors_of
from kept.kit.testing.structural.sources import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
names = [page.relative_to(ROOT).as_posix() for page in PAGES]


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text_of(name), re.S | re.M)


def broken_links(text: str, folder: Path) -> list[str]:
    """Links and pictures that lead to no file."""
    targets = re.findall(r"\]\(([^)#]+)", text)
    return [one for one in targets if "://" not in one and not (folder / one).exists()]


def unknown_names(text: str) -> list[str]:
    """Dotted names in backticks that are neither a module nor something in one."""
    found = re.findall(r"`(kept(?:\.\w+)+)`", text)
    return sorted({name for name in found if not _is_known(name)})


def _is_known(name: str) -> bool:
    steps = name.split(".")
    for cut in range(len(steps), 0, -1):
        try:
            thing = import_module(".".join(steps[:cut]))
        except ModuleNotFoundError:
            continue
        for step in steps[cut:]:
            if not hasattr(thing, step):
                return False
            thing = getattr(thing, step)
        return True
    return False


def missing_paths(text: str) -> list[str]:
    """Files and folders of the repository in backticks that are not there."""
    found = re.findall(r"`((?:src|tests|docs|bin)/[\w./-]+)`", text)
    return sorted({path for path in found if not (ROOT / path).exists()})


def missing_imports(code: str) -> list[str]:
    """What a piece of Python imports from Kept and does not get."""
    return [
        f"{node.module}.{one.name}"
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kept")
        for one in node.names
        if not _is_known(f"{node.module}.{one.name}")
    ]


@pytest.mark.parametrize("name", names)
def test_links_lead_somewhere(name: str):
    assert broken_links(text_of(name), (ROOT / name).parent) == []


@pytest.mark.parametrize("name", names)
def test_names_in_the_code_exist(name: str):
    assert unknown_names(text_of(name)) == []


@pytest.mark.parametrize("name", names)
def test_paths_exist(name: str):
    assert missing_paths(text_of(name)) == []


@pytest.mark.parametrize("name", names)
def test_python_in_the_pages_imports_what_is_there(name: str):
    assert [one for block in blocks(name, "python") for one in missing_imports(block)] == []


def test_rules_in_the_pages_are_in_sections_that_are_read():
    pages = [block for name in names for block in blocks(name, "toml")]
    assert pages
    for block in pages:
        assert set(tomllib.loads(block)) <= set(packs.sections())


def test_floors_in_the_tour_are_those_of_the_house():
    (drawn,) = blocks("docs/house.md", "text")
    layers = [re.split(r"\s{2,}", line)[0] for line in drawn.splitlines()]
    there = {part: floor for part, floor in floors().items() if (ROOT / "src/kept" / part).is_dir()}
    assert list(floors_of(layers)) == sorted(there, key=lambda part: (there[part], part))


def test_commands_in_the_readme_exist():
    said = set(re.findall(r"\.venv/bin/kept (\w+)", text_of("README.md")))
    listed = re.search(r"`kept --help` lists the rest: (.*?)\.", text_of("README.md"), re.S)
    assert listed is not None
    said |= {one.split()[0] for one in re.findall(r"`([^`]+)`", listed.group(1))}
    assert said == set(COMMANDS) - {"demo"}


def test_every_decision_is_listed():
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", text_of("docs/decisions/README.md"))
    there = sorted(page.name for page in (ROOT / "docs" / "decisions").glob("0*.md"))
    assert listed == there
    assert [int(name[:4]) for name in there] == list(range(1, len(there) + 1))


@pytest.mark.parametrize("name", [name for name in names if "decisions/0" in name])
def test_every_decision_says_why_what_and_what_follows(name: str):
    assert re.findall(r"^## (.+)$", text_of(name), re.M) == ["Why", "What", "What follows"]


def test_what_is_not_there_is_found():
    assert broken_links("[x](gone.md) [y](README.md) [z](https://a.b/c)", ROOT) == ["gone.md"]
    assert unknown_names("`kept.kit.clock.now` `kept.kit.clock.then` `kept.gone`") == [
        "kept.gone",
        "kept.kit.clock.then",
    ]
    assert missing_paths("`src/kept/kit` `docs/gone.md`") == ["docs/gone.md"]
    assert missing_imports("from kept.kit.clock import now, then") == ["kept.kit.clock.then"]
