"""The pages of products: the verdict for a chosen day, what they cost, who may open them."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kept.kit import clock
from kept.kit.actions import all_actions
from kept.parties.factories import make_account
from kept.parties.models import Account, AccountRole
from kept.parties.tests.cast import software_vendor, wall_covering_maker
from kept.people.factories import make_company
from kept.people.models import User
from kept.products.actions import add_component, add_contract
from kept.products.factories import make_product, make_serial
from kept.products.models import Component, Contract, Product, SerialUnit, Start

pytestmark = pytest.mark.django_db

ACCOUNT_PAGE_QUERIES = 34
PAGE_QUERIES = 24
LIST_QUERIES = 14


def text(answer) -> str:
    pieces = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(pieces).decode()


def queries_of(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(queries)


@pytest.fixture
def house():
    house = software_vendor()
    house.account = make_account(house.hunan, "Huaneng", phone="13800138000")
    house.erp = make_product(house.company, "ERP8")
    house.unit = make_serial(house.erp, "DG-1", house.account, sold_on=date(2026, 1, 1))
    return house


def contract_of(house) -> Contract:
    return add_contract(
        by=house.chief, unit=house.hunan, account=house.account, contract_number="HT-01",
        from_on=date(2026, 1, 1), months=36, starts=Start.SOLD, serial_units=[house.unit],
    )  # fmt: skip


@pytest.mark.req("S2.02", part="register page and verdict for a chosen day")
def test_the_serial_page_gives_the_verdict_for_the_day_asked(client, house):
    contract_of(house)
    client.force_login(house.zhou)
    address = house.unit.get_absolute_url()
    inside = text(client.get(f"{address}?on=2029-01-01"))
    assert "Covered until 2029-01-01: 36 months from sale 2026-01-01 under contract HT-01" in inside
    after = text(client.get(f"{address}?on=2029-01-02"))
    assert "Not covered: ended on 2029-01-01" in after
    for wrong in ("?on=nonsense", "?on=2026-02-31", "?on=9999-99-99"):
        assert client.get(f"{address}{wrong}").status_code == 200
    assert "Equipment card" in text(client.get(f"{address}print/?on=2026-06-01"))
    assert queries_of(client, address) <= PAGE_QUERIES


def test_what_an_account_owns_stands_on_its_page_with_its_verdicts(client, house):
    for number in range(2, 9):
        make_serial(house.erp, f"DG-{number}", house.account, sold_on=date(2026, 1, 1))
    contract_of(house)
    client.force_login(house.zhou)
    address = house.account.get_absolute_url()
    html = text(client.get(address))
    assert "DG-8" in html and "HT-01" in html
    assert html.count("12 months from sale 2026-01-01") == 8
    few = queries_of(client, address)
    assert few <= ACCOUNT_PAGE_QUERIES
    for number in range(9, 20):
        make_serial(house.erp, f"DG-{number}", house.account, sold_on=date(2026, 1, 1))
    assert queries_of(client, address) == few


@pytest.mark.req("S1.22")
def test_a_customers_file_is_whole_fresh_and_never_kept_twice(client, house):
    client.force_login(house.zhou)
    sent = {
        "name": "三湘软件用户", "unit": "YQ-HN", "org_type": "制造企业", "contact_name": "李工",
        "phone": "13700137000", "address": "长沙", "since_on": "2025-01-01", "_key": "k1",
    }  # fmt: skip
    with clock.at(datetime(2026, 6, 1, 1, tzinfo=UTC)):
        answer = client.post("/accounts/add_account/", sent)
        account = Account.objects.get(name="三湘软件用户")
        unit = {
            "product": house.erp.code, "serial": "DG-77", "account": account.number,
            "version": "8.2", "licence": "LIC-9", "sold_on": "2025-01-01", "unit": "YQ-HN",
            "unit_class": "sale", "_key": "k2",
        }  # fmt: skip
        assert client.post("/serials/add_serial_unit/", unit).status_code == 302
        assert account.number in text(client.get("/file_checks/?format=csv"))
        ticked = {"parts": ["contacts", "products"], "_key": "k3"}
        client.post(f"{account.get_absolute_url()}verify/", ticked)
        assert account.number not in text(client.get("/file_checks/?format=csv"))
        html = text(client.get(account.get_absolute_url()))
    for shown in ("制造企业", "李工", "长沙", "DG-77", "8.2", "2026-06-01"):
        assert shown in html, shown
    with clock.at(datetime(2026, 7, 3, 1, tzinfo=UTC)):
        assert account.number in text(client.get("/file_checks/?format=csv"))
        again = client.post("/accounts/add_account/", {**sent, "_key": "k4"})
    assert answer.status_code == 302 and again.status_code == 409
    assert Account.objects.filter(name="三湘软件用户").count() == 1


@pytest.mark.parametrize(
    "address",
    ["/serials/", "/serials/?covered=yes&contract=yes", "/serials/?contract=no&covered=no",
     "/products/", "/contracts/"],
)  # fmt: skip
def test_lists_stay_within_their_budget_and_can_be_exported(client, house, address):
    contract_of(house)
    for number in range(2, 12):
        make_serial(house.erp, f"DG-{number}", house.account)
    client.force_login(house.zhou)
    assert queries_of(client, address) <= LIST_QUERIES
    joint = "&" if "?" in address else "?"
    for kind in ("csv", "xlsx", "print"):
        assert client.get(f"{address}{joint}format={kind}").status_code == 200


def test_the_list_tells_covered_and_contracted_units_apart(client, house):
    contract_of(house)
    make_serial(house.erp, "OLD-1", house.account, sold_on=date(2001, 1, 1))
    client.force_login(house.zhou)

    def shown(query: str) -> set[str]:
        html = text(client.get(f"/serials/?{query}"))
        return {name for name in ("DG-1", "OLD-1") if name in html}

    assert shown("") == {"DG-1", "OLD-1"}
    assert shown("covered=yes") == {"DG-1"} and shown("covered=no") == {"OLD-1"}
    assert shown("contract=yes") == {"DG-1"} and shown("contract=no") == {"OLD-1"}
    assert shown("ends_until=2010-01-01") == {"OLD-1"}


def test_serials_keep_their_zeros_in_a_file(client, house):
    make_serial(house.erp, "000123", house.account)
    client.force_login(house.zhou)
    assert "000123" in text(client.get("/serials/?format=csv"))


def test_a_contract_is_entered_with_serials_one_a_line(client, house):
    make_serial(house.erp, "DG-2", house.account)
    client.force_login(house.chief)
    sent = {
        "contract_number": "HT-9", "account": house.account.number, "from_on": "2026-01-01",
        "until_on": "2026-12-31", "serial_units": "DG-1\nDG-2", "unit": "YQ-HN", "_key": "k",
    }  # fmt: skip
    answer = client.post("/contracts/add_contract/", sent)
    assert answer.status_code == 302, text(answer)
    contract = Contract.objects.get()
    assert contract.serial_units.count() == 2
    assert queries_of(client, contract.get_absolute_url()) <= PAGE_QUERIES
    again = client.post("/contracts/add_contract/", {**sent, "serial_units": "NO-1", "_key": "k2"})
    assert again.status_code == 422


def test_pages_of_others_are_not_there(client, house):
    other = wall_covering_maker()
    contract = contract_of(house)
    client.force_login(other.manager)
    for thing in (house.unit, contract, house.erp):
        assert client.get(thing.get_absolute_url()).status_code == 404
    assert house.unit.serial not in text(client.get("/serials/"))
    client.force_login(house.he)
    assert client.get(house.unit.get_absolute_url()).status_code == 404
    assert client.get(house.erp.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_form_of_products_opens_in_both_languages(client, house, language):
    User.objects.filter(pk=house.chief.pk).update(language=language)
    contract = contract_of(house)
    supplier = make_account(house.hunan, "Supplier", roles=[AccountRole.SUPPLIER])
    add_component(house.unit, by=house.chief, component="motor", supplier=supplier,
                  commitment="x", committed_until=date(2028, 1, 1))  # fmt: skip
    references = {
        Product: house.erp.code,
        SerialUnit: house.unit.serial,
        Contract: contract.number,
        Component: Component.objects.get().pk,
        Account: house.account.number,
    }
    client.force_login(house.chief)
    for action in all_actions():
        if action.internal or action.module != "products":
            continue
        where = "" if action.creates else f"{references[action.model]}/"
        place = f"/{action.model.plural}/{where}{action.verb}/"
        assert client.get(place).status_code == 200, place


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ZS24 screen", "ZS24 screen"),
        ("Screen", "ZS24 Screen"),
        ("ZS24L", "ZS24 ZS24L"),
    ],
)
def test_a_product_whose_name_says_its_code_says_it_once(name, said):
    assert str(make_product(make_company(), "ZS24", name)) == said
