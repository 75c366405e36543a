"""Changes of stations and field staff wait until somebody else has seen them."""

from datetime import date, timedelta

import pytest

from kept.kit.refusal import NotAllowed
from kept.kit.testing.refusing import refused
from kept.parties.actions import (
    acknowledge_change,
    add_contact,
    add_phone,
    admit,
    change_account,
    change_address,
    change_contact,
    change_own_contact,
    decline_change,
)
from kept.parties.factories import make_account, make_station
from kept.parties.models import Account, ChangeNotice, NoticeState
from kept.parties.sweep import take_effect_due
from kept.parties.tests.cast import at, handset_maker, moment, software_vendor
from kept.people.actions import change_user
from kept.people.factories import give, make_user
from kept.people.models import Role, User
from kept.promises.models import Promise, PromiseKind, PromiseState
from kept.promises.sweep import sweep
from kept.timeline.models import Notice
from kept.timeline.sentences import tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    house = handset_maker()
    with at("2026-03-02 09:00"):
        house.station = make_station(
            house.east, "ZJ-01", house.chen, name="杭州站", email="zj01@example.com",
            address="文三路1号",
        )  # fmt: skip
    return house


def last_words(account: Account) -> dict[str, str]:
    return tell(account.thread.entries.select_related("by").order_by("seq"))[-1].words


@pytest.mark.req("S0.42")
def test_station_data_changes_only_when_the_channel_owner_has_acknowledged_it(house):
    station = house.station
    with at("2026-03-03 10:00"):
        change_account(
            station, by=house.chen, name="杭州西湖站", effective_on=date(2026, 3, 1), reason="更名"
        )
        notice = ChangeNotice.objects.get()
        assert station.notice == notice and notice.number == "JL-N26-000001"
        assert Account.objects.get(pk=station.pk).name == "杭州站"
        assert notice.lines == [{"field": "name", "old": "杭州站", "new": "杭州西湖站"}]
        assert (notice.effective_on, notice.notified_at) == (
            date(2026, 3, 1), moment("2026-03-03 10:00"),
        )  # fmt: skip
        promise = Promise.objects.get(about=notice.thread, kind=PromiseKind.ACKNOWLEDGE)
        assert (promise.person, promise.state) == (house.owner, PromiseState.RUNNING)
        assert promise.due_at == moment("2026-03-07 00:00") - timedelta(microseconds=1)
        assert Notice.objects.filter(to=house.owner, event="change.reported").exists()
        with refused("S0.42"):
            change_account(station, by=house.chen, name="另一个名字")
        with pytest.raises(NotAllowed):
            acknowledge_change(notice, by=house.chen)
    with at("2026-03-04 09:00"):
        acknowledge_change(notice, by=house.owner)
    station = Account.objects.get(pk=station.pk)
    assert (station.name, notice.status) == ("杭州西湖站", NoticeState.EFFECTIVE)
    assert (notice.answered_by, notice.answered_at) == (house.owner, moment("2026-03-04 09:00"))
    assert Promise.objects.get(pk=promise.pk).state == PromiseState.KEPT
    words = last_words(station)
    assert (words["old_name"], words["new_name"]) == ("杭州站", "杭州西湖站")
    assert not notice.thread.is_open


@pytest.mark.req("S0.42", part="late notice and late acknowledgement are seen")
def test_a_change_told_late_and_an_acknowledgement_forgotten_are_both_seen(house):
    with at("2026-03-10 10:00"):
        change_account(house.station, by=house.chen, region="江苏", effective_on=date(2026, 3, 5))
        notice = ChangeNotice.objects.get()
        assert notice.days_late == 2
    with at("2026-03-14 00:00"):
        sweep()
        assert Notice.objects.filter(to=house.owner, event="promise.breached").exists()


def test_contacts_phones_and_addresses_of_a_station_wait_as_well(house):
    station, contact = house.station, house.station.contacts.get()
    with at("2026-03-03 10:00"):
        change_contact(contact, by=house.chen, phone="13755556666")
        add_contact(station, by=house.chen, name="新修理工", is_repair_staff=True)
        add_phone(contact, by=house.chen, phone="0571-88886666")
        change_address(station.addresses.get(), by=house.chen, text="文三路2号")
        assert ChangeNotice.objects.filter(status=NoticeState.PENDING).count() == 4
        assert station.contacts.count() == 1 and contact.phones.count() == 1
        for notice in ChangeNotice.objects.all():
            acknowledge_change(notice, by=house.owner)
    numbers = set(contact.phones.current().values_list("number", flat=True))
    assert numbers == {"+8613755556666", "+8657188886666"}
    assert contact.phones.filter(ended_at__isnull=False).get().number == "+8613700002222"
    assert station.addresses.current().get().text == "文三路2号"
    assert station.contacts.get(is_repair_staff=True).name == "新修理工"


def test_an_acknowledged_change_takes_effect_on_its_day_and_not_before(house):
    with at("2026-03-03 10:00"):
        change_account(house.station, by=house.chen, region="江苏", effective_on=date(2026, 3, 10))
        notice = ChangeNotice.objects.get()
        acknowledge_change(notice, by=house.owner)
        assert notice.status == NoticeState.ACKNOWLEDGED
    with at("2026-03-09 23:59"):
        assert take_effect_due() == 0
        assert Account.objects.get(pk=house.station.pk).region == "浙江"
    with at("2026-03-10 00:00"):
        assert (take_effect_due(), take_effect_due()) == (1, 0)
    assert Account.objects.get(pk=house.station.pk).region == "江苏"


def test_a_declined_change_changes_nothing_and_the_reporter_is_told(house):
    with at("2026-03-03 10:00"):
        change_account(house.station, by=house.chen, region="江苏")
        notice = ChangeNotice.objects.get()
        decline_change(notice, by=house.owner, reason="不属实")
    assert Account.objects.get(pk=house.station.pk).region == "浙江"
    assert Notice.objects.filter(to=house.chen, event="change.declined").exists()
    with refused("SX.06"):
        acknowledge_change(notice, by=house.owner)
    change_account(house.station, by=house.chen, region="上海")


def test_nobody_acknowledges_their_own_change(house):
    change_account(house.station, by=house.owner, region="江苏")
    with refused("S0.42"):
        acknowledge_change(ChangeNotice.objects.get(), by=house.owner)
    acknowledge_change(ChangeNotice.objects.get(), by=house.boss)


def test_other_accounts_change_at_once_with_history():
    vendor = software_vendor()
    account = make_account(vendor.hunan, "Customer", region="湖南")
    change_account(account, by=vendor.zhou, region="湖北")
    assert account.region == "湖北" and not ChangeNotice.objects.exists()
    assert last_words(account)["old_region"] == "湖南"


@pytest.mark.req("S0.43")
def test_own_contact_data_waits_stations_are_told_and_a_phone_stays(house):
    station_user = make_user(house.company, "zj01", name="站长")
    role = Role.objects.get(company=house.company, code="station")
    admit(house.station, by=house.owner, person=station_user, role=role)
    with at("2026-03-20 09:00"):
        for phone in ("", "call me"):
            with refused("S0.43", field="phone"):
                change_own_contact(house.chen, by=house.chen, phone=phone)
        change_own_contact(house.chen, by=house.chen, phone="139 9999 8888", address="杭州")
        notice = ChangeNotice.objects.get()
        assert User.objects.get(pk=house.chen.pk).phone == "13811112222"
        promise = Promise.objects.get(about=notice.thread)
        assert promise.person == house.owner
        chen = give(house.chen, "channel_owner", house.company)
        with refused("S0.43"):
            acknowledge_change(notice, by=chen)
        acknowledge_change(notice, by=house.owner)
    assert User.objects.get(pk=house.chen.pk).phone == "+8613999998888"
    assert house.chen.postings.get().address == "杭州"
    words = last_words(house.chen)
    assert (words["old_phone"], words["new_phone"]) == ("13811112222", "+8613999998888")
    told = Notice.objects.filter(thread=house.station.thread, event="account.manager_reached")
    assert told.filter(to=station_user, channel="screen").exists()
    mail = told.get(address="zj01@example.com")
    assert "+8613999998888" in mail.values["body"]
    assert last_words(house.station)["phone"] == "+8613999998888"


def test_only_oneself_or_the_registrar_changes_contact_data(house):
    with refused("S0.43"):
        change_own_contact(house.sun, by=house.chen, phone="13999998888")
    change_own_contact(house.sun, by=house.owner, phone="13999998888")
    assert house.sun.phone == "+8613999998888"


def test_notices_are_seen_by_those_who_see_the_station(house):
    change_account(house.station, by=house.chen, region="江苏")
    other = software_vendor()
    seen = ChangeNotice.objects.visible_to
    assert seen(house.owner).count() == seen(house.chen).count() == 1
    assert seen(other.chief).count() == 0


def test_changing_a_person_is_no_way_round_the_notice(house):
    facts = {"name": house.chen.name, "email": house.chen.email}
    with refused("S0.43", field="phone"):
        change_user(house.chen, by=house.boss, phone="13999998888", **facts)
    change_user(house.chen, by=house.boss, phone="13811112222", title="外派经理", **facts)
