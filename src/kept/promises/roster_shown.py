"""A duty roster as pages show it: one week, people by days, and where nobody is on duty."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from kept.kit import clock
from kept.people.models import User
from kept.promises.clockwork.coverage import days_between, span_of_days, within, without
from kept.promises.models import Roster
from kept.promises.roster import Hole, Stand, needed, present, shifts_of, stands_of

WEEK = timedelta(days=7)


@dataclass
class Row:
    """A person with their hours on each day of the week."""

    person: User
    days: list[list[SimpleNamespace]] = field(default_factory=list)


@dataclass
class Week:
    """One week of a roster: a row for each person, and the holes of each day."""

    days: list[date]
    rows: list[Row]
    holes: list[list[Hole]]
    today: date

    @property
    def by_day(self) -> list[tuple[date, list[tuple[User, SimpleNamespace]], list[Hole]]]:
        """The same day by day, for a phone."""
        found = []
        for number, day in enumerate(self.days):
            stands = [(row.person, one) for row in self.rows for one in row.days[number]]
            stands.sort(key=lambda pair: pair[1].start)
            found.append((day, stands, self.holes[number]))
        return found

    @property
    def has_holes(self) -> bool:
        return any(self.holes)

    @property
    def before(self) -> str:
        return (self.days[0] - WEEK).isoformat()

    @property
    def after(self) -> str:
        return (self.days[0] + WEEK).isoformat()


def week_of(roster: Roster, asked: date | None) -> Week:
    """The week a day lies in, as the roster has it: who stands when, who is away, what is missing.

    Unless asked otherwise this week, or the roster's first.
    """
    zone = ZoneInfo(roster.unit.zone)
    today = clock.today(roster.unit.zone)
    day = asked or max(today, roster.from_on)
    monday = day - timedelta(days=day.weekday())
    days = list(days_between(monday, monday + timedelta(days=6)))
    shifts = shifts_of(roster)
    eve, last = monday - timedelta(days=1), days[-1]
    first = max(eve, roster.from_on - timedelta(days=1))
    until = min(last, roster.until_on or last)
    there = present(stands_of(roster, shifts, first, until))
    by_person: dict[int, list[tuple[Stand, bool]]] = defaultdict(list)
    for one, spans in there:
        by_person[one.person.pk].append((one, spans == [one.span]))
    people = {one.person.pk: one.person for one, _spans in there}
    people.update({shift.person_id: shift.person for shift in shifts})
    rows = [
        Row(person, [_cells(by_person[person.pk], day, roster) for day in days])
        for person in sorted(people.values(), key=lambda one: one.sort_key)
    ]
    covered = [span for _one, spans in there for span in spans]
    return Week(days, rows, _holes(roster, days, covered, zone), today)


def _cells(stands: list[tuple[Stand, bool]], day: date, roster: Roster) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            start=one.start,
            hours=one.shift.hours_words,
            instead_of=one.shift.instead_of.person if one.shift.instead_of else None,
            reason=one.shift.reason,
            is_away=not is_there,
        )
        for one, is_there in stands
        if one.day == day and roster.from_on <= day
    ]


def _holes(
    roster: Roster, days: list[date], covered: list[Any], zone: ZoneInfo
) -> list[list[Hole]]:
    """The holes of each day, cut at midnight so that each stands under its day."""
    found = []
    for day in days:
        is_held = roster.from_on <= day and (roster.until_on is None or day <= roster.until_on)
        start, end = span_of_days(day, day, zone)
        wanted = needed(roster, start, end) if is_held else []
        left = without(wanted, within(covered, start, end))
        found.append([Hole(first, last, zone) for first, last in left])
    return found


def hours_in_words(roster: Roster) -> str:
    """The hours that must be covered: a calendar's name, or day and night."""
    return str(roster.hours) if roster.hours else _("day and night")
