"""What is written about the API is so: its page is run, its document is as the API is."""

import difflib
import json
import re
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.test import Client
from django.urls import resolve

from kept.kit import clock
from kept.kit.api.verbs import doors, subjects
from kept.kit.params import Param, structure_params
from kept.kit.testing.structural.sources import ROOT
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind
from kept.web.api import document_text
from kept.web.screens import all_lists
from kept.web.tests.world import World
from tests.api.caller import Caller, token_of

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
COPY = ROOT / "docs" / "openapi.json"
EXAMPLES = re.findall(r"^```http\n(.*?)^```\n+^```(json|problem)\n(.*?)^```", PAGE, re.S | re.M)
#: Operations that are no verb, thing or list of the house.
OTHERS = (
    "story_of_case",
    "similar_cases",
    "upload_file",
    "get_attachment",
    "content_of_file",
)
NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)


@pytest.mark.django_db
def test_the_examples_of_the_page_are_true() -> None:
    company = make_company("HN", "Huaneng")
    desk = make_unit(company, "HN-CS", "Service", UnitKind.HOTLINE)
    token = token_of(make_user(desk, "lin", "clerk", name="Lin"))
    assert len(EXAMPLES) == 8 == PAGE.count("```http")
    with clock.at(NOON):
        for request, kind, expected in EXAMPLES:
            answer = send(request, token)
            assert_says(answer.json(), json.loads(expected), request)
            is_problem = answer.headers["Content-Type"] == "application/problem+json"
            assert is_problem == (kind == "problem"), answer.content


def send(request: str, token: str) -> Any:
    """A request as it is written on the page."""
    head, _blank, body = request.partition("\n\n")
    first, *lines = head.strip().splitlines()
    method, address = first.split()
    headers = dict(line.split(": ", 1) for line in lines)
    assert headers["Authorization"] == "Bearer kept_…"
    headers["Authorization"] = f"Bearer {token}"
    kind = headers.pop("Content-Type", "application/json")
    return Client().generic(method, address, body.strip(), kind, headers=headers)


def assert_says(found: Any, expected: Any, where: str) -> None:
    """What the page shows is in the answer; an ellipsis stands for anything."""
    if expected == "…":
        return
    if isinstance(expected, dict):
        for name, value in expected.items():
            assert name in found, (where, name, found)
            assert_says(found[name], value, where)
    elif isinstance(expected, list):
        assert len(found) == len(expected), (where, found)
        for one, other in zip(found, expected, strict=True):
            assert_says(one, other, where)
    else:
        assert found == expected, where


def test_addresses_on_the_page_are_there() -> None:
    known = json.loads(document_text())["paths"]
    for address in set(re.findall(r"`(/api/v1/[a-z_]+)`", PAGE)):
        assert address in known, address
    assert resolve("/tokens/") and resolve("/api/v1/openapi.json")


@pytest.mark.req("SX.08", part="the API is written down as OpenAPI 3.1")
def test_the_kept_document_is_as_the_api_is() -> None:
    kept = COPY.read_text(encoding="utf-8") if COPY.exists() else ""
    lines = difflib.unified_diff(kept.splitlines(), document_text().splitlines(), lineterm="", n=1)
    shown = "\n".join(list(lines)[:40])
    assert not shown, f"renew it: .venv/bin/kept openapi docs/openapi.json\n{shown}"


def test_the_document_is_valid() -> None:
    """As OpenAPI 3.1, and every schema in it as JSON Schema."""
    found = json.loads(document_text())
    assert found["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(found).validate()
    for name, schema in found["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid(schema), name
    for address in re.findall(r'"\$ref": "#/([^"]+)"', document_text()):
        part: Any = found
        for step in address.split("/"):
            assert step in part, address
            part = part[step]


def test_every_verb_thing_and_list_is_in_it_in_words() -> None:
    operations = [
        one for methods in json.loads(document_text())["paths"].values() for one in methods.values()
    ]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    expected = [
        *(action.name.replace(".", "_") for action in doors()),
        *(f"get_{model._meta.model_name}" for model in subjects().values()),
        *(f"list_{kind.name}" for kind in all_lists()),
        *OTHERS,
    ]
    assert set(names) == set(expected)
    for one in operations:
        assert one["summary"] and one["description"], one["operationId"]
        assert {"401", "405", "422"} <= one["responses"].keys()


def test_types_in_it_have_names_of_their_own() -> None:
    """Two enumerations or structures of one name would be one in the document."""
    found: dict[str, set[type]] = {}
    for action in doors():
        for param in with_inner(action.params):
            if param.is_choice or param.is_structure:
                found.setdefault(param.type.__name__, set()).add(param.type)
    assert not {name: kinds for name, kinds in found.items() if len(kinds) > 1}


def with_inner(params: Any) -> list[Param]:
    inner = [one for param in params if param.is_structure for one in structure_params(param.type)]
    return [*params, *(with_inner(inner) if inner else [])]


def test_every_subject_has_public_fields() -> None:
    models = subjects().values()
    missing = [one.__name__ for one in models if not getattr(one, "public_fields", ())]
    assert not missing, f"say what programs may read (kept.kit.public): {missing}"


@pytest.mark.django_db
def test_the_document_is_served_to_whoever_has_a_token(caller: Caller, world: World) -> None:
    assert Client().get("/api/v1/openapi.json").status_code == 401
    assert caller.get("openapi.json").content.decode() == document_text()
