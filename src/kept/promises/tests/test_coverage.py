"""Coverage is exact: against a model that asks minute by minute, also when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kept.promises.clockwork.coverage import merged, overlaps, span_of, within, without

ZONES = (
    "Asia/Shanghai",
    "Europe/Paris",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # half an hour of summer time
    "America/St_Johns",
    "Asia/Kathmandu",
)
MINUTE = timedelta(minutes=1)
#: Nights in which some of these zones change their clocks, and ordinary ones.
DAYS = (
    date(2026, 3, 28), date(2026, 3, 7), date(2026, 10, 24), date(2026, 10, 31),
    date(2026, 4, 4), date(2026, 10, 3), date(2026, 6, 1), date(2026, 12, 31),
)  # fmt: skip
halves = st.integers(0, 47).map(lambda n: time(n // 2, n % 2 * 30))
shifts = st.lists(
    st.tuples(st.integers(0, 2), halves, halves).filter(lambda one: one[1] != one[2]),
    max_size=6,
)


def shown_at(moment: datetime, zone: ZoneInfo) -> tuple[date, time]:
    local = moment.astimezone(zone)
    return local.date(), local.time().replace(second=0, microsecond=0)


def first_showing(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first minute at which the clocks show a time of a day or later: by looking at each."""
    minute = datetime.combine(day, time(0), tzinfo=UTC) - timedelta(hours=15)
    while shown_at(minute, zone) < (day, at):
        minute += MINUTE
    return minute


def stands_at(minute: datetime, day: date, start: time, end: time, zone: ZoneInfo) -> bool:
    """Whether a shift of a day covers a minute, by looking when it begins and ends."""
    last = day if end > start else day + timedelta(days=1)
    return first_showing(day, start, zone) <= minute < first_showing(last, end, zone)


@given(st.sampled_from(ZONES), st.sampled_from(DAYS), shifts)
@example(
    "Europe/Paris", date(2026, 10, 24), [(0, time(22), time(2, 30)), (1, time(2, 30), time(6))]
)
@example("Europe/Paris", date(2026, 3, 28), [(0, time(22), time(2, 30)), (1, time(2, 30), time(6))])
@example(
    "Australia/Lord_Howe", date(2026, 4, 4), [(1, time(0), time(1, 30)), (1, time(1, 30), time(3))]
)
def test_holes_are_those_of_the_minute_by_minute_model(name, first, table):
    zone = ZoneInfo(name)
    spans = [
        span_of(first + timedelta(days=number), start, end, zone) for number, start, end in table
    ]
    start = span_of(first, time(0), time(12), zone)[0]
    end = span_of(first + timedelta(days=2), time(12), time(13), zone)[0]
    bounds = [
        (first_showing(day, begins, zone), first_showing(last, ends, zone))
        for number, begins, ends in table
        for day in [first + timedelta(days=number)]
        for last in [day if ends > begins else day + timedelta(days=1)]
    ]
    holes = without([(start, end)], spans)
    minute = start
    while minute < end:
        is_covered = any(begins <= minute < ends for begins, ends in bounds)
        is_hole = any(begins <= minute < ends for begins, ends in holes)
        assert is_hole != is_covered, (minute.astimezone(zone), table)
        minute += 5 * MINUTE


@pytest.mark.parametrize("name", ZONES)
def test_shifts_that_touch_by_the_wall_clock_touch_in_every_night_of_a_year(name):
    """Three shifts a day leave no hole in a year, whatever the clocks do."""
    zone, day = ZoneInfo(name), date(2026, 1, 1)
    table = [(time(22), time(2, 30)), (time(2, 30), time(10)), (time(10), time(22))]
    spans = [
        span_of(day + timedelta(days=n), start, end, zone)
        for n in range(366)
        for start, end in table
    ]
    start, end = spans[0][1], spans[-1][0]
    assert without([(start, end)], spans) == []
    assert within(spans, start, end) == [(start, end)]


times = st.integers(0, 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * MINUTE)
spans = st.lists(st.tuples(times, times).filter(lambda pair: pair[0] < pair[1]), max_size=8)


@given(spans, spans)
def test_what_is_left_and_what_was_taken_make_the_whole(whole, taken):
    left = without(whole, taken)
    cut = [part for span in whole for part in within(taken, *span)]
    assert merged([*left, *cut]) == merged(whole)
    assert not any(overlaps(one, other) for one in left for other in taken)
    assert left == merged(left)
