"""The same on the command line: a company's promises of the last twelve months."""

from collections.abc import Mapping
from datetime import date

from kept.kit import clock
from kept.people.models import Unit
from kept.promises.clockwork import Duration
from kept.promises.clockwork.duration import on_month
from kept.promises.replay.what_if import Compared
from kept.promises.what_if.asking import question_by_kinds
from kept.promises.what_if.counting import Counting, Progress


def last_twelve_months(zone: str) -> tuple[date, date]:
    """From the same day a year ago to today."""
    today = clock.today(zone)
    return on_month(today, -12, today.day), today


def compare_company(
    company: Unit, terms: Mapping[str, Duration], calendar: str, duty: str, progress: Progress
) -> tuple[Compared, int]:
    """Today's rules beside changed ones, and how many clock events could not have happened."""
    days = last_twelve_months(company.zone)
    counting = Counting(question_by_kinds(company, terms, calendar, duty, days))
    return counting.run(progress=progress), counting.skipped
