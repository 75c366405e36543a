"""From policy rows to the clockwork: calendars as the core knows them, rules that fit a matter."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from django.utils.translation import gettext as _

from kept.kit import clock
from kept.kit.remembered import remembered
from kept.people.models import Unit
from kept.promises.clockwork import Shift, WorkCalendar, week_of
from kept.promises.clockwork.calendar import always
from kept.promises.clockwork.holidays import chinese_years, official_days
from kept.promises.models import Calendar, CalendarDay, PromiseRule
from kept.promises.models.rule import TimeSet

YEARS_BACK, YEARS_AHEAD = 2, 3
OFFICE = "office"


def rule_for(
    kind: str, unit: Unit, facts: dict[str, str], at: datetime | None = None
) -> PromiseRule | None:
    """The rule of a kind that is in force for a unit and fits the matter, or None: no promise.

    The nearest unit wins; among the rows of one unit, the one that asks for more.
    """
    return next(iter(rules_for([kind], unit, facts, at)), None)


def rules_for(
    kinds: Iterable[str],
    unit: Unit,
    facts: dict[str, str],
    at: datetime | None = None,
    *,
    asking: str = "",
) -> list[PromiseRule]:
    """The rule of each of these kinds, in their order, where there is one; asked at once. With
    ``asking`` only rules that ask for that fact: those for everything else are silent about it.
    """
    kinds = list(kinds)
    fitting: dict[str, PromiseRule] = {}
    for row in _rules_of(unit):
        if asking and asking not in row.applies:
            continue
        if row.kind in kinds and row.holds_at(at or clock.now()) and row.fits(facts):
            fitting.setdefault(row.kind, row)
    return [fitting[kind] for kind in kinds if kind in fitting]


def word_term(term: str, time_set: str) -> str:
    """How the time of a rule is set, in words: its term, or in which term another time is known."""
    if time_set == TimeSet.FIXED:
        return term
    return _("{how}, known within {term}").format(how=TimeSet(time_set).label, term=term)


def _rules_of(unit: Unit) -> list[PromiseRule]:
    """The rules that ever held for a unit, the nearest unit's first, of these those that ask for
    more; remembered until policy changes.
    """
    return remembered(("promise rules", unit.path), lambda: _read_rules(unit))


def _read_rules(unit: Unit) -> list[PromiseRule]:
    rows = PromiseRule.objects.from_above(unit).ever_in_force().select_related("calendar")
    return sorted(rows, key=lambda row: (-row.path_length, -len(row.applies)))


def office_of(unit: Unit) -> Calendar | None:
    """The office hours in force for a unit (the calendar "office"), or None."""
    rows = remembered(
        ("office hours", unit.path),
        lambda: list(Calendar.objects.from_above(unit).ever_in_force().filter(code=OFFICE)),
    )
    return next((row for row in rows if row.holds_at(clock.now())), None)


def calendar_of(row: Calendar | None, zone: str, known_at: datetime | None = None) -> WorkCalendar:
    """The core's calendar for a policy row; none means day and night in ``zone``. The company's
    own days are those known at a moment, or now.
    """
    if row is None:
        return always(zone)
    moment = known_at or clock.now()
    known = {day.on: day for day in _own_days(row) if day.was_known_at(moment)}
    own = tuple(
        (day.on, tuple(day.shifts), tuple(sorted(day.name.items()))) for day in known.values()
    )
    return _calendar(row.zone, _frozen(row.week), row.country, own, clock.now().year)


def _own_days(row: Calendar) -> list[CalendarDay]:
    """The company's own days, also those put on the same calendar of another pack, and those taken
    back; of one day the last wins. for each copy of the row: a copy lives no longer than they hold.
    """
    if row.known_days is not None:
        return row.known_days
    days = CalendarDay.objects.filter(calendar__unit=row.unit_id, calendar__code=row.code)
    row.known_days = list(days.order_by("pk"))
    return row.known_days


def _frozen(week: dict) -> tuple:
    return tuple((days, tuple(shifts)) for days, shifts in week.items())


@lru_cache(maxsize=256)
def _calendar(zone: str, week: tuple, country: str, own: tuple, year: int) -> WorkCalendar:
    calendar = WorkCalendar(zone, week_of(dict(week)))
    if country:
        calendar = _with_official_days(calendar, country, year)
    return calendar.with_days(
        closed={on: dict(name) for on, shifts, name in own if not shifts},
        opened={on: tuple(map(Shift.of, shifts)) for on, shifts, _name in own if shifts},
        names={on: dict(name) for on, _shifts, name in own},
    )


def _with_official_days(calendar: WorkCalendar, country: str, year: int) -> WorkCalendar:
    """The calendar with a country's holidays and make-up days around a year, as far as known."""
    first, last = year - YEARS_BACK, year + YEARS_AHEAD
    if country == "CN":
        known = chinese_years()
        first, last = max(first, known[0]), min(last, known[-1])
        if first > last:
            return calendar.with_days(known_to=date(known[-1], 12, 31))
    return official_days(country, first, last).applied_to(calendar)
