"""How a module is built, checked in one line of its tests.

    test_structure = structure_of("cases")

gives one test for each rule below. What holds only over the whole house (every event worded, every
right granted, every action tested) stands in ``tests/structure/``.
"""

from collections.abc import Callable

import pytest

from kept.kit.testing.structural import code, relations, templates, verbs
from kept.kit.testing.structural.sources import Fault

#: What a module is checked for, by the name its test has.
RULES: dict[str, Callable[[str], list[Fault]]] = {
    "code": code.faults,
    "verbs": verbs.faults,
    "relations": relations.faults,
    "templates": templates.faults,
}


def structure_of(part: str) -> Callable[[str], None]:
    """One test for each rule, over the module of that name."""

    @pytest.mark.parametrize("rule", RULES)
    def check(rule: str) -> None:
        none_of(RULES[rule](part))

    return check


def none_of(faults: list[Fault]) -> None:
    """Fail with one line for each fault."""
    if faults:
        lines = "\n".join(f"  {fault}" for fault in sorted(set(faults)))
        pytest.fail(f"{len(set(faults))} faults:\n{lines}", pytrace=False)
