"""SX.12: money is decimal with its currency, each company rounds by its own rule, days are ISO."""

import csv
from datetime import datetime

import pytest
from django.apps import apps
from django.db import models

from kept.cases.factories import make_request
from kept.cases.models import Case, Request, RequestKind
from kept.kit import clock
from kept.people.actions import found_company, load_own_policy
from kept.people.factories import LONG_AGO, make_user
from kept.people.models import Unit, User
from kept.products.factories import make_product
from tests.api.caller import Caller, token_of
from tests.stories.cast import at

pytestmark = pytest.mark.django_db

HALF = {"width": "1000", "height": "500"}
"""Half a square metre."""


def company_of(code: str, currency: str, rounding: str) -> tuple[Unit, User]:
    """A company that sells by the square metre, with its own currency and rule."""
    system = User.objects.system()
    with clock.at(LONG_AGO):
        company = found_company(by=system, code=code, name={"en": code}, currency=currency)
        rules = f'base = "wallcovering"\n[prices]\nrounding = "{rounding}"\n'
        load_own_policy(company, by=system, name="Own", rules=rules)
        make_product(company, f"{code}-1")
    return company, make_user(company, f"boss-{code.lower()}", "lead", "administrator")


def asked_price(client, company: Unit, pieces: int) -> str:
    page = client.get(
        "/prices/what_it_costs/",
        {
            "product": f"{company.code}-1", "unit": company.code, "day": "2026-06-30",
            "pieces": str(pieces), **HALF,
        },
    )  # fmt: skip
    assert page.status_code == 200
    return page.content.decode().replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.req("SX.12")
@pytest.mark.parametrize(
    ("currency", "rounding", "price", "shown", "costs"),
    [
        ("CNY", "half_up", "0.05", "0.05", {1: "CNY 0.03", 3: "CNY 0.08"}),
        ("CNY", "half_even", "0.05", "0.05", {1: "CNY 0.02", 3: "CNY 0.08"}),
        ("CNY", "down", "0.05", "0.05", {1: "CNY 0.02", 3: "CNY 0.07"}),
        ("JPY", "half_up", "5", "5", {1: "JPY 3", 3: "JPY 8"}),
        ("KWD", "down", "0.005", "0.005", {1: "KWD 0.002", 3: "KWD 0.007"}),
    ],
)
def test_money_is_exact_has_its_currency_and_is_rounded_by_the_companys_rule(
    client, currency, rounding, price, shown, costs
):
    with at("2026-06-30 10:00"):
        company, boss = company_of("AA", currency, rounding)
        company_of("BB", "USD", "half_up")  # a neighbour with another rule changes nothing
        program = Caller(token_of(boss))
        sent = {"price": price, "valid_from": "2026-01-01"}
        assert program.post("products/AA-1/set_price", sent).status_code == 200
        finer = {"price": f"{price}1" if "." in price else f"{price}.5", "valid_from": "2026-02-01"}
        assert program.post("products/AA-1/set_price", finer).status_code == 422
        (row,) = program.get("prices").json()["items"]
        assert row["price"] == {"amount": shown, "currency": currency}
        assert row["valid_from"] == "2026-01-01", "a day is ISO"

        client.force_login(boss)
        for pieces, cost in costs.items():
            assert cost in asked_price(client, company, pieces), (rounding, pieces)
        text = client.get("/prices/?format=csv").getvalue().decode("utf-8-sig")
        head, line = csv.reader(text.splitlines())
        found = dict(zip(head, line, strict=True))
        assert found["Price of a square metre"] == shown
        assert found["Price of a square metre: currency"] == currency
        assert found["Valid from"] == "2026-01-01"


@pytest.mark.req(
    "SX.12", part="what customers pay and owe, and when, is kept and told the same way"
)
def test_amounts_and_days_of_a_request_are_exact_and_iso_wherever_they_are_read():
    system = User.objects.system()
    with clock.at(LONG_AGO):
        company = found_company(by=system, code="AA", name={"en": "AA"}, currency="JPY")
        load_own_policy(company, by=system, name="Own", rules='base = "lubricant"\n')
    boss = make_user(company, "boss", "lead", "administrator")
    with at("2026-06-30 10:00"):
        paid = {"paid_at": "2026-06-30T09:00:00+08:00", "paid": "1200"}
        case = make_request(boss, "shipment", fields=paid)
        assert Request.objects.get(case=case).values == {
            "paid": {"amount": "1200", "currency": "JPY"},
            "paid_at": "2026-06-30T01:00:00+00:00",
        }
        program = Caller(token_of(boss))
        told = program.get(f"cases/{case.number}").json()["fields"]
        received = datetime.fromisoformat(told["received_at"])
        assert received == Case.objects.get(pk=case.pk).received_at
        assert received.tzinfo is not None


def test_a_form_takes_the_decimals_of_the_companys_currency(client):
    system = User.objects.system()
    with clock.at(LONG_AGO):
        company = found_company(by=system, code="AA", name={"en": "AA"}, currency="KWD")
        load_own_policy(company, by=system, name="Own", rules='base = "lubricant"\n')
    client.force_login(make_user(company, "boss", "lead", "administrator"))
    kind = RequestKind.objects.in_force(company).get(code="shipment")
    sent = {
        "request_kind": str(kind.pk), "unit": "AA", "route": "phone", "_key": "one",
        "paid_at": "2026-06-30T09:00", "paid": "12.3456",
    }  # fmt: skip
    with at("2026-06-30 10:00"):
        assert client.post("/cases/request_service/", sent).status_code == 422
        sent["paid"] = "12.345"
        assert client.post("/cases/request_service/", sent).status_code == 302
    assert Request.objects.get().values["paid"] == {"amount": "12.345", "currency": "KWD"}


@pytest.mark.req("SX.12", part="no amount is kept as a float, none without its currency")
def test_nothing_anywhere_is_kept_as_a_float_and_no_amount_without_its_currency():
    for model in apps.get_models():
        if not model.__module__.startswith("kept."):
            continue
        names = {field.name for field in model._meta.get_fields()}
        for field in model._meta.local_concrete_fields:
            assert not isinstance(field, models.FloatField), (model, field.name)
            if field.name.endswith("_minor"):
                currency = f"{field.name.removesuffix('_minor')}_currency"
                assert currency in names, (model, field.name)
