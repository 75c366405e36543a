"""Over all verbs: each has a right somebody holds, and a test; the checks find what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.actions import Action, all_actions
from kept.kit.testing.structural.called import is_run
from kept.kit.testing.structural.sources import Fault, source
from kept.kit.testing.structural.verbs import faults_in
from kept.kit.testing.structure import none_of
from kept.kit.text import Text, TextRule
from kept.people.models import Unit, User
from kept.people.rights import expanded, known_rights


def granted(pack: str) -> set[str]:
    """Every right some role of a pack holds."""
    rows = packs.read_pack(pack)["roles"]
    return {right for row in rows for right in expanded(row["rights"])}


def without_right(actions: Iterable[Action], rights: Any, held: set[str]) -> list[Fault]:
    """Verbs whose right has no label, or that nobody in any pack may use."""
    found = []
    for one in actions:
        if one.internal:
            continue
        if not rights.get(one.right):
            found.append(Fault(one.name, f"the right {one.right} has no label"))
        if one.right not in held:
            found.append(Fault(one.name, f"no role in any pack holds {one.right}"))
    return found


def test_every_verb_is_granted_by_some_role():
    held = {right for pack in packs.PACKS for right in granted(pack)}
    none_of(without_right(all_actions(), known_rights(), held))


def test_every_right_of_the_house_is_held_by_some_role():
    held = {right for pack in packs.PACKS for right in granted(pack)}
    none_of(
        [Fault(one, "no role in any pack holds it") for one in sorted(set(known_rights()) - held)]
    )


def test_every_verb_is_run_by_a_test():
    none_of([Fault(one.name, "no test runs it") for one in all_actions() if not is_run(one)])


# The checks themselves, on verbs that are not registered


@dataclass(frozen=True)
class Place:
    town: Annotated[str, TextRule(10**6)]


class Bare:
    """A model without address or sight."""


def sample(function: Any, **options: Any) -> Action:
    options.setdefault("label", _("Close case"))
    return Action(function, "sample.do", **options)


def whats(action: Action) -> list[str]:
    return [fault.what for fault in faults_in(action)]


def good(unit: Unit, *, by: User, reason: Text) -> Unit:
    """Do it to the unit, saying why."""
    return unit


def silent(unit: Unit, *, by: User) -> Unit:
    return unit


def wordless(unit: Unit, *, by: User, zq_unheard_of: Text) -> Unit:
    """Ask for something nobody has a word for."""
    return unit


def boundless(unit: Unit, *, by: User, place: Place) -> Unit:
    """Ask for a town of any length."""
    return unit


def homeless(bare: Bare, *, by: User) -> Bare:
    """Do it to something that has no address."""
    return bare


def test_verb_with_everything_has_no_fault():
    assert whats(sample(good)) == []


@pytest.mark.parametrize(
    ("action", "word"),
    [
        (sample(silent), "docstring"),
        (sample(good, label="Close case"), "not translated"),
        (sample(good, label=""), "not translated"),
        (sample(wordless), "zq_unheard_of"),
        (sample(boundless), "town"),
        (sample(homeless), "Bare.plural"),
        (sample(homeless), "visible_to"),
    ],
)
def test_what_is_missing_is_found(action: Action, word: str):
    assert any(word in what for what in whats(action))


def test_internal_verb_needs_no_words_and_no_address():
    assert whats(sample(homeless, internal=True)) == []
    assert whats(sample(wordless, internal=True)) == []


def test_verb_nobody_may_use_is_found():
    verb = sample(good)
    assert without_right([verb], {"sample.do": "Do"}, {"sample.do"}) == []
    assert "holds" in without_right([verb], {"sample.do": "Do"}, set())[0].what
    assert "label" in without_right([verb], {}, {"sample.do"})[0].what
    assert without_right([sample(good, internal=True)], {}, set()) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("good(unit, by=me, reason='')", True),
        ("run('sample.do')", True),
        ("client.post('/units/HN/do/')", True),
        ("good", False),
        ("client.get('/units/HN/')", False),
    ],
)
def test_run_means_called_named_or_addressed(text: str, expected: bool):
    assert is_run(sample(good), [source(text)]) is expected


@pytest.mark.parametrize(("internal", "expected"), [(True, True), (False, False)])
def test_internal_verb_is_run_through_what_calls_it(internal: bool, expected: bool):
    program = [source("def _one(): good(unit)\ndef sweep_all(): _one()\n")]
    verb = sample(good, internal=internal)
    assert is_run(verb, [source("sweep_all()")], program) is expected
    assert not is_run(verb, [source("something_else()")], program)
