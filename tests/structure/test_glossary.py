"""The glossary and the code name the same things."""

import re
from functools import cache
from importlib import import_module

import pytest
from django.apps import apps
from django.db import models

from kept.kit.actions import all_actions
from kept.kit.testing.structural.relations import models_of_house
from kept.kit.testing.structural.sources import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"


@cache
def rows() -> tuple[tuple[str, ...], ...]:
    """The rows of all tables: word, Chinese, meaning or subject, names in the code."""
    found = []
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
        if line.startswith("|") and "---" not in cells[0] and cells[-1] != "In code":
            found.append(cells)
    return tuple(found)


@cache
def code_names() -> frozenset[str]:
    """Every name in the last column."""
    return frozenset(name for row in rows() for name in re.findall(r"`([^`]+)`", row[-1]))


def choices() -> list[type[models.TextChoices]]:
    """Every set of choices in the house, also of those that no column uses."""
    found, waiting = [], list(models.Choices.__subclasses__())
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("kept.") and ".tests." not in one.__module__:
            found.append(one)
    return found


def models_by_name() -> dict[str, type]:
    return {model.__name__: model for model in models_of_house()}


def is_there(name: str) -> bool:
    """Whether a name of the glossary exists: a class or its part, a verb, or a dotted path."""
    if name.startswith("kept."):
        return _can_be_imported(name)
    if name in {action.name for action in all_actions()}:
        return True
    known = {**models_by_name(), **{one.__qualname__: one for one in choices()}}
    if name in known:
        return True
    owner, _dot, part = name.partition(".")
    return bool(part) and owner in known and hasattr(known[owner], part)


def _can_be_imported(path: str) -> bool:
    module, _dot, name = path.rpartition(".")
    try:
        return hasattr(import_module(module), name)
    except ModuleNotFoundError:
        return False


def is_in_glossary(one: type) -> bool:
    """Whether a class stands there, by its name or, where two share it, by its whole path."""
    return bool({one.__qualname__, f"{one.__module__}.{one.__qualname__}"} & code_names())


def test_every_model_is_explained():
    assert [model.__name__ for model in models_of_house() if not is_in_glossary(model)] == []


def test_every_set_of_choices_is_explained():
    assert [one.__qualname__ for one in choices() if not is_in_glossary(one)] == []


def test_every_verb_stands_there_with_its_words_on_screen():
    there = {row[-1].strip("`"): row[0] for row in rows()}
    verbs = {action.name: str(action.label) for action in all_actions()}
    wrong = {name: label for name, label in verbs.items() if there.get(name) != label}
    assert wrong == {}, "add or mend: | On screen | 中文 | Done to | `name` |"


def test_every_name_exists():
    assert sorted(name for name in code_names() if not is_there(name)) == []


def test_every_row_is_whole():
    bad = [row for row in rows() if len(row) != 4 or not all(row)]
    assert bad == []
    assert [row[0] for row in rows() if not re.search(r"[\u4e00-\u9fff]", row[1])] == []


def test_no_word_stands_there_twice():
    words = [row[0] for row in rows() if not re.fullmatch(r"`[a-z_]+\.[a-z_]+`", row[-1])]
    assert sorted({word for word in words if words.count(word) > 1}) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Case", True),
        ("Case.owner", True),
        ("PromiseKind.CALL_BACK", True),
        ("cases.close", True),
        ("kept.kit.clock.now", True),
        ("Ticket", False),
        ("Case.assignee", False),
        ("cases.explode", False),
        ("kept.kit.clock.then", False),
        ("kept.nowhere.at_all", False),
    ],
)
def test_names_are_looked_up(name: str, expected: bool):
    assert is_there(name) is expected


def test_model_that_is_not_explained_is_found():
    assert is_in_glossary(apps.get_model("cases", "Case"))
    assert not is_in_glossary(apps.get_model("sessions", "Session"))
