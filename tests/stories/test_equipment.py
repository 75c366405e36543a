"""What cases are about: the register of equipment, and what it does not know (S2.02, S0.05)."""

from datetime import date

import pytest

from kept.cases.actions import attach_caller, correct_case, open_case
from kept.cases.factories import make_case
from kept.cases.models import Case, CaseKind, Route
from kept.kit.testing.refusing import refused
from kept.parties.factories import make_account
from kept.parties.models import AccountRole
from kept.parties.tests.cast import handset_maker
from kept.people.actions import issue_token
from kept.people.models import User
from kept.products.actions import add_component, add_contract, set_class
from kept.products.factories import make_product
from kept.products.models import SerialUnit, Start, UnitClass
from tests.stories.cast import at, equipment_maker

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return (answer.getvalue() if answer.streaming else answer.content).decode()


def call(client, unit, **values):
    """The intake form as the page sends it."""
    sent = {
        "summary": "停机", "route": "phone", "unit": unit.code, "case_kind": "service",
        "priority": "normal", "sender_type": "user", "_key": str(values), **values,
    }  # fmt: skip
    return client.post("/intake/one/", sent)


@pytest.mark.req("S2.02")
def test_installed_equipment_is_on_file_and_served_under_a_contract_unless_marked(client):
    house = equipment_maker()
    service, lead, clerk = house["service"], house["lead"], house["clerk"]
    client.force_login(lead)
    with at("2026-06-01 09:00"):
        plant = make_account(service, "湘江钢厂")
        maker = make_account(service, "中南轴承", roles=[AccountRole.SUPPLIER])
        make_product(house["company"], "EX-20", "挖掘机")
        delivered = {
            "product": "EX-20", "serial": "SN-1001", "account": plant.number, "unit": service.code,
            "unit_class": "sale", "delivered_on": "2026-01-31", "installed_on": "2026-02-10",
            "_key": "k1",
        }  # fmt: skip
        assert client.post("/serials/add_serial_unit/", delivered).status_code == 302
        unit = SerialUnit.objects.get(serial="SN-1001")
        address = unit.get_absolute_url()

        # Service on it is refused while no contract is linked, at every door, and nothing changes.
        client.force_login(clerk)
        refusal = call(client, service, serial_unit="SN-1001")
        assert refusal.status_code == 409 and "SN-1001 is linked to no contract" in text_of(refusal)
        token = issue_token(clerk, by=User.objects.system(), name="t").fresh_token
        body = {"unit": service.code, "route": "phone", "summary": "停机", "serial_unit": "SN-1001"}
        api = client.post(
            "/api/v1/cases",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "a"},
        )
        assert (api.status_code, api.json()["rule"]) == (409, "S2.02")
        typed = call(client, service, unregistered_serial="sn 1001")
        assert typed.status_code == 409, "the register knows it however it is written"
        later = make_case(clerk, account=plant)
        with refused("S2.02"):
            attach_caller(later, by=clerk, account=plant, serial_unit=unit)
        question = open_case(
            by=clerk, unit=service, route=Route.PHONE, summary="几号油", serial_unit=unit,
            case_kind=CaseKind.QUESTION,
        )  # fmt: skip
        with refused("S2.02"):
            correct_case(question, by=clerk, case_kind=CaseKind.SERVICE, reason="x")
        assert set(Case.objects.all()) == {later, question}

        # Marked with the reason it is taken, and the mark stands on the case.
        assert (
            call(client, service, serial_unit="SN-1001", marked_because="合同在签").status_code
            == 302
        )
        marked = Case.objects.get(marked_because="合同在签")
        assert marked.serial_unit == unit and marked.account == plant
        assert text_of(client.get(marked.get_absolute_url())).count("合同在签") == 2

        # With the contract linked it is plain service.
        add_contract(
            by=lead, unit=service, account=plant, contract_number="HT-2026-8",
            technical_agreement="JS-77", from_on=date(2026, 1, 1), months=12,
            starts=Start.INSTALLED, serial_units=[unit],
        )  # fmt: skip
        add_component(
            unit, by=lead, component="主轴承", supplier=maker, commitment="免费更换",
            committed_until=date(2027, 12, 31),
        )  # fmt: skip
        assert call(client, service, serial_unit="SN-1001").status_code == 302

        # The register is complete, and its warranty is known on any day.
        row = text_of(client.get("/serials/?format=csv"))
        for known in (
            "湘江钢厂", "HT-2026-8", "JS-77", "EX-20", "SN-1001", "2026-01-31", "2026-02-10",
            "2027-02-10", "主轴承 (中南轴承)",
        ):  # fmt: skip
            assert known in row, known
        page = text_of(client.get(address))
        assert "主轴承" in page and "中南轴承" in page and "HT-2026-8" in page and "JS-77" in page
        for day, verdict in (
            ("2026-02-10", "Covered until 2027-02-10"),
            ("2027-02-10", "Covered until 2027-02-10"),
            ("2027-02-11", "Not covered"),
        ):
            assert verdict in text_of(client.get(f"{address}?on={day}")), day


@pytest.mark.req("S0.05")
def test_a_serial_is_looked_up_and_an_unknown_one_is_marked_with_the_reason(client):
    house = handset_maker()
    client.force_login(house.boss)
    with at("2026-06-01 09:00"):
        make_product(house.company, "J68", launched_on=date(2025, 9, 1))
        shipped = {
            "product": "J68", "serial": "SN-A1 001", "unit": house.service.code,
            "unit_class": "sale", "sold_on": "2026-01-10", "_key": "k1",
        }  # fmt: skip
        assert client.post("/serials/add_serial_unit/", shipped).status_code == 302
        unit = SerialUnit.objects.get()

        # One class at a time; each change is on record, and what is no change is refused.
        page = f"{unit.get_absolute_url()}set_class/"
        faulty = {"unit_class": "faulty", "reason": "屏碎", "_key": "k2"}
        assert client.post(page, faulty).status_code == 302
        again = client.post(page, {**faulty, "_key": "k3"})
        assert again.status_code == 422
        with refused("S0.05", field="unit_class"):
            set_class(unit, by=house.boss, unit_class=UnitClass.FAULTY, reason="x")
        story = text_of(client.get(unit.get_absolute_url()))
        assert "Class: sale unit → faulty unit" in story and "屏碎" in story
        row = text_of(client.get("/serials/?format=csv"))
        assert "SN-A1 001" in row and "J68" in row and "2026-01-10" in row and "faulty unit" in row

        # Work on a known serial finds its unit, however it is written.
        client.force_login(house.clerk)
        assert call(client, house.service, unregistered_serial="sna1001").status_code == 302
        known = Case.objects.get()
        assert (known.serial_unit, known.product) == (unit, unit.product)
        assert known.unregistered_serial == ""

        # An unknown one is refused at every door, until it is marked with the reason.
        stranger = call(client, house.service, unregistered_serial="SN-B2")
        assert stranger.status_code == 409
        assert "SN-B2 is not in the register" in text_of(stranger)
        traveller = make_account(house.service, "旅客")
        with refused("S0.05", field="marked_because"):
            attach_caller(known, by=house.clerk, account=traveller, unregistered_serial="SN-B2")
        assert Case.objects.count() == 1
        taken = call(client, house.service, unregistered_serial="SN-B2", marked_because="水货")
        assert taken.status_code == 302
        marked = Case.objects.get(unregistered_serial="SN-B2")
        shown = text_of(client.get(marked.get_absolute_url()))
        assert "Serial not on file" in shown and "SN-B2" in shown and "水货" in shown
        assert marked.number in text_of(client.get("/search/?q=SN-B2"))
