"""Every service the shipped packs offer: its form, what it refuses, its clock, and its end.

What is common to all of them is asked of every kind there is; what a requirement says of one kind
stands below by itself.
"""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from kept.cases.actions import (
    accept_case,
    close_case,
    excuse_request,
    finish_request,
    hand_over,
    promise_call_back,
    reply,
    tick_item,
)
from kept.cases.factories import make_case, make_request, outcome
from kept.cases.models import Case, FieldType, Request, RequestKind, Route, WhenNeeded
from kept.cases.requests.kinds import kinds_for
from kept.cases.requests.values import fields_of
from kept.kit.packs import PACKS, read_pack
from kept.kit.refusal import Refused
from kept.kit.testing.refusing import refused
from kept.parties.actions import add_operator
from kept.parties.factories import make_account, make_station
from kept.people.factories import make_user
from kept.promises.models import Promise
from kept.promises.sweep import sweep
from tests.stories.cast import at, moment, promise_of, the_clock_strikes
from tests.stories.services import NOW, fill, house, late_notices

pytestmark = pytest.mark.django_db

SOON = "2026-06-09 14:00"
SHIPPED = [(pack, row["code"]) for pack in PACKS for row in read_pack(pack).get("requests", [])]


def account_for(found: SimpleNamespace, kind: RequestKind):
    """Somebody who may ask for it."""
    roles, types = kind.audience.get("roles", []), kind.audience.get("org_types", [])
    if "station" in roles:
        return make_station(found.desk, "ZJ-01", found.lead)
    given = {"relationship_owner": found.lead, "region": "浙江"} if "operator" in roles else {}
    return make_account(
        found.desk,
        "Zhonghe",
        roles=roles or ["customer"],
        org_type=types[0] if types else "",
        contact_name="Ren",
        phone="13900139000",
        **given,
    )


def text_for(field, kind: RequestKind) -> str:
    """Something a field takes; the customer's time lies ahead, everything else has happened."""
    if field.type == FieldType.DATETIME:
        return moment(SOON if field.name == kind.due_by else NOW).isoformat()
    if field.type == FieldType.CHOICE:
        return field.choices[0][0]
    return {
        FieldType.DATE: "2026-06-08",
        FieldType.NUMBER: "12.5",
        FieldType.QUANTITY: "3",
        FieldType.MONEY: "400.00",
        FieldType.PERSON: "mai",
        FieldType.PRODUCT: "P-1",
    }.get(FieldType(field.type), "Words")


def texts_for(kind: RequestKind, *needed: WhenNeeded) -> dict[str, str]:
    fields = [one for one in fields_of(kind) if not needed or one.required in needed]
    return {one.name: text_for(one, kind) for one in fields}


@pytest.mark.parametrize(("pack", "code"), SHIPPED, ids=lambda value: value)
def test_every_service_is_asked_for_on_its_page_and_ends_only_when_complete(client, pack, code):
    with at(NOW):
        found = house(pack)
        kind = next(one for one in kinds_for(found.desk) if one.code == code)
        account = account_for(found, kind)
        client.force_login(found.clerk)
        form = client.get("/cases/request_service/", {"request_kind": code}).context["form"]
        assert set(texts_for(kind)) <= set(form.fields)
        sent = {
            "request_kind": str(kind.pk), "unit": "WH-SV", "route": "phone",
            "account": account.number, "_key": "one",
        }  # fmt: skip
        start = texts_for(kind, WhenNeeded.START)
        local = {name: text.removesuffix(":00+08:00") for name, text in start.items()}
        before = Case.objects.count()
        for name in start:
            page = client.post("/cases/request_service/", {**sent, **local, name: ""})
            assert page.status_code == 422, name
            assert name in page.context["form"].errors
        assert Case.objects.count() == before
        assert client.post("/cases/request_service/", {**sent, **local}).status_code == 302
        case = Case.objects.latest("pk")
        assert case.request.kind == kind and set(case.request.values) == set(start)
        if kind.audience:
            with refused(kind.source, field="account"):
                make_request(found.clerk, kind, fields=start)
        promised = {one.kind for one in Promise.objects.filter(about=case.thread)}
        rules = [row for row in read_pack(pack)["promises"] if row["kind"] != "tell_customer"]
        asked = {row["kind"] for row in rules if code in row.get("applies", {}).get("request", [])}
        assert promised == asked | ({"fulfil"} if kind.due_by else set())
        if kind.due_by:
            assert promise_of(case, "fulfil").due_at == moment(SOON)

    with at("2026-06-08 18:00"):
        required = texts_for(kind, WhenNeeded.FINISH)
        if kind.number_field:
            required[kind.number_field] = "Y-1"
        if required or kind.checklist:
            with refused(kind.source):
                finish_request(case, by=found.clerk, result="Done", route=Route.PHONE)
        if required:
            fill(case, found.clerk, **required)
        if kind.checklist:
            with refused(kind.source):
                finish_request(case, by=found.clerk, result="Done", route=Route.PHONE)
            tick_item(case, by=found.clerk, items=[one["code"] for one in kind.checklist])
        finish_request(case, by=found.clerk, result="Done", route=Route.PHONE)
        close_case(case, by=found.clerk, outcome=outcome(case, "done"))
    case = Case.objects.get(pk=case.pk)
    assert not case.is_open
    assert {one.state for one in Promise.objects.filter(about=case.thread)} <= {"kept"}


# How soon each company calls back without a reason (C01)


@pytest.mark.parametrize(
    ("pack", "minutes"),
    [("handset", 60), ("software", 60), ("equipment", 1440), ("wallcovering", 60),
     ("lubricant", 240)],
)  # fmt: skip
def test_a_call_back_later_than_the_companys_answer_needs_a_reason(pack, minutes):
    with at(NOW):
        found = house(pack)
        case = make_case(found.clerk, found.desk)
        call = {"by": found.clerk, "phone": "13800138000"}
        latest = moment(NOW) + timedelta(minutes=minutes)
        with refused("S1.52", field="reason"):
            promise_call_back(case, due_at=latest + timedelta(minutes=1), **call)
        promise_call_back(case, due_at=latest, **call)
        assert promise_of(case, "call_back").due_at == latest


# S0: what stations, operators and field staff bring


@pytest.fixture
def handset():
    with at(NOW):
        found = house("handset")
        found.chen = make_user(found.desk, "chen", "field_manager", phone="13811112222")
        found.station = make_station(found.desk, "ZJ-01", found.chen)
        yield found


@pytest.mark.req("S0.31", part="a station's message is answered within 24 hours or told as late")
def test_a_station_that_asks_for_help_is_answered_within_a_day(handset):
    given = {"topic": "contact", "message": "Nobody picks up"}
    with refused("S0.31", field="account"):
        make_request(handset.chen, "station_help", fields=given)
    case = make_request(handset.chen, "station_help", account=handset.station, fields=given)
    promise = promise_of(case, "reply")
    assert (promise.due_at, promise.to) == (moment("2026-06-09 09:00"), handset.station.thread)
    other = make_request(handset.chen, "station_help", account=handset.station, fields=given)
    with at("2026-06-08 17:00"):
        reply(other, by=handset.chen, route=Route.PHONE, answer="I come on Tuesday")
    with at("2026-06-09 09:01"):
        sweep()
        assert promise_of(case, "reply").is_late
    assert promise_of(other, "reply").state == "kept"
    assert late_notices(case, handset.chen) and late_notices(case, handset.lead)
    assert not late_notices(other, handset.chen)


@pytest.mark.req("S0.41", part="reported complete, and acknowledged within 24 hours")
def test_a_quality_problem_is_reported_whole_and_acknowledged_in_a_day(handset):
    given = {
        "product": "P-1", "serials": "A100 to A180", "symptom": "Screen goes dark",
        "frequency": "4 of 80", "found_at": moment("2026-06-08 08:00").isoformat(),
    }  # fmt: skip
    for name in given:
        with refused("S0.41", field=name):
            make_request(handset.chen, "quality_feedback", fields={**given, name: ""})
    case = make_request(handset.chen, "quality_feedback", fields=given)
    assert promise_of(case, "reply").due_at == moment("2026-06-09 09:00")
    with at("2026-06-09 10:00"):
        reply(case, by=handset.lead, route=Route.PHONE, answer="The laboratory looks at it")
    assert promise_of(case, "reply").late_by == timedelta(hours=1)


@pytest.mark.req("S0.30")
def test_a_demand_stays_open_until_headquarters_and_the_operator_were_told(handset):
    operator = add_operator(
        by=handset.chen, unit=handset.desk, name="East bureau", region="浙江",
        relationship_owner=handset.chen,
    )  # fmt: skip
    given = {
        "topic": "Loaners",
        "demand": "Ten more",
        "due": moment("2026-06-12 18:00").isoformat(),
    }
    for name in given:
        with refused("S0.30", field=name):
            make_request(
                handset.chen, "operator_demand", account=operator, fields={**given, name: ""}
            )
    case = make_request(handset.chen, "operator_demand", account=operator, fields=given)
    promise = promise_of(case, "fulfil")
    assert (promise.person, promise.due_at) == (handset.chen, moment("2026-06-12 18:00"))

    def stays_open():
        for code in ("done", "solved", "withdrawn", "not_ours"):
            with pytest.raises(Refused):
                close_case(case, by=handset.chen, outcome=outcome(case, code), note="x")
        with refused("S0.30"):
            finish_request(case, by=handset.chen, result="Told")

    stays_open()
    tick_item(case, by=handset.chen, items=["told_headquarters", "told_operator"])
    stays_open()
    fill(case, handset.chen, countermeasure="Ten loaners on Friday")
    finish_request(case, by=handset.chen, result="Told")
    close_case(case, by=handset.chen, outcome=outcome(case, "done"))
    again = make_request(handset.chen, "operator_demand", account=operator, fields=given)
    fill(again, handset.chen, countermeasure="Ten loaners on Friday")
    for told, other in (("told_headquarters", "Feedback to the operator"),):
        tick_item(again, by=handset.chen, items=[told])
        with pytest.raises(Refused, match=other):
            finish_request(again, by=handset.chen, result="Told")
    days = {one["code"]: one["done_on"] for one in Request.objects.get(case=case).items}
    assert set(days.values()) == {"2026-06-08"}
    the_clock_strikes("2026-06-12 18:01")
    assert late_notices(again, handset.chen) and not late_notices(case, handset.chen)


# S2: what was presented


@pytest.mark.req("S2.08")
def test_what_was_presented_is_recorded_and_a_lead_goes_to_sales():
    with at(NOW):
        found = house("equipment")
        engineer = make_user(found.desk, "gao", "engineer")
        user = make_account(found.desk, "Kiln works", phone="13800138000")
        with refused("S2.08", field="presented"):
            make_request(engineer, "sales_lead", account=user, fields={"lead": "Two pumps"})
        quiet = make_request(
            engineer, "sales_lead", account=user, fields={"presented": "Filter sets"}
        )
        finish_request(quiet, by=engineer, result="No interest")
        case = make_request(
            engineer,
            "sales_lead",
            account=user,
            fields={"presented": "Pumps", "lead": "Wants two in autumn"},
        )
        hand_over(case, by=engineer, summary="Wants two in autumn", to_unit=found.other)
        accept_case(case, by=found.seller)
        finish_request(case, by=found.seller, result="Offer made")
    assert Case.objects.get(pk=case.pk).handler == found.seller


@pytest.fixture
def maker():
    with at(NOW):
        found = house("equipment")
        found.gao = make_user(found.desk, "gao", "engineer")
        found.user = make_account(found.desk, "Kiln works", phone="13800138000")
        yield found


@pytest.mark.req("S2.06", part="all but the signature itself")
def test_an_installation_closes_inside_the_term_with_commissioning_and_training(maker):
    given = {
        "contract": "HT-7", "term": moment("2026-06-30 18:00").isoformat(), "stipulated": "yes",
        "planned_on": "2026-06-08",
    }  # fmt: skip
    for name in given:
        with refused("S2.06", field=name):
            make_request(maker.gao, "installation", account=maker.user, fields={**given, name: ""})
    case = make_request(maker.gao, "installation", account=maker.user, fields=given)
    other = make_request(maker.gao, "installation", account=maker.user, fields=given)
    assert promise_of(case, "fulfil").due_at == moment("2026-06-30 18:00")
    with refused("SX.05", field="term"):
        fill(case, maker.gao, term=moment("2026-07-30 18:00").isoformat())
    actual = {
        "commissioned_on": "2026-06-08", "trained_on": "2026-06-08", "trainees": "Ren and two",
        "persons": "2", "trips": "1", "days": "3", "cost": "4200.50", "accepted_by": "Ren",
    }  # fmt: skip
    for name in actual:
        lacks = make_request(maker.gao, "installation", account=maker.user, fields=given)
        fill(lacks, maker.gao, **{one: text for one, text in actual.items() if one != name})
        with refused("S2.06"):
            finish_request(lacks, by=maker.gao, result="Runs")
        for code in ("done", "solved"):
            with pytest.raises(Refused):
                close_case(lacks, by=maker.gao, outcome=outcome(lacks, code))
    fill(case, maker.gao, **actual)
    for name in ("persons", "trips", "days"):
        with refused(field=name):
            fill(case, maker.gao, **{name: "0"})
    finish_request(case, by=maker.gao, result="Runs")
    kept = Request.objects.get(case=case).values
    assert kept["cost"] == {"amount": "4200.50", "currency": "CNY"}
    assert (kept["persons"], kept["trips"], kept["days"]) == ("2", "1", "3")
    assert promise_of(case, "fulfil").state == "kept"
    with at("2026-06-30 18:01"):
        sweep()
        assert promise_of(other, "fulfil").is_late


@pytest.mark.req("S2.34", part="every field named, above nothing, not past, with its number")
@pytest.mark.req("S2.37", part="open until the user confirmed what arrived, when and how")
def test_parts_are_asked_for_whole_and_end_with_the_users_receipt(maker):
    given = {
        "part": "Bearing", "model": "6205", "material": "Steel", "quantity": "4",
        "needed_by": moment("2026-06-15 18:00").isoformat(), "charge": "free",
    }  # fmt: skip
    wrong = {"quantity": ("0", "-1"), "needed_by": (moment("2026-06-08 08:00").isoformat(),)}
    for name in given:
        for text in ("", *wrong.get(name, ())):
            with refused(field=name):
                make_request(
                    maker.gao, "parts_demand", account=maker.user, fields={**given, name: text}
                )
    case = make_request(maker.gao, "parts_demand", account=maker.user, fields=given)
    assert case.number and promise_of(case, "fulfil").due_at == moment("2026-06-15 18:00")
    receipt = {
        "received_on": "2026-06-08", "received": "3", "condition": "One box wet",
        "confirmed_by": "Ren",
    }  # fmt: skip
    for name, text in receipt.items():
        with refused("S2.34"):
            finish_request(case, by=maker.gao, result="Arrived")
        fill(case, maker.gao, **{name: text})
    finish_request(case, by=maker.gao, result="Arrived, one short")


# S4: delivery


@pytest.mark.req("S4.16", part="promised by order with distance and road, late by its arrival")
@pytest.mark.req("S4.17", part="no exemption without evidence")
def test_goods_arrive_by_the_time_agreed_for_distance_and_road():
    with at(NOW):
        found = house("lubricant")
        buyer = make_account(found.desk, "Garage", phone="13800138000")
        given = {
            "order_no": "D-7", "distance": "420", "road": "Mountain road",
            "agreed_arrival": moment("2026-06-10 12:00").isoformat(),
        }  # fmt: skip
        for name in given:
            with refused("S4.16", field=name):
                make_request(found.clerk, "delivery", account=buyer, fields={**given, name: ""})
        for wrong in ("0", "-420", "far"):
            with refused(field="distance"):
                make_request(
                    found.clerk, "delivery", account=buyer, fields={**given, "distance": wrong}
                )
        late = make_request(found.clerk, "delivery", account=buyer, fields=given)
        closed = make_request(found.clerk, "delivery", account=buyer, fields=given)
        assert promise_of(late, "fulfil").due_at == moment("2026-06-10 12:00")
        with refused("S2.16", field="files"):
            excuse_request(closed, by=found.clerk, cause="The pass is closed")
        excuse_request(closed, by=found.clerk, cause="The pass is closed", reference="Notice 88")
        assert promise_of(closed, "fulfil").state == "excused"
    with at("2026-06-11 13:00"):
        sweep()
        with refused("S4.16"):
            finish_request(late, by=found.clerk, result="Arrived")
        fill(late, found.clerk, arrived_at=moment("2026-06-11 13:00").isoformat())
        finish_request(late, by=found.clerk, result="Arrived")
    assert promise_of(late, "fulfil").late_by == timedelta(hours=25)
