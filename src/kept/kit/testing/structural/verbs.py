"""What every action has: a meaning, a label, words and bounds for what it asks, and a page."""

from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise as LazyString

from kept.kit.actions import Action, all_actions
from kept.kit.labels import is_declared, label_of
from kept.kit.params import Param, structure_params
from kept.kit.testing.structural.sources import Fault
from kept.kit.text import TEXT_MAX

#: What a model needs before a verb of it can have a page and an address.
NEEDED = ("ref", "plural", "get_absolute_url")


def part_of(action: Action) -> str:
    """The module an action is written in: ``kept.timeline.files`` → ``timeline``."""
    return action.function.__module__.split(".")[1]


def faults(part: str) -> list[Fault]:
    """Every fault in the actions of a part."""
    return [
        fault for action in all_actions() if part_of(action) == part for fault in faults_in(action)
    ]


def faults_in(action: Action) -> list[Fault]:
    """Every fault of one action."""
    found = [*_meaning(action), *_label(action), *_bounds(action)]
    if not action.internal:
        found += [*_words(action), *_address(action)]
    return [Fault(f"{action.function.__module__}: {action.name}", what) for what in found]


def _meaning(action: Action) -> Iterator[str]:
    meaning = (action.function.__doc__ or "").strip()
    if len(meaning) < 15:
        yield "its docstring does not say what it means"


def _label(action: Action) -> Iterator[str]:
    if not isinstance(action.label, LazyString) or not str(action.label):
        yield "its label is not translated: label=_(“…”)"


def _all_params(action: Action) -> Iterator[Param]:
    for param in action.params:
        yield param
        if param.is_structure:
            yield from structure_params(param.type)


def _bounds(action: Action) -> Iterator[str]:
    for param in _all_params(action):
        if param.type is str and (param.text is None or param.text.max > TEXT_MAX):
            yield f"the text “{param.name}” has no bound: use Line or Text"


def _words(action: Action) -> Iterator[str]:
    for param in _all_params(action):
        own = f"{action.name}.{param.name}"
        if param.is_structure:
            continue
        if not is_declared(param.name) and not is_declared(own):
            yield f"“{param.name}” has no label: labels.declare({param.name}=_(“…”))"
        elif not isinstance(label_of(param.name, action.name), LazyString):
            yield f"the label of “{param.name}” is not translated"


def _address(action: Action) -> Iterator[str]:
    model: Any = action.model
    for name in NEEDED:
        if not hasattr(model, name):
            yield f"{model.__name__}.{name} is missing, so the verb has no address"
    if not hasattr(getattr(model, "objects", None), "visible_to"):
        yield f"{model.__name__}.objects.visible_to is missing, so nobody can be kept out"
    if hasattr(model, "thread_path") and not getattr(model, "see_right", ""):
        yield f"{model.__name__}.see_right is missing, so nobody may see it"
