"""Which actions some test runs: by calling them, by their name, or through their address."""

import ast
from collections.abc import Iterable
from functools import cache

from kept.kit.actions import Action
from kept.kit.testing.structural.sources import Source, all_sources, called_name, test_sources


def is_run(
    action: Action,
    tests: Iterable[Source] | None = None,
    program: Iterable[Source] | None = None,
) -> bool:
    """Whether a test runs the action: calls it, names it as text, or asks for its address.

    An internal one counts as run too when a test calls what calls it (the worker's work).
    """
    names, texts = _everything() if tests is None else _said(tests)
    called = {action.function.__name__}
    if action.internal:
        called = with_callers(called, callers_in(program) if program else _callers())
    return (
        bool(called & names)
        or action.name in texts
        or any(f"/{action.verb}/" in text for text in texts)
    )


def with_callers(names: set[str], callers: dict[str, set[str]]) -> set[str]:
    """The functions, those that call them, and so on."""
    found, waiting = set(names), list(names)
    while waiting:
        new = callers.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def callers_in(program: Iterable[Source]) -> dict[str, set[str]]:
    """Function → the functions that call it, by name."""
    found: dict[str, set[str]] = {}
    for source in program:
        for function in source.nodes:
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Call) and called_name(node) != function.name:
                        found.setdefault(called_name(node), set()).add(function.name)
    return found


@cache
def _callers() -> dict[str, set[str]]:
    return callers_in(all_sources())


@cache
def _everything() -> tuple[frozenset[str], frozenset[str]]:
    return _said(test_sources())


def _said(tests: Iterable[Source]) -> tuple[frozenset[str], frozenset[str]]:
    """Names of functions called, and pieces of text, in the tests."""
    names: set[str] = set()
    texts: set[str] = set()
    for one in tests:
        names.update(called_name(call) for call in one.calls)
        texts.update(
            node.value
            for node in one.nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
    return frozenset(names), frozenset(texts)
