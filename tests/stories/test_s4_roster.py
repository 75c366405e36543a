"""Story S4, steps 2 and 3: the hotline is there day and night, and answers within four hours."""

from datetime import date, time, timedelta
from types import SimpleNamespace

import pytest
from django.utils import translation

from kept.cases.actions import open_case, reply
from kept.cases.models import Route
from kept.kit.refusal import Refused
from kept.kit.testing.refusing import refused
from kept.people.factories import make_company
from kept.people.models import UnitKind
from kept.promises.models import Promise, PromiseKind, PromiseState, RosterState, Weekday
from kept.promises.roster import holes_of, on_duty
from kept.promises.rostering import activate_roster, add_shift, make_roster
from kept.timeline.models import Notice
from tests.stories.cast import (
    at,
    make_unit,
    make_user,
    moment,
    promise_of,
    the_clock_strikes,
)

pytestmark = pytest.mark.django_db
WEEK = list(Weekday)


@pytest.fixture
def house() -> SimpleNamespace:
    """S4: a lubricant maker whose hotline is answered at every hour."""
    company = make_company("RH", "Ruihai Lubricants", pack="lubricant")
    hotline = make_unit(company, "RH-HL", "Hotline", UnitKind.HOTLINE)
    people = {
        "qian": make_user(hotline, "qian", "lead", name="錢"),
        "sun": make_user(hotline, "sun", "clerk", name="孫"),
        "zhou": make_user(hotline, "zhou", "clerk", name="周"),
    }
    hotline.manager = people["qian"]
    hotline.save()
    return SimpleNamespace(company=company, hotline=hotline, **people)


def filled(house: SimpleNamespace) -> object:
    """A roster from 1 June with nobody from 02:00 to 06:00."""
    roster = make_roster(
        by=house.qian, unit=house.hotline, name="Hotline 24 h", from_on=date(2026, 6, 1)
    )
    for person, start, end in ((house.sun, 6, 18), (house.zhou, 18, 2)):
        add_shift(roster, by=house.qian, person=person, weekdays=WEEK, start=time(start),
                  end=time(end))  # fmt: skip
    return roster


@pytest.mark.req("S4.15")
def test_story_s4_steps_2_and_3(house, client):
    # 2. With a gap 02:00–06:00 it is refused, naming the first hole; full it is in force.
    with at("2026-06-01 08:00"):
        roster = filled(house)
        with refused("S4.15"):
            activate_roster(roster, by=house.qian)
        with pytest.raises(Refused) as caught, translation.override("en"):
            activate_roster(roster, by=house.qian)
        with translation.override("en"):
            assert str(caught.value).startswith("Tue 02:00–06:00: nobody is on duty.")
        assert roster.status == RosterState.DRAFT and on_duty(house.hotline) == []
        add_shift(roster, by=house.qian, person=house.qian, weekdays=WEEK, start=time(2),
                  end=time(6))  # fmt: skip
        activate_roster(roster, by=house.qian)
        assert roster.status == RosterState.ACTIVE and holes_of(roster) == []
        # The call-taking screen says who is on duty.
        client.force_login(house.sun)
        page = client.get("/intake/", follow=True).content.decode()
        assert "On duty now" in page and "孫" in page
    # 3. A call at 22:00 is due at 02:00, day and night alike; replied at 01:50 it is met.
    with at("2026-06-01 22:00"):
        call = open_case(by=house.zhou, unit=house.hotline, route=Route.PHONE, summary="油品发黑")
    line = call.interactions.get()
    assert (line.happened_at, line.duty_person) == (moment("2026-06-01 22:00"), house.zhou)
    due = promise_of(call, PromiseKind.REPLY)
    assert due.due_at == moment("2026-06-02 02:00")
    with at("2026-06-02 01:50"):
        reply(call, by=house.zhou, route=Route.PHONE, answer="请更换机油滤芯")
    met = promise_of(call, PromiseKind.REPLY)
    assert met.state == PromiseState.KEPT and met.late_by == -timedelta(minutes=10)
    # A call at 10:00 that is replied to at 14:05 is five minutes late.
    with at("2026-06-03 10:00"):
        second = open_case(by=house.sun, unit=house.hotline, route=Route.PHONE, summary="油压低")
    the_clock_strikes("2026-06-03 13:12")
    assert Notice.objects.filter(event="promise.warned", to=house.sun).count() == 1
    with at("2026-06-03 13:12"):
        page = client.get("/promises/at-risk/").content.decode()
        assert second.number in page and "80" in page
    the_clock_strikes("2026-06-03 14:01")
    assert Notice.objects.filter(event="promise.breached", to=house.qian).exists()
    assert Promise.objects.late(moment("2026-06-03 14:01")).get().about == second.thread
    with at("2026-06-03 14:05"):
        reply(second, by=house.sun, route=Route.PHONE, answer="请检查油位")
    late = promise_of(second, PromiseKind.REPLY)
    assert late.state == PromiseState.BROKEN and late.late_by == timedelta(minutes=5)
    # The register names call, time and duty person, also in its file.
    register = client.get("/register/?format=csv").getvalue().decode("utf-8-sig")
    head, *rows = [row for row in register.splitlines() if row]
    assert "On duty" in head and len(rows) == 4
    assert any("周" in row and "22:00" in row for row in rows)


@pytest.mark.req("S4.15", part="a call while nobody of the roster takes it")
def test_a_call_taken_by_somebody_else_names_who_was_on_duty(house):
    with at("2026-06-01 08:00"):
        roster = filled(house)
        add_shift(roster, by=house.qian, person=house.qian, weekdays=WEEK, start=time(2),
                  end=time(6))  # fmt: skip
        activate_roster(roster, by=house.qian)
        taken = open_case(by=house.zhou, unit=house.hotline, route=Route.PHONE, summary="漏油")
        letter = open_case(by=house.zhou, unit=house.hotline, route=Route.LETTER, summary="来函")
    assert taken.interactions.get().duty_person == house.sun
    assert letter.interactions.get().duty_person is None
