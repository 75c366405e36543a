"""A calendar laid out as a year on the wall: what each day is, and why (SX.03)."""

from calendar import Calendar as Pages
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.promises.clockwork import Shift, WorkCalendar
from kept.promises.clockwork.wording import word_name
from kept.promises.models import Calendar
from kept.promises.rules.days import live_days
from kept.promises.terms import YEARS_AHEAD as AHEAD
from kept.promises.terms import YEARS_BACK as BACK
from kept.promises.terms import calendar_of

YEARS_BACK, YEARS_AHEAD = BACK, AHEAD
WORKING, FREE = "working", "free"
HOLIDAY, MAKE_UP, OWN_CLOSED, OWN_OPEN = "holiday", "make_up", "own_closed", "own_open"
LABELS = {
    HOLIDAY: _("official holiday"),
    MAKE_UP: _("make-up working day"),
    OWN_CLOSED: _("closed by the company"),
    OWN_OPEN: _("the company's own hours"),
}
#: One sign for what is out of the ordinary, as calendars on the wall have it.
SIGNS = {HOLIDAY: _("off"), MAKE_UP: _("work"), OWN_CLOSED: _("off"), OWN_OPEN: _("work")}
#: The days of the week where seven stand in little room.
LETTERS = (
    pgettext_lazy("narrow", "Mo"),
    pgettext_lazy("narrow", "Tu"),
    pgettext_lazy("narrow", "We"),
    pgettext_lazy("narrow", "Th"),
    pgettext_lazy("narrow", "Fr"),
    pgettext_lazy("narrow", "Sa"),
    pgettext_lazy("narrow", "Su"),
)
STATES = {HOLIDAY: "plain", MAKE_UP: "warned", OWN_CLOSED: "late", OWN_OPEN: "good"}


@dataclass(frozen=True)
class Day:
    """One day: what it is, what it is called, when work is done on it."""

    on: date
    what: str
    name: str
    hours: str

    @property
    def is_free(self) -> bool:
        return not self.hours

    @property
    def is_special(self) -> bool:
        """Out of the ordinary: neither a usual working day nor a usual day off."""
        return self.what in LABELS

    @property
    def is_own(self) -> bool:
        return self.what in (OWN_CLOSED, OWN_OPEN)

    @property
    def label(self) -> Any:
        return LABELS.get(self.what, "")

    @property
    def sign(self) -> Any:
        return SIGNS.get(self.what, "")

    @property
    def state(self) -> str:
        return STATES.get(self.what, "plain")


@dataclass(frozen=True)
class Month:
    """A month in weeks; days of its neighbours are None."""

    name: str
    weeks: list[list[Day | None]]
    working_days: int


@dataclass(frozen=True)
class Year:
    """A year: months, its special days in order, the usual week, and how far it is known."""

    number: int
    months: list[Month]
    special: list[Day]
    week: list[tuple[str, str]]
    weekdays: list[tuple[str, str]]
    known_to: date | None

    @property
    def is_unknown(self) -> bool:
        """Whether official days of this year are not announced yet."""
        return self.known_to is not None and self.known_to.year < self.number


def year_of(row: Calendar, number: int) -> Year:
    """A calendar's year as it stands now."""
    calendar = calendar_of(row, row.zone)
    own = {day.on for day in live_days(row)}
    days = {day.on: day for day in _days(calendar, own, number)}
    return Year(
        number,
        [_month(number, month, days) for month in range(1, 13)],
        [day for day in days.values() if day.is_special],
        [(weekday(on), hours_of(calendar.week[on])) for on in range(7)],
        [(weekday(on), str(LETTERS[on])) for on in range(7)],
        calendar.known_to,
    )


def _days(calendar: WorkCalendar, own: set[date], year: int) -> Iterator[Day]:
    on = date(year, 1, 1)
    while on.year == year:
        yield day_of(calendar, own, on)
        on += timedelta(days=1)


def day_of(calendar: WorkCalendar, own: set[date], on: date) -> Day:
    """What a day is by a calendar in which the company decided about ``own``."""
    shifts = calendar.shifts_on(on)
    what = WORKING if shifts else FREE
    if on in own:
        what = OWN_OPEN if shifts else OWN_CLOSED
    elif on in calendar.opened:
        what = MAKE_UP
    elif on in calendar.closed:
        what = HOLIDAY
    name = calendar.names.get(on)
    return Day(on, what, word_name(name) if name else "", hours_of(shifts))


def hours_of(shifts: tuple[Shift, ...]) -> str:
    return ", ".join(map(str, shifts))


def weekday(number: int) -> str:
    """The short name of a day of the week, Monday is 0."""
    return date_format(date(2024, 1, 1) + timedelta(days=number), "D")


def _month(year: int, month: int, days: dict[date, Day]) -> Month:
    weeks = [
        [days[on] if on.month == month else None for on in week]
        for week in Pages().monthdatescalendar(year, month)
    ]
    worked = sum(1 for week in weeks for day in week if day and not day.is_free)
    return Month(date_format(date(year, month, 1), "F"), weeks, worked)
