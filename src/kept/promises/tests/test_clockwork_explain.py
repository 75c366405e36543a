"""Explanations of due times, as lines and as words."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from kept.promises.clockwork import (
    ClockEvent,
    Duration,
    Lateness,
    WorkCalendar,
    always,
    explain,
    explain_due,
    fold,
    week_of,
)
from kept.promises.clockwork.wording import (
    word_duration,
    word_explanation,
    word_lateness,
    word_lines,
    word_time,
)

ZONE = "Asia/Shanghai"
LABOUR_DAY = {"en": "Labour Day", "zh-hans": "劳动节"}
OFFICE = WorkCalendar(ZONE, week_of({"mon-fri": ["09:00-12:00", "13:00-17:00"]})).with_days(
    closed={date(2026, 5, 4): LABOUR_DAY}, known_to=date(2026, 12, 31)
)


def at(text: str, zone: str = ZONE) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo(zone))


def said(term: str, start: str, calendar: WorkCalendar = OFFICE) -> str:
    moment = at(start, calendar.zone)
    with translation.override("en"):
        return word_explanation(explain_due(Duration.of(term), moment, calendar))


def story(term: str, *events: tuple) -> str:
    made = [ClockEvent(1, "start", at("05-05 10:00"), data={"duration": term})]
    for kind, moment, *more in events:
        reason, data = (*more, "", {})[:2] if more else ("", {})
        made.append(ClockEvent(len(made) + 1, kind, at(moment), reason, data))
    with translation.override("en"):
        return word_explanation(explain(fold(made, None, OFFICE)))


@pytest.mark.req("SX.03", part="a due time explains itself")
@pytest.mark.parametrize(
    ("term", "start", "expected"),
    [
        (
            "4 working_hours",
            "05-01 16:40",
            "received Fri 16:40 → 20 min on Fri → closed Sat–Mon (Labour Day) → "
            "3 h 40 min on Tue → due 13:40",
        ),
        (
            "4 working_hours",
            "05-01 17:40",
            "received Fri 17:40 → closed Sat–Mon (Labour Day) → 4 h on Tue → due 14:00",
        ),
        (
            "24 hours",
            "05-01 16:40",
            "received Fri 16:40 → 24 h, Fri 16:40–Sat 16:40 → due Sat 16:40",
        ),
        (
            "3 hours",
            "05-01 16:40",
            "received Fri 16:40 → 3 h on Fri → due 19:40",
        ),
        (
            "2 working_days",
            "05-01 16:40",
            "received Fri 16:40 → 2 working days → closed Sat–Mon (Labour Day) → "
            "2 days: Tue–Wed → due by the end of Wed",
        ),
        (
            "10 calendar_days",
            "05-01 16:40",
            "received Fri 1 May 16:40 → 10 days: Sat 2 May–Mon 11 May → "
            "due by the end of Mon 11 May",
        ),
        (
            "1 calendar_months",
            "01-31 09:00",
            "received Sat 31 Jan 09:00 → 1 month → Sat 31 Jan to Sat 28 Feb, the last day of its "
            "month → due by the end of Sat 28 Feb",
        ),
        (
            "4 nth_of_next_month",
            "01-31 09:00",
            "received Sat 09:00 → by the 4th of next month → due by the end of Wed",
        ),
        (
            "same_time_next_working_day",
            "05-01 18:00",
            "received Fri 18:00 → the same time on the next working day → counted from Tue 09:00 "
            "→ due Wed 09:00",
        ),
        (
            "2 same_time_calendar_days",
            "05-01 18:00",
            "received Fri 18:00 → 2 days, to the same time → due Sun 18:00",
        ),
        (
            "1 same_time_calendar_months",
            "01-31 09:00",
            "received Sat 31 Jan 09:00 → 1 month, to the same time → Sat 31 Jan to Sat 28 Feb, the "
            "last day of its month → due Sat 28 Feb 09:00",
        ),
        (
            "8 working_hours",
            "12-31 16:00",
            "received Thu 16:00 → 1 h on Thu → 7 h on Fri → holidays after 31 Dec 2026 are not "
            "known yet → due Fri 17:00",
        ),
    ],
)
def test_a_due_time_explains_itself(term, start, expected):
    assert said(term, start) == expected


def test_clocks_that_change_are_told():
    spring = said("24 hours", "03-28 12:00", always("Europe/Paris"))
    assert spring.endswith("→ clocks forward 1 h on Sun → due 13:00")
    autumn = said("24 hours", "10-25 00:30", always("Europe/Paris"))
    assert autumn == "received Sun 00:30 → 24 h on Sun → clocks back 1 h on Sun → due 23:30"


def test_a_month_to_the_same_time_is_lengthened_by_what_was_lost():
    pause = ("pause", "05-07 10:00", "parts"), ("resume", "05-08 11:30")
    assert story("1 same_time_calendar_months", *pause) == (
        "received Tue 5 May 10:00 → 1 month, to the same time → Tue 5 May to Fri 5 Jun → "
        "paused Thu 7 May 10:00–Fri 8 May 11:30 (parts) → due Sat 6 Jun 11:30"
    )


def test_a_story_with_pauses_and_its_ending():
    pause = ("pause", "05-05 11:00", "parts"), ("resume", "05-07 10:00")
    assert story("4 working_hours", *pause, ("keep", "05-07 13:50")) == (
        "received Tue 10:00 → 1 h on Tue → paused Tue 11:00–Thu 10:00 (parts) → 3 h on Thu → "
        "due 14:00 → kept Thu 13:50, 10 min early"
    )
    assert story("24 hours", *pause, ("keep", "05-09 01:00")).endswith(
        "23 h, Thu 10:00–Fri 09:00 → due Fri 09:00 → done Sat 01:00, 16 h late"
    )
    assert story("4 working_hours", pause[0]).endswith("paused since Tue 11:00 (parts) → 3 h left")
    assert "paused Tue 11:00–Thu 10:00 (parts): 2 days added" in story("2 working_days", *pause)
    excused = story("4 working_hours", ("excuse", "05-05 11:00", "flood"))
    assert excused.endswith("→ excused Tue 11:00 (flood)")
    named = story("4 working_hours", ("set_due", "05-05 10:10", "", {"due": at("05-05 15:00")}))
    assert named == "received Tue 10:00 → promised for Tue 15:00 → due Tue 15:00"
    again = (("keep", "05-05 11:00"), ("reopen", "05-06 09:00", "", {"policy": "resume"}))
    assert "stopped Tue 11:00–Wed 09:00" in story("4 working_hours", *again)


def test_many_days_are_told_as_one_sum():
    lines = explain_due(Duration.of("700 working_hours"), at("04-20 09:00"), OFFICE)
    assert len(lines) < 10
    assert sum(line.seconds for line in lines if line.kind == "counted") == 700 * 3600
    assert [line.names for line in lines if line.kind == "closed"] == [(LABOUR_DAY,)]
    lines = explain_due(Duration.of("100 working_days"), at("04-20 09:00"), OFFICE)
    assert [line.days for line in lines if line.kind == "counted"] == [100]


def test_lines_are_told_in_the_readers_language():
    lines = explain_due(Duration.of("4 working_hours"), at("05-01 16:40"), OFFICE)
    with translation.override("zh-hans"):
        chinese = word_lines(lines)
    with translation.override("en"):
        english = word_lines(lines)
    assert len(chinese) == len(english)
    assert "劳动节" in chinese[2] and "Labour Day" in english[2]
    assert "星期" in chinese[0] or "周" in chinese[0]


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (Lateness(-timedelta(minutes=10)), "10 min early"),
        (Lateness(timedelta(hours=16)), "16 h late"),
        (Lateness(timedelta(minutes=5, seconds=40)), "5 min late"),
        (Lateness(timedelta(days=3, hours=4, minutes=9)), "3 d 4 h late"),
        (Lateness(timedelta(microseconds=1)), "less than 1 s late"),
        (Lateness(timedelta(0)), "on time"),
        (Lateness(timedelta(hours=30), 2), "2 days late"),
        (Lateness(-timedelta(hours=30), -1), "1 day early"),
        (Lateness(-timedelta(hours=3), 0), "on the day"),
    ],
)
def test_lateness_in_words(late, expected):
    with translation.override("en"):
        assert word_lateness(late) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("1 hours", "1 hour"),
        ("1.5 working_hours", "1.5 working hours"),
        ("30 minutes", "30 minutes"),
        ("45 working_minutes", "45 working minutes"),
        ("0 calendar_days", "the same day"),
        ("1 calendar_days", "1 day"),
        ("2 working_days", "2 working days"),
        ("1 calendar_months", "1 month"),
        ("1 same_time_calendar_months", "1 month, to the same time"),
        ("2 same_time_calendar_months", "2 months, to the same time"),
        ("22 nth_of_next_month", "by the 22nd of next month"),
        ("12 nth_of_next_month 17", "by 17:00 on the 12th of next month"),
        ("0 end_of_week", "by the end of the week"),
        ("1 end_of_week", "by the end of next week"),
        ("0 end_of_month", "by the end of the month"),
        ("2 end_of_month", "by the end of the month 2 on"),
        ("same_time_next_working_day", "the same time on the next working day"),
    ],
)
def test_terms_in_words(term, expected):
    with translation.override("en"):
        assert word_duration(Duration.of(term)) == expected
        assert word_time(0) == "0 min" and word_time(90) == "1 min" and word_time(45) == "45 s"
