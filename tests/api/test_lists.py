"""Lists behind the API: the screen's rows, typed, page by page."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from kept.cases.actions import correct_case
from kept.cases.factories import make_case
from kept.cases.models import Case
from kept.kit import clock
from kept.kit.api.rows import columns_needed, flat_writer, row_writer, shape_of
from kept.kit.lists import List
from kept.people.models import Role, User
from kept.web.screens import all_lists
from kept.web.tests.world import World
from tests.api.caller import Caller, token_of

pytestmark = pytest.mark.django_db

#: Token, what the person holds, the installation, and the rows.
STATEMENTS = 4
#: Lists that count something first, or tell of things beside their rows.
MORE_STATEMENTS = {
    "cases": 7,
    "causes": 5,
    "churn": 7,
    "promises-at-risk": 9,  # the days of each calendar the reader's promises count by
    "serials": 7,
    "stale_files": 5,
    "users": 5,
}
#: Work lists and registers, which are long: their rows never become objects.
FLAT = {"accounts", "cases", "forum", "problems", "promises", "queue", "register", "stale_files"}


def page_of(kind: type[List], reader: User) -> List:
    """A list as its screen makes it, with every row."""
    request = RequestFactory().get("/", {"all": "1"})
    request.user = User.objects.get(pk=reader.pk)
    page = kind()
    page.setup(request)
    return page


@pytest.mark.parametrize("kind", all_lists(), ids=lambda kind: kind.name)
def test_rows_read_as_plain_columns_say_what_the_objects_say(kind: Any, world: World) -> None:
    """Also masked, and with the address the row has on the screen."""
    for reader in (world.own.person, world.people["clerk"], world.people["branch-administrator"]):
        page = page_of(kind, reader)
        rows = page.in_order()[0].order_by("pk")  # read twice: ties come in any order
        shape = shape_of(kind).seen_by(page.request.user)
        if not shape.is_flat(rows):
            assert kind.name not in FLAT
            continue
        from_objects = [row_writer(shape, rows.model, page.row_url)(row) for row in rows]
        flat = rows.prefetch_related(None).values(*dict.fromkeys(columns_needed(shape, rows.model)))
        assert [flat_writer(shape, rows.model)(row) for row in flat] == from_objects


@pytest.mark.req("SX.08", part="every list is read by other programs")
def test_every_list_shows_the_rows_of_its_screen(caller: Caller, world: World) -> None:
    for kind in all_lists():
        page = page_of(kind, world.own.person)
        rows, _keys = page.in_order()
        answer = caller.get(kind.name, {"all": "true"} if kind.defaults else {})
        assert answer.status_code == 200, (kind.name, answer.content)
        on_screen = [page.row_url(row) for row in rows]
        assert sorted(one["url"] for one in answer.json()["items"]) == sorted(on_screen), kind.name


def test_a_page_of_a_list_is_few_statements(caller: Caller) -> None:
    for kind in all_lists():
        with CaptureQueriesContext(connection) as queries:
            caller.get(kind.name)
        assert len(queries) <= MORE_STATEMENTS.get(kind.name, STATEMENTS), kind.name


def test_values_are_typed(caller: Caller, world: World) -> None:
    case = world.own.thing("cases.Case")
    items = caller.get("cases").json()["items"]
    shown = next(one for one in items if one["ref"] == case.number)
    person = {"ref": world.own.person.username, "name": world.own.person.name}
    assert (shown["owner"], shown["status"], shown["route"]) == (person, "open", "phone")
    assert shown["unit"] == {"ref": world.own.unit.code, "name": str(world.own.unit.name)}
    assert (
        shown["received"] == case.received_at.astimezone(ZoneInfo(world.own.unit.zone)).isoformat()
    )
    assert shown["url"] == f"/cases/{case.number}/"
    product = caller.get("products", {"q": world.own.thing("products.Product").code}).json()
    assert product["items"][0]["units"] == 1


@pytest.fixture
def many(world: World) -> list[str]:
    """Seven cases of one title, the oldest first; two of them are due at the same moment."""
    now = clock.now()
    with clock.at(now):
        return [
            make_case(world.own.person, world.own.unit, f"Sevenfold {n}").number for n in range(7)
        ]


@pytest.mark.parametrize("order", ["due", "-due", "newest", "-newest", "number", "-number"])
def test_pages_follow_each_other_without_a_gap(caller: Caller, many: Any, order: str) -> None:
    asked = {"q": "Sevenfold", "order": order}
    whole = [one["ref"] for one in caller.get("cases", asked).json()["items"]]
    assert sorted(whole) == sorted(many)
    found, cursor = [], ""
    while cursor is not None:
        here = {"cursor": cursor} if cursor else {}
        page = caller.get("cases", {**asked, **here, "limit": "3"}).json()
        found += [one["ref"] for one in page["items"]]
        cursor = page["next"]
    assert found == whole


def test_a_cursor_is_of_its_list_and_order_alone(caller: Caller, many: Any) -> None:
    cursor = caller.get("cases", {"limit": "1"}).json()["next"]
    assert caller.get("cases", {"cursor": cursor}).status_code == 200
    wrong = [
        ("cases", {"cursor": cursor, "order": "newest"}),
        ("forum", {"cursor": cursor}),
        ("cases", {"cursor": cursor[:-1]}),
        ("cases", {"cursor": "x" + cursor}),
        ("cases", {"cursor": "bnVsbA.0123456789ab"}),
        ("cases", {"cursor": "é\x00"}),
        ("cases", {"cursor": "x" * 5000}),
    ]
    for address, asked in wrong:
        answer = caller.get(address, asked)
        assert (answer.status_code, answer.json()["field"]) == (422, "cursor"), asked


def test_what_stood_behind_a_cursor_and_is_gone_does_not_begin_anew(
    caller: Caller, world: World, many: list[str]
) -> None:
    asked = {"q": "Sevenfold", "order": "number", "limit": "6"}
    cursor = caller.get("cases", asked).json()["next"]
    last = Case.objects.get(number=many[-1])
    correct_case(last, by=world.own.person, summary="Another title", reason="Mistyped")
    rest = caller.get("cases", {**asked, "cursor": cursor}).json()
    assert rest == {"items": [], "next": None}


WRONG = [
    ({"limit": "0"}, "limit"),
    ({"limit": "201"}, "limit"),
    ({"limit": "-1"}, "limit"),
    ({"limit": "9" * 30}, "limit"),
    ({"limit": "٣"}, "limit"),
    ({"limit": ["1", "2"]}, "limit"),
    ({"order": "nothing"}, "order"),
    ({"order": "--due"}, "order"),
    ({"all": "yes"}, "all"),
    ({"status": "nothing"}, "status"),
    ({"status": ["open", "no"]}, "status"),
    ({"late": "maybe"}, "late"),
    ({"late": ""}, "late"),
    ({"q": "x" * 101}, "q"),
    ({"q": "a\x00b"}, "q"),
    ({"q": ["a", "b"]}, "q"),
    ({"owner": "nobody"}, "owner"),
    ({"owner": "\ud800".encode("utf-8", "replace")}, "owner"),
    ({"unit": "9" * 400}, "unit"),
    ({"received_from": "2026-13-01"}, "received_from"),
    ({"received_from": "0001-01-01"}, "received_from"),
    ({"received_until": "9999-12-31"}, "received_until"),
    ({"nothing": "1"}, "nothing"),
    ({"after": "x"}, "after"),
    ({"format": "csv"}, "format"),
]


@pytest.mark.parametrize(("asked", "field"), WRONG, ids=lambda value: repr(value)[:40])
def test_what_cannot_be_asked_is_refused_by_name(caller: Caller, asked: Any, field: str) -> None:
    answer = caller.get("cases", asked)
    assert (answer.status_code, answer.json().get("field")) == (422, field), answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_filters_take_references_as_bodies_do(caller: Caller, world: World) -> None:
    mine = caller.get("cases", {"owner": world.own.person.username, "unit": world.own.unit.code})
    assert mine.json()["items"]
    other = world.people["clerk"].username
    assert caller.get("cases", {"owner": other}).json()["items"] == []
    both = caller.get("cases", {"status": ["open", "closed"]}).json()["items"]
    assert {one["status"] for one in both} == {"open"}


@pytest.mark.req("SX.15", part="masked in the API for who has no need")
def test_phones_are_masked_for_who_has_no_need_of_them(world: World) -> None:
    contact = world.own.thing("parties.Contact")
    reader = world.people["clerk"]
    role = Role.objects.get(company=world.own.unit.company_id, code="clerk")

    def read() -> list[Any]:
        caller = Caller(token_of(reader))
        account = caller.get("accounts", {"q": contact.account.number}).json()["items"][0]
        person = caller.get(f"contacts/{contact.pk}").json()["fields"]
        phone = caller.get(f"phones/{contact.phones.get().pk}").json()
        return [account["phone"], phone["fields"]["number"], phone["title"], person["email"]]

    assert "13800138000" in str(read())
    role.rights = [one for one in role.rights if one != "people.see_personal"]
    role.save()
    assert "38001" not in str(read()) and "•••" in str(read())


def test_a_list_without_its_right_is_403(world: World) -> None:
    role = Role.objects.get(company=world.own.unit.company_id, code="clerk")
    role.rights = ["cases.see"]
    role.save()
    caller = Caller(token_of(world.people["clerk"]))
    for kind in all_lists():
        expected = 200 if kind.right in ("cases.see", "") else 403
        assert caller.get(kind.name).status_code == expected, kind.name
