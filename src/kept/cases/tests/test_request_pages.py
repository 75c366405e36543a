"""The pages of the service catalogue, its register, its paper, and the same through the API."""

import json
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kept.cases.actions import fill_request, finish_request, tick_item, withdraw_request
from kept.cases.factories import make_case, make_kind, make_request
from kept.cases.models import Case, Request
from kept.cases.requests.values import FieldValue
from kept.kit import clock
from kept.parties.actions import add_account
from kept.people.factories import make_company, make_unit, make_user
from kept.products.factories import make_product
from tests.api.caller import Caller, token_of
from tests.stories.cast import moment

pytestmark = pytest.mark.django_db

SAMPLE = {"sample_received": "2026-06-08T08:00:00+08:00"}
MOST_QUERIES = {"catalogue": 12, "register": 14, "case": 17}


@pytest.fixture
def oil(client):
    """A lubricant maker on 8 June at nine, a clerk signed in."""
    company = make_company("RH", "Runhua", pack="lubricant")
    desk = make_unit(company, "RH-SV", "Desk")
    chief = make_user(company, "sun", "lead", name="Sun")
    zhao = make_user(desk, "zhao", "clerk", name="Zhao")
    with clock.at(moment("2026-06-08 09:00")):
        garage = add_account(
            by=chief, unit=desk, name="Garage", contact_name="Ren", phone="13800138000"
        )
        client.force_login(zhao)
        yield SimpleNamespace(
            company=company, desk=desk, chief=chief, zhao=zhao, garage=garage, screen=client
        )


def send(oil, code: str, **values: str):
    """Ask for a service as the page does."""
    kind = oil.screen.get("/cases/request_service/", {"request_kind": code}).context["form"].kind
    sent = {
        "request_kind": str(kind.pk),
        "unit": "RH-SV",
        "route": "phone",
        "_key": f"key-{code}",
        **values,
    }
    return oil.screen.post("/cases/request_service/", sent)


def queries_of(screen, address: str) -> int:
    screen.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert screen.get(address).status_code == 200
    return len(queries)


# The catalogue and its forms


def test_the_catalogue_says_what_is_promised_and_what_it_costs(oil):
    page = oil.screen.get("/requests/").content.decode()
    for words in (
        "Results of oil tests are told within 24 hours of the sample",
        "Free of charge.",
        "Storefront",
        "No result without “Sample number”.",
        "/cases/request_service/?request_kind=oil_test",
    ):
        assert words in page, words
    with translation.override("zh-hans"):
        oil.zhao.language = "zh-hans"
        oil.zhao.save()
        chinese = oil.screen.get("/requests/", headers={"Accept-Language": "zh-hans"})
    assert "油样检测" in chinese.content.decode()


def test_from_a_customer_the_catalogue_shows_what_is_for_them(oil):
    page = oil.screen.get("/requests/", {"account": oil.garage.number}).content.decode()
    assert "Garage" in page and f"account={oil.garage.number}" in page
    assert "New-agent kit" not in page
    everything = oil.screen.get("/requests/").content.decode()
    assert "New-agent kit" in everything
    unknown = oil.screen.get("/requests/", {"account": "RH-A26-999999"})
    assert unknown.status_code == 200


def test_beside_a_call_and_on_a_customers_page_a_service_can_be_asked_for(oil):
    link = f"/requests/?account={oil.garage.number}"
    assert link in oil.screen.get("/intake/one/", {"account": oil.garage.number}).content.decode()
    assert link in oil.screen.get(oil.garage.get_absolute_url()).content.decode()


def test_a_form_is_drawn_from_its_kind_and_makes_a_case(oil):
    asked = {"request_kind": "oil_test", "account": oil.garage.number}
    page = oil.screen.get("/cases/request_service/", asked)
    form = page.context["form"]
    assert form.fields["sample_received"].required and not form.fields["sample_no"].required
    assert form.initial["caller_name"] == "Ren"
    answer = send(oil, "oil_test", sample_received="2026-06-08T08:00", account=oil.garage.number)
    case = Case.objects.get(account=oil.garage)
    assert answer.status_code == 302 and answer.headers["Location"] == case.get_absolute_url()
    assert Request.objects.get(case=case).values == {"sample_received": "2026-06-08T00:00:00+00:00"}


def test_the_same_form_sent_twice_is_one_request(oil):
    for _ in range(2):
        send(oil, "oil_test", sample_received="2026-06-08T08:00")
    assert Request.objects.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"sample_received": ""},
        {"sample_received": "soon"},
        {"sample_received": "2026-06-08T09:30"},
        {"sample_received": "9999-12-31T23:59"},
        {"sample_received": "2026-06-08T08:00", "sample_no": "\x00"},
        {"sample_received": "2026-06-08T08:00", "sample_no": "L" * 5000},
        {"sample_received": "2026-06-08T08:00", "unit": "ZZ"},
        {"sample_received": "2026-06-08T08:00", "account": "1"},
    ],
)
def test_a_bad_form_is_answered_with_what_is_wrong(oil, values):
    answer = send(oil, "oil_test", **values)
    assert answer.status_code == 422 and not Request.objects.exists()
    assert "field-error" in answer.content.decode()


@pytest.mark.parametrize("named", ["", "none", "9" * 30, "\x00", "oil_test\n", "-1"])
def test_a_kind_nobody_knows_leads_to_the_catalogue(oil, named):
    answer = oil.screen.get("/cases/request_service/", {"request_kind": named})
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/requests/")
    assert oil.screen.post("/cases/request_service/", {"request_kind": named}).status_code == 422


def test_a_kind_of_another_company_is_not_offered(oil):
    away = make_company("ZZ", "Zz", pack="lubricant")
    theirs = make_kind(away, "secret")
    answer = oil.screen.get("/cases/request_service/", {"request_kind": str(theirs.pk)})
    assert answer.status_code == 302


def test_fields_are_completed_on_a_page_that_shows_what_stands_there(oil):
    case = make_request(oil.zhao, "oil_test", fields={**SAMPLE, "oil": "15W-40"})
    address = f"{case.get_absolute_url()}fill_request/"
    page = oil.screen.get(address).content.decode()
    assert 'value="15W-40"' in page and 'value="2026-06-08T08:00"' in page
    sent = {"sample_received": "2026-06-08T08:00", "oil": "", "sample_no": "Y-1", "_key": "k"}
    assert oil.screen.post(address, sent).status_code == 302
    assert Request.objects.get(case=case).values == {
        "sample_no": "Y-1",
        "sample_received": "2026-06-08T00:00:00+00:00",
    }


def test_the_host_of_a_visitor_is_changed_on_the_page_with_a_reason_only(oil):
    guide = make_user(make_unit(oil.company, "RH-PL", "Plant"), "feng", "clerk", name="Feng")
    case = make_request(oil.zhao, "visitor", fields={"visitor": "Herr Lang", "host": "zhao"})
    address = f"{case.get_absolute_url()}fill_request/"
    assert 'name="reason"' in oil.screen.get(address).content.decode()
    sent = {"visitor": "Herr Lang", "host": "feng", "_key": "k"}
    refused = oil.screen.post(address, sent)
    assert refused.status_code == 422
    assert "“Host” was named to stay" in refused.content.decode()
    assert oil.screen.post(address, {**sent, "reason": "Zhao is ill"}).status_code == 302
    assert "Zhao is ill" in oil.screen.get(case.get_absolute_url()).content.decode()
    oil.screen.force_login(guide)
    assert "Herr Lang" in oil.screen.get(case.get_absolute_url()).content.decode()
    assert (
        "You are named in: Reception of a visitor" in oil.screen.get("/notices/").content.decode()
    )


def test_a_form_with_rows_offers_those_of_the_company(oil):
    make_product(oil.company, "K-1", "Engine oil")
    make_product(make_company("ZZ", "Zz", pack="lubricant"), "K-9", "Other oil")
    page = oil.screen.get("/cases/request_service/", {"request_kind": "market_help"})
    offered = page.content.decode()
    assert "K-1" in offered and "K-9" not in offered
    assert send(oil, "market_help", product="K-1").status_code == 302
    assert Request.objects.get().values == {"product": "K-1"}


# The case page, the register, the paper


def test_the_case_page_shows_fields_checklist_and_what_is_missing(oil):
    kind = make_kind(
        oil.company,
        checklist=[{"code": "one", "name": {"en": "First thing"}}],
        fields=[{"name": "host", "label": {"en": "Host"}, "type": "person"}],
    )
    case = make_request(oil.zhao, kind, fields={"host": "sun"})
    page = oil.screen.get(case.get_absolute_url()).content.decode()
    for words in ("Tuning", "Sun", "First thing", "Still open on the checklist: First thing."):
        assert words in page, words
    tick = oil.screen.get(f"{case.get_absolute_url()}tick_item/").content.decode()
    assert "First thing" in tick
    sent = {"items": ["one"], "done_on": "2026-06-08", "_key": "t"}
    answer = oil.screen.post(f"{case.get_absolute_url()}tick_item/", sent)
    assert answer.status_code == 302
    page = oil.screen.get(case.get_absolute_url()).content.decode()
    assert "Still open" not in page and "1/1" in page


def test_the_register_is_narrowed_by_kind_and_state_and_exported(oil):
    test = make_request(oil.zhao, "oil_test", account=oil.garage, fields=SAMPLE)
    make_request(oil.zhao, "customer_training", fields={"skill": "technical"})
    gone = make_request(oil.zhao, "promotion_plan", fields={"help": "marketing"})
    withdraw_request(gone, by=oil.zhao, reason="Changed their mind")
    fill_request(test, by=oil.zhao, values=[FieldValue("sample_no", "Y-17")])
    finish_request(test, by=oil.zhao, result="Fit", route="phone")

    def rows(**asked: str) -> set[str]:
        page = oil.screen.get("/requests/register/", asked)
        return {row.object.kind.code for row in page.context["rows"]}

    assert rows() == {"customer_training"}
    assert rows(all="1") == {"oil_test", "customer_training", "promotion_plan"}
    assert rows(state="done") == {"oil_test"}
    assert rows(state="withdrawn") == {"promotion_plan"}
    assert rows(all="1", kind=str(test.request.kind_id)) == {"oil_test"}
    assert rows(all="1", late="yes") == set()
    with clock.at(moment("2026-08-01 09:00")):
        assert rows(late="yes") == {"customer_training"}
    csv = oil.screen.get("/requests/register/", {"all": "1", "format": "csv"})
    text = b"".join(csv).decode("utf-8-sig")
    assert "Sample number: Y-17" in text and "Skill: Technical" in text


def test_the_paper_has_the_fields_the_checklist_and_lines_to_sign_on(oil):
    kind = make_kind(
        oil.company,
        checklist=[
            {"code": "one", "name": {"en": "First thing"}},
            {"code": "two", "name": {"en": "Second thing"}},
        ],
    )
    case = make_request(oil.zhao, kind, account=oil.garage)
    tick_item(case, by=oil.zhao, items=["one"])
    paper = oil.screen.get(f"{case.get_absolute_url()}request/").content.decode()
    for words in ("☑ First thing", "☐ Second thing", "Garage", case.number, "signature-line"):
        assert words in paper, words


def test_an_ordinary_case_has_no_such_paper_and_no_fields(oil):
    here = make_case(oil.zhao).get_absolute_url()
    assert oil.screen.get(f"{here}request/").headers["Location"] == here
    assert oil.screen.post(f"{here}fill_request/", {"_key": "k"}).status_code == 409
    assert oil.screen.get("/cases/RH-C26-999999/request/").status_code == 404


def test_pages_cost_the_same_however_much_was_asked_for(oil):
    case = make_request(oil.zhao, "oil_test", account=oil.garage, fields=SAMPLE)
    assert queries_of(oil.screen, "/requests/") <= MOST_QUERIES["catalogue"]
    before = queries_of(oil.screen, "/requests/register/")
    for _ in range(5):
        make_request(oil.zhao, "oil_test", account=oil.garage, fields=SAMPLE)
    assert queries_of(oil.screen, "/requests/register/") == before <= MOST_QUERIES["register"]
    assert queries_of(oil.screen, case.get_absolute_url()) <= MOST_QUERIES["case"]


def test_somebody_from_elsewhere_sees_no_request(oil, client):
    case = make_request(oil.zhao, "oil_test", fields=SAMPLE)
    away = make_company("ZZ", "Zz", pack="lubricant")
    stranger = make_user(make_unit(away, "ZZ-1"), "li", "clerk")
    client.force_login(stranger)
    assert client.get(f"{case.get_absolute_url()}request/").status_code == 404
    assert client.get(f"{case.get_absolute_url()}fill_request/").status_code == 404
    assert not client.get("/requests/register/", {"all": "1"}).context["rows"]


# The API


def test_a_program_asks_by_code_fills_in_and_finishes(oil):
    caller = Caller(token_of(oil.zhao))
    body = {
        "unit": "RH-SV",
        "request_kind": "oil_test",
        "account": oil.garage.number,
        "values": [{"name": "sample_received", "value": "2026-06-08T08:00:00+08:00"}],
    }
    made = caller.post("cases/request_service", body)
    assert made.status_code == 201, made.content
    number = made.json()["ref"]
    early = caller.post(f"cases/{number}/finish_request", {"result": "Fit", "route": "phone"})
    problem = json.loads(early.content)
    assert (early.status_code, problem["rule"]) == (409, "S4.23")
    fee = caller.post(f"cases/{number}/charge_request", {"fee": "50.00"})
    problem = json.loads(fee.content)
    assert (fee.status_code, problem["rule"], problem["field"]) == (409, "S4.23", "fee")
    filled = {"values": [{"name": "sample_no", "value": "Y-1"}]}
    assert caller.post(f"cases/{number}/fill_request", filled).status_code == 200
    done = caller.post(f"cases/{number}/finish_request", {"result": "Fit", "route": "phone"})
    assert done.status_code == 200, done.content
    listed = caller.get("requests", {"all": "true"}).json()["items"]
    assert [(row["details"]["sample_no"], row["customer"]) for row in listed] == [("Y-1", "Garage")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"request_kind": "nothing"}, "request_kind"),
        ({"request_kind": "\x00"}, "request_kind"),
        ({"request_kind": "999999999"}, "request_kind"),
        ({"values": [{"name": "sample_received", "value": "x"}]}, "sample_received"),
        ({"values": [{"name": "colour", "value": "red"}]}, "colour"),
        ({"values": []}, "sample_received"),
    ],
)
def test_what_a_program_got_wrong_is_named(oil, change, field):
    body = {"unit": "RH-SV", "request_kind": "oil_test", **change}
    answer = Caller(token_of(oil.zhao)).post("cases/request_service", body)
    assert answer.status_code == 422, answer.content
    assert answer.json()["field"] == field


def test_a_code_means_the_kind_of_the_unit_named(oil):
    """The same code in two companies: the one where the case will stand."""
    away = make_company("ZZ", "Zz", pack="lubricant")
    other = make_user(make_unit(away, "ZZ-1"), "li", "clerk")
    body = {"unit": "ZZ-1", "request_kind": "promotion_plan"}
    body["values"] = [{"name": "help", "value": "marketing"}]
    assert Caller(token_of(other)).post("cases/request_service", body).status_code == 201
    assert Request.objects.get().kind.unit == away
