"""What is owed when: the occurrences of a company's duty rules, from days to moments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kept.kit import clock
from kept.people.models import Unit
from kept.promises.clockwork import Duration, WorkCalendar, due_at
from kept.promises.clockwork.duration import CLOCK, WORKING
from kept.promises.clockwork.zones import ONE_DAY, day_start
from kept.promises.duties.recurring import Period, periods
from kept.promises.duties.sets import DutySubject
from kept.promises.models import DutyRule, FirstPeriod
from kept.promises.terms import calendar_of

#: How far ahead duties are made, so that everybody sees what is coming.
AHEAD = timedelta(days=45)
#: How far back they are made up for where the worker stood still; nothing older is invented.
CATCH_UP = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A period of a rule: when it begins, when it is due (UTC), and whether that names a day."""

    rule: DutyRule
    period: Period
    begins_at: datetime
    due_at: datetime
    names_day: bool


def occurrences(rows: Iterable[DutyRule], company: Unit, today: date) -> list[Occurrence]:
    """All periods of the rows of one code around today: each belongs to the row that was in force
    when it began, so a row that was superseded keeps what is running (SX.19).
    """
    found = [one for row in rows for one in _of_row(row, company, today)]
    return sorted(found, key=lambda one: one.period.first)


def _of_row(row: DutyRule, company: Unit, today: date) -> Iterable[Occurrence]:
    first = clock.local(row.valid_from, company.zone).date()
    last = today + AHEAD
    if row.superseded_at is not None:
        last = min(last, clock.local(row.superseded_at, company.zone).date() - ONE_DAY)
    since = max(first, today - CATCH_UP - timedelta(days=366))
    calendar = calendar_of(row.calendar, company.zone)
    for period in periods(row.recurrence, row.anchor, since, last):
        if period.last >= today - CATCH_UP and _asks_for_something(row, period, calendar):
            yield _occurrence(row, period, calendar)


def _asks_for_something(row: DutyRule, period: Period, calendar: WorkCalendar) -> bool:
    """By a calendar of its own nothing is owed for a period without a single working day."""
    if row.calendar is None:
        return True
    count = (period.last - period.first).days + 1
    days = (period.first + timedelta(days=n) for n in range(count))
    return any(calendar.is_working_day(day) for day in days)


def _occurrence(row: DutyRule, period: Period, calendar: WorkCalendar) -> Occurrence:
    duration = Duration.of(row.due)
    return Occurrence(
        rule=row,
        period=period,
        begins_at=day_start(period.first, calendar.tz),
        due_at=due_moment(duration, period.last, calendar),
        names_day=duration.names_day,
    )


def due_moment(duration: Duration, last_day: date, calendar: WorkCalendar) -> datetime:
    """When a term after a period's last day is due (UTC): days and months count from that day,
    hours and working hours from its end.
    """
    in_time = duration.unit in CLOCK or duration.unit in WORKING
    begin = last_day + ONE_DAY if in_time else last_day
    return due_at(duration, day_start(begin, calendar.tz), calendar)


def is_owed_by(occurrence: Occurrence, subject: DutySubject) -> bool:
    """Whether a subject belonged to its set in a period, by the day it joined."""
    if subject.since is None:
        return True
    if occurrence.rule.joins == FirstPeriod.NEXT_PERIOD:
        return occurrence.period.first >= subject.since
    return occurrence.period.last >= subject.since
