"""Stations and field staff: who is responsible for which station, and on which day."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kept.kit.testing.refusing import refused
from kept.parties.actions import (
    acknowledge_change,
    activate,
    add_contact,
    add_operator,
    add_remark,
    add_station,
    assign_field_manager,
    assign_owner,
    end_account,
    end_contact,
    end_posting,
    hand_stations,
    post_field_staff,
)
from kept.parties.factories import make_station
from kept.parties.models import (
    Account,
    AccountState,
    ChangeNotice,
    Coverage,
    Posting,
    RemarkKind,
)
from kept.parties.queries import covered_on, regions_without_staff
from kept.parties.tests.cast import at, handset_maker
from kept.people.actions import deactivate
from kept.timeline.models import Notice

pytestmark = pytest.mark.django_db


@pytest.mark.req("S0.01")
def test_station_is_active_only_with_one_field_manager_and_a_phone():
    house = handset_maker()
    with at("2026-03-02 09:00"):
        post_field_staff(house.chen, by=house.owner, region="浙江")
        station = add_station(
            by=house.owner, unit=house.east, code="ZJ-01", name="杭州授权站", region="浙江",
            address="杭州市文三路1号",
        )  # fmt: skip
        assert station.status == AccountState.PENDING
        with refused("S0.01"):
            activate(station, by=house.owner)
        assign_field_manager(station, by=house.owner, field_manager=house.chen)
        with refused("S0.01"):
            activate(station, by=house.owner)
        add_contact(station, by=house.owner, name="站长", phone="0571-88886666")
        add_contact(station, by=house.owner, name="修理工", is_repair_staff=True)
        activate(station, by=house.owner)
    assert (station.status, station.field_manager) == (AccountState.ACTIVE, house.chen)
    assert station.contacts.get(is_repair_staff=True).name == "修理工"
    events = list(station.thread.entries.order_by("seq").values_list("event", flat=True))
    assert events == [
        "account.added", "account.field_manager_assigned", "account.contact_added",
        "account.contact_added", "account.activated",
    ]  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Coverage.objects.create(account=station, manager=house.sun, from_on=date(2026, 3, 2))


def test_an_active_station_never_loses_its_last_phone():
    house = handset_maker()
    station = make_station(house.east, "ZJ-01", house.chen)
    end_contact(station.contacts.get(), by=house.chen, reason="离职")
    notice = ChangeNotice.objects.get()
    with refused("S0.01", field="phone"):
        acknowledge_change(notice, by=house.owner)


@pytest.mark.req("S0.02")
def test_who_covers_which_station_on_a_day_and_nobody_leaves_while_stations_point_at_them():
    house = handset_maker()
    with at("2026-01-05 09:00"):
        station = make_station(house.east, "ZJ-01", house.chen, region="浙江")
    with at("2026-02-10 09:00"):
        post_field_staff(house.sun, by=house.owner, region="浙江")
        assign_field_manager(station, by=house.owner, field_manager=house.sun)
    stations = Account.objects.filter(pk=station.pk)
    for day, name in (
        (date(2026, 1, 4), None),
        (date(2026, 1, 5), "陳立"),
        (date(2026, 2, 9), "陳立"),
        (date(2026, 2, 10), "孫偉"),
        (date(2027, 2, 10), "孫偉"),
    ):
        assert covered_on(stations, day).get().covered_by == name, day
    with at("2026-03-02 09:00"):
        with refused("S0.02"):
            end_posting(house.sun, by=house.owner, region="浙江")
        with refused("SX.17"):
            deactivate(house.sun, by=house.boss, reason="调离")
        end_posting(house.chen, by=house.owner, region="浙江")
        post_field_staff(house.chen, by=house.owner, region="江苏")
        hand_stations(house.sun, by=house.owner, to_person=house.chen)
        end_posting(house.sun, by=house.owner, region="浙江", reason="调离")
        deactivate(house.sun, by=house.boss, reason="调离")
    assert Posting.objects.on(date(2026, 2, 20)).count() == 2
    assert Posting.objects.get(person=house.sun).until_on == date(2026, 3, 2)
    assert regions_without_staff(stations, date(2026, 3, 3)) == ["浙江"]
    assert regions_without_staff(stations, date(2026, 2, 20)) == []


def test_only_somebody_posted_with_a_phone_is_responsible():
    house = handset_maker()
    station = add_station(by=house.owner, unit=house.east, code="ZJ-02", name="B", region="浙江")
    with refused("S0.02", field="field_manager"):
        assign_field_manager(station, by=house.owner, field_manager=house.chen)
    with refused("S0.02", field="phone"):
        post_field_staff(house.clerk, by=house.owner, region="浙江")
    with at("2026-03-02 09:00"):
        post_field_staff(house.chen, by=house.owner, region="浙江")
        with refused("S0.02", field="region"):
            post_field_staff(house.chen, by=house.owner, region="浙江")
        with refused(field="from_on"):
            assign_field_manager(
                station, by=house.owner, field_manager=house.chen, from_on=date(2026, 3, 9)
            )


def test_two_managers_never_share_a_day_not_even_when_one_is_replaced_at_once():
    house = handset_maker()
    with at("2026-03-02 09:00"):
        station = make_station(house.east, "ZJ-01", house.chen)
        post_field_staff(house.sun, by=house.owner, region="浙江")
        assign_field_manager(station, by=house.owner, field_manager=house.sun)
        day = date(2026, 3, 2)
        assert Coverage.objects.on(day).get(account=station).manager == house.sun
        with refused("S0.02", field="from_on"):
            assign_field_manager(
                station, by=house.owner, field_manager=house.chen, from_on=date(2026, 3, 1)
            )
    told = Notice.objects.filter(event="account.field_manager_assigned", channel="screen")
    assert set(told.values_list("to__username", flat=True)) == {"chenli", "sunwei"}


@pytest.mark.req("S0.03")
def test_operator_has_contacts_a_relationship_owner_and_a_history_of_opinions():
    house = handset_maker()
    with at("2026-03-02 09:00"):
        operator = add_operator(
            by=house.chen, unit=house.east, name="杭州移动", region="浙江",
            relationship_owner=house.chen, contact_name="刘经理", phone="13700001111",
        )  # fmt: skip
        add_contact(operator, by=house.chen, name="采购", phone="13700002222")
        add_remark(operator, by=house.chen, kind=RemarkKind.OPINION, rating=2, topic="周转",
                   text="希望更快")  # fmt: skip
    with at("2026-05-02 09:00"):
        add_remark(operator, by=house.chen, kind=RemarkKind.OPINION, rating=4, text="好多了")
        assign_owner(operator, by=house.chen, relationship_owner=house.sun)
    assert operator.contacts.count() == 2
    assert list(operator.remarks.order_by("heard_on").values_list("rating", flat=True)) == [2, 4]
    assert operator.relationship_owner == house.sun
    assert "account.owner_assigned" in operator.thread.entries.values_list("event", flat=True)
    with refused(field="rating"):
        add_remark(operator, by=house.chen, kind=RemarkKind.OPINION, rating=6, text="x")
    with refused("SX.17"):
        deactivate(house.sun, by=house.boss, reason="x")


def test_a_station_ends_and_a_customer_is_lost_instead():
    house = handset_maker()
    station = make_station(house.east, "ZJ-01", house.chen)
    end_account(station, by=house.owner, reason="合同到期")
    assert station.status == AccountState.ENDED
    activate(station, by=house.owner)
    assert station.status == AccountState.ACTIVE
