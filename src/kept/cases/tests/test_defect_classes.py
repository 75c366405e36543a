"""Mistakes others made with deadlines, one test each, through the verbs a person would use.

What the clockwork alone can show, over all calendars, stands beside it (test_clockwork_model).
"""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from kept.cases.actions import (
    add_note,
    call_back,
    classify,
    close_case,
    correct_case,
    enter_result,
    promise_call_back,
    promise_customer,
    reopen_case,
    reply,
)
from kept.cases.factories import make_case, outcome
from kept.cases.models import CaseClass, Priority
from kept.kit import clock
from kept.kit.testing.refusing import refused, state_of_everything
from kept.kit.verifying import verify
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import Unit, UnitKind, User
from kept.promises.actions import pause_promise, resume_promise
from kept.promises.models import Calendar, CalendarDay, Promise, PromiseKind, PromiseRule
from kept.promises.shown import explanation
from kept.promises.terms import calendar_of
from tests.stories.cast import moment, promise_of

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = moment("2026-06-01 09:00")
LONG_AGO = moment("2020-01-01 00:00")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR = timedelta(hours=1)


@pytest.fixture
def desk() -> tuple[Unit, User]:
    """A hotline of a company whose office works 08:30–12:00 and 13:30–18:00, Monday to Friday."""
    company = make_company("HB", "Habe Phones", pack="handset")
    hotline = make_unit(company, "HB-HL", "Hotline", UnitKind.HOTLINE)
    return company, make_user(hotline, "lin", "lead", name="Lin")


def rule(company: Unit, duration: str, kind: str = "reply", **values) -> PromiseRule:
    """A rule of the company's own that asks for more than those of its pack."""
    applies = {"route": ["phone"], **values.pop("applies", {})}
    return PromiseRule.objects.create(
        unit=company, kind=kind, name={"en": duration}, duration=duration, applies=applies,
        valid_from=LONG_AGO, **values,
    )  # fmt: skip


def calendar(company: Unit, week: dict[str, list[str]], **values) -> Calendar:
    return Calendar.objects.create(
        unit=company, code="own", name={"en": "Own"}, zone="Asia/Shanghai", week=week,
        valid_from=LONG_AGO, **values,
    )  # fmt: skip


def office(company: Unit) -> Calendar:
    return Calendar.objects.get(unit=company, code="office")


def replied_by(lin: User, at: datetime, **values) -> Promise:
    with clock.at(at):
        return promise_of(make_case(lin, **values), PromiseKind.REPLY)


def paused(promise: Promise, by: User, start: datetime, end: datetime) -> Promise:
    with clock.at(start):
        pause_promise(promise, by=by, reason="customer")
    with clock.at(end):
        resume_promise(promise, by=by)
    return promise


def test_class_1_a_pause_over_a_weekend_adds_only_open_time(desk):
    """Friday 17:00 to Monday 09:00: one hour of Friday and half an hour of Monday."""
    _company, lin = desk
    promise = replied_by(lin, moment("2026-06-05 10:00"))
    assert promise.due_at == moment("2026-06-08 10:00")
    paused(promise, lin, moment("2026-06-05 17:00"), moment("2026-06-08 09:00"))
    assert promise.due_at == moment("2026-06-08 11:30")


def test_class_2_every_one_of_many_pauses_counts(desk):
    company, lin = desk
    rule(company, "24 hours")
    promise, lost = replied_by(lin, MONDAY), timedelta(0)
    for start, minutes in ((1, 7), (2, 90), (5, 1), (9, 300), (20, 33)):
        begin = MONDAY + start * HOUR
        paused(promise, lin, begin, begin + timedelta(minutes=minutes))
        lost += timedelta(minutes=minutes)
        assert promise.due_at == MONDAY + 24 * HOUR + lost
    assert "paused" in " ".join(explanation(promise))


@pytest.mark.parametrize("while_paused", [True, False])
def test_class_3_another_priority_forgets_no_pause(desk, while_paused):
    company, lin = desk
    rule(company, "24 hours")
    rule(company, "8 hours", applies={"priority": ["high"]})
    promise = replied_by(lin, MONDAY)
    paused(promise, lin, MONDAY + HOUR, MONDAY + 2 * HOUR)
    if while_paused:
        with clock.at(MONDAY + 3 * HOUR):
            pause_promise(promise, by=lin, reason="parts")
    with clock.at(MONDAY + 4 * HOUR):
        correct_case(promise.about.case, by=lin, priority=Priority.HIGH, reason="Urgent")
    promise.refresh_from_db()
    if while_paused:
        with clock.at(MONDAY + 5 * HOUR):
            resume_promise(promise, by=lin)
    assert promise.due_at == MONDAY + (8 + (3 if while_paused else 1)) * HOUR


@pytest.mark.parametrize(
    ("policy", "due"), [("resume", 24 + 30), ("restart", 32 + 24), ("keep", 24)]
)
def test_class_4_reopening_consumes_closed_time_only_as_the_rule_says(desk, policy, due):
    """Solved after 2 of 24 hours, opened again 30 hours later."""
    company, lin = desk
    rule(company, "24 hours", kind="solve", reopening=policy)
    with clock.at(MONDAY):
        case = make_case(lin)
        classify(case, by=lin, classification=CaseClass.OPERATION)
    with clock.at(MONDAY + 2 * HOUR):
        reply(case, by=lin, route="phone", answer="Switch it on")
        call_back(case, by=lin, reached=True, told="It works", solved=True)
        close_case(case, by=lin, outcome=outcome(case))
    with clock.at(MONDAY + 32 * HOUR):
        reopen_case(case, by=lin, reason="It does not")
    promise = promise_of(case, PromiseKind.SOLVE)
    assert (promise.state, promise.due_at) == ("running", MONDAY + due * HOUR)


def test_class_5_deadlines_and_warnings_fall_inside_open_hours(desk):
    company, lin = desk
    own = calendar_of(office(company), "Asia/Shanghai")
    for hours in range(0, 24 * 9, 7):
        start = moment("2026-04-29 00:10") + hours * HOUR
        promise = replied_by(lin, start)
        for at in (promise.due_at, promise.next_tick_at):
            assert own.is_open(at - timedelta(seconds=1)), (start, at)


def test_class_6_any_weekdays_may_be_worked(desk):
    """Each of the 127 sets of weekdays, a term over more than a week, from every other hour."""
    company, lin = desk
    own = calendar(company, {})
    rule(company, "20 working_hours", calendar=own)
    sets = [days for size in range(1, 8) for days in combinations(WEEK, size)]
    for number, days in enumerate(sets):
        own.week = {day: ["09:00-17:00"] for day in days}
        own.save()
        start = MONDAY + (number * 11 % 168) * HOUR
        assert replied_by(lin, start).due_at == walked(start, 20 * 60, days), (days, start)
    assert len(sets) == 127


def walked(start: datetime, minutes: int, days: tuple[str, ...]) -> datetime:
    """Hour by hour: nine to five on these days in Shanghai."""
    at, left = start, minutes
    while left:
        local = at.astimezone(SHANGHAI)
        if WEEK[local.weekday()] in days and 9 <= local.hour < 17:
            left -= 60
        at += HOUR
    return at.astimezone(UTC)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-01-31 10:00", "2026-02-28"), ("2024-01-31 10:00", "2024-02-29"),
        ("2026-12-15 23:30", "2027-01-15"), ("2024-02-29 00:10", "2024-03-29"),
        ("2026-03-31 09:00", "2026-04-30"), ("2026-11-30 09:00", "2026-12-30"),
    ],
)  # fmt: skip
def test_class_7_a_month_is_a_month_over_every_end(desk, received, due):
    """C20: the same day number, clipped to the month's end; the whole day counts."""
    company, lin = desk
    rule(company, "1 calendar_months", kind="solve")
    with clock.at(moment(received)):
        promise = promise_of(make_case(lin), PromiseKind.SOLVE)
    last = moment(f"{due} 23:59") + timedelta(minutes=1, microseconds=-1)
    assert promise.due_at == last and promise.names_day


def test_class_9_a_day_is_the_readers_day(desk, client):
    """23:30 and 00:30 in Shanghai are one UTC day and two days of work."""
    _company, lin = desk
    with clock.at(moment("2026-06-05 10:00")):
        case = make_case(lin)
        for due in ("2026-06-08 23:30", "2026-06-09 00:30"):
            promise_customer(case, by=lin, promised=f"Due {due}", due_at=moment(due))
        client.force_login(lin)
        for day, hour, other in (
            ("2026-06-08", "23:30", "00:30"),
            ("2026-06-09", "00:30", "23:30"),
        ):
            page = client.get(f"/promises/?due_from={day}&due_until={day}").content.decode()
            assert hour in page and f"Due 2026-06-0{17 - int(day[-1])} {other}" not in page


def test_class_12_a_long_way_is_walked_to_its_end_or_refused(desk):
    company, lin = desk
    own = calendar(company, {"wed": ["09:00-10:00"]})
    rule(company, "520 working_hours", calendar=own)
    promise = replied_by(lin, MONDAY)
    assert promise.due_at == moment("2036-05-14 10:00")
    Calendar.objects.filter(pk=own.pk).update(week={})
    with clock.at(MONDAY), refused("SX.03"):
        make_case(lin)


def test_class_13_each_clock_reports_for_itself(desk):
    company, lin = desk
    rule(company, "4 hours")
    with clock.at(MONDAY):
        case = make_case(lin)
        promise_call_back(case, by=lin, phone="13800138000", due_at=MONDAY + HOUR / 2)
        case.thread.refresh_from_db()
        assert case.thread.next_due_at == MONDAY + HOUR / 2
    with clock.at(MONDAY + HOUR):
        assert promise_of(case, PromiseKind.CALL_BACK).is_late
        assert not promise_of(case, PromiseKind.REPLY).is_late
    with clock.at(MONDAY + 2 * HOUR):
        call_back(case, by=lin, reached=True, told="We found it")
    found = {one.kind: one.state for one in Promise.objects.filter(about=case.thread)}
    assert found == {"call_back": "broken", "reply": "kept"}


def test_class_14_no_status_is_a_reply(desk):
    _company, lin = desk
    with clock.at(MONDAY):
        letter = make_case(lin, route="letter")
        classify(letter, by=lin, classification=CaseClass.OPERATION)
        enter_result(letter, by=lin, result="Known")
        add_note(letter, by=lin, note="I will answer soon")
        assert promise_of(letter, PromiseKind.REPLY).state == "running"
        reply(letter, by=lin, route="letter", answer="Dear customer …")
    assert promise_of(letter, PromiseKind.REPLY).state == "kept"


def test_class_15_what_is_stored_is_what_the_events_say(desk):
    """The statistics over them are recounted in test_promise_ledger."""
    _company, lin = desk
    promise = replied_by(lin, MONDAY)
    paused(promise, lin, MONDAY + HOUR, MONDAY + 3 * HOUR)
    with clock.at(MONDAY + 30 * HOUR):
        reply(promise.about.case, by=lin, route="phone", answer="So it is")
        assert [str(one) for one in verify(only="promises").faults] == []
        Promise.objects.filter(pk=promise.pk).update(lateness=1)
        assert not verify(only="promises").is_clean


def test_class_16_open_and_counted_are_one_calendar(desk):
    """A day the company closes is closed for the clock and for whoever asks whether it is open."""
    company, lin = desk
    noon = moment("2026-06-02 11:00")
    assert calendar_of(office(company), "Asia/Shanghai").is_open(noon)
    open_due = replied_by(lin, MONDAY).due_at
    with clock.at(MONDAY - HOUR):
        day = {"on": "2026-06-02", "name": {"en": "Founding"}}
        CalendarDay.objects.create(calendar=office(company), **day)
    shut = calendar_of(office(company), "Asia/Shanghai")
    promise = replied_by(lin, MONDAY)
    assert not shut.is_open(noon) and promise.due_at == open_due + timedelta(days=1)
    assert "Founding" in " ".join(explanation(promise))


def test_class_17_closed_days_only_lengthen_and_looking_changes_nothing(desk, client):
    company, lin = desk
    before = [replied_by(lin, MONDAY + n * 6 * HOUR).due_at for n in range(12)]
    with clock.at(MONDAY - HOUR):
        day = {"on": "2026-06-03", "name": {"en": "Day off"}}
        CalendarDay.objects.create(calendar=office(company), **day)
    after = [replied_by(lin, MONDAY + n * 6 * HOUR).due_at for n in range(12)]
    assert all(late >= early for early, late in zip(before, after, strict=True))
    assert before != after
    client.force_login(lin)
    with clock.at(MONDAY + 99 * HOUR):
        client.get("/promises/ledger/")
        stood = state_of_everything()
        for address in (
            "/promises/",
            "/promises/ledger/",
            f"/promises/{Promise.objects.first().pk}/",
        ):
            assert client.get(address).status_code == 200
        verify()
        assert state_of_everything() == stood
