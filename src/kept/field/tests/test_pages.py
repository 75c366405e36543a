"""Dispatches on pages: who is free in the form, the register, one tap on a phone (S2.15)."""

import json
from datetime import timedelta

import pytest

from kept.cases.factories import make_case
from kept.field.actions import arrive, set_visit_time
from kept.field.factories import make_dispatch
from kept.kit import clock
from kept.people.actions import set_absence
from tests.stories.cast import moment, promise_of

pytestmark = pytest.mark.django_db
NOON = moment("2026-06-10 12:00")
TEN = moment("2026-06-10 10:00")


@pytest.fixture
def sent(works):
    set_visit_time(works.case, by=works.qin, required_by=NOON, place="Kiln 2")
    return make_dispatch(works.case, works.tong, works.li, agreed_from=TEN, task="Bring filters")


def get(client, person, address, **headers) -> str:
    client.force_login(person)
    answer = client.get(address, **headers)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.req("S2.15", part="the form shows who is free, busy until when, away or off duty")
def test_the_form_shows_who_is_free_at_the_time_in_it(works, sent, client):
    other = make_case(works.qin, summary="Screen cracked", account=works.plant)
    set_visit_time(other, by=works.qin, required_by=NOON, place="Kiln 3")
    form = get(client, works.tong, f"/cases/{other.number}/dispatch/?agreed_from=2026-06-10T10:00")
    assert 'hx-get="/dispatches/free/"' in form and 'id="who-is-free"' in form
    assert "busy until 2026-06-10 14:00" in form and "free" in form
    there = "/dispatches/free/?agreed_from="
    assert "busy" not in get(client, works.tong, f"{there}2026-06-11T10:00")
    assert "off duty" in get(client, works.tong, f"{there}2026-06-11T20:00")
    set_absence(works.wei, by=works.chief, deputy=works.li, start_at=TEN, end_at=NOON)
    assert "away until 2026-06-10 12:00" in get(client, works.tong, f"{there}2026-06-10T10:00")
    client.force_login(works.qin)
    assert client.get("/dispatches/free/").status_code == 403


@pytest.mark.req("S2.15", part="who can be sent when, as a list that can be exported")
def test_who_can_be_sent_is_a_list_that_can_be_exported(works, sent, client):
    client.force_login(works.tong)
    at = "at=2026-06-10T10:00"
    sheet = client.get(f"/engineers/?{at}&format=csv").getvalue().decode("utf-8-sig")
    rows = {line.split(",")[0]: line for line in sheet.splitlines()[1:]}
    assert set(rows) == {"Li", "Wei"}
    assert "busy until" in rows["Li"] and sent.number in rows["Li"] and "free" in rows["Wei"]
    page = get(client, works.tong, f"/engineers/?{at}&taken=no")
    assert "Wei" in page and ">Li<" not in page
    page = get(client, works.tong, "/engineers/?at=2026-06-10T15:30&hours=1")
    assert "busy until" not in page
    assert get(client, works.tong, "/engineers/?at=soon&hours=-3")


@pytest.mark.req("S2.15", part="the register of dispatches, by engineer, unit, day and state")
def test_the_register_is_narrowed_and_exported(works, sent, client):
    other = make_case(works.qin, summary="Screen cracked", account=works.plant)
    late = make_dispatch(other, works.tong, works.wei, required_by=NOON, agreed_from=TEN)
    with clock.at(NOON + timedelta(minutes=5)):
        arrive(late, by=works.wei)
        found = get(client, works.tong, "/dispatches/?late=yes&all=1")
        assert late.number in found and "5 min late" in found
        assert "kiln" not in get(client, works.tong, "/dispatches/?status=done").lower()
        by_li = get(client, works.tong, "/dispatches/?engineer=li")
        assert sent.number in by_li and late.number not in by_li
        assert sent.number in get(client, works.tong, "/dispatches/?unit=HJ-CS&from_day=2026-06-10")
        nothing = get(client, works.tong, "/dispatches/?until_day=2026-06-09")
        assert sent.number not in nothing and late.number not in nothing
        sheet = client.get("/dispatches/?all=1&format=csv").getvalue().decode("utf-8-sig")
        assert sent.number in sheet and "Bring filters" in sheet


@pytest.mark.req("S2.15", part="one tap on a phone reports the arrival")
def test_one_tap_reports_the_arrival_from_the_desk(works, sent, client):
    with clock.at(TEN - timedelta(minutes=10)):
        desk = get(client, works.li, "/")
        assert "My dispatches today" in desk and f"/dispatches/{sent.number}/arrive/" in desk
        assert "My dispatches today" not in get(client, works.wei, "/")
        client.force_login(works.li)
        answer = client.post(
            f"/dispatches/{sent.number}/arrive/", {"_key": "tap", "_next": "/"}, follow=True
        )
        assert "Work on site done" in answer.content.decode()
        assert client.post(
            f"/dispatches/{sent.number}/arrive/", {"_key": "tap"}
        ).status_code == 302  # fmt: skip
    promise = promise_of(works.case, "visit")
    assert (promise.state, promise.done_at) == ("kept", TEN - timedelta(minutes=10))
    with clock.at(TEN - timedelta(hours=30)):
        assert "My dispatches today" not in get(client, works.li, "/")


def test_the_case_the_page_and_the_slip_show_the_dispatch(works, sent, client):
    page = get(client, works.tong, f"/cases/{works.case.number}/")
    assert sent.number in page and "the customer's time" in page.replace("&#x27;", "'")
    one = get(client, works.li, sent.get_absolute_url())
    assert "Bring filters" in one and "Kiln 2" in one and "Xiangjiang Cement" in one
    slip = get(client, works.li, f"{sent.get_absolute_url()}print/")
    assert "Dispatch slip" in slip and sent.number in slip
    client.force_login(works.wei)
    assert client.get(sent.get_absolute_url()).status_code == 404


@pytest.mark.req("S2.15", part="refused on the page and by the API with where to mend it")
def test_a_refusal_says_where_to_mend_it_at_both_doors(works, client):
    client.force_login(works.tong)
    sheet = {"engineer": "li", "agreed_from": "2026-06-10T10:00", "hours": "4", "_key": "one"}
    answer = client.post(f"/cases/{works.case.number}/dispatch/", sheet)
    assert answer.status_code == 409
    assert f"/cases/{works.case.number}/set_visit_time/" in answer.content.decode()
    body = json.dumps({"engineer": "li", "agreed_from": "2026-06-10T10:00:00+08:00"})
    answer = client.post(
        f"/api/v1/cases/{works.case.number}/dispatch", body, content_type="application/json"
    )
    told = answer.json()
    assert (answer.status_code, told["rule"]) == (409, "S2.15")
    assert told["mend"].endswith("/set_visit_time/")


def test_what_is_decided_stands_on_the_policy_page(works, client):
    page = get(client, works.chief, "/policy/")
    assert "60 minutes before the arrival until 240 minutes after it" in page
