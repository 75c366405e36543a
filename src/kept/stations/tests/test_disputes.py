"""Orders a station disputes: linked to what Kept has, answered one by one or together (S0.15)."""

from datetime import date

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from kept.cases.factories import make_case
from kept.kit import clock
from kept.kit.testing.refusing import refused
from kept.kit.verifying import verify
from kept.parties.actions import admit
from kept.parties.factories import make_station
from kept.parties.tests.cast import at, handset_maker
from kept.people.factories import make_company, make_user
from kept.people.models import Role, User
from kept.promises import duties
from kept.promises.models import Duty, PromiseState
from kept.promises.sweep import sweep
from kept.stations.actions import answer_dispute, answer_talk, log_talk
from kept.stations.models import SettlementDispute, SettlementTalk
from kept.timeline.models import Notice
from kept.timeline.sentences import tell

pytestmark = pytest.mark.django_db


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
    with at("2026-01-10 09:00"):
        found.order = make_case(found.chen, unit=found.east, account=found.station, summary="换屏")
        found.theirs = make_case(found.chen, unit=found.east, account=found.other)
        found.no_station = make_case(found.chen, unit=found.east)
    return found


def opened(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=user.pk))
    return client


def page(user, address: str) -> str:
    answer = opened(user).get(address)
    assert answer.status_code == 200, address
    return b"".join(answer).decode()


def told(thread) -> list[str]:
    return [one.event for one in tell(thread.entries.order_by("seq"))]


@pytest.mark.req("S0.15")
def test_disputed_orders_are_linked_and_answered(house):
    owed = Duty.objects.filter(thread=house.station.thread, code="settlement_talk")
    january = owed.order_by("period_from").first().promise
    assert clock.local(january.due_at, house.company.zone).date() == date(2026, 1, 31)
    with at("2026-01-28 09:00"):
        sweep()
    reminded = Notice.objects.filter(to=house.chen, event__in=("promise.warned", "promise.digest"))
    assert reminded.exists()
    number = house.order.number
    with at("2026-01-29 09:00"):
        for stranger in (house.theirs, house.no_station):
            with refused("S0.15", field="disputed_orders"):
                log_talk(house.station, by=house.chen, persons="站长",
                         disputed_orders=f"{number}\n{stranger.number}")  # fmt: skip
        with refused("S0.15", field="disputed_orders"):
            log_talk(house.station, by=house.chen, persons="站长", disputed_orders="9" * 41)
        assert not SettlementTalk.objects.exists()
        sent = opened(house.chen).post(
            f"{house.station.get_absolute_url()}log_talk/",
            {"persons": "站长、会计", "held_on": "2026-01-28",
             "disputed_orders": f" {number.lower()}\r\nWO-5\r\n{number}", "_key": "k"},
            follow=True,
        )  # fmt: skip
        talk = SettlementTalk.objects.get()
        assert sent.redirect_chain == [(talk.get_absolute_url(), 302)]
        assert "No order of this number is in Kept: WO-5" in sent.content.decode()
        known, unknown = talk.disputes.all()
        assert (known.order, unknown.order, unknown.number) == (house.order.thread, None, "WO-5")
        january.refresh_from_db()
        assert january.state == PromiseState.KEPT
        shown = page(house.chen, talk.get_absolute_url())
        assert f'href="{house.order.get_absolute_url()}"' in shown
        assert shown.count("no order of this number is in Kept") == 1
        case = page(house.chen, house.order.get_absolute_url())
        assert f'href="{talk.get_absolute_url()}"' in case and "waits for an answer" in case
        assert "disputes this in the settlement talk" in case
        assert house.order.number in page(house.chen, house.station.get_absolute_url())
        listed = page(house.chen, "/settlement_disputes/?format=csv")
        assert number.lower() in listed and "WO-5" in listed
        assert "WO-5" in page(house.chen, "/settlement_disputes/?known=no&format=csv")
        for text in ("o", "-", "WO-5"):
            found = page(house.chen, f"/settlement_talks/?q={text}&format=csv")
            assert found.count("站长、会计") == 1, text
        assert number.lower() not in page(house.chen, "/settlement_disputes/?known=no&format=csv")
    with at("2026-02-03 09:00"):
        with refused(field="answer"):
            answer_dispute(known, by=house.chen, answer="")
        answer_dispute(known, by=house.chen, answer="已补付 40 元")
        with refused("S0.15"):
            answer_dispute(known, by=house.chen, answer="再答")
        talk.refresh_from_db()
        assert talk.waits_for_answer, "the other order has no answer yet"
        still = page(house.chen, "/settlement_disputes/?format=csv")
        assert "WO-5" in still and number.lower() not in still
        done = page(house.chen, "/settlement_disputes/?status=answered&format=csv")
        assert "已补付 40 元" in done and "WO-5" not in done
        answer_dispute(unknown, by=house.chen, answer="查无此单")
        talk.refresh_from_db()
        assert not talk.waits_for_answer and talk.answered_by == house.chen
        assert "已补付 40 元" in page(house.chen, house.order.get_absolute_url())
    assert told(house.order.thread)[-2:] == ["order.disputed", "order.dispute_answered"]
    assert told(house.station.thread).count("account.dispute_answered") == 2
    with at("2026-03-01 00:30"):
        sweep()
    february = owed.order_by("period_from")[1].promise
    assert february.is_late, "logged once a month"
    assert verify().faults == []


def test_an_answer_to_the_talk_answers_its_orders_too(house):
    with at("2026-01-29 09:00"):
        talk = log_talk(house.station, by=house.chen, persons="站长", questions="为什么少付？",
                        disputed_orders=f"WO-1\n{house.order.number}")  # fmt: skip
        first, second = talk.disputes.all()
        answer_dispute(first, by=house.chen, answer="下月补")
        answer_dispute(second, by=house.chen, answer="已补")
        talk.refresh_from_db()
        assert talk.waits_for_answer, "their question has no answer yet"
        answer_talk(talk, by=house.chen, answers="按新费率")
        assert not talk.waits_for_answer
        more = log_talk(house.station, by=house.chen, persons="站长", disputed_orders="WO-2")
        answer_talk(more, by=house.chen, answers="已核")
        now = log_talk(house.station, by=house.chen, persons="站长", disputed_orders="WO-3",
                       answers="当场答复")  # fmt: skip
    assert not SettlementDispute.objects.filter(answered_at__isnull=True).exists()
    assert [one.answer for one in SettlementDispute.objects.order_by("pk")] == [
        "下月补", "已补", "", ""]  # fmt: skip
    assert not now.waits_for_answer


def test_who_sees_what_is_disputed(house):
    outside = make_company("SX", "Sanxin", pack="handset")
    stranger = make_user(outside, "zhang", "channel_owner")
    with at("2026-01-29 09:00"):
        talk = log_talk(house.station, by=house.chen, persons="站长",
                        disputed_orders=house.order.number)  # fmt: skip
        other = log_talk(house.other, by=house.chen, persons="站长",
                         disputed_orders=house.theirs.number)  # fmt: skip
        listed = page(house.keeper, "/settlement_disputes/?format=csv")
        assert house.order.number in listed and house.theirs.number not in listed
        shown = page(house.keeper, talk.get_absolute_url())
        assert house.order.number in shown and "answer_dispute" not in shown
        assert opened(house.keeper).get(other.get_absolute_url()).status_code == 404
        address = f"/settlement_disputes/{talk.disputes.get().pk}/answer_dispute/"
        assert opened(house.keeper).post(address, {"answer": "x"}).status_code == 403
        assert opened(stranger).get(talk.get_absolute_url()).status_code == 404
        assert not SettlementDispute.objects.visible_to(stranger).exists()


def test_an_order_the_writer_may_not_see_stays_as_it_was_written(house):
    clerk = make_user(house.east, "wen", "channel_engineer", name="文工")
    role = Role.objects.get(company=house.company, code="channel_engineer")
    role.rights = [one for one in role.rights if not one.startswith("cases.")]
    role.save()
    with at("2026-01-29 09:00"):
        talk = log_talk(house.station, by=User.objects.get(pk=clerk.pk), persons="站长",
                        disputed_orders=f"{house.order.number}\n{house.theirs.number}")  # fmt: skip
    assert [one.order for one in talk.disputes.all()] == [None, None]


@pytest.mark.django_db(transaction=True)
def test_what_stood_in_a_text_becomes_rows(house):
    """Schema and data go back to the text, and forward again to rows with their links."""
    with at("2026-01-29 09:00"):
        talk = log_talk(house.station, by=house.chen, persons="站长", questions="何时？",
                        disputed_orders=f"WO-1\n{house.order.number}", answers="月底")  # fmt: skip
        log_talk(house.other, by=house.chen, persons="站长")
    try:
        old = MigrationExecutor(connection)
        old.migrate([("stations", "0002_fraud_cases")])
        text = old.loader.project_state([("stations", "0002_fraud_cases")]).apps.get_model(
            "stations", "SettlementTalk"
        )
        row = text.objects.get(pk=talk.pk)
        assert row.disputed_orders == f"WO-1\n{house.order.number}"
        row.disputed_orders += f"\n{house.theirs.number}\n" + "长" * 300
        row.save()
    finally:
        new = MigrationExecutor(connection)
        new.migrate(new.loader.graph.leaf_nodes("stations"))
    rows = list(SettlementDispute.objects.order_by("pk"))
    assert [one.order for one in rows] == [None, house.order.thread, None, None]
    assert [one.number for one in rows][1:3] == [house.order.number, house.theirs.number]
    assert {one.answered_by for one in rows} == {house.chen}
    assert rows[3].number == "长" * 200
    assert SettlementTalk.objects.get(pk=talk.pk).questions == "何时？\n" + "长" * 300
