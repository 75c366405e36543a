"""The clockwork against a slow model that walks minute by minute (hypothesis)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kept.promises.clockwork import (
    ClockEvent,
    Duration,
    ImpossibleEvent,
    Shift,
    WorkCalendar,
    due_at,
    explain,
    explain_due,
    fold,
    share_at,
    step,
)
from kept.promises.clockwork.holidays import chinese_days
from kept.promises.tests.clockwork_model import MINUTE, Model, due_day
from kept.promises.tests.test_clockwork_holidays import OFFICE, published

BASES = {
    "Europe/Paris": (date(2026, 3, 25), date(2026, 10, 21), date(2025, 12, 20)),
    "Asia/Shanghai": (date(2026, 4, 28), date(2024, 2, 26)),
    "Asia/Kolkata": (date(2026, 4, 28), date(2024, 2, 26)),
    "Australia/Adelaide": (date(2026, 4, 2), date(2026, 9, 30), date(2025, 12, 28)),
}
SOME = settings(
    max_examples=35,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@st.composite
def shifts(draw) -> Shift:
    """One shift of one to twelve hours, by day, overnight, or the whole day."""
    if draw(st.integers(0, 14)) == 0:
        return Shift(time(0), time(0))
    start = draw(st.integers(0, 24 * 4 - 1)) * 15
    end = (start + draw(st.integers(4, 48)) * 15) % (24 * 60)
    return Shift(time(*divmod(start, 60)), time(*divmod(end, 60)))


@st.composite
def calendars(draw) -> tuple[WorkCalendar, date]:
    """A zone, a subset of weekdays with one to three shifts each, closed and special days."""
    zone = draw(st.sampled_from(sorted(BASES)))
    base = draw(st.sampled_from(BASES[zone]))
    days = draw(st.sets(st.integers(0, 6), min_size=1))
    several = st.lists(shifts(), min_size=1, max_size=3).map(tuple)
    week = tuple(draw(several) if day in days else () for day in range(7))
    around = st.integers(-2, 14).map(lambda n: base + timedelta(days=n))
    closed = draw(st.frozensets(around, max_size=4))
    opened = draw(st.dictionaries(around, several, max_size=2))
    return WorkCalendar(zone, week, closed, opened), base


def moments(base: date) -> st.SearchStrategy[datetime]:
    start = datetime(base.year, base.month, base.day, tzinfo=UTC)
    return st.integers(0, 6 * 24 * 60).map(lambda minute: start + minute * MINUTE)


@st.composite
def starts(draw) -> tuple[WorkCalendar, date, datetime]:
    calendar, base = draw(calendars())
    return calendar, base, draw(moments(base))


@st.composite
def official(draw) -> tuple[WorkCalendar, date, datetime]:
    """An office in China with the holidays and make-up days of 2016 to 2026, near one of them."""
    several = st.lists(shifts(), min_size=1, max_size=3).map(tuple)
    days = draw(st.sets(st.integers(0, 6), min_size=1))
    week = tuple(draw(several) if day in days else () for day in range(7))
    known = chinese_days(2016, 2026)
    special = sorted(day for day in (*known.closed, *known.make_up) if day.year < 2026)
    base = draw(st.sampled_from(special)) - timedelta(days=3)
    calendar = known.applied_to(WorkCalendar("Asia/Shanghai", week))
    return calendar, base, draw(moments(base))


gaps = st.lists(st.tuples(st.integers(0, 900), st.integers(1, 3000)), max_size=4)


@pytest.mark.req("SX.03", part="calendar")
@SOME
@given(starts(), st.integers(0, 5 * 24 * 60))
def test_open_time_is_the_minutes_that_are_open(case, length):
    calendar, base, start = case
    model, end = Model(calendar, base), start + length * MINUTE
    assert calendar.open_seconds(start, end) == 60 * model.open_minutes(start, end)
    assert calendar.open_seconds(end, start) == -calendar.open_seconds(start, end)
    assert calendar.is_open(start) == bool(model.open[model.minute_of(start)])
    assert calendar.next_open(start) == model.next_open(start)


@pytest.mark.req("SX.03", part="working time")
@SOME
@given(starts(), st.integers(1, 1200))
def test_working_time_is_due_when_so_many_open_minutes_have_passed(case, minutes):
    calendar, base, start = case
    expected = Model(calendar, base).due(start, minutes, working=True)
    assume(expected is not None)
    due = due_at(Duration(minutes, "working_minutes"), start, calendar)
    assert due == expected
    assert calendar.open_seconds(start, due) == 60 * minutes


@pytest.mark.req("SX.03", part="working time over official holidays")
@SOME
@given(official(), st.integers(1, 1500), gaps)
def test_working_time_and_pauses_over_official_holidays(case, minutes, pauses):
    calendar, base, start = case
    begun = [ClockEvent(1, "start", start, data={"duration": f"{minutes} working_minutes"})]
    standing, had = _with_pauses(begun, pauses, None, calendar)
    expected = Model(calendar, base).due(start, minutes, had, working=True)
    assume(expected is not None)
    assert standing.due_at == expected
    counted = [line.seconds for line in explain(standing) if line.kind == "counted"]
    assert sum(counted) == 60 * minutes


@pytest.mark.req("SX.03", part="the notices of eleven years")
@SOME
@given(st.integers(0, 11 * 365), st.integers(0, 60))
def test_working_days_are_those_of_the_published_notices(start, count):
    """Day by day as the notices say, with no calendar of ours in between."""
    notices = published()
    calendar = chinese_days(2016, 2026).applied_to(OFFICE)
    day = date(2016, 1, 1) + timedelta(days=start)
    assume(day < date(2026, 9, 1))
    at, left = day, count
    while left or (not count and not works_by_notice(notices, at)):
        at += timedelta(days=1)
        left -= works_by_notice(notices, at) if left else 0
    assert calendar.add_working_days(day, count) == at


def works_by_notice(notices, day: date) -> bool:
    return not notices[day] if day in notices else day.weekday() < 5


@SOME
@given(starts(), st.integers(1, 1200))
def test_banner_and_clock_use_one_calendar_function(case, minutes):
    """Row 16: what the banner calls open is what the clock counts, to the microsecond."""
    calendar, _, start = case
    tick = timedelta(microseconds=1)
    for moment in (start, due_at(Duration(minutes, "working_minutes"), start, calendar)):
        counted = calendar.open_time(moment, moment + tick)
        assert counted == (tick if calendar.is_open(moment) else timedelta(0))


@SOME
@given(starts(), st.integers(1, 1200), st.integers(0, 20))
def test_excluded_days_only_lengthen(case, minutes, closed_in):
    """Row 17: closing one more day never makes a due time earlier, for any kind of term."""
    calendar, base, start = case
    shut = {base + timedelta(days=closed_in): "holiday"}
    fewer = calendar.with_days(closed=shut)
    for term in (Duration(minutes, "working_minutes"), Duration(minutes % 9, "working_days")):
        assert due_at(term, start, fewer) >= due_at(term, start, calendar)
    for term in (Duration(minutes, "hours"), Duration(minutes % 9, "calendar_days")):
        assert due_at(term, start, fewer) == due_at(term, start, calendar)


def _with_pauses(events, pauses, rules, calendar):
    """The events with pauses added, one after the other, as far as the fold lets them begin."""
    standing, had = fold(events, rules, calendar), []
    for gap, length in pauses:
        at = standing.at + gap * MINUTE
        try:
            standing = step(standing, ClockEvent(standing.seq + 1, "pause", at))
        except ImpossibleEvent:
            assert at >= standing.due_at
            break
        end = at + length * MINUTE
        standing = step(standing, ClockEvent(standing.seq + 1, "resume", end))
        had.append((at, end))
    return standing, had


@pytest.mark.req("S2.16", part="pauses")
@SOME
@given(starts(), st.integers(1, 1500), gaps, st.booleans())
def test_every_pause_counts(case, minutes, pauses, working):
    """Row 2: the sum of any number of pauses, for clock time and for working time."""
    calendar, base, start = case
    unit = "working_minutes" if working else "minutes"
    begun = [ClockEvent(1, "start", start, data={"duration": f"{minutes} {unit}"})]
    standing, had = _with_pauses(begun, pauses, None, calendar)
    expected = Model(calendar, base).due(start, minutes, had, working=working)
    assume(expected is not None)
    assert standing.due_at == expected
    assert standing.paused_total == sum((last - first for first, last in had), timedelta(0))
    counted = [line.seconds for line in explain(standing) if line.kind == "counted"]
    assert sum(counted) == 60 * minutes


@SOME
@given(starts(), st.integers(0, 6), gaps, st.sampled_from(["calendar_days", "working_days"]))
def test_a_term_in_days_counts_the_days_that_end_while_it_runs(case, count, pauses, unit):
    calendar, _, start = case
    begun = [ClockEvent(1, "start", start, data={"duration": f"{count} {unit}"})]
    standing, had = _with_pauses(begun, pauses, None, calendar)
    works = calendar.is_working_day if unit == "working_days" else lambda day: True
    expected = due_day(calendar.day_of(start), count, had, works, calendar.tz)
    assert calendar.day_of(standing.due_at) == expected
    assert calendar.day_of(standing.due_at + timedelta(microseconds=1)) > expected


@SOME
@given(starts(), st.integers(1, 900), st.integers(1, 900), gaps, st.booleans())
def test_a_changed_rule_counts_from_the_start_with_every_pause(case, old, new, pauses, working):
    """Row 3: changing the priority, while paused or after, forgets no earlier pause."""
    calendar, base, start = case
    unit = "working_minutes" if working else "minutes"
    begun = [ClockEvent(1, "start", start, data={"duration": f"{old} hours"})]
    standing, had = _with_pauses(begun, pauses, None, calendar)
    change = {"duration": f"{new} {unit}"}
    standing = step(
        standing, ClockEvent(standing.seq + 1, "change_rule", standing.at, data=change), None,
        calendar,
    )  # fmt: skip
    expected = Model(calendar, base).due(start, new, had, working=working)
    assume(expected is not None)
    assert standing.due_at == expected


@SOME
@given(starts(), st.integers(1, 6), st.integers(1, 100))
def test_warnings_fall_inside_open_time(case, minutes, percent):
    """Row 5: the deadline and each escalation fall inside open time, by the model's count."""
    calendar, base, start = case
    term = Duration(minutes * 100, "working_minutes")
    begun = ClockEvent(1, "start", start, data={"duration": str(term)})
    expected = Model(calendar, base).due(start, minutes * percent, working=True)
    assume(expected is not None)
    warning = share_at(fold([begun], None, calendar), percent / 100)
    assert warning == expected
    assert calendar.is_open(warning - timedelta(microseconds=1))


@SOME
@given(starts(), st.integers(1, 2400))
def test_an_explanation_adds_up(case, minutes):
    calendar, _, start = case
    lines = explain_due(Duration(minutes, "working_minutes"), start, calendar)
    assert sum(line.seconds for line in lines if line.kind == "counted") == 60 * minutes
    for line in lines:
        if line.kind == "closed":
            day = line.first
            while day <= line.last:
                assert not calendar.is_working_day(day) or day == calendar.day_of(start)
                day += timedelta(days=1)
