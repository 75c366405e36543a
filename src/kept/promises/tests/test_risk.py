"""Promises at risk: before they are late, by open hours, soonest first, with what is used up."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kept.kit import clock
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.promises import ledger
from kept.promises.clockwork import (
    ClockEvent,
    Duration,
    Rule,
    WorkCalendar,
    fold,
    share_at,
    week_of,
)
from kept.promises.clockwork.standing import share_used
from kept.promises.models import Calendar, PromiseKind, PromiseRule
from kept.promises.tests import test_ladder
from kept.promises.tests.test_ladder import sweep_at
from kept.timeline.sight import open_thread

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 5, 15, 16, 0, tzinfo=SHANGHAI)


@pytest.fixture
def branch(db):
    company = make_company("HB", "Habe Phones", pack="handset")
    unit = make_unit(company, "HB-BR", "Branch", UnitKind.BRANCH)
    unit.manager = make_user(unit, "mei", "lead", name="Mei")
    unit.save()
    make_user(unit, "lin", "clerk", name="Lin")
    return unit


def lin() -> User:
    return User.objects.get(username="lin")


def promised(unit, person, **values):
    """A promise about a matter of the unit, which all of the unit see."""
    with clock.at(values["start"]):
        about = open_thread(kind="case", unit=unit, title="A matter", scopes=[])
    return test_ladder.promised(unit, person, about=about, **values)


def rows(client, query: str = "") -> list[str]:
    listed = client.get(f"/promises/at-risk/?format=csv{query}").getvalue().decode("utf-8-sig")
    return [line for line in listed.splitlines()[1:] if line]


@pytest.mark.req("S2.14", part="countdown before the breach")
@pytest.mark.req("S2.16", part="what is at risk")
def test_what_is_due_soon_stands_there_before_it_is_late(branch, client):
    for hours in (2, 3.5, 5, 30):
        promised(branch, lin(), due_at=FRIDAY + timedelta(hours=hours), start=FRIDAY)
    client.force_login(lin())
    with clock.at(FRIDAY):
        assert len(rows(client)) == 2
        assert len(rows(client, "&within=8")) == 3 and len(rows(client, "&within=1")) == 0
        assert len(rows(client, "&all=1")) == 2
        assert client.get("/promises/at-risk/?within=x").status_code == 200
    with clock.at(FRIDAY + timedelta(hours=3)):  # one is late by now, and no longer at risk
        found = rows(client)
        assert len(found) == 2 and "85" in found[0]
        page = client.get("/promises/at-risk/").content.decode()
        assert page.count("data-due=") == 2
        assert 'aria-current="page"' in page


def test_what_was_warned_of_stands_there_however_long_it_still_has(branch, client):
    promised(branch, lin(), due_at=FRIDAY + timedelta(hours=100), start=FRIDAY)
    client.force_login(lin())
    with clock.at(FRIDAY + timedelta(hours=80)):
        assert rows(client) == []
    sweep_at(FRIDAY + timedelta(hours=80))
    with clock.at(FRIDAY + timedelta(hours=80)):
        assert len(rows(client)) == 1


def test_hours_of_a_working_calendar_are_open_hours(branch, client):
    """Friday 16:00: due on Monday 10:30 is four open hours away, by the clock 66.5."""
    office = Calendar.objects.in_force(branch).get(code="office")
    rule = PromiseRule.objects.create(
        unit=branch.company, kind=PromiseKind.SOLVE, name={"en": "8 h"}, duration="8 working_hours",
        valid_from=FRIDAY - timedelta(days=900), calendar=office,
    )  # fmt: skip
    promise = promised(branch, lin(), start=FRIDAY - timedelta(hours=5.5), rule=rule)
    assert promise.due_at == datetime(2026, 5, 18, 10, 30, tzinfo=SHANGHAI)
    client.force_login(lin())
    with clock.at(FRIDAY):
        assert len(rows(client)) == 1 and len(rows(client, "&within=2")) == 0
        assert ",50" in rows(client)[0]  # four of eight hours


def test_a_manager_sees_it_on_the_desk_with_its_count(branch, client):
    for number in range(7):
        promised(branch, lin(), due_at=FRIDAY + timedelta(hours=1, minutes=number), start=FRIDAY)
    client.force_login(branch.manager)
    with clock.at(FRIDAY):
        page = client.get("/").content.decode()
    assert "Promises at risk" in page and "All 7 promises at risk" in page
    client.force_login(lin())
    with clock.at(FRIDAY):
        assert "Promises at risk" not in client.get("/").content.decode()


def test_a_promise_that_is_paused_or_kept_is_at_no_risk(branch, client):
    rule = PromiseRule.objects.create(
        unit=branch.company,
        valid_from=FRIDAY - timedelta(days=1),
        code="soon",
        kind=PromiseKind.OTHER,
        name={"en": "Soon"},
        duration="1 hours",
    )
    promise = promised(branch, lin(), rule=rule, start=FRIDAY)
    client.force_login(lin())
    with clock.at(FRIDAY):
        assert len(rows(client)) == 1
        ledger.pause_open(promise.about, [PromiseKind.OTHER], by=lin(), reason="customer")
        assert rows(client) == []


# The share of a term that is used is the inverse of the moment at which a share is used

OFFICE = WorkCalendar("Asia/Shanghai", week_of({"mon-fri": ["08:30-12:00", "13:30-18:00"]}))
moments = st.integers(0, 1_051_200).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=minute)
)


@given(
    moments,
    st.sampled_from(("24 hours", "4 working_hours", "3 working_days", "10 calendar_days")),
    st.integers(1, 99),
    st.one_of(st.none(), st.tuples(st.integers(1, 200), st.integers(1, 5_000))),
)
def test_the_share_used_at_the_moment_of_a_share_is_that_share(start, term, percent, pause):
    events = [ClockEvent(1, "start", start, data={"rule": 1})]
    if pause is not None and term != "10 calendar_days" and term != "3 working_days":
        first = start + timedelta(minutes=pause[0])
        events += [ClockEvent(2, "pause", first, "parts"),
                   ClockEvent(3, "resume", first + timedelta(minutes=pause[1]))]  # fmt: skip
    calendar = None if term == "24 hours" else OFFICE
    try:
        standing = fold(events, {1: Rule(Duration.of(term), calendar)})
    except ValueError:
        return  # the term was over before the pause
    at = share_at(standing, Decimal(percent) / 100)
    used = share_used(standing, at)
    assert used == pytest.approx(percent / 100, abs=0.0005)
