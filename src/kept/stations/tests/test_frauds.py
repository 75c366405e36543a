"""Fraud: reported with evidence, decided by headquarters, closed after education (S0.18, S0.19)."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from kept.cases.factories import make_case
from kept.kit import clock
from kept.kit.testing.refusing import refused
from kept.kit.verifying import verify
from kept.parties.actions import (
    admit,
    assign_field_manager,
    end_account,
    merge_account,
    post_field_staff,
)
from kept.parties.factories import make_station
from kept.parties.tests.cast import at, handset_maker
from kept.people.factories import make_user
from kept.people.models import Role, User
from kept.promises import duties
from kept.promises.models import Promise, PromiseKind
from kept.stations.actions import (
    add_fraud_evidence,
    close_fraud_case,
    correct_fraud_case,
    decide_fraud,
    open_fraud_case,
    report_fraud,
    withdraw_fraud_case,
)
from kept.stations.factories import make_fraud_case
from kept.stations.models import FraudCase, FraudDecision, FraudState
from kept.timeline.factories import make_file
from kept.timeline.models import Attachment, Notice
from kept.timeline.sentences import tell

pytestmark = pytest.mark.django_db
CONFIRMED, UNFOUNDED = FraudDecision.CONFIRMED, FraudDecision.UNFOUNDED


@pytest.fixture
def house():
    found = handset_maker()
    with at("2025-12-29 09:00"):
        found.station = make_station(found.east, "ZJ-01", found.chen, name="杭州授权站")
        found.other = make_station(found.east, "ZJ-02", found.chen, name="宁波授权站")
        duties.generate()
    keeper = make_user(found.company, "zj01", name="站长本人")
    role = Role.objects.get(company=found.company, code="station")
    admit(found.station, by=found.owner, person=keeper, role=role)
    found.keeper = User.objects.get(pk=keeper.pk)
    return found


def opened(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=user.pk))
    return client


def reported(house, **values) -> FraudCase:
    case = make_fraud_case(house.station, house.chen, **values)
    return report_fraud(case, by=house.chen, files=[make_file(house.chen, name="录音.mp3")])


def asked(case: FraudCase) -> Promise:
    return Promise.objects.get(kind=PromiseKind.TRAIN, about=case.thread)


@pytest.mark.req("S0.18", part="evidence before reporting; suspected, reported, decided")
def test_nothing_is_reported_without_evidence(house):
    with at("2026-02-02 09:00"):
        with refused(field="suspected"):
            open_fraud_case(house.station, by=house.chen, suspected="")
        case = open_fraud_case(
            house.station, by=house.chen, suspected="同一用户三张工单", statement="站长否认",
            concerned_orders="WO-4\n\nwo-4\nWO-5",
        )  # fmt: skip
        assert (case.number, case.status) == ("JL-F26-000001", FraudState.SUSPECTED)
        assert case.numbers == ["WO-4", "WO-5"]
        with refused("S0.18", field="files"):
            report_fraud(case, by=house.chen, statement="我已到场核实")
        with refused("S0.18", field="files"):
            add_fraud_evidence(case, by=house.chen, files=[])
        case.refresh_from_db()
        assert (case.status, case.statement) == (FraudState.SUSPECTED, "站长否认")
        with refused("SX.06"):
            decide_fraud(case, by=house.owner, decision=CONFIRMED, reason="录音属实")
        photo = make_file(house.chen, name="工单照片.jpg")
        add_fraud_evidence(case, by=house.chen, files=[photo], note="三张签名一致")
    with at("2026-02-03 10:00"):
        report_fraud(case, by=house.chen, statement="我已到场核实")
        assert (case.reported_by, case.reported_at) == (house.chen, clock.now())
        photo.refresh_from_db()
        assert photo.thread == case.thread and len(photo.checksum) == 64
        with refused("SX.06"):
            report_fraud(case, by=house.chen)
    told = Notice.objects.filter(event="fraud.reported", channel="screen")
    assert set(told.values_list("to__username", flat=True)) == {"liqu", "boss"}
    with pytest.raises(IntegrityError), transaction.atomic():
        FraudCase.objects.filter(pk=case.pk).update(reported_at=None)
    assert verify().faults == []


@pytest.mark.req("S0.18", part="headquarters decides with a reason, never who reported it")
def test_headquarters_decides_and_never_who_reported_it(house):
    with at("2026-02-03 10:00"):
        case = reported(house)
        with refused():
            decide_fraud(case, by=house.chen, decision=CONFIRMED, reason="录音属实")
        with refused(field="reason"):
            decide_fraud(case, by=house.owner, decision=CONFIRMED, reason="")
        own = make_fraud_case(house.other, house.owner)
        report_fraud(own, by=house.owner, files=[make_file(house.owner)])
        with refused("S0.18"):
            decide_fraud(own, by=house.owner, decision=CONFIRMED, reason="属实")
        decide_fraud(own, by=house.boss, decision=UNFOUNDED, reason="用户记错日期")
        assert not Promise.objects.filter(kind=PromiseKind.TRAIN).exists()
        close_fraud_case(own, by=house.chen, note="已告知")
    assert (own.decision, own.status) == (UNFOUNDED, FraudState.CLOSED)
    assert not own.thread.is_open
    lines = [one.event for one in tell(own.thread.entries.order_by("seq"))]
    assert lines == ["fraud.suspected", "file.attached", "fraud.reported", "fraud.decided",
                     "fraud.closed"]  # fmt: skip


@pytest.mark.req("S0.18", part="a suspicion is corrected or withdrawn, with the reason")
def test_a_suspicion_is_corrected_or_withdrawn(house):
    with at("2026-02-03 10:00"):
        case = make_fraud_case(house.station, house.chen, concerned_orders="WO-4\nWO-5")
        with refused(field="reason"):
            correct_fraud_case(case, by=house.chen, suspected="只有一张", reason="")
        correct_fraud_case(case, by=house.chen, suspected="只有一张", concerned_orders="WO-5\nWO-6",
                           reason="WO-4 用户已确认")  # fmt: skip
        case.refresh_from_db()
        assert (case.suspected, case.numbers) == ("只有一张", ["WO-5", "WO-6"])
        assert case.orders.get(number="WO-4").struck_at == clock.now()
        client = opened(house.chen)
        for text, count in (("WO-", 1), ("WO-4", 0)):
            found = client.get(f"/fraud_cases/?q={text}&format=csv").getvalue().decode()
            assert found.count("只有一张") == count, text
        with refused(field="reason"):
            withdraw_fraud_case(case, by=house.chen, reason="")
        withdraw_fraud_case(case, by=house.chen, reason="用户都已确认")
        late = reported(house)
        for verb in (correct_fraud_case, withdraw_fraud_case):
            values = {"suspected": "x"} if verb is correct_fraud_case else {}
            with refused("SX.06"):
                verb(late, by=house.chen, reason="太迟", **values)
    assert case.status == FraudState.WITHDRAWN and not case.thread.is_open


@pytest.mark.req("S0.18", part="seen by headquarters and field staff, never by the station")
def test_the_station_never_sees_it(house):
    local = make_user(house.east, "lv", "local_sales", name="驻地销售")
    with at("2026-02-03 10:00"):
        case = reported(house, suspected="虚报两张工单")
        decide_fraud(case, by=house.owner, decision=CONFIRMED, reason="录音属实")
        file = Attachment.objects.get(thread=case.thread)
        for reader in (house.keeper, local):
            client = opened(reader)
            assert client.get(case.get_absolute_url()).status_code in (403, 404)
            assert client.get("/fraud_cases/").status_code == 403
            assert client.get(file.get_absolute_url()).status_code == 404
            assert client.post(f"{case.get_absolute_url()}add_fraud_evidence/").status_code in (
                403, 404)  # fmt: skip
            assert client.get(f"/promises/{asked(case).pk}/").status_code == 404
            for address in (house.station.get_absolute_url(), "/promises/?all=1", "/", "/notices/"):
                text = client.get(address).content.decode()
                assert case.number not in text and "虚报两张" not in text, address
            assert list(FraudCase.objects.visible_to(reader)) == []
            assert asked(case) not in Promise.objects.visible_to(reader)
        clerk = make_user(house.service, "jie", "settlement_clerk", name="结算员")
        for reader in (house.chen, house.sun, house.owner):
            client = opened(reader)
            assert "虚报两张" in client.get(case.get_absolute_url()).content.decode()
            assert case.number in client.get(house.station.get_absolute_url()).content.decode()
            assert asked(case) in Promise.objects.visible_to(User.objects.get(pk=reader.pk))
        assert opened(clerk).get("/fraud_cases/").status_code == 200
        listed = opened(house.owner).get("/fraud_cases/?lacks_education=yes&format=csv")
        assert "虚报两张工单" in listed.getvalue().decode()
        none = opened(house.owner).get("/fraud_cases/?status=closed&format=csv").getvalue().decode()
        assert "虚报两张工单" not in none


def test_orders_known_in_kept_are_linked_and_those_of_others_refused(house):
    with at("2026-02-03 10:00"):
        mine = make_case(house.chen, account=house.station, unit=house.east)
        theirs = make_case(house.chen, account=house.other, unit=house.east)
        with refused("S0.18", field="concerned_orders"):
            make_fraud_case(house.station, house.chen, concerned_orders=theirs.number)
        with refused("S0.18", field="concerned_orders"):
            make_fraud_case(house.station, house.chen, concerned_orders="9" * 41)
        assert not FraudCase.objects.exists()
        case = make_fraud_case(house.station, house.chen,
                               concerned_orders=f"{mine.number.lower()}\nWO-9")  # fmt: skip
        known, unknown = case.orders.order_by("pk")
        assert (known.order, unknown.order) == (mine.thread, None)
        page = opened(house.chen).get(case.get_absolute_url()).content.decode()
    assert f'href="{mine.get_absolute_url()}"' in page
    assert page.count("no order of this number is in Kept") == 1


def test_what_is_suspected_goes_on_with_the_station_that_survives_a_merge(house):
    with at("2026-02-03 10:00"):
        case = make_fraud_case(house.other, house.chen)
        merge_account(house.other, by=house.boss, into=house.station, reason="重复")
    case.refresh_from_db()
    assert case.account == house.station
    assert list(FraudCase.objects.visible_to(house.keeper)) == []


@pytest.mark.req("S0.16", part="after fraud, by whoever looks after the station by then")
def test_a_new_field_manager_takes_over_the_education_that_is_owed(house):
    with at("2026-02-03 10:00"):
        case = reported(house)
        decide_fraud(case, by=house.owner, decision=CONFIRMED, reason="录音属实")
        assert asked(case).person == house.chen
        post_field_staff(house.sun, by=house.owner, region="浙江")
        assign_field_manager(house.station, by=house.owner, field_manager=house.sun)
    assert asked(case).person == house.sun
    assert asked(case) in Promise.objects.visible_to(User.objects.get(pk=house.sun.pk))


def test_no_partnership_ends_over_an_open_fraud_case(house):
    with at("2026-02-03 10:00"):
        case = make_fraud_case(house.station, house.chen)
        with refused("SX.17"):
            end_account(house.station, by=house.owner, reason="合同到期")
        withdraw_fraud_case(case, by=house.chen, reason="查无此事")
        end_account(house.station, by=house.owner, reason="合同到期")
        with refused("S0.18"):
            make_fraud_case(house.station, house.chen)
