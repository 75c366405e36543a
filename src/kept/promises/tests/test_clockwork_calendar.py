"""Calendars and terms: shifts, holidays, zones, clock changes, months, far spans."""

import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from kept.promises.clockwork import (
    ALWAYS,
    Duration,
    NeverOpen,
    Shift,
    WorkCalendar,
    always,
    due_at,
    week_of,
)
from kept.promises.tests.clockwork_model import Model

PARIS, SHANGHAI, KOLKATA = "Europe/Paris", "Asia/Shanghai", "Asia/Kolkata"
OFFICE = week_of({"mon-fri": ["09:00-17:00"]})
TICK = timedelta(microseconds=1)


def at(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def local(moment: datetime, zone: str = SHANGHAI) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def due(term: str, start: str, calendar: WorkCalendar) -> str:
    moment = due_at(Duration.of(term), at(start, calendar.zone), calendar)
    return local(moment, calendar.zone)


@pytest.fixture
def office() -> WorkCalendar:
    return WorkCalendar(SHANGHAI, OFFICE)


@pytest.mark.req("SX.03", part="calendar")
def test_a_week_is_read_from_words():
    week = week_of({"mon-fri": ["08:30-12:00", "13:30-18:00"], "sat": ["22:00-06:00"]})
    assert [len(day) for day in week] == [2, 2, 2, 2, 2, 1, 0]
    assert str(Shift.of("00:00-24:00")) == "00:00-24:00"
    assert week_of({"sat-mon": ["09:00-10:00"]})[1] == ()
    for wrong in ({"someday": []}, {"mon": ["nine"]}, {"mon": ["25:00-26:00"]}):
        with pytest.raises(ValueError):
            week_of(wrong)


def test_a_calendar_refuses_what_is_none():
    with pytest.raises(ValueError, match="time zone"):
        WorkCalendar("Mars/Olympus", OFFICE)
    with pytest.raises(ValueError, match="seven days"):
        WorkCalendar(PARIS, OFFICE[:5])
    with pytest.raises(ValueError, match="needs a zone"):
        ALWAYS.next_open(datetime(2026, 5, 1))  # noqa: DTZ001


def test_the_closing_moment_is_closed_and_the_opening_open(office):
    assert office.is_open(at("2026-05-04 09:00")) and office.is_open(at("2026-05-04 17:00") - TICK)
    assert not office.is_open(at("2026-05-04 17:00"))
    assert local(office.next_open(at("2026-05-04 17:00"))) == "2026-05-05 09:00"


def test_overnight_shifts_belong_to_the_day_they_start_on():
    nights = WorkCalendar(
        PARIS, week_of({"mon-fri": ["22:00-06:00"]}), frozenset({date(2026, 5, 1)})
    )
    assert nights.is_open(at("2026-05-01 05:59", PARIS))  # the night from Thursday
    assert not nights.is_open(at("2026-05-01 23:00", PARIS))  # the holiday's own
    assert not nights.is_working_day(date(2026, 5, 1))
    assert due("10 working_hours", "2026-04-30 21:00", nights) == "2026-05-05 00:00"


def test_shifts_that_overlap_are_not_counted_twice():
    both = WorkCalendar(PARIS, week_of({"mon": ["08:00-14:00", "12:00-18:00", "18:00-20:00"]}))
    monday = at("2026-05-04 00:00", PARIS)
    assert both.open_seconds(monday, monday + timedelta(days=1)) == 12 * 3600


def test_the_whole_day_and_every_day():
    assert ALWAYS.is_always_open and always(PARIS).is_open(at("2026-12-25 03:00"))
    start = at("2026-10-24 12:00", PARIS)
    assert always(PARIS).add_open(start, 86_400) == start.astimezone(UTC) + timedelta(days=1)
    closed = always(PARIS).with_days(closed={date(2026, 5, 1): "1 May"})
    assert local(closed.next_open(at("2026-05-01 03:00", PARIS)), PARIS) == "2026-05-02 00:00"


def test_later_words_about_a_day_win(office):
    day = date(2026, 5, 1)
    closed = office.with_days(closed={day: "Labour Day"})
    half = closed.with_days(opened={day: (Shift.of("09:00-12:00"),)}, names={day: "half day"})
    assert not closed.is_working_day(day) and half.is_working_day(day)
    assert half.names[day] == "half day"
    assert not half.with_days(closed={day: "closed again"}).is_working_day(day)
    saturday = date(2026, 5, 9)
    assert office.with_days(opened={saturday: office.usual_shifts()}).is_working_day(saturday)


def test_working_days_are_counted_both_ways(office):
    friday = date(2026, 5, 8)
    assert office.add_working_days(friday, 0) == friday
    assert office.add_working_days(friday, 1) == date(2026, 5, 11)
    assert office.add_working_days(date(2026, 5, 9), 0) == date(2026, 5, 11)
    assert office.add_working_days(date(2026, 5, 9), -1) == friday
    assert office.add_working_days(friday, -2600) < date(2016, 6, 1)
    assert office.working_days_between(friday, date(2026, 5, 18)) == 6


@pytest.mark.parametrize("size", range(1, 8))
def test_every_subset_of_weekdays(size):
    """Row 6: every subset of weekdays, from every weekday, by hand-counted minutes."""
    base = date(2026, 5, 4)
    for days in combinations(range(7), size):
        week = tuple((Shift(time(9), time(12)),) if day in days else () for day in range(7))
        calendar = WorkCalendar(KOLKATA, week)
        model = Model(calendar, base)
        for hours in range(0, 7 * 24, 37):
            start = datetime(2026, 5, 4, tzinfo=UTC) + timedelta(hours=hours)
            expected = model.due(start, 200, working=True)
            assert due_at(Duration(200, "working_minutes"), start, calendar) == expected


@pytest.mark.parametrize(
    ("term", "start", "expected"),
    [
        ("4 working_hours", "2026-05-01 16:00", "2026-05-04 12:00"),
        ("4 working_hours", "2026-05-02 11:00", "2026-05-04 13:00"),
        ("4 working_hours", "2026-05-04 00:00", "2026-05-04 13:00"),
        ("4 working_hours", "2026-05-04 23:59", "2026-05-05 13:00"),
        ("0 working_hours", "2026-05-02 11:00", "2026-05-04 09:00"),
        ("8 working_hours", "2026-05-04 09:00", "2026-05-04 17:00"),
        ("same_time_next_working_day", "2026-05-01 16:59", "2026-05-04 16:59"),
        ("same_time_next_working_day", "2026-05-02 11:00", "2026-05-05 09:00"),
        ("2 same_time_next_working_day", "2026-05-01 10:00", "2026-05-05 10:00"),
    ],
)
def test_a_deadline_in_working_time_is_in_working_time(office, term, start, expected):
    """Row 5: no deadline at midnight, on a weekend, or before the doors open."""
    assert due(term, start, office) == expected


def test_the_same_time_is_moved_into_a_shorter_day(office):
    short = office.with_days(opened={date(2026, 5, 5): (Shift.of("09:00-12:00"),)})
    assert due("same_time_next_working_day", "2026-05-04 15:00", short) == "2026-05-06 09:00"


@pytest.mark.req("SX.03", part="day counting")
@pytest.mark.parametrize(
    ("term", "start", "expected"),
    [
        ("1 calendar_months", "2026-01-31 10:00", "2026-02-28 23:59"),
        ("1 calendar_months", "2028-01-31 10:00", "2028-02-29 23:59"),
        ("12 calendar_months", "2028-02-29 10:00", "2029-02-28 23:59"),
        ("1 calendar_months", "2026-12-31 23:59", "2027-01-31 23:59"),
        ("1 calendar_months", "2026-02-28 10:00", "2026-03-28 23:59"),
        ("3 calendar_months", "2026-11-30 10:00", "2027-02-28 23:59"),
        ("4 nth_of_next_month", "2026-12-05 10:00", "2027-01-04 23:59"),
        ("31 nth_of_next_month", "2026-01-05 10:00", "2026-02-28 23:59"),
        ("4 nth_of_next_month 17", "2026-01-31 10:00", "2026-02-04 17:00"),
        ("end_of_month", "2026-02-01 10:00", "2026-03-31 23:59"),
        ("0 end_of_month", "2026-02-28 23:59", "2026-02-28 23:59"),
        ("0 end_of_week", "2026-03-01 10:00", "2026-03-01 23:59"),
        ("1 end_of_week", "2026-12-31 10:00", "2027-01-10 23:59"),
        ("2 calendar_days", "2026-12-30 00:00", "2027-01-01 23:59"),
        ("1 calendar_days", "2028-02-28 10:00", "2028-02-29 23:59"),
        ("2 working_days", "2026-05-01 10:00", "2026-05-05 23:59"),
        ("120 same_time_calendar_days", "2026-12-01 10:15", "2027-03-31 10:15"),
        ("1 same_time_calendar_months", "2026-06-10 09:00", "2026-07-10 09:00"),
        ("1 same_time_calendar_months", "2026-01-31 10:15", "2026-02-28 10:15"),
        ("1 same_time_calendar_months", "2028-01-31 10:15", "2028-02-29 10:15"),
        ("12 same_time_calendar_months", "2028-02-29 10:15", "2029-02-28 10:15"),
        ("3 same_time_calendar_months", "2026-11-30 23:59", "2027-02-28 23:59"),
        ("24 hours", "2026-05-02 03:00", "2026-05-03 03:00"),
        ("120 minutes", "2026-12-31 23:00", "2027-01-01 01:00"),
    ],
)
def test_days_months_and_years_have_their_ends(office, term, start, expected):
    """Row 7: windows over month and year end, 29 February, the 31st and a month."""
    assert due(term, start, office) == expected


@pytest.mark.req("SX.03", part="day counting")
def test_a_named_day_ends_with_its_last_microsecond(office):
    moment = due_at(Duration.of("10 calendar_days"), at("2026-03-03 15:00"), office)
    assert office.day_of(moment) == date(2026, 3, 13)
    assert office.day_of(moment + TICK) == date(2026, 3, 14)
    assert moment.tzinfo is UTC


def test_terms_are_read_and_written():
    for text in ("4 working_hours", "1.5 hours", "4 nth_of_next_month 17", "0 end_of_week"):
        assert str(Duration.of(text)) == text
    assert Duration.of("1 hour") == Duration(1, "hours")
    assert Duration.of("2 working days") == Duration(2.0, "working_days")
    assert Duration.of("4 nth_of_next_month 17:00").hour == 17
    wrong = (
        "", "soon", "4 fortnights", "-1 hours", "1.5 working_days", "nan hours", "1e999 hours",
        "32 nth_of_next_month", "4 hours 17", "4 nth_of_next_month 24",
        "0 same_time_next_working_day", "1.5 same_time_calendar_months",
    )  # fmt: skip
    for text in wrong:
        with pytest.raises(ValueError):
            Duration.of(text)


@pytest.mark.parametrize("zone", [PARIS, SHANGHAI, KOLKATA])
def test_a_year_of_working_days_keeps_the_local_hour(zone):
    """Row 8: a year in each zone: doors open at nine, days end at midnight, terms keep the hour."""
    calendar = WorkCalendar(zone, week_of({"mon-sun": ["09:00-17:00"]}))
    for number in range(366):
        day = date(2026, 1, 1) + timedelta(days=number)
        noon = at(f"{day} 12:00", zone)
        opening = calendar.next_open(calendar.day_end(day - timedelta(days=1)))
        assert local(opening, zone) == f"{day} 09:00"
        assert local(calendar.day_end(day), zone) == f"{day} 23:59"
        assert calendar.open_seconds(opening, calendar.day_end(day)) == 8 * 3600
        same = due_at(Duration.of("same_time_next_working_day"), noon, calendar)
        assert local(same, zone) == f"{day + timedelta(days=1)} 12:00"


def test_clock_hours_and_working_time_pass_as_they_really_pass():
    """Row 8: the nights when the clocks change have 23 and 25 hours."""
    assert due("24 hours", "2026-03-28 12:00", always(PARIS)) == "2026-03-29 13:00"
    assert due("24 hours", "2026-10-24 12:00", always(PARIS)) == "2026-10-25 11:00"
    days = always(PARIS)
    assert due("120 same_time_calendar_days", "2026-12-01 10:15", days) == "2027-03-31 10:15"
    assert due("1 same_time_calendar_months", "2026-03-01 10:15", days) == "2026-04-01 10:15"
    assert due("1 same_time_calendar_months", "2026-09-25 10:15", days) == "2026-10-25 10:15"
    assert due("2 same_time_calendar_months", "2026-01-29 02:30", days) == "2026-03-29 03:00"
    nights = WorkCalendar(PARIS, week_of({"sat": ["22:00-06:00"]}))
    spring, autumn = at("2026-03-28 12:00", PARIS), at("2026-10-24 12:00", PARIS)
    assert nights.open_seconds(spring, spring + timedelta(days=1)) == 7 * 3600
    assert nights.open_seconds(autumn, autumn + timedelta(days=1)) == 9 * 3600


def test_a_shift_that_starts_in_the_lost_hour_starts_when_it_is_over():
    early = WorkCalendar(PARIS, week_of({"sun": ["02:30-10:00"]}))
    assert local(early.next_open(at("2026-03-29 00:00", PARIS)), PARIS) == "2026-03-29 03:00"
    assert early.next_open(at("2026-10-25 00:00", PARIS)) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )
    assert early.is_working_day(date(2026, 3, 29))


def test_days_that_lose_their_midnight_still_end():
    cairo, apia = always("Africa/Cairo"), always("Pacific/Apia")
    assert local(cairo.day_end(date(2026, 4, 23)) + TICK, cairo.zone) == "2026-04-24 01:00"
    assert local(apia.day_end(date(2011, 12, 29)) + TICK, apia.zone) == "2011-12-31 00:00"


def test_ten_years_are_counted_not_given_up(office):
    """Row 12: a span of ten years gives its answer, and soon."""
    start = at("2026-01-05 09:00")
    begun = stopwatch.perf_counter()
    moment = office.add_open(start, 2600 * 8 * 3600)
    assert stopwatch.perf_counter() - begun < 1
    assert office.open_seconds(start, moment) == 2600 * 8 * 3600
    assert local(moment) == "2035-12-21 17:00"
    assert office.add_working_days(start.date(), 2600) == date(2035, 12, 24)


def test_what_never_comes_is_refused_not_waited_for(office):
    """Row 12: no silent end: a calendar without open time, or a term beyond all calendars."""
    never = WorkCalendar(PARIS, ((),) * 7, opened={date(2026, 5, 1): (Shift.of("09:00-12:00"),)})
    start = at("2026-04-30 09:00", PARIS)
    assert due("3 working_hours", "2026-04-30 09:00", never) == "2026-05-01 12:00"
    for term in ("4 working_hours", "1 working_days"):
        with pytest.raises(NeverOpen):
            due_at(Duration.of(term), start + timedelta(days=2), never)
    with pytest.raises(NeverOpen):
        never.next_open(start + timedelta(days=2))
    for term in ("9000000 working_hours", "9000000 working_days"):
        with pytest.raises(NeverOpen):
            due_at(Duration.of(term), start, office)
    for term in (
        "9000000 calendar_days", "900000 calendar_months", "900000 same_time_calendar_months",
    ):  # fmt: skip
        with pytest.raises(ValueError, match="beyond all calendars"):
            due_at(Duration.of(term), start, office)
    with pytest.raises(ValueError):
        office.add_open(start, -1)


def test_common_rules_cost_little(office):
    """A loose guard: the measured figure is far higher, a busy machine must not fail it."""
    start, terms = at("2026-05-05 10:00"), ("24 hours", "4 working_hours", "2 working_days")
    for term in map(Duration.of, terms):
        due_at(term, start, office)
        begun = stopwatch.process_time()
        for _ in range(20_000):
            due_at(term, start, office)
        assert stopwatch.process_time() - begun < 1
