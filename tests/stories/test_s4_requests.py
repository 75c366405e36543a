"""Story S4, steps 3, 4, 6, 7 and 13 to 17: what customers ask a lubricant maker for, and by when.

Figures are those of the story. What steps 13 and 17 say of fines and reports is told elsewhere.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from kept.cases.actions import (
    add_item,
    charge_request,
    close_case,
    excuse_request,
    fill_request,
    finish_request,
    give_back,
    open_case,
    reply,
    report_special_cause,
    request_service,
    tick_item,
)
from kept.cases.models import Case, CaseKind, Request, RequestKind, Route
from kept.cases.requests.values import FieldValue
from kept.kit.testing.refusing import refused
from kept.parties.actions import add_account
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind
from kept.promises.actions import excuse_promise
from kept.promises.folding import standing_of
from kept.promises.models import Promise
from kept.timeline.models import Notice
from tests.stories.cast import at, moment, outcome, promise_of, the_clock_strikes

pytestmark = pytest.mark.django_db

KIT = ("storefront", "makeover", "brochures", "catalogue", "leaflets", "posters", "others")


@pytest.fixture
def oil() -> SimpleNamespace:
    """A lubricant maker with a service desk: 趙 takes calls, 錢 sees to visitors."""
    company = make_company("RH", "Runhua Lubricants", pack="lubricant")
    desk = make_unit(company, "RH-SV", "Service desk", UnitKind.HOTLINE)
    chief = make_user(company, "sun", "lead", name="孫")
    zhao = make_user(desk, "zhao", "clerk", name="趙")
    qian = make_user(desk, "qian", "clerk", name="錢")
    with at("2026-06-01 08:00"):
        garage = add_account(by=chief, unit=desk, name="Garage", phone="13800138000")
    return SimpleNamespace(
        company=company, desk=desk, chief=chief, zhao=zhao, qian=qian, garage=garage
    )


def kind(oil: SimpleNamespace, code: str) -> RequestKind:
    return RequestKind.objects.in_force(oil.desk).get(code=code)


def ask(oil: SimpleNamespace, code: str, /, **fields: str) -> Case:
    values = [FieldValue(name, value) for name, value in fields.items()]
    return request_service(
        by=oil.zhao,
        unit=oil.desk,
        request_kind=kind(oil, code),
        account=oil.garage,
        values=values,
    )


def iso(text: str) -> str:
    return moment(text).isoformat()


def end_of(day: str) -> datetime:
    """The last microsecond of a day: when a promise that names it is due."""
    return moment(f"{day} 00:00") + timedelta(days=1) - timedelta(microseconds=1)


def stand(case: Case) -> tuple[str, timedelta | None]:
    """How the service promised stands, and by how much it was late (negative: early)."""
    promise = promise_of(case, "fulfil")
    return promise.state, promise.late_by


@pytest.mark.req("S4.15", part="the hotline's four hours, day and night")
def test_story_s4_step_3(oil: SimpleNamespace):
    with at("2026-06-01 22:00"):
        night = open_case(by=oil.zhao, unit=oil.desk, route=Route.PHONE, summary="Which oil?")
    assert promise_of(night, "reply").due_at == moment("2026-06-02 02:00")
    with at("2026-06-02 01:50"):
        reply(night, by=oil.zhao, route=Route.PHONE, answer="15W-40")
    assert promise_of(night, "reply").state == "kept"
    with at("2026-06-03 10:00"):
        day = open_case(by=oil.zhao, unit=oil.desk, route=Route.PHONE, summary="Price?")
    with at("2026-06-03 14:05"):
        reply(day, by=oil.zhao, route=Route.PHONE, answer="On the list")
    late = promise_of(day, "reply")
    assert (late.state, late.late_by) == ("broken", timedelta(minutes=5))


@pytest.mark.req("S4.18")
def test_story_s4_step_4(oil: SimpleNamespace):
    with at("2026-06-02 09:00"):
        first = ask(oil, "shipment", paid_at=iso("2026-06-02 09:00"), paid="40000.00")
    assert promise_of(first, "fulfil").due_at == moment("2026-06-04 09:00")
    with at("2026-06-03 15:00"):
        finish_request(first, by=oil.zhao, result="Shipped by road")
    assert stand(first) == ("kept", -timedelta(hours=18))
    assert Request.objects.get(case=first).values["paid"] == {
        "amount": "40000.00",
        "currency": "CNY",
    }

    with at("2026-06-04 10:00"):
        second = ask(oil, "shipment", paid_at=iso("2026-06-04 10:00"), paid="12000.00")
        promise = promise_of(second, "fulfil")
        with refused("S4.18", field="told"):
            excuse_request(second, by=oil.zhao, cause="The road is closed")
        with refused("S4.18"):
            excuse_promise(promise, by=oil.chief, reason="The road is closed")
    assert promise_of(second, "fulfil").state == "running"
    with at("2026-06-04 15:40"):
        report_special_cause(second, by=oil.zhao, cause="The road is closed")
    assert promise_of(second, "tell_customer").due_at == moment("2026-06-04 16:10")
    assert promise_of(second, "fulfil").state == "running"
    with at("2026-06-04 16:00"):
        excuse_request(
            second,
            by=oil.zhao,
            cause="The road is closed",
            told="It leaves on Monday",
            route=Route.PHONE,
        )
    request = Request.objects.get(case=second)
    assert promise_of(second, "fulfil").state == "excused"
    notice = promise_of(second, "tell_customer")
    assert (notice.state, notice.late_by) == ("kept", -timedelta(minutes=10))
    assert request.customer_told_at == moment("2026-06-04 16:00")
    assert request.special_cause == "The road is closed"
    told = second.interactions.filter(direction="out").get()
    assert (told.content, told.happened_at) == ("It leaves on Monday", moment("2026-06-04 16:00"))


@pytest.mark.req("S4.23")
def test_story_s4_step_6(oil: SimpleNamespace):
    with at("2026-06-08 09:00"):
        first = ask(oil, "oil_test", sample_received=iso("2026-06-08 09:00"), oil="15W-40")
        with refused("S4.23", field="fee"):
            charge_request(first, by=oil.zhao, fee=Decimal("50.00"))
    assert promise_of(first, "fulfil").due_at == moment("2026-06-09 09:00")
    with at("2026-06-08 11:00"):
        second = ask(oil, "oil_test", sample_received=iso("2026-06-08 11:00"), sample_no="Y-2")
    with at("2026-06-09 08:30"):
        with refused("S4.23"):
            finish_request(first, by=oil.zhao, result="Fit for use", route=Route.PHONE)
        fill_request(first, by=oil.zhao, values=[FieldValue("sample_no", "Y-1")])
        finish_request(first, by=oil.zhao, result="Fit for use", route=Route.PHONE)
    assert stand(first) == ("kept", -timedelta(minutes=30))
    with at("2026-06-09 11:10"):
        finish_request(second, by=oil.zhao, result="Water in the oil", route=Route.PHONE)
    assert stand(second) == ("broken", timedelta(minutes=10))
    first.refresh_from_db()
    assert (first.result, first.told_at) == ("Fit for use", moment("2026-06-09 08:30"))


@pytest.mark.req("S4.24")
def test_story_s4_step_7(oil: SimpleNamespace):
    with at("2026-06-10 09:00"):
        case = open_case(
            by=oil.zhao,
            unit=oil.desk,
            route=Route.PHONE,
            summary="The oil foams",
            case_kind=CaseKind.COMPLAINT,
            account=oil.garage,
        )
        help_asked = ask(oil, "market_help", batch="B-17")
    for promised in (case, help_asked):
        assert promise_of(promised, "reply").due_at == moment("2026-06-11 09:00")
    assert promise_of(case, "solve").due_at == moment("2026-07-10 09:00")
    assert promise_of(help_asked, "fulfil").due_at == moment("2026-07-10 09:00")
    with at("2026-06-10 15:00"):
        reply(case, by=oil.zhao, route=Route.PHONE, answer="We take a sample")
    assert promise_of(case, "reply").state == "kept"
    assert promise_of(case, "solve").state == "running"


@pytest.mark.req("S4.19")
def test_story_s4_step_13(oil: SimpleNamespace):
    plant = make_unit(oil.company, "RH-PL", "Plant", UnitKind.BRANCH)
    guide = make_user(plant, "feng", "clerk", name="馮")
    with at("2026-06-12 10:00"):
        with refused("S4.19", field="host"):
            ask(oil, "visitor", visitor="Herr Lang")
        case = ask(
            oil,
            "visitor",
            visitor="Herr Lang",
            host="qian",
            arrival=iso("2026-06-12 09:30"),
            lodging="River Hotel",
        )
        with refused("S4.19", field="reason"):
            fill_request(case, by=oil.zhao, values=[FieldValue("host", "feng")])
        with refused("S4.19", field="host"):
            fill_request(case, by=oil.zhao, values=[FieldValue("host", "")], reason="Is ill")
        assert not Case.objects.visible_to(guide).filter(pk=case.pk).exists()
        fill_request(case, by=oil.zhao, values=[FieldValue("host", "feng")], reason="錢 is ill")
        case.refresh_from_db()
        assert case.request.values["host"] == "feng"
        assert Notice.objects.filter(to=guide, event="case.person_named").exists()
        tick_item(case, by=guide, items=["lodging", "contacts", "return_ticket"])
        give_back(case, by=oil.zhao, reason="馮 is with the visitor")
        stay = [
            FieldValue("departure", iso("2026-06-13 16:00")),
            FieldValue("opinion", "Kindly received"),
        ]
        fill_request(case, by=guide, values=stay)
        for end in (
            lambda: finish_request(case, by=guide, result="Seen off"),
            lambda: close_case(case, by=oil.zhao, outcome=outcome(case, "done")),
        ):
            with refused("S4.19"):
                end()
    with at("2026-06-13 16:10"):
        finish_request(case, by=guide, result="Seen off at the station")
        close_case(case, by=oil.zhao, outcome=outcome(case, "done"))
    assert Case.objects.get(pk=case.pk).status == "closed"


@pytest.mark.req("S4.22")
def test_story_s4_step_14(oil: SimpleNamespace):
    with at("2026-06-05 11:00"):
        case = ask(oil, "customer_training", skill="technical")
        with refused("S4.22", field="fee"):
            charge_request(case, by=oil.zhao, fee=Decimal("300.00"))
    assert promise_of(case, "fulfil").due_at == end_of("2026-07-05")
    with at("2026-07-03 17:00"):
        values = [FieldValue("held_on", "2026-07-03"), FieldValue("attendees", "6 mechanics")]
        fill_request(case, by=oil.zhao, values=values)
        finish_request(case, by=oil.zhao, result="Held in the garage")
    assert promise_of(case, "fulfil").state == "kept"


@pytest.mark.req("S4.25")
def test_story_s4_step_15(oil: SimpleNamespace):
    with at("2026-06-01 09:00"):
        agent = add_account(
            by=oil.zhao,
            unit=oil.desk,
            name="Agency",
            roles=["agent"],
            contact_name="Ren",
            phone="13900139000",
        )
    case = Case.objects.get(account=agent)
    assert promise_of(case, "fulfil").due_at == end_of("2026-06-11")
    with at("2026-06-02 09:00"):
        add_item(case, by=oil.zhao, item="Sign for the workshop")
    with at("2026-06-10 15:00"):
        tick_item(case, by=oil.zhao, items=[*KIT[:6], "contract-1"])
        with refused("S4.25"):
            finish_request(case, by=oil.zhao, result="Delivered")
        for code in ("done", "solved", "withdrawn"):
            with refused("S4.25"):
                close_case(case, by=oil.zhao, outcome=outcome(case, code), note="Enough")
    the_clock_strikes("2026-06-12 00:01")
    with at("2026-06-12 10:00"):
        tick_item(case, by=oil.zhao, items=["others"])
        finish_request(case, by=oil.zhao, result="All delivered")
        close_case(case, by=oil.zhao, outcome=outcome(case, "done"))
    promise = promise_of(case, "fulfil")
    late = standing_of(promise).lateness
    assert promise.state == "broken" and late is not None and late.days == 1
    days = [item["done_on"] for item in Request.objects.get(case=case).items]
    assert days == [*["2026-06-10"] * 6, "2026-06-12", "2026-06-10"]


@pytest.mark.req("S4.26")
def test_story_s4_step_16(oil: SimpleNamespace):
    with at("2026-06-03 10:00"):
        case = ask(oil, "promotion_plan", help="promotion")
    assert promise_of(case, "fulfil").due_at == end_of("2026-06-23")
    with at("2026-06-20 18:00"):
        with refused("S4.26"):
            finish_request(case, by=oil.zhao, result="Done")
        fill_request(case, by=oil.zhao, values=[FieldValue("plan", "A week of free checks")])
        finish_request(case, by=oil.zhao, result="Handed over")
    assert promise_of(case, "fulfil").state == "kept"


@pytest.mark.req("S4.27")
def test_story_s4_step_17(oil: SimpleNamespace):
    with at("2026-06-01 10:00"):
        mine = add_account(by=oil.zhao, unit=oil.desk, name="Quarry", org_type="Mining")
    case = Case.objects.get(account=mine)
    assert promise_of(case, "fulfil").due_at == end_of("2026-06-11")
    with at("2026-06-09 10:00"):
        with refused("S4.27"):
            finish_request(case, by=oil.zhao, result="Advised")
        given = {"machines": "4 loaders", "oils": "15W-40", "advice": "Change at 250 h"}
        fill_request(case, by=oil.zhao, values=[FieldValue(*pair) for pair in given.items()])
        finish_request(case, by=oil.zhao, result="Advised on site")
    assert promise_of(case, "fulfil").state == "kept"
    assert not Promise.objects.filter(about__in=Case.objects.values("thread"), to=oil.garage.thread)
