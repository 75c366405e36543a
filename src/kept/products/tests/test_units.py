"""Serial units: known by their serial, of one class at a time, and never twice."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kept.kit.refusal import NotAllowed, OutOfSight
from kept.kit.testing.refusing import refused
from kept.parties.actions import merge_account, move_account
from kept.parties.factories import make_account
from kept.parties.tests.cast import at, handset_maker, software_vendor, wall_covering_maker
from kept.people.factories import make_user
from kept.products.actions import (
    add_product,
    add_serial_unit,
    change_product,
    change_serial_unit,
    end_product,
    set_class,
    transfer_serial_unit,
)
from kept.products.checks import require_known_serial
from kept.products.factories import make_product, make_serial
from kept.products.models import Product, SerialUnit, UnitClass
from kept.products.queries import find_serial
from kept.search.queries import find
from kept.timeline.sentences import tell

pytestmark = pytest.mark.django_db


@pytest.mark.req("S0.05", part="register, classes and look-up by serial")
def test_a_unit_is_known_by_its_serial_has_one_class_and_every_change_is_logged():
    house = handset_maker()
    model = make_product(house.company, "J68", launched_on=date(2025, 9, 1))
    with at("2026-03-02 09:00"):
        unit = add_serial_unit(
            by=house.boss, unit=house.service, product=model, serial="SN-A1 001",
            sold_on=date(2026, 1, 10),
        )  # fmt: skip
        assert find_serial(house.east, "sna1001") == unit
        assert require_known_serial(house.east, "SN-A1001") == unit
        with refused("S0.05", field="serial"):
            require_known_serial(house.east, "SN-B2")
        assert require_known_serial(house.east, "SN-B2", "水货，客户坚持送修") is None
        set_class(unit, by=house.boss, unit_class=UnitClass.FAULTY, reason="返厂")
        with refused("S0.23", field="unit_class"):
            set_class(unit, by=house.boss, unit_class=UnitClass.LOANER, reason="借用")
        set_class(unit, by=house.boss, unit_class=UnitClass.SALE, reason="修好")
        with refused("S0.05", field="unit_class"):
            set_class(unit, by=house.boss, unit_class=UnitClass.SALE, reason="x")
        with refused("S0.23", field="unit_class"):
            set_class(unit, by=house.boss, unit_class=UnitClass.LOANER, reason="借用")
    told = tell(unit.thread.entries.select_related("by").order_by("seq"))
    assert [one.sentence for one in told if one.event == "serial_unit.class_changed"] == [
        "Class: sale unit → faulty unit", "Class: faulty unit → sale unit",
    ]  # fmt: skip
    assert told[-1].words["reason"] == "修好" and told[-1].by == house.boss


def test_a_loaner_is_entered_as_such_and_may_be_sold_later():
    house = handset_maker()
    loaner = make_serial(make_product(house.company), "L1", unit_class=UnitClass.LOANER)
    set_class(loaner, by=house.boss, unit_class=UnitClass.FAULTY, reason="屏坏")
    set_class(loaner, by=house.boss, unit_class=UnitClass.LOANER, reason="修好")
    set_class(loaner, by=house.boss, unit_class=UnitClass.SALE, reason="处理给员工")
    assert loaner.unit_class == UnitClass.SALE


@pytest.mark.req("SX.10", part="duplicate serials")
def test_the_same_serial_written_differently_is_the_same_serial():
    house, other = handset_maker(), wall_covering_maker()
    model = make_product(house.company)
    make_serial(model, "HT-2024 001")
    for again in ("HT2024001", "ht-2024-001", "ＨＴ２０２４００１"):
        with refused("SX.10", field="serial"):
            make_serial(model, again)
    make_serial(make_product(other.company), "HT2024001")
    with pytest.raises(IntegrityError), transaction.atomic():
        made = make_serial(model, "HT2024002")
        SerialUnit.objects.filter(pk=made.pk).update(serial_key="HT2024001")


@pytest.mark.req("SX.10", part="serials are searched")
def test_a_unit_is_found_by_any_part_of_its_serial_and_by_its_licence():
    house = software_vendor()
    account = make_account(house.hunan, "Owner")
    unit = make_serial(make_product(house.company, "ERP8"), "DG-778-204", account, licence="LX900")
    for typed in ("DG-778", "778204", "204", "LX900", "ERP8"):
        hits = find(house.zhou, typed, kinds=["serial_unit"])
        assert [hit.number for hit in hits] == [unit.serial], typed
    assert find(house.he, "DG-778") == []


def test_numbers_that_cannot_stand_in_an_address_are_refused():
    house = handset_maker()
    model = make_product(house.company)
    for serial in ("A/1", "A\\1", "--", "…"):
        with refused(field="serial"):
            make_serial(model, serial)
    odd = make_serial(model, "A#1?%")
    assert odd.get_absolute_url() == "/serials/A%231%3F%25/"


def test_dates_come_in_the_order_of_a_things_life():
    house = handset_maker()
    model = make_product(house.company)
    with refused(field="sold_on"):
        make_serial(model, "A1", made_on=date(2026, 2, 1), sold_on=date(2026, 1, 1))
    unit = make_serial(model, "A1", delivered_on=date(2026, 2, 1))
    with refused(field="installed_on"):
        change_serial_unit(unit, by=house.boss, installed_on=date(2026, 1, 31))
    with refused("SX.05"):
        change_serial_unit(unit, by=house.boss, delivered_on=date(2026, 2, 1))
    change_serial_unit(unit, by=house.boss, version="2.1", reason="升级")
    told = tell(unit.thread.entries.select_related("by").order_by("seq"))[-1]
    assert (told.words["new_version"], told.words["reason"]) == ("2.1", "升级")


def test_a_unit_follows_its_owner_and_is_seen_where_they_are():
    house = software_vendor()
    ours, theirs = make_account(house.hunan, "Ours"), make_account(house.guangxi, "Theirs")
    unit = make_serial(make_product(house.company), "A1", ours)
    assert SerialUnit.objects.visible_to(house.zhou).count() == 1
    transfer_serial_unit(unit, by=house.chief, account=theirs, reason="转让")
    assert not SerialUnit.objects.visible_to(house.zhou).exists()
    assert SerialUnit.objects.visible_to(house.he).get().account == theirs
    move_account(theirs, by=house.chief, unit=house.hunan, reason="迁址")
    assert SerialUnit.objects.visible_to(house.zhou).exists()
    with refused(field="account"):
        transfer_serial_unit(unit, by=house.chief, account=theirs)


def test_what_a_merged_account_owned_belongs_to_the_survivor():
    house = software_vendor()
    one, two = make_account(house.hunan, "One"), make_account(house.guangxi, "Two")
    unit = make_serial(make_product(house.company), "A1", two)
    merge_account(two, by=house.chief, into=one, reason="同一家")
    unit = SerialUnit.objects.get(pk=unit.pk)
    assert unit.account == one
    assert set(SerialUnit.objects.visible_to(house.zhou)) == {unit}
    with refused(field="account"):
        make_serial(unit.product, "A2", two)


def test_rights_and_companies_are_kept_apart():
    house, other = software_vendor(), wall_covering_maker()
    unit = make_serial(make_product(house.company), "A1", make_account(house.hunan, "Ours"))
    with pytest.raises(OutOfSight):
        set_class(unit, by=other.manager, unit_class=UnitClass.FAULTY, reason="x")
    with pytest.raises(NotAllowed):
        set_class(unit, by=house.zhou, unit_class=UnitClass.FAULTY, reason="x")
    theirs = make_product(other.company)
    with refused("SX.01"):
        add_serial_unit(by=house.chief, unit=house.hunan, product=theirs, serial="A3")
    assert list(Product.objects.visible_to(other.manager)) == [theirs]


def test_the_catalogue_has_a_history_and_keepers_of_its_own():
    house = software_vendor()
    words = {"en": "ERP 8", "zh-hans": "企业管理 8"}
    product = add_product(by=house.chief, unit=house.hunan, code="ERP8", name=words)
    with refused(field="code"):
        add_product(by=house.chief, unit=house.centre, code="ERP8", name=words)
    change_product(product, by=house.chief, family="erp", warranty_months=24)
    with refused("SX.05"):
        change_product(product, by=house.chief, family="erp")
    with refused(field="warranty_months"):
        change_product(product, by=house.chief, warranty_months=0)
    with pytest.raises(NotAllowed):
        change_product(product, by=make_user(house.hunan, "new", "engineer"), family="x")
    end_product(product, by=house.chief, reason="停产")
    assert not Product.objects.current().exists()
    events = list(product.thread.entries.order_by("seq").values_list("event", flat=True))
    assert events == ["product.added", "product.changed", "product.ended"]
