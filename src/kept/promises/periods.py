"""Weeks, months and years of a period, by the reader's calendar: what the ledger counts by time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kept.kit.lists.filters import start_of_day

USUAL_WEEKS = 12
MOST = 160
"""So many steps are counted at most; a longer period is counted in longer steps."""

STEPS = ("week", "month", "year")
WEEKS_DRAWN = 26
"""A period up to so many weeks is drawn by week, a longer one by month."""


@dataclass(frozen=True)
class Step:
    """One week, month or year, cut to the period it is part of; both days belong to it."""

    kind: str
    first: date
    last: date

    @property
    def begins_at(self) -> datetime:
        return start_of_day(self.first)

    @property
    def ends_at(self) -> datetime:
        """The first moment that no longer belongs to it."""
        return start_of_day(self.last + timedelta(days=1))

    def words(self) -> str:
        """The week by its first day, a month and a year by name."""
        if self.kind == "week":
            return _("Week of {day}").format(day=date_format(self.first, "SHORT_DATE_FORMAT"))
        if self.kind == "month":
            return date_format(self.first, pgettext("date", "F Y"))
        return date_format(self.first, pgettext("date", "Y"))

    def short_words(self) -> str:
        """As it stands below a picture."""
        if self.kind == "week":
            return date_format(self.first, pgettext("date", "j M"))
        return self.words()


def usual_period(today: date) -> tuple[date, date]:
    """The last twelve weeks, the one that runs among them, up to its end."""
    sunday = today + timedelta(days=6 - today.weekday())
    return sunday - timedelta(weeks=USUAL_WEEKS) + timedelta(days=1), sunday


def step_for(first: date, last: date) -> str:
    """In what a picture of a period is drawn."""
    return "week" if (last - first).days < 7 * WEEKS_DRAWN else "month"


def steps_of(first: date, last: date, kind: str) -> list[Step]:
    """The steps of a period, in order; in longer steps than asked when there would be too many."""
    for one in STEPS[STEPS.index(kind) :]:
        if _about(first, last, one) <= MOST or one == STEPS[-1]:
            return list(_steps(first, last, one))
    return []


def _about(first: date, last: date, kind: str) -> int:
    return (last - first).days // {"week": 7, "month": 30, "year": 365}[kind] + 1


def _steps(first: date, last: date, kind: str) -> Iterator[Step]:
    at = first
    while at <= last:
        after = _next(at, kind)
        yield Step(kind, at, min(last, after - timedelta(days=1)))
        at = after


def _next(day: date, kind: str) -> date:
    """The first day of the step after the one a day lies in."""
    if kind == "week":
        return day + timedelta(days=7 - day.weekday())
    if kind == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return date(day.year + 1, 1, 1)
