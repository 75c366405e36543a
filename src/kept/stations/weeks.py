"""Calendar weeks as people name them: ``2026-W10`` is the one that begins on Monday 2 March 2026."""

from datetime import date, timedelta

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
    year, mark, week = text.strip().upper().partition("-W")
    if not (mark and year.isdecimal() and week.isdecimal() and len(year) == 4 and len(week) <= 2):
        return None
    try:
        return date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        return None


def weeks_until(today: date, count: int) -> list[date]:
    """The Mondays of the last weeks, this one first."""
    return [monday_of(today) - WEEK * back for back in range(count)]
