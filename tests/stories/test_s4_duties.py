"""S4, steps 17 and 18: a quarterly report that does not come, and the visits of June."""

import pytest

from kept.kit.verifying import verify
from kept.parties.actions import change_account
from kept.parties.factories import make_account
from kept.people.actions import appoint_manager
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.promises import duties
from kept.promises.actions import do_duty
from kept.promises.duties.figures import duties_of, state_of_duty
from kept.promises.models import Duty, DutyState
from kept.timeline.models import Notice
from tests.stories.cast import at, the_clock_strikes

pytestmark = pytest.mark.django_db


def text_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.fixture
def house():
    """A lubricant maker: 錢 is senior service staff, 李 general staff, 周 leads the service."""
    company = make_company("LB", "Lubricants", pack="lubricant")
    service = make_unit(company, "LB-SV", "Service", UnitKind.HEADQUARTERS)
    with at("2026-05-04 08:00"):
        people = {
            "qian": make_user(service, "qian", "engineer", name="錢"),
            "li": make_user(service, "li", "clerk", name="李"),
            "zhou": make_user(service, "zhou", "lead", name="周"),
        }
        appoint_manager(service, by=User.objects.system(), manager=people["zhou"])
    with at("2026-06-01 08:00"):
        mine = make_account(service, "北山矿", relationship_owner=people["qian"])
        change_account(mine, by=people["zhou"], org_type="矿山")
        duties.generate()
    return {"company": company, "service": service, "mine": mine, **people}


@pytest.mark.req("S4.28", part="deadline")
def test_the_quarterly_report_not_in_by_the_end_of_the_tenth_of_july_is_late(client, house):
    report = Duty.objects.filter(thread=house["mine"].thread).earliest("period_from")
    assert report.code == "usage_report"
    assert (str(report.period_from), str(report.period_until)) == ("2026-04-01", "2026-06-30")
    the_clock_strikes("2026-07-10 23:59")
    with at("2026-07-10 23:59"):
        assert state_of_duty(report) == DutyState.RUNNING
        assert not report.promise.is_late
    the_clock_strikes("2026-07-11 00:00")
    with at("2026-07-11 00:00"):
        report = Duty.objects.get(pk=report.pk)
        assert state_of_duty(report) == DutyState.MISSED and report.promise.is_late
        told = Notice.objects.filter(event="promise.breached", thread=house["mine"].thread)
        people = set(told.filter(channel="screen").values_list("to__username", flat=True))
        assert people == {"qian", "zhou"}
        client.force_login(house["zhou"])
        assert "北山矿" in text_of(client, "/duties/?state=missed&code=usage_report")
    with at("2026-07-13 09:00"):
        do_duty(report.promise, by=house["qian"], note="用油量、换油周期与建议")
        report = Duty.objects.get(pk=report.pk)
        assert state_of_duty(report) == DutyState.LATE
        assert report.promise.lateness // 3600 == 2 * 24 + 9
    assert verify().faults == []


@pytest.mark.req("S4.21")
def test_the_visits_of_june_by_role_missed_and_met(client, house):
    with at("2026-06-01 08:00"):
        plan = Duty.objects.filter(code__startswith="visit_", period_from__month=6)
        assert {(one.code, one.promise.person.name) for one in plan} == {
            ("visit_senior", "錢"),
            ("visit_general", "李"),
        }
    with at("2026-06-18 16:00"):
        client.force_login(house["li"])
        visit = duties_of(house["li"]).get(code="visit_general", period_from__month=6)
        address = visit.get_absolute_url()
        page = text_of(client, address)
        assert f"{address}do_duty/" in page
        sent = {
            "on": "2026-06-18", "concerned": house["mine"].number, "_key": "v1",
            "note": "三台电铲油温偏高，建议缩短换油周期",
        }  # fmt: skip
        assert client.post(f"{address}do_duty/", {**sent, "note": ""}).status_code == 422
        assert client.post(f"{address}do_duty/", sent).status_code == 302
        assert "三台电铲油温偏高" in text_of(client, house["mine"].get_absolute_url())
    the_clock_strikes("2026-07-01 00:00")
    with at("2026-07-01 08:00"):
        senior = duties_of(house["qian"]).get(code="visit_senior", period_from__month=6)
        general = duties_of(house["li"]).get(code="visit_general", period_from__month=6)
        assert (state_of_duty(senior), state_of_duty(general)) == (
            DutyState.MISSED,
            DutyState.IN_TIME,
        )
        client.force_login(house["zhou"])
        table = client.get("/duties/kinds/?month=2026-06&format=csv")
        lines = b"".join(table.streaming_content).decode("utf-8-sig").splitlines()
        figures = {line.split(",")[0]: line.split(",")[-7:] for line in lines}
        met = next(line for name, line in figures.items() if "service and sales" in name)
        missed = next(line for name, line in figures.items() if "senior" in name)
        assert met == ["1", "1", "1", "0", "0", "0", "100.0"]
        assert missed == ["1", "0", "0", "0", "1", "0", "0.0"]
        calendar = text_of(client, "/duties/calendar/?person=qian&month=2026-06")
        assert "0.0 %" in calendar and "not done" in calendar
