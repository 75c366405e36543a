"""Covered or not on any day, and why, in the reader's language."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from kept.kit.testing.refusing import refused
from kept.parties.factories import make_account
from kept.parties.models import AccountRole
from kept.parties.tests.cast import at, handset_maker, software_vendor
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind
from kept.products.actions import (
    add_component,
    add_contract,
    change_contract,
    change_serial_unit,
    cover_units,
    end_component,
    end_contract,
)
from kept.products.checks import require_contract
from kept.products.factories import make_product, make_serial
from kept.products.models import Contract, Product, SerialUnit, Start, WarrantyTerm
from kept.products.verdict import State, judge, verdict_on, verdicts_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    company = make_company("HJ", "Hengjian Machinery", pack="equipment")
    service = make_unit(company, "HJ-SV", "Service centre", UnitKind.HEADQUARTERS)
    lead = make_user(company, "gao", "lead", name="高")
    house = SimpleNamespace(company=company, service=service, lead=lead)
    house.account = make_account(service, "湘江钢厂", phone="13800138000")
    house.excavator = make_product(company, "EX-20")
    return house


@pytest.mark.req("S2.02", part="warranty state on any date, with its reason")
def test_the_verdict_says_until_when_and_why(house):
    unit = make_serial(house.excavator, "1001", house.account, delivered_on=date(2024, 12, 31))
    contract = add_contract(
        by=house.lead, unit=house.service, account=house.account, contract_number="HT-01",
        technical_agreement="JS-2024-7", from_on=date(2024, 12, 1), months=24,
        starts=Start.DELIVERED, serial_units=[unit],
    )  # fmt: skip
    unit = SerialUnit.objects.get(pk=unit.pk)
    last = verdict_on(unit, date(2026, 12, 31))
    assert last.is_covered and last.until == date(2026, 12, 31)
    with override("en"):
        assert last.sentence == (
            "Covered until 2026-12-31: 24 months from delivery 2024-12-31 under contract HT-01"
        )
    assert last.ground.as_values() == {
        "since": date(2024, 12, 31), "until": date(2026, 12, 31), "months": 24,
        "starts": "delivered", "contract": "HT-01",
    }  # fmt: skip
    after = verdict_on(unit, date(2027, 1, 1))
    assert after.state == State.ENDED and not after.is_covered
    assert verdict_on(unit, date(2024, 12, 30)).state == State.NOT_YET
    assert (unit.warranty_until, contract.technical_agreement) == (date(2026, 12, 31), "JS-2024-7")


def test_a_unit_of_the_story_whose_warranty_has_ended(house):
    unit = make_serial(house.excavator, "0900", house.account, agreed_until=date(2025, 12, 31))
    assert verdict_on(unit, date(2025, 12, 31)).is_covered
    assert verdict_on(unit, date(2026, 1, 1)).state == State.ENDED


def test_policy_terms_count_from_the_first_event_that_is_known(house):
    unit = make_serial(house.excavator, "A1", house.account)
    assert verdict_on(unit, date(2026, 1, 1)).state == State.UNKNOWN
    change_serial_unit(unit, by=house.lead, delivered_on=date(2025, 1, 31))
    assert verdict_on(unit, date(2026, 1, 1)).until == date(2026, 7, 31)
    change_serial_unit(unit, by=house.lead, installed_on=date(2025, 2, 28))
    verdict = verdict_on(unit, date(2026, 1, 1))
    assert verdict.until == date(2026, 2, 28)
    assert verdict.ground.rule == WarrantyTerm.objects.get(months=12).pk
    assert SerialUnit.objects.get(pk=unit.pk).warranty_until == date(2026, 2, 28)


@pytest.mark.req("SX.19", part="a unit keeps the term it was sold under")
def test_a_new_warranty_term_leaves_units_sold_before_alone():
    maker = handset_maker()
    model = make_product(maker.company, "J68")
    old = make_serial(model, "A1", sold_on=date(2026, 5, 31))
    WarrantyTerm.objects.filter(unit=maker.company, starts="sold", family="").update(
        superseded_at=datetime(2026, 5, 31, 16, tzinfo=UTC)
    )
    WarrantyTerm.objects.create(unit=maker.company, months=24, starts=Start.SOLD,
                                valid_from=datetime(2026, 5, 31, 16, tzinfo=UTC))  # fmt: skip
    new = make_serial(model, "A2", sold_on=date(2026, 6, 1))
    assert verdict_on(old, date(2026, 7, 1)).until == date(2027, 5, 31)
    assert verdict_on(new, date(2026, 7, 1)).until == date(2028, 6, 1)


def test_terms_of_a_family_win_over_general_ones_and_a_products_own_over_both():
    maker = handset_maker()
    sold = {"sold_on": date(2026, 1, 31)}
    phone = make_serial(make_product(maker.company, "J68"), "P1", **sold)
    battery = make_serial(make_product(maker.company, "BAT", family="battery"), "B1", **sold)
    pro = make_product(maker.company, "BAT-P", family="battery", warranty_months=1)
    special = make_serial(pro, "B2", **sold)
    verdicts = verdicts_on([phone, battery, special], date(2026, 2, 1))
    assert [verdicts[one.pk].until for one in (phone, battery, special)] == [
        date(2027, 1, 31), date(2026, 7, 31), date(2026, 2, 28),
    ]  # fmt: skip


@pytest.mark.req("S2.03", part="supplier entitlement before own warranty")
def test_what_the_supplier_gives_is_said_before_our_own_warranty(house):
    supplier = make_account(house.service, "Motor Works", roles=[AccountRole.SUPPLIER])
    unit = make_serial(house.excavator, "A1", house.account, installed_on=date(2025, 3, 1))
    with refused("S2.03", field="supplier"):
        add_component(unit, by=house.lead, component="motor", supplier=house.account,
                      commitment="x", committed_until=date(2028, 3, 1))  # fmt: skip
    add_component(unit, by=house.lead, component="motor", supplier=supplier,
                  commitment="free replacement", committed_until=date(2028, 3, 1))  # fmt: skip
    unit = SerialUnit.objects.get(pk=unit.pk)
    with override("en"):
        lines = verdict_on(unit, date(2026, 1, 1)).lines
        assert lines[0] == (
            "The supplier covers it until 2028-03-01: Motor Works for motor: free replacement"
        )
        assert lines[1].startswith("Covered until 2026-03-01: 12 months from commissioning")
        ended = verdict_on(unit, date(2027, 1, 1))
    assert ended.state == State.ENDED and len(ended.supplier) == 1
    end_component(unit.components.get(), by=house.lead, reason="换下")
    assert not verdict_on(SerialUnit.objects.get(pk=unit.pk), date(2026, 1, 1)).supplier


def test_a_contract_that_ended_early_covers_no_longer(house):
    unit = make_serial(house.excavator, "A1", house.account)
    with at("2026-02-01 09:00"):
        contract = add_contract(
            by=house.lead, unit=house.service, account=house.account, contract_number="HT-02",
            from_on=date(2026, 1, 1), until_on=date(2026, 12, 31), covers="parts and labour",
        )  # fmt: skip
        cover_units(contract, by=house.lead, serial_units=[unit])
    with at("2026-03-01 09:00"):
        assert verdict_on(SerialUnit.objects.get(pk=unit.pk), date(2026, 6, 1)).is_covered
        end_contract(contract, by=house.lead, reason="客户解约")
    unit = SerialUnit.objects.get(pk=unit.pk)
    assert verdict_on(unit, date(2026, 3, 1)).is_covered
    assert verdict_on(unit, date(2026, 3, 2)).state == State.ENDED
    with refused("S2.02"):
        change_contract(contract, by=house.lead, covers="x")


def test_contracts_say_a_time_and_have_numbers_of_their_own(house):
    given = {
        "by": house.lead, "unit": house.service, "account": house.account,
        "from_on": date(2026, 1, 1),
    }  # fmt: skip
    with refused("S2.02", field="until_on"):
        add_contract(contract_number="HT-1", **given)
    with refused(field="starts"):
        add_contract(contract_number="HT-1", months=12, **given)
    with refused(field="until_on"):
        add_contract(contract_number="HT-1", until_on=date(2025, 1, 1), **given)
    add_contract(contract_number="HT-1", until_on=date(2027, 1, 1), **given)
    with refused("SX.10", field="contract_number"):
        add_contract(contract_number="HT-1", until_on=date(2027, 1, 1), **given)


@pytest.mark.req("S2.02", part="no case without a contract link unless marked")
def test_equipment_without_a_contract_is_taken_only_with_a_reason(house):
    unit = make_serial(house.excavator, "A1", house.account)
    with refused("S2.02", field="serial_unit"):
        require_contract(unit)
    require_contract(unit, "紧急停产，先服务")
    require_contract(None)
    add_contract(by=house.lead, unit=house.service, account=house.account, contract_number="HT-3",
                 from_on=date(2026, 1, 1), until_on=date(2026, 12, 31),
                 serial_units=[unit])  # fmt: skip
    require_contract(SerialUnit.objects.get(pk=unit.pk))
    vendor = software_vendor()
    require_contract(make_serial(make_product(vendor.company), "S1"))


def test_many_verdicts_cost_as_many_queries_as_one(house, django_assert_num_queries):
    units = [
        make_serial(house.excavator, f"A{number}", house.account, delivered_on=date(2025, 1, 1))
        for number in range(12)
    ]
    day = date(2026, 1, 1)
    found = list(SerialUnit.objects.filter(pk__in=[one.pk for one in units]).order_by("pk"))
    with django_assert_num_queries(5):
        verdicts_on(found, day)


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    st.integers(1, 600),
    st.dates(date(1990, 1, 1), date(2199, 1, 1)),
)
def test_a_term_covers_its_first_and_last_day_and_none_beside_them(sold, months, day):
    unit = SerialUnit(pk=1, sold_on=sold, product=Product(warranty_months=months))
    unit._prefetched_objects_cache = {
        "contracts": Contract.objects.none(), "components": Contract.objects.none(),
    }  # fmt: skip
    verdict = judge(unit, [], day)
    until = verdict.until
    assert verdict.is_covered == (sold <= day <= until)
    assert judge(unit, [], until).is_covered
    assert not judge(unit, [], until + timedelta(days=1)).is_covered


def test_the_reason_speaks_the_readers_language(house):
    unit = make_serial(house.excavator, "A1", house.account, installed_on=date(2025, 3, 1))
    verdict = verdict_on(unit, date(2026, 1, 1))
    with override("zh-hans"):
        assert "2026" in verdict.sentence and verdict.sentence.strip()
