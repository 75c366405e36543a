"""Official holidays and make-up days, against the published notices where they are at hand."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from kept.promises.clockwork import Shift, WorkCalendar, always, week_of
from kept.promises.clockwork.holidays import (
    UnknownYear,
    chinese_days,
    chinese_years,
    official_days,
)

NOTICES = Path(__file__).parents[5] / "shared" / "data" / "cn_holidays"
OFFICE = WorkCalendar("Asia/Shanghai", week_of({"mon-fri": ["09:00-17:00"]}))


def published() -> dict[date, bool]:
    """Every day of the notices 2016 to 2026: True for a day off, False for a working day."""
    if not NOTICES.is_dir():
        pytest.skip("shared/data/cn_holidays is not beside this repository")
    days = {}
    for notice in sorted(NOTICES.glob("*.json")):
        for day in json.loads(notice.read_text())["days"]:
            days[date.fromisoformat(day["date"])] = day["isOffDay"]
    assert len(days) > 350
    return days


@pytest.mark.req("SX.03", part="holidays")
def test_every_day_from_2016_to_2026_is_as_the_notices_say():
    notices = published()
    calendar = chinese_days(2016, 2026).applied_to(OFFICE)
    day = date(2016, 1, 1)
    while day.year <= 2026:
        works = not notices[day] if day in notices else day.weekday() < 5
        assert calendar.is_working_day(day) == works, day
        day += timedelta(days=1)


@pytest.mark.req("SX.03", part="holidays")
def test_days_off_are_those_of_the_notices_for_weekend_workers_too():
    notices = {day: off for day, off in published().items() if day.year >= 2016}
    days = chinese_days(2016, 2026)
    assert set(days.closed) == {day for day, off in notices.items() if off}
    weekend = {day for day, off in notices.items() if not off and day.weekday() > 4}
    assert set(days.make_up) == weekend
    daily = days.applied_to(always("Asia/Shanghai"))
    assert daily.is_working_day(date(2023, 12, 30)) and not daily.is_working_day(date(2024, 1, 1))


def test_make_up_days_work_the_usual_shifts_unless_told_otherwise():
    days = chinese_days(2026, 2026)
    saturday = date(2026, 5, 9)
    assert days.applied_to(OFFICE).shifts_on(saturday) == OFFICE.week[0]
    short = (Shift.of("09:00-12:00"),)
    assert days.applied_to(OFFICE, short).shifts_on(saturday) == short
    six = WorkCalendar(
        "Asia/Shanghai", week_of({"mon-fri": ["09:00-17:00"], "sat": ["09:00-13:00"]})
    )
    assert days.applied_to(six).shifts_on(saturday) == six.week[5]
    assert days.closed[date(2026, 5, 1)] == {"en": "Labour Day", "zh-hans": "劳动节"}


def test_a_year_not_announced_is_not_guessed():
    last = chinese_years()[-1]
    assert chinese_days(last, last).known_to == date(last, 12, 31)
    with pytest.raises(UnknownYear):
        chinese_days(last, last + 1)


def test_other_countries():
    poland = official_days("PL", 2026, 2027)
    assert poland.closed[date(2026, 11, 11)]["en"] == "National Independence Day"
    assert date(2027, 1, 1) in poland.closed and not poland.make_up
    assert date(2026, 6, 4) in official_days("DE", 2026, 2026, subdivision="BY").closed
    assert official_days("HU", 2024, 2024).make_up.keys() >= {date(2024, 8, 3)}
    with pytest.raises(ValueError):
        official_days("XX", 2026, 2026)
