"""Merging two accounts loses nothing, and two merges that cross leave everything reachable."""

import threading

import pytest
from django.apps import apps
from django.db import connection, connections

from kept.kit import wiring
from kept.kit.refusal import Refused
from kept.kit.testing.refusing import refused
from kept.parties.actions import (
    add_contact,
    add_remark,
    admit,
    change_account,
    merge_account,
    verify_account,
)
from kept.parties.actions.merging import MOVING
from kept.parties.factories import make_account, make_station
from kept.parties.models import Account, AccountState, Contact, RemarkKind
from kept.parties.tests.cast import at, handset_maker, software_vendor
from kept.people.factories import make_unit, make_user
from kept.people.models import Role, UnitKind, User
from kept.search.queries import find

ONCE_ONLY = {"parties.Tenure", "parties.Coverage", "parties.ChangeNotice", "parties.Account"}


@pytest.mark.django_db
@pytest.mark.req("SX.10", part="merged customers lose nothing")
def test_merging_keeps_every_contact_number_story_and_reader():
    house = handset_maker()
    west = make_unit(house.service, "JL-W", "West", UnitKind.REGION)
    wang = make_user(west, "wang", "field_manager", name="王")
    with at("2026-05-01 09:00"):
        first = make_account(house.east, "Huaneng", contact_name="张三", phone="13800138000",
                             address="长沙", code="C1")  # fmt: skip
        second = make_account(west, "Huaneng West", contact_name="李四", phone="13900139000",
                              region="广西", notes="VIP")  # fmt: skip
        verify_account(second, by=wang)
        add_remark(second, by=wang, kind=RemarkKind.NEED, text="发票要专票")
        guest = make_user(house.company, "guest")
        role = Role.objects.get(company=house.company, code="station")
        admit(second, by=house.owner, person=guest, role=role)
        story = list(second.thread.entries.order_by("seq").values_list("hash", flat=True))
        merge_account(second, by=house.owner, into=first, reason="同一家客户")
    first, second = Account.objects.get(pk=first.pk), Account.objects.get(pk=second.pk)
    assert (second.status, second.merged_into, second.number) == (
        AccountState.MERGED, first, "JL-A26-000002",
    )  # fmt: skip
    assert set(first.contacts.values_list("name", flat=True)) == {"张三", "李四"}
    assert first.contacts.filter(is_main=True).count() == 1
    assert first.addresses.count() == 1 and first.remarks.count() == 1 and first.checks.count() == 1
    assert (first.region, first.notes, first.code) == ("广西", "VIP", "C1")
    kept = list(second.thread.entries.order_by("seq").values_list("hash", flat=True))
    assert kept[: len(story)] == story and len(kept) == len(story) + 1
    assert [thread.pk for thread in first.family_threads()] == [first.thread_id, second.thread_id]
    for typed in ("13900139000", "李四", second.number, "专票"):
        assert [str(hit.number) for hit in find(house.owner, typed)] == [first.number], typed
    for reader in (house.chen, wang, User.objects.get(pk=guest.pk)):
        assert set(Account.objects.visible_to(reader)) == {first, second}, reader
    with refused("SX.06"):
        change_account(second, by=house.owner, region="x")


@pytest.mark.django_db
def test_a_merged_account_takes_no_more_merges_and_chains_lead_to_the_last():
    house = software_vendor()
    one, two, three = (make_account(house.hunan, name) for name in ("One", "Two", "Three"))
    merge_account(one, by=house.chief, into=two, reason="x")
    merge_account(two, by=house.chief, into=three, reason="x")
    assert {a.pk for a in three.merged_from.all()} == {one.pk, two.pk}
    with refused("SX.06", field="into"):
        merge_account(three, by=house.chief, into=one, reason="x")
    with refused(field="into"):
        merge_account(three, by=house.chief, into=three, reason="x")


@pytest.mark.django_db
def test_a_station_stays_a_station_and_waiting_changes_come_first():
    house = handset_maker()
    station = make_station(house.east, "ZJ-01", house.chen)
    double = make_station(house.east, "ZJ-02", house.chen, name="Other", phone="13700003333")
    customer = make_account(house.east, "Customer")
    with refused("S0.01", field="into"):
        merge_account(station, by=house.owner, into=customer, reason="x")
    add_contact(double, by=house.chen, name="新人")
    with refused("S0.42"):
        merge_account(double, by=house.owner, into=station, reason="x")


@pytest.mark.django_db
def test_a_pending_account_does_not_swallow_an_active_one():
    house = handset_maker()
    station = make_station(house.east, "ZJ-01", house.chen)
    Account.objects.filter(pk=station.pk).update(status=AccountState.PENDING)
    double = make_station(house.east, "ZJ-02", house.chen, name="Other", phone="13700003333")
    with refused(field="into"):
        merge_account(double, by=house.owner, into=station, reason="x")


def points_at_accounts(model) -> bool:
    fields = (field for field in model._meta.get_fields() if field.concrete)
    return any(field.is_relation and field.related_model is Account for field in fields)


def test_every_module_that_points_at_accounts_hears_of_merges():
    """Its rows would stay with an account nobody looks at any more."""
    hearing = {wiring.module_of(one) for one in wiring._reactions["account.merged"]}
    models = [one for one in apps.get_models() if points_at_accounts(one)]
    pointing = {model._meta.app_label for model in models} - {"parties"}
    assert pointing <= hearing, f"no reaction to account.merged: {sorted(pointing - hearing)}"


def test_every_row_of_this_module_is_moved_or_meant_to_stay():
    models = apps.get_app_config("parties").get_models()
    pointing = {one for one in models if points_at_accounts(one)}
    assert {one for one in pointing if one._meta.label not in ONCE_ONLY} == set(MOVING)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time")
@pytest.mark.req("SX.10", part="crossing merges")
def test_two_merges_that_cross_leave_everything_reachable():
    house = software_vendor()
    for attempt in range(3):
        one = make_account(house.hunan, f"One {attempt}", contact_name="A", phone="13800138000")
        two = make_account(house.hunan, f"Two {attempt}", contact_name="B", phone="13900139000")
        outcomes = at_once(
            lambda one=one, two=two: merge_account(
                Account.objects.get(pk=one.pk), by=house.chief, into=Account.objects.get(pk=two.pk),
                reason="x",
            ),
            lambda one=one, two=two: merge_account(
                Account.objects.get(pk=two.pk), by=house.chief, into=Account.objects.get(pk=one.pk),
                reason="x",
            ),
        )  # fmt: skip
        assert sorted(type(one).__name__ for one in outcomes) == ["Account", "Refused"]
        merged = Account.objects.get(pk__in=(one.pk, two.pk), status=AccountState.MERGED)
        survivor = merged.merged_into
        assert survivor.status == AccountState.ACTIVE
        assert Contact.objects.filter(account=survivor).count() == 2
        assert find(house.chief, "13800138000") and find(house.chief, "13900139000")


def at_once(*works) -> list:
    """Run the works in threads that begin together; what each gave or was refused with."""
    gate, outcomes = threading.Barrier(len(works)), []

    def run(work) -> None:
        gate.wait()
        try:
            outcomes.append(work())
        except Refused as refusal:
            outcomes.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes
