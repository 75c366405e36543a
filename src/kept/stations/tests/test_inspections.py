"""Inspections need findings and a score, talks are logged: both keep what is owed (S0.06)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from kept.kit.testing.refusing import refused
from kept.kit.verifying import verify
from kept.parties.actions import add_account, admit, end_account, merge_account
from kept.parties.factories import make_station
from kept.parties.tests.cast import at, handset_maker
from kept.people.actions import deactivate, hand_over
from kept.people.factories import make_user
from kept.people.models import Role, User
from kept.promises import duties
from kept.promises.ladder import WARNED
from kept.promises.models import Duty, PromiseState
from kept.promises.sweep import sweep
from kept.stations.actions import (
    answer_talk,
    close_inspection,
    log_talk,
    plan_inspection,
    withdraw_inspection,
)
from kept.stations.factories import make_inspection
from kept.stations.models import Inspection, InspectionMethod, InspectionState, SettlementTalk
from kept.timeline.models import Notice
from kept.timeline.sentences import tell

pytestmark = pytest.mark.django_db
VISIT = InspectionMethod.VISIT


@pytest.fixture
def house():
    found = handset_maker()
    with at("2025-12-29 09:00"):
        found.station = make_station(found.east, "ZJ-01", found.chen, name="杭州授权站")
        found.other = make_station(found.east, "ZJ-02", found.chen, name="宁波授权站")
        duties.generate()
    return found


def opened(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=user.pk))
    return client


def owed(station, code: str) -> Duty:
    rows = Duty.objects.filter(thread=station.thread, code=code).select_related("promise")
    return rows.order_by("period_from").first()


@pytest.mark.req("S0.06", part="no inspection is closed without findings and score")
def test_no_inspection_is_closed_without_findings_and_score(house):
    with at("2026-02-02 09:00"):
        inspection = plan_inspection(house.station, by=house.chen, method=VISIT)
        assert inspection.number == "JL-I26-000001" and inspection.inspector == house.chen
        with refused("S0.06", field="findings"):
            close_inspection(inspection, by=house.chen, score=80)
        with refused("S0.06", field="score"):
            close_inspection(inspection, by=house.chen, findings="微笑服务")
        for score in (-1, 101):
            with refused(field="score"):
                close_inspection(inspection, by=house.chen, findings="微笑服务", score=score)
        with refused(field="inspected_on"):
            close_inspection(inspection, by=house.chen, findings="x", score=1,
                             inspected_on=date(2026, 2, 3))  # fmt: skip
        close_inspection(inspection, by=house.chen, findings="微笑服务", score=80,
                         staff_seen="张技师", inspected_on=date(2026, 2, 1))  # fmt: skip
        with refused("SX.06"):
            close_inspection(inspection, by=house.chen, findings="再看", score=10)
    assert (inspection.status, inspection.score_words) == (InspectionState.CLOSED, "80 / 100")
    assert not inspection.is_bad and inspection.closed_by == house.chen
    with pytest.raises(IntegrityError), transaction.atomic():
        Inspection.objects.filter(pk=inspection.pk).update(score=None)


@pytest.mark.req(
    "S0.06", part="owed every quarter, reminded of, kept by closing, overdue otherwise"
)
def test_an_inspection_is_owed_every_quarter_and_kept_by_closing_one(house):
    duty = owed(house.station, "attitude_inspection")
    assert (duty.period_from, duty.period_until) == (date(2026, 1, 1), date(2026, 3, 31))
    assert duty.promise.person == house.chen
    with at("2026-03-15 09:00"):
        sweep()
    duty.promise.refresh_from_db()
    assert duty.promise.level == WARNED
    told = Notice.objects.filter(to=house.chen, event__in=("promise.warned", "promise.digest"))
    assert told.exists()
    with at("2026-03-31 09:00"):
        make_inspection(house.station, house.chen, 90)
    with at("2026-04-01 00:00"):
        sweep()
        listed = opened(house.owner).get("/stations_to_inspect/?format=csv").getvalue().decode()
    duty.promise.refresh_from_db()
    assert duty.promise.state == PromiseState.KEPT
    assert "宁波授权站" in listed and "杭州授权站" not in listed


def test_a_station_nobody_inspected_for_long_is_overdue_even_if_nothing_is_late(house):
    with at("2026-03-31 09:00"):
        make_inspection(house.station, house.chen, 90)
        make_inspection(house.other, house.chen, 90)
    with at("2026-06-30 09:00"):
        address = "/stations_to_inspect/?format=csv"
        assert "杭州授权站" not in opened(house.owner).get(address).getvalue().decode()
    with at("2026-07-02 09:00"):
        assert "杭州授权站" in opened(house.owner).get(address).getvalue().decode()


def test_one_inspection_is_planned_at_a_time_and_withdrawn_with_a_reason(house):
    with at("2026-02-02 09:00"):
        inspection = plan_inspection(house.station, by=house.chen, method=VISIT)
        with refused("S0.06"):
            plan_inspection(house.station, by=house.chen, method=VISIT)
        gone = make_user(house.east, "gone", "field_manager")
        deactivate(gone, by=house.boss, reason="离职")
        with refused("SX.17", field="inspector"):
            plan_inspection(house.other, by=house.chen, method=VISIT, inspector=gone)
        with refused("SX.17"):
            end_account(house.station, by=house.owner, reason="合同到期")
        with refused(field="reason"):
            withdraw_inspection(inspection, by=house.chen, reason="")
        withdraw_inspection(inspection, by=house.chen, reason="站点装修")
        plan_inspection(house.station, by=house.chen, method=VISIT)
    assert owed(house.station, "attitude_inspection").promise.is_open
    customer = add_account(by=house.boss, unit=house.east, name="杭州移动")
    with refused("S0.06"):
        plan_inspection(customer, by=house.boss, method=VISIT)


def test_the_station_sees_its_closed_inspections_and_nothing_meant_for_headquarters(house):
    keeper = make_user(house.company, "zj01", name="站长")
    role = Role.objects.get(company=house.company, code="station")
    admit(house.station, by=house.owner, person=keeper, role=role)
    keeper = User.objects.get(pk=keeper.pk)
    with at("2026-02-02 09:00"):
        mine = plan_inspection(house.station, by=house.chen, method=VISIT)
        theirs = make_inspection(house.other, house.chen, 70)
        assert list(Inspection.objects.visible_to(keeper)) == []
        close_inspection(mine, by=house.chen, findings="柜台冷淡", score=55,
                         hq_note="站长与竞品走得近")  # fmt: skip
        log_talk(house.station, by=house.chen, persons="站长", questions="为什么少付？")
        log_talk(house.other, by=house.chen, persons="宁波站长", questions="何时付款？")
    assert list(Inspection.objects.visible_to(keeper)) == [mine]
    client = opened(keeper)
    page = client.get(mine.get_absolute_url()).content.decode()
    assert "柜台冷淡" in page and "55" in page and "竞品" not in page
    assert "竞品" in opened(house.chen).get(mine.get_absolute_url()).content.decode()
    assert client.get(theirs.get_absolute_url()).status_code == 404
    account = client.get(house.station.get_absolute_url()).content.decode()
    assert mine.number in account and "竞品" not in account
    planned = "Look into the service attitude"
    assert planned not in account
    assert planned in opened(house.chen).get(house.station.get_absolute_url()).content.decode()
    for address in ("/settlement_talks/?all=1", "/inspections/?all=1"):
        text = client.get(address).content.decode()
        assert "杭州授权站" in text and "宁波授权站" not in text
    for address in ("/stations_to_inspect/", "/sales_figures/", "/sales_owed/"):
        assert client.get(address).status_code == 403
    paper = client.get(f"{mine.get_absolute_url()}print/").content.decode()
    assert "柜台冷淡" in paper and "竞品" not in paper


def test_an_inspection_has_a_page_a_paper_and_a_place_in_the_list(house):
    with at("2026-02-02 09:00"):
        inspection = make_inspection(house.station, house.chen, 55, "柜台冷淡")
        client = opened(house.chen)
        assert "柜台冷淡" in client.get(f"{inspection.get_absolute_url()}print/").content.decode()
        assert inspection.number in client.get("/inspections/?bad=yes").content.decode()
        assert inspection.number not in client.get("/inspections/?bad=no").content.decode()
        form = client.get(f"{house.other.get_absolute_url()}plan_inspection/").content.decode()
        assert "2026-03-31" in form, "planned for the last day it is owed by"
        sent = client.post(
            f"{house.other.get_absolute_url()}plan_inspection/",
            {"method": "visit", "planned_on": "2026-03-31", "inspector": "chenli", "_key": "k"},
        )
    assert sent.headers["Location"] == Inspection.objects.latest("pk").get_absolute_url()
    assert verify().faults == []


@pytest.mark.req("S0.15", part="logged and reminded of every month; orders they dispute are named")
def test_a_settlement_talk_is_logged_and_keeps_the_months_duty(house):
    with at("2026-01-20 09:00"):
        with refused(field="held_on"):
            log_talk(house.station, by=house.chen, persons="站长", held_on=date(2026, 1, 21))
        with refused(field="persons"):
            log_talk(house.station, by=house.chen, persons="")
        log_talk(
            house.station, by=house.chen, persons="站长、会计", questions="为什么少付？",
            disputed_orders="WO-4\n WO-5 \nWO-4",
        )  # fmt: skip
        talk = SettlementTalk.objects.get()
        assert talk.disputed == ["WO-4", "WO-5"] and talk.waits_for_answer
        answer_talk(talk, by=house.chen, answers="WO-4 无人接听，待回访")
        with refused("S0.15"):
            answer_talk(talk, by=house.chen, answers="再答")
        log_talk(house.other, by=house.chen, persons="站长", questions="何时？", answers="月底")
    assert not talk.waits_for_answer and talk.answered_by == house.chen
    assert owed(house.station, "settlement_talk").promise.state == PromiseState.KEPT
    assert owed(house.station, "attitude_inspection").promise.is_open
    with at("2026-01-20 09:00"):
        listed = opened(house.chen).get("/settlement_talks/?q=WO-5&format=csv").getvalue().decode()
        assert "杭州授权站" in listed and "宁波授权站" not in listed
    lines = [one.event for one in tell(house.station.thread.entries.order_by("seq"))]
    assert lines.count("account.settlement_talked") == lines.count("account.settlement_answered")


def test_whoever_leaves_hands_planned_inspections_over(house):
    with at("2026-02-02 09:00"):
        lu = make_user(house.east, "lu", "field_manager", name="陸")
        inspection = plan_inspection(house.station, by=house.chen, method=VISIT, inspector=lu)
        with refused("SX.17"):
            deactivate(lu, by=house.boss, reason="离职")
        hand_over(lu, by=house.boss, to=house.sun, reason="离职")
        deactivate(lu, by=house.boss, reason="离职")
    inspection.refresh_from_db()
    assert inspection.inspector == house.sun
    assert inspection in Inspection.objects.visible_to(User.objects.get(pk=house.sun.pk))


def test_what_was_found_goes_on_with_the_station_that_survives_a_merge(house):
    with at("2026-02-02 09:00"):
        closed = make_inspection(house.other, house.chen, 70)
        planned = make_inspection(house.other, house.chen)
        kept = make_inspection(house.station, house.chen)
        log_talk(house.other, by=house.chen, persons="宁波站长")
        merge_account(house.other, by=house.boss, into=house.station, reason="重复")
    for one in (closed, planned, kept):
        one.refresh_from_db()
        assert one.account == house.station
    assert (planned.status, kept.status) == (InspectionState.WITHDRAWN, InspectionState.OPEN)
    assert SettlementTalk.objects.get().account == house.station
