"""One thing with its public fields, and the story of a case."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kept.cases.actions import add_note, classify
from kept.cases.factories import make_case
from kept.cases.models import Case, CaseClass
from kept.kit.api.verbs import subjects
from kept.people.actions import grant_scope
from kept.people.factories import make_user
from kept.people.models import Role
from kept.timeline.models import Entry
from kept.web.tests.world import SHARED, World
from tests.api.caller import Caller, token_of

pytestmark = pytest.mark.django_db


@pytest.mark.req("SX.08", part="every thing is read by its public reference")
def test_every_thing_shows_its_public_fields(caller: Caller, world: World) -> None:
    for plural, model in subjects().items():
        if model._meta.label in SHARED:
            continue
        thing = world.own.thing(model._meta.label)
        ref = str(getattr(thing, model.ref))
        with CaptureQueriesContext(connection) as queries:
            answer = caller.get(f"{plural}/{ref}")
        assert answer.status_code == 200, (plural, answer.content)
        body = answer.json()
        assert (body["kind"], body["ref"]) == (model._meta.model_name, ref)
        names = [
            getattr(one, "name", "") or getattr(one, "path", one) for one in model.public_fields
        ]
        assert list(body["fields"]) == names, plural
        assert len(queries) <= 6, (plural, [one["sql"] for one in queries])


def test_a_case_names_its_rows_by_reference(caller: Caller, world: World) -> None:
    case = world.own.thing("cases.Case")
    fields = caller.get(f"cases/{case.number}").json()["fields"]
    assert fields["unit"] == {"ref": world.own.unit.code, "name": str(world.own.unit.name)}
    assert (fields["route"], fields["account"], fields["closed_at"]) == ("phone", None, None)
    assert fields["due_at"].endswith("+08:00")


def story(caller: Caller, case: Case, **asked: str) -> Any:
    answer = caller.get(f"cases/{case.number}/story", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_story_is_told_and_read_page_by_page(caller: Caller, world: World) -> None:
    case = make_case(world.own.person, world.own.unit, "Leaks oil")
    add_note(case, by=world.own.person, note="漏油")
    classify(case, by=world.own.person, classification=CaseClass.DEFECT)
    whole = story(caller, case)["items"]
    kept = Entry.objects.filter(thread=case.thread).order_by("seq")
    assert [one["event"] for one in whole] == [one.event for one in kept]
    noted = next(one for one in whole if one["event"] == "case.noted")
    assert noted["words"] == {"note": "漏油"} or "漏油" in noted["words"].values()
    assert noted["by"] == {"ref": world.own.person.username, "name": "Busy own"}
    found, cursor = [], ""
    while cursor is not None:
        page = story(caller, case, limit="1", **({"cursor": cursor} if cursor else {}))
        found, cursor = [*found, *page["items"]], page["next"]
    assert found == whole
    other = world.own.thing("cases.Case")
    first = story(caller, case, limit="1")["next"]
    for address, cursor in ((other.number, first), (case.number, "")):
        answer = caller.get(f"cases/{address}/story", {"cursor": cursor})
        assert (answer.status_code, answer.json()["field"]) == (422, "cursor")


def test_values_of_the_story_carry_no_keys_of_the_database(caller: Caller, world: World) -> None:
    case = world.own.thing("cases.Case")
    for line in story(caller, case)["items"]:
        assert '"row"' not in json.dumps(line["values"])
        assert '"at"' not in json.dumps(line["values"])


def test_people_from_outside_are_not_told_what_own_staff_note(world: World) -> None:
    account = world.own.thing("parties.Account")
    case = make_case(world.own.person, world.own.unit, "Of a guest", account=account)
    add_note(case, by=world.own.person, note="Between us")
    role = Role.objects.filter(company=world.own.unit.company_id, is_outside=True).first()
    assert role is not None
    role.rights = [*role.rights, "cases.see"]
    role.save()
    guest = make_user(world.own.unit, "guest-of-one", name="Guest")
    grant_scope(guest, role, account.scope)
    told = story(Caller(token_of(guest)), case)
    assert told["items"] and "Between us" not in json.dumps(told)
    assert "Between us" in json.dumps(story(Caller(token_of(world.own.person)), case))


def test_a_story_told_with_what_was_merged_in(caller: Caller, world: World) -> None:
    first = make_case(world.own.person, world.own.unit, "First call")
    again = make_case(world.own.person, world.own.unit, "Second call")
    Case.objects.filter(pk=again.pk).update(duplicate_of=first)
    told = json.dumps(story(caller, first))
    assert "First call" in told and "Second call" in told
