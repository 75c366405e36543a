"""A token of one company on every route of another: nothing is there, and nothing changes (B30)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kept.kit.api.verbs import address_of, doors, subjects
from kept.kit.params import Param, structure_params
from kept.timeline.models import Entry
from kept.web.screens import all_lists
from kept.web.tests.test_routes import body_for
from kept.web.tests.world import FACTORIES, SHARED, World
from tests.api.caller import Caller, token_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.req("SX.01", part="a token of one company on every route of another"),
]


@pytest.fixture
def stranger(world: World) -> Caller:
    """A program of somebody who may do everything, in the other company."""
    return Caller(token_of(world.foreign.person))


def ref_of(world: World, model: Any) -> str:
    """The reference of this company's thing of a kind."""
    thing = world.own.thing(model._meta.label)
    return str(getattr(thing, model.ref))


def test_things_of_another_company_are_not_there(stranger: Caller, world: World) -> None:
    for plural, model in subjects().items():
        if model._meta.label not in SHARED:
            address = f"{plural}/{ref_of(world, model)}"
            assert stranger.get(address).status_code == 404, address
    case = ref_of(world, world.own.thing("cases.Case").__class__)
    assert stranger.get(f"cases/{case}/story").status_code == 404


def test_no_verb_reaches_a_thing_of_another_company(stranger: Caller, world: World) -> None:
    before = Entry.objects.count()
    tried = 0
    for action in doors():
        model = action.model
        if action.creates or model._meta.label in SHARED:
            continue
        address = address_of(action)[1:].replace("{ref}", ref_of(world, model))
        answer = stranger.post(address, body_for(action))
        assert answer.status_code == 404, (address, answer.content)
        tried += 1
    assert tried > 80
    assert Entry.objects.count() == before


def test_a_thing_of_another_company_in_a_body_is_named_and_refused(
    stranger: Caller, world: World
) -> None:
    """As if it did not exist: the field is named, and the answer says no more than of nonsense."""
    before = Entry.objects.count()
    tried = 0
    for action, param in foreign_values():
        address = address_of(action)[1:]
        if not action.creates:
            address = address.replace("{ref}", foreign_ref(world, action.model))
        theirs, nothing = ref_of(world, param.type), "no-such-thing"
        answers = [send(stranger, world, address, action, param, ref) for ref in (theirs, nothing)]
        for answer in answers:
            assert answer.status_code == 422, (address, param.name, answer.content)
            assert answer.json()["field"].split(".")[0] == param.name
        told = [answer.json()["detail"] for answer in answers]
        assert told[0].replace(theirs, "…") == told[1].replace(nothing, "…")
        tried += 1
    assert tried > 20
    assert Entry.objects.count() == before


def foreign_values() -> Iterator[tuple[Any, Param]]:
    """Every verb with a value that is a thing of a kind both companies have, and whose other things
    they have too.
    """
    for action in doors():
        if action.creates is None and action.model._meta.label in SHARED:
            continue
        named = [one for one in action.params if one.is_model]
        for param in named:
            needed = {param, *(one for one in named if one.required)}
            if all(one.type._meta.label in FACTORIES for one in needed):
                yield action, param


def foreign_ref(world: World, model: Any) -> str:
    return str(getattr(world.foreign.thing(model._meta.label), model.ref))


def send(caller: Caller, world: World, address: str, action: Any, param: Param, ref: str) -> Any:
    """A body that is right but for one thing it names; the others are the caller's own."""
    body = {
        one.name: value
        for one, value in ((one, body_for(action).get(one.name)) for one in action.params)
        if value is not None and not names_things(one)
    }
    named: Any = [ref] if param.many else ref
    others = {
        one.name: foreign_ref(world, one.type)
        for one in action.params
        if one.required and one is not param and one.is_model and not one.many
    }
    return caller.post(address, {**body, **others, param.name: named})


def names_things(param: Param) -> bool:
    inner = structure_params(param.type) if param.is_structure else []
    return param.is_model or any(names_things(one) for one in inner)


def test_lists_show_nothing_of_another_company(stranger: Caller, world: World) -> None:
    marker = world.own.marker
    for kind in all_lists():
        asked = {"all": "true"} if kind.defaults else {}
        found = stranger.get(kind.name, {**asked, "limit": "200"})
        assert found.status_code == 200
        assert marker not in found.content.decode(), kind.name
    for name, field, ref in (
        ("cases", "unit", world.own.unit.code),
        ("cases", "owner", world.own.person.username),
        ("accounts", "unit", world.own.unit.code),
        ("serials", "product", world.own.thing("products.Product").code),
    ):
        answer = stranger.get(name, {field: ref})
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_whoever_is_refused_costs_few_statements(stranger: Caller, world: World) -> None:
    """The token is checked by one of them."""
    with CaptureQueriesContext(connection) as queries:
        stranger.get(f"cases/{world.own.thing('cases.Case').number}")
    assert len(queries) <= 4
    with CaptureQueriesContext(connection) as queries:
        Caller("kept_unknown").get("cases")
    assert len(queries) <= 2
