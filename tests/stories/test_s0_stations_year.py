"""Half a year of one field manager at two stations: looked into, trained, educated."""

from datetime import date

import pytest
from django.test import Client

from kept.kit import clock
from kept.kit.testing.refusing import refused
from kept.parties.actions import acknowledge_change, add_contact
from kept.parties.factories import make_station
from kept.parties.models import ChangeNotice
from kept.parties.tests.cast import at, handset_maker
from kept.people.models import User
from kept.promises import duties
from kept.promises.models import Duty, Promise, PromiseKind, PromiseState
from kept.promises.sweep import sweep
from kept.stations.actions import (
    close_fraud_case,
    close_inspection,
    decide_fraud,
    open_fraud_case,
    plan_inspection,
    report_fraud,
)
from kept.stations.models import FraudState
from kept.timeline.factories import make_file
from kept.timeline.models import Notice
from kept.workforce.actions import (
    acknowledge_training,
    enter_result,
    finish_training,
    train_station,
)
from kept.workforce.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    """陳立 looks after Hangzhou and Ningbo; 張技師 repairs in Hangzhou."""
    found = handset_maker()
    with at("2025-12-29 09:00"):
        found.hangzhou = make_station(found.east, "ZJ-01", found.chen, name="杭州授权站")
        found.ningbo = make_station(found.east, "ZJ-02", found.chen, name="宁波授权站")
        add_contact(found.hangzhou, by=found.boss, name="张技师", is_repair_staff=True)
        acknowledge_change(ChangeNotice.objects.get(), by=found.owner)
        found.zhang = found.hangzhou.contacts.get(name="张技师")
        duties.generate()
    return found


def opened(user: User, address: str) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer).decode()


def owed(station, code: str) -> Promise:
    rows = Duty.objects.filter(thread=station.thread, code=code).order_by("period_from")
    return rows.select_related("promise").first().promise


def reminded_of(person: User) -> int:
    told = Notice.objects.filter(to=person, channel="screen")
    return told.filter(event__in=("promise.warned", "promise.digest")).count()


@pytest.mark.req("S0.06")
def test_the_attitude_of_each_station_is_looked_into_every_quarter(house):
    for station in (house.hangzhou, house.ningbo):
        due = clock.local(owed(station, "attitude_inspection").due_at, house.company.zone)
        assert due.date() == date(2026, 3, 31), "scheduled for each of them by itself"
    before = reminded_of(house.chen)
    with at("2026-03-15 09:00"):
        sweep()
    assert reminded_of(house.chen) > before
    with at("2026-03-20 15:00"):
        looked = plan_inspection(house.hangzhou, by=house.chen, method="unannounced")
        with refused("S0.06", field="findings"):
            close_inspection(looked, by=house.chen, score=85)
        with refused("S0.06", field="score"):
            close_inspection(looked, by=house.chen, findings="主动问候")
        assert owed(house.hangzhou, "attitude_inspection").is_open
        close_inspection(
            looked, by=house.chen, findings="主动问候", score=85, staff_seen="张技师",
            inspected_on=date(2026, 3, 19),
        )  # fmt: skip
        paper = opened(house.chen, f"{looked.get_absolute_url()}print/")
    wanted = ("杭州授权站", "19 Mar", looked.get_method_display(), "主动问候", "85", "张技师")
    assert [words for words in wanted if words not in paper] == []
    with at("2026-04-01 00:00"):
        sweep()
        overdue = opened(house.owner, "/stations_to_inspect/?format=csv")
    assert "宁波授权站" in overdue and "杭州授权站" not in overdue
    states = [owed(one, "attitude_inspection").state for one in (house.hangzhou, house.ningbo)]
    assert states == [PromiseState.KEPT, PromiseState.RUNNING]


@pytest.mark.req("S0.07")
def test_stations_are_trained_in_attitude_by_plan_and_after_a_bad_inspection(house):
    staff = list(house.hangzhou.contacts.order_by("pk"))
    with at("2026-02-02 09:00"):
        bad = plan_inspection(house.hangzhou, by=house.chen, method="visit")
        close_inspection(bad, by=house.chen, findings="柜台冷淡", score=40)
    asked = Promise.objects.get(kind=PromiseKind.TRAIN)
    planned = owed(house.hangzhou, "attitude_training")
    assert asked.person == planned.person == house.chen
    with at("2026-02-10 16:00"):
        with refused("S0.07", field="attendees"):
            train_station(house.hangzhou, by=house.chen, topic=Topic.ATTITUDE, trainer="陳立")
        held = train_station(
            house.hangzhou, by=house.chen, topic=Topic.ATTITUDE, trainer="陳立", attendees=staff,
            held_on=date(2026, 2, 10), result="能主动问候",
        )  # fmt: skip
        enter_result(held.attendees.get(contact=house.zhang), by=house.chen, result="需再练")
    asked.refresh_from_db()
    planned.refresh_from_db()
    assert (asked.state, planned.state) == (PromiseState.KEPT, PromiseState.KEPT)
    with at("2026-02-10 17:00"):
        by_person = opened(house.owner, "/attendees/?format=csv")
        by_station = opened(house.chen, house.hangzhou.get_absolute_url())
        paper = opened(house.chen, f"{held.get_absolute_url()}print/")
    assert "张技师" in by_person and "需再练" in by_person
    assert held.number in by_station
    for words in ("10 Feb", "能主动问候", *(one.name for one in staff)):
        assert words in paper, words
    with at("2027-01-01 00:30"):
        duties.generate()
        again = Duty.objects.filter(thread=house.hangzhou.thread, code="attitude_training")
        sweep()
        overdue = opened(house.owner, "/trainings_owed/?format=csv")
    assert again.count() > 1, "owed again in the next period"
    assert "Train the station in attitude,宁波授权站" in overdue


@pytest.mark.req("S0.27")
def test_stations_are_trained_in_spare_parts_every_half_year(house):
    due = clock.local(owed(house.hangzhou, "parts_training").due_at, house.company.zone)
    assert due.date() == date(2026, 6, 30)
    staff = list(house.hangzhou.contacts.all())
    before = reminded_of(house.chen)
    with at("2026-06-20 09:00"):
        sweep()
    assert reminded_of(house.chen) > before
    with at("2026-06-25 10:00"):
        with refused("S0.27", field="attendees"):
            train_station(house.hangzhou, by=house.chen, topic=Topic.PARTS, trainer="陳立")
        held = train_station(
            house.hangzhou, by=house.chen, topic=Topic.PARTS, trainer="陳立", attendees=staff,
            result="能独立申请备件",
        )  # fmt: skip
        assert "能独立申请备件" in opened(house.chen, held.get_absolute_url())
    assert owed(house.hangzhou, "parts_training").state == PromiseState.KEPT
    with at("2026-07-01 00:30"):
        sweep()
        rows = opened(house.owner, "/trainings_owed/?format=csv").splitlines()
        duties.generate()
    late = [line for line in rows if line.startswith("Spare-parts training")]
    assert len(late) == 1 and "宁波授权站" in late[0]
    second = Duty.objects.filter(
        thread=house.hangzhou.thread, code="parts_training", period_from=date(2026, 7, 1)
    )
    assert second.exists(), "owed again for the second half of the year"


def educate(house, station, held_on: date, who: User):
    """Honesty education on a day, acknowledged by whoever answers for the station, and done."""
    training = train_station(
        station, by=who, topic=Topic.HONESTY, trainer=who.name, held_on=held_on,
        content="不虚报工单", attendees=list(station.contacts.all()),
    )  # fmt: skip
    acknowledge_training(training, by=who, contact=station.contacts.earliest("pk"))
    finish_training(training, by=who)
    return training


@pytest.mark.req("S0.16")
@pytest.mark.req("S0.19", part="a confirmed fraud is closed with its education on record only")
def test_stations_are_educated_in_honesty_every_quarter_and_after_fraud(house):
    quarter = owed(house.hangzhou, "honesty_education")
    assert clock.local(quarter.due_at, house.company.zone).date() == date(2026, 3, 31)
    with at("2026-02-02 09:00"):
        educate(house, house.hangzhou, date(2026, 2, 2), house.chen)
    quarter.refresh_from_db()
    assert quarter.state == PromiseState.KEPT, "every quarter"
    with at("2026-03-02 09:00"):
        case = open_fraud_case(
            house.hangzhou, by=house.chen, suspected="WO-4 无此用户", concerned_orders="WO-4",
            files=[make_file(house.chen, name="录音.mp3")],
        )  # fmt: skip
        report_fraud(case, by=house.chen)
        assert not Promise.objects.filter(kind=PromiseKind.TRAIN).exists()
    with at("2026-03-04 10:00"):
        decide_fraud(case, by=house.owner, decision="confirmed", reason="录音属实")
        asked = Promise.objects.get(kind=PromiseKind.TRAIN)
        assert (asked.about, asked.person) == (case.thread, house.chen)
        assert clock.local(asked.due_at, house.company.zone).date() == date(2026, 3, 18)
        with refused("S0.19"):
            close_fraud_case(case, by=house.chen)
    before = reminded_of(house.chen)
    with at("2026-03-17 15:00"):
        sweep()
    assert reminded_of(house.chen) > before
    with at("2026-03-19 09:00"):
        sweep()
        overdue = opened(house.owner, "/trainings_owed/?format=csv")
        assert "After a confirmed fraud" in overdue and "杭州授权站" in overdue
        station = opened(house.chen, house.hangzhou.get_absolute_url())
        assert "After a confirmed fraud" in station
        educate(house, house.hangzhou, date(2026, 3, 3), house.chen)
        asked.refresh_from_db()
        assert asked.is_open, "held before it was confirmed: it taught nothing about it"
        held = train_station(
            house.hangzhou, by=house.chen, topic=Topic.HONESTY, trainer="陳立",
            content="WO-4 一案", attendees=list(house.hangzhou.contacts.all()),
        )  # fmt: skip
        with refused("S0.16"):
            finish_training(held, by=house.chen)
        with refused("S0.19"):
            close_fraud_case(case, by=house.chen)
        acknowledge_training(held, by=house.chen, contact=house.zhang)
        finish_training(held, by=house.chen)
        asked.refresh_from_db()
        assert (asked.state, asked.done_at) == (PromiseState.BROKEN, clock.now()), "a day late"
        case.refresh_from_db()
        assert (case.education, case.educated_on) == (held.thread, date(2026, 3, 19))
        close_fraud_case(case, by=house.chen)
        page = opened(house.owner, case.get_absolute_url())
        overdue = opened(house.owner, "/trainings_owed/?format=csv")
    assert case.status == FraudState.CLOSED and held.number in page
    assert "After a confirmed fraud" not in overdue
    policy = opened(house.boss, "/policy/")
    assert "educated in honesty within 10 working days" in policy
