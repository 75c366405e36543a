"""Story S1: what comes before the sale and for sales, what is taken along, what colleagues ask."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from kept.cases.actions import (
    accept_case,
    add_note,
    finish_request,
    hand_over,
)
from kept.cases.factories import make_request
from kept.cases.models import Case, Request, Route
from kept.cases.requests.kinds import kinds_for
from kept.kit.testing.refusing import refused
from kept.parties.factories import make_account
from kept.people.factories import make_unit, make_user
from kept.people.models import UnitKind, User
from tests.stories.cast import at, moment, promise_of, the_clock_strikes
from tests.stories.services import NOW, fill, house, late_notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def vendor():
    with at(NOW):
        found = house("software")
        found.branch = make_unit(found.company, "WH-HN", "Hunan", UnitKind.BRANCH)
        found.zhou = make_user(found.branch, "zhou", "engineer")
        found.customer = make_account(found.branch, "Xiangjiang", phone="13800138000")
        yield found


def register_of(client, person: User, **narrowed: str) -> str:
    client.force_login(person)
    found = client.get("/requests/register/", {**narrowed, "format": "csv", "all": "1"})
    return found.getvalue().decode("utf-8-sig")


def kind_number(found: SimpleNamespace, code: str) -> str:
    return str(next(one.pk for one in kinds_for(found.desk) if one.code == code))


@pytest.mark.req("S1.07")
def test_advice_before_buying_is_logged_and_the_lead_handed_to_sales(vendor, client):
    given = {"product": "P-1", "question": "Does it run without a network?"}
    for name in given:
        with refused("S1.07", field=name):
            make_request(vendor.zhou, "presales_advice", fields={**given, name: ""})
    case = make_request(
        vendor.zhou, "presales_advice", caller_name="Peng", caller_phone="13800138001", fields=given
    )
    with refused("S1.07"):
        finish_request(case, by=vendor.zhou, result="It does")
    hand_over(case, by=vendor.zhou, summary="Wants a quotation", to_person=vendor.seller)
    accept_case(case, by=vendor.seller)
    fill(case, vendor.seller, salesperson="mai")
    finish_request(case, by=vendor.seller, result="It does; quotation sent")
    case = Case.objects.get(pk=case.pk)
    assert (case.handler, case.result) == (vendor.seller, "It does; quotation sent")
    line = register_of(client, vendor.lead, kind=kind_number(vendor, "presales_advice"))
    for words in ("Peng", "Does it run without a network?", "P-1", "mai"):
        assert words in line, words


@pytest.mark.req("S1.08")
def test_sales_ask_an_engineer_along_and_the_visit_has_its_day_and_result(vendor):
    for support in ("demo", "training", "advice"):
        given = {"support": support, "salesperson": "mai"}
        for name in given:
            with refused("S1.08", field=name):
                make_request(vendor.seller, "presales_visit", fields={**given, name: ""})
        case = make_request(vendor.seller, "presales_visit", fields=given, route=Route.PHONE)
        hand_over(case, by=vendor.seller, summary="Demo at the prospect's", to_person=vendor.zhou)
        accept_case(case, by=vendor.zhou)
        with refused("S1.08"):
            finish_request(case, by=vendor.zhou, result="Shown")
        fill(case, vendor.zhou, visited_on="2026-06-09")
        with refused("S1.08"):
            finish_request(case, by=vendor.zhou, result="Shown before the day")
        fill(case, vendor.zhou, visited_on="2026-06-08")
        finish_request(case, by=vendor.zhou, result="They want ten seats")
        case = Case.objects.get(pk=case.pk)
        assert (case.owner, case.handler) == (vendor.seller, vendor.zhou)
        assert case.request.values["visited_on"] == "2026-06-08"
        assert case.result == "They want ten seats"
    with refused(field="support"):
        make_request(vendor.seller, "presales_visit", fields={**given, "support": "dinner"})


@pytest.mark.req("S1.09")
def test_what_was_sent_to_whom_stands_in_the_register(vendor, client):
    with refused("S1.09", field="document"):
        make_request(vendor.zhou, "material", account=vendor.customer)
    case = make_request(
        vendor.zhou, "material", account=vendor.customer, fields={"document": "Solution paper"}
    )
    with refused("S1.09"):
        finish_request(case, by=vendor.zhou, result="Mailed")
    fill(case, vendor.zhou, doc_version="3.2")
    with refused("S1.09"):
        finish_request(case, by=vendor.zhou, result="Mailed")
    fill(case, vendor.zhou, sent_on="2026-06-08")
    finish_request(case, by=vendor.zhou, result="Mailed")
    line = register_of(client, vendor.lead, kind=kind_number(vendor, "material"), state="done")
    for words in ("Xiangjiang", "Solution paper", "3.2", "2026-06-08"):
        assert words in line, words


@pytest.mark.req("S1.15")
def test_technical_help_to_sales_is_a_ticket_with_its_result(vendor):
    given = {"salesperson": "mai", "need": "Size the server"}
    for name in given:
        with refused("S1.15", field=name):
            make_request(vendor.seller, "sales_help", fields={**given, name: ""})
    case = make_request(vendor.seller, "sales_help", account=vendor.customer, fields=given)
    hand_over(case, by=vendor.seller, summary="Size the server", to_person=vendor.zhou)
    accept_case(case, by=vendor.zhou)
    finish_request(case, by=vendor.zhou, result="Two cores")
    case = Case.objects.get(pk=case.pk)
    assert (case.account, case.result) == (vendor.customer, "Two cores")
    assert case.request.finished_by == vendor.zhou


@pytest.mark.req("S1.17")
def test_customer_trainings_are_recorded_by_territory(vendor, client):
    with refused("S1.17", field="course"):
        make_request(vendor.zhou, "customer_training", account=vendor.customer)
    case = make_request(
        vendor.zhou,
        "customer_training",
        account=vendor.customer,
        fields={"course": "Closing books"},
    )
    for given in ({"held_on": "2026-06-08"}, {"attendees": "Peng and two more"}):
        with refused("S1.17"):
            finish_request(case, by=vendor.zhou, result="Held")
        fill(case, vendor.zhou, **given)
    fill(case, vendor.zhou, feedback="More exercises")
    finish_request(case, by=vendor.zhou, result="Held")
    make_request(vendor.clerk, "customer_training", fields={"course": "Elsewhere"})
    kind = kind_number(vendor, "customer_training")
    lines = register_of(client, vendor.lead, kind=kind, unit="WH-HN")
    for words in (
        "Xiangjiang",
        "Closing books",
        "2026-06-08",
        "Peng and two more",
        "More exercises",
    ):
        assert words in lines, words
    assert "Elsewhere" not in lines
    assert "Elsewhere" in register_of(client, vendor.lead, kind=kind)


@pytest.mark.req("S1.18", part="a record with project, plan and each entry")
def test_a_project_has_its_plan_and_its_entries(vendor):
    given = {"project": "Group ledger", "plan": "Three phases"}
    for name in given:
        with refused("S1.18", field=name):
            make_request(vendor.zhou, "project_service", fields={**given, name: ""})
    case = make_request(vendor.zhou, "project_service", account=vendor.customer, fields=given)
    add_note(case, by=vendor.zhou, note="Phase one installed")
    assert case.request.values == given
    assert case.thread.entries.filter(event="case.noted").exists()


@pytest.mark.req("S1.19", part="a customer is guided to the version that is installed then")
def test_guidance_ends_with_the_version_installed(vendor):
    with refused("S1.19", field="release"):
        make_request(vendor.zhou, "upgrade_guidance", account=vendor.customer)
    case = make_request(
        vendor.zhou, "upgrade_guidance", account=vendor.customer, fields={"release": "9.0"}
    )
    with refused("S1.19"):
        finish_request(case, by=vendor.zhou, result="Guided")
    fill(case, vendor.zhou, installed="9.0")
    finish_request(case, by=vendor.zhou, result="Guided")


@pytest.mark.req("S1.14")
@pytest.mark.req("S1.68", part="consent named, a time of return, told when late")
def test_no_data_are_taken_without_consent_and_a_time_of_return(vendor):
    given = {
        "content": "Ledger of May", "consent_by": "Peng, signed", "taken_on": "2026-06-08",
        "return_by": moment("2026-06-10 12:00").isoformat(),
    }  # fmt: skip
    for name in given:
        with refused("S1.68", field=name):
            make_request(
                vendor.zhou, "data_custody", account=vendor.customer, fields={**given, name: ""}
            )
    with refused("S1.68", field="return_by"):
        past = {**given, "return_by": moment("2026-06-08 08:59").isoformat()}
        make_request(vendor.zhou, "data_custody", account=vendor.customer, fields=past)
    case = make_request(vendor.zhou, "data_custody", account=vendor.customer, fields=given)
    promise = promise_of(case, "fulfil")
    assert (promise.due_at, promise.person) == (moment("2026-06-10 12:00"), vendor.zhou)
    with refused("SX.05", field="return_by"):
        fill(case, vendor.zhou, return_by=moment("2026-06-20 12:00").isoformat())
    with refused("S1.68"):
        finish_request(case, by=vendor.zhou, result="Returned")
    the_clock_strikes("2026-06-10 12:01")
    assert late_notices(case, vendor.zhou)
    with at("2026-06-11 09:00"):
        fill(case, vendor.zhou, returned_on="2026-06-11", deleted_on="2026-06-11")
        finish_request(case, by=vendor.zhou, result="Returned")
    assert promise_of(case, "fulfil").late_by == timedelta(hours=21)
    kept = Request.objects.get(case=case).values
    assert (kept["consent_by"], kept["returned_on"]) == ("Peng, signed", "2026-06-11")


@pytest.mark.req("S1.25", part="registered with topic, field, content and value")
def test_news_of_the_trade_is_registered_and_judged(vendor, client):
    given = {"topic": "New tax form", "area": "Finance", "content": "From January on"}
    for name in given:
        with refused("S1.25", field=name):
            make_request(vendor.zhou, "intelligence", fields={**given, name: ""})
    case = make_request(vendor.zhou, "intelligence", fields=given)
    with refused("S1.25"):
        finish_request(case, by=vendor.lead, result="Useful")
    fill(case, vendor.lead, worth="high")
    finish_request(case, by=vendor.lead, result="Useful")
    line = register_of(client, vendor.lead, kind=kind_number(vendor, "intelligence"))
    assert "New tax form" in line and "From January on" in line


@pytest.mark.parametrize(
    ("code", "given", "last"),
    [
        pytest.param(
            "department_help",
            {"requester": "mai", "need": "Man the stand at the fair"},
            {"rating": "good"},
            marks=pytest.mark.req("S1.31", part="asked by a department, done, and rated"),
        ),
        pytest.param(
            "training_wish",
            {"person": "zhou", "wish": "Databases"},
            {"decision": "granted"},
            marks=pytest.mark.req("S1.45", part="the wish and what was decided are on record"),
        ),
    ],
)
def test_what_colleagues_ask_for_ends_with_a_rating_or_a_decision(vendor, code, given, last):
    for name in given:
        with refused(field=name):
            make_request(vendor.zhou, code, fields={**given, name: ""})
    case = make_request(vendor.zhou, code, fields=given)
    with refused(Request.objects.get(case=case).kind.source):
        finish_request(case, by=vendor.lead, result="Done")
    fill(case, vendor.lead, **last)
    finish_request(case, by=vendor.lead, result="Done")
    assert Request.objects.get(case=case).values == {**given, **last}
