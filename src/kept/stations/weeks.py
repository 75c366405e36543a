"""Calendar weeks as people name them: ``2026-W10`` begins on Monday 2 March 2026."""

import re
from datetime import date, timedelta

WEEK_NAME = re.compile(r"([0-9]{4})-W([0-9]{1,2})")
WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    """The first day of the week a day lies in."""
    return day - timedelta(days=day.weekday())


def week_text(day: date) -> str:
    """The week of a day by ISO 8601: ``2026-W10``."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02d}"


def read_week(text: str) -> date | None:
    """The Monday of ``2026-W10``; None for what is no week."""
    found = WEEK_NAME.fullmatch(text.strip().upper())
    if found is None:
        return None
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None


def weeks_until(today: date, count: int) -> list[date]:
    """The Mondays of the last weeks, this one first."""
    return [monday_of(today) - WEEK * back for back in range(count)]
