"""Calendars and promise rules said again, as packs have them."""

from datetime import datetime
from typing import Any

from kept.kit import packs
from kept.people.models import Unit
from kept.promises.models import Calendar, CalendarDay, PromiseRule


@packs.writer("calendars")
def write_calendars(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    """The calendars in force, each with the company's own days as they stand."""
    rows = Calendar.objects.in_force(company, moment).filter(unit=company).order_by("code", "pk")
    return [_calendar(row, moment) for row in rows]


def _calendar(row: Calendar, moment: datetime) -> dict[str, Any]:
    said = {
        "code": row.code,
        "name": dict(row.name),
        "zone": row.zone,
        "week": {days: list(shifts) for days, shifts in row.week.items()},
        "country": row.country,
    }
    if days := own_days(row, moment):
        said["days"] = [
            {"on": day.on, "name": dict(day.name), "shifts": list(day.shifts)} for day in days
        ]
    return said


def own_days(calendar: Calendar, moment: datetime) -> list[CalendarDay]:
    """The company's own days in a calendar as decided at a moment, in order."""
    rows = CalendarDay.objects.filter(calendar__unit=calendar.unit, calendar__code=calendar.code)
    known = {day.on: day for day in rows.order_by("pk") if day.was_known_at(moment)}
    return [known[on] for on in sorted(known)]


@packs.writer("promises")
def write_rules(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    """The promise rules in force."""
    rows = PromiseRule.objects.in_force(company, moment).filter(unit=company)
    return [_rule(row) for row in rows.select_related("calendar").order_by("code", "pk")]


def _rule(row: PromiseRule) -> dict[str, Any]:
    said = {
        "code": row.code,
        "kind": row.kind,
        "name": dict(row.name),
        "duration": row.duration,
        "applies": {name: list(values) for name, values in row.applies.items()},
        "warn_percent": row.warn_percent,
        "reopening": row.reopening,
        "source": row.source,
    }
    if not row.is_fixed:
        said["time"] = row.time_set
    if row.calendar is not None:
        said["calendar"] = row.calendar.code
    return said
