"""Calendars and promise rules in policy packs."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.pack_words import describe, labels
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed, Words, check_words
from kept.promises.clockwork import Duration, Shift, week_of
from kept.promises.clockwork.wording import word_duration
from kept.promises.models import (
    Calendar,
    CalendarDay,
    PromiseKind,
    PromiseRule,
)
from kept.promises.models.rule import Reopening, TimeSet
from kept.promises.rules.facts import worded
from kept.promises.terms import word_term

#: The most a duty may be owed within one period.
MOST_TIMES = 60


@packs.section("calendars", order=20)
def read_calendars(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[calendars]] code, name, week, country``; the zone is the company's unless given.
    ``days = [{ on, name, shifts }]`` are the company's own: closed where there are no shifts.
    """
    for row in rows:
        checked(week_of, row["week"])
        made = Calendar.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row["code"],
            name=check_words(row["name"]),
            zone=row.get("zone", loading.company.zone),
            week=row["week"],
            country=row.get("country", ""),
        )
        loading.remember("calendars", made.code, made)
        for day in row.get("days", []):
            _own_day(made, day)


def _own_day(calendar: Calendar, row: dict[str, Any]) -> None:
    """A day decided by the company, unless the calendar has it already."""
    on, shifts = checked(_day, row["on"]), list(row.get("shifts", []))
    checked(lambda: [Shift.of(one) for one in shifts])
    same = CalendarDay.objects.filter(
        calendar__unit=calendar.unit, calendar__code=calendar.code, on=on, withdrawn_at=None
    )
    if all(day.shifts != shifts for day in same):
        CalendarDay.objects.create(
            calendar=calendar,
            on=on,
            shifts=shifts,
            name=check_words(row["name"]),
            decided_at=calendar.valid_from,
        )


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


@packs.section("promises", order=30)
def read_rules(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[promises]] code, kind, name, duration, time, calendar, applies, warn_percent, reopening,
    source``; ``time`` is how the time for solving is set: fixed, promised, customer, agreed (C02).
    """
    for row in rows:
        calendar = row.get("calendar")
        made = PromiseRule.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row.get("code", ""),
            set_by=loading.by,
            kind=checked(PromiseKind, row["kind"]),
            name=check_words(row["name"]),
            duration=str(checked(Duration.of, row["duration"])),
            time_set=_time_set(row),
            calendar=loading.named("calendars", calendar) if calendar else None,
            applies=_asked(row.get("applies", {})),
            warn_percent=row.get("warn_percent", 80),
            reopening=checked(Reopening, row.get("reopening", "resume")),
            source=row.get("source", ""),
        )
        loading.remember("promises", row.get("code", f"{made.kind}-{made.pk}"), made)


def _time_set(row: dict[str, Any]) -> str:
    """How its time is set; only solving knows another way than a term (C02)."""
    value = row.get("time", TimeSet.FIXED)
    if value not in TimeSet.values:
        raise InvalidInput(
            _("“time” cannot be “{value}”. It is one of: {known}."),
            value=value,
            known=Listed(TimeSet.values),
        )
    if value != TimeSet.FIXED and row["kind"] != PromiseKind.SOLVE:
        raise InvalidInput(
            _("Only rules of the kind “solve” have a time that is {how}; others have a term."),
            how=TimeSet(value).label,
        )
    return str(value)


def _asked(applies: Any) -> dict[str, list[str]]:
    """``{ route = ["phone", "mail"] }``: what a rule asks of a matter."""
    if not isinstance(applies, dict) or not all(isinstance(one, list) for one in applies.values()):
        raise InvalidInput(_("Write what it applies to like {example}."), example=_EXAMPLE)
    return {name: [str(value) for value in wanted] for name, wanted in applies.items()}


_EXAMPLE = '{ route = ["phone"] }'


def known_calendar(loading: Loading, row: dict[str, Any]) -> Calendar | None:
    """The calendar a row names by its code, of those the pack brought."""
    code = row.get("calendar")
    return loading.named("calendars", code) if code else None


def checked(read: Any, *value: Any) -> Any:
    """What a reader makes of a value. Raises InvalidInput with what is wrong with it."""
    try:
        return read(*value)
    except ValueError as error:
        raise InvalidInput("{error}", error=error) from None


def _sentence(row: Any) -> str:
    """A rule of a pack as the page of rules has it."""
    term = word_duration(Duration.of(row["duration"]))
    said = f"{Words(row['name'])} ({word_term(term, row.get('time', TimeSet.FIXED))})"
    asked = worded(row.get("applies", {}), row["kind"], None)
    return f"{said}; {asked}" if asked else said


describe(
    "calendars",
    _("Working time"),
    keys={
        "week": _("Working hours"),
        "country": _("Official days of"),
        "zone": _("Time zone"),
        "days": _("The company's own days"),
    },
)
describe(
    "promises",
    _("Promises"),
    keys={
        "duration": _("How long"),
        "time": _("How the time is set"),
        "applies": _("Only for"),
        "calendar": _("Calendar"),
        "warn_percent": _("Warns after percent"),
        "reopening": _("When opened again"),
        "source": _("Source"),
    },
    values={
        "duration": lambda value: word_duration(Duration.of(value)),
        "kind": labels(PromiseKind),
        "time": labels(TimeSet),
        "reopening": labels(Reopening),
    },
    row=_sentence,
)
