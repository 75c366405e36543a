"""Calendars and promise rules in policy packs."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.pack_words import describe, labels
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Words, check_words
from kept.people.models import UnitKind
from kept.promises.clockwork import Duration, Shift, week_of
from kept.promises.clockwork.wording import word_duration
from kept.promises.duties.recurring import check_recurrence
from kept.promises.duties.sets import check_subjects
from kept.promises.models import (
    Calendar,
    CalendarDay,
    DutyPolicy,
    DutyRule,
    EscalationStage,
    FirstPeriod,
    PromiseKind,
    PromiseRule,
    Recipient,
    TellingPolicy,
)
from kept.promises.models.ladder import check_moment
from kept.promises.models.promise import STANDARD_WARNING
from kept.promises.models.rule import Reopening
from kept.promises.recipients import LOGIN, ROLE
from kept.promises.rules.facts import worded

#: The most a duty may be owed within one period.
MOST_TIMES = 60


@packs.section("calendars", order=20)
def read_calendars(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[calendars]] code, name, week, country``; the zone is the company's unless given.
    ``days = [{ on, name, shifts }]`` are the company's own: closed where there are no shifts.
    """
    for row in rows:
        _checked(week_of, row["week"])
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
    on, shifts = _checked(_day, row["on"]), list(row.get("shifts", []))
    _checked(lambda: [Shift.of(one) for one in shifts])
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
    """``[[promises]] code, kind, name, duration, calendar, applies, warn_percent, reopening,
    source``.
    """
    for row in rows:
        calendar = row.get("calendar")
        made = PromiseRule.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row.get("code", ""),
            set_by=loading.by,
            kind=_checked(PromiseKind, row["kind"]),
            name=check_words(row["name"]),
            duration=str(_checked(Duration.of, row["duration"])),
            calendar=loading.named("calendars", calendar) if calendar else None,
            applies=_asked(row.get("applies", {})),
            warn_percent=row.get("warn_percent", 80),
            reopening=_checked(Reopening, row.get("reopening", "resume")),
            source=row.get("source", ""),
        )
        loading.remember("promises", row.get("code", f"{made.kind}-{made.pk}"), made)


@packs.section("duties", order=40)
def read_duties(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[duties]] code, name, subjects, recurrence, anchor, times, due, calendar, warn_percent,
    joins, form, source``: what is owed again and again (C09, C10).
    """
    for row in rows:
        made = DutyRule.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row["code"],
            name=check_words(row["name"]),
            subjects=check_subjects(row["subjects"]),
            calendar=_calendar(loading, row),
            **_terms(row),
        )
        loading.remember("duties", made.code, made)


def _calendar(loading: Loading, row: dict[str, Any]) -> Calendar | None:
    code = row.get("calendar")
    return loading.named("calendars", code) if code else None


def _terms(row: dict[str, Any]) -> dict[str, Any]:
    anchor = _checked(_day, row["anchor"])
    times = row.get("times", 1)
    if not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
        raise InvalidInput(_("Between 1 and {most} times in a period."), most=MOST_TIMES)
    warn_percent = row.get("warn_percent", STANDARD_WARNING)
    if not isinstance(warn_percent, int) or not 1 <= warn_percent <= 100:
        raise InvalidInput(_("A warning comes after 1 to 100 percent of the time."))
    return {
        "recurrence": _checked(lambda text: check_recurrence(text, anchor), row["recurrence"]),
        "anchor": anchor,
        "times": times,
        "due": str(_checked(Duration.of, row["due"])),
        "warn_percent": warn_percent,
        "joins": _checked(FirstPeriod, row.get("joins", FirstPeriod.THIS_PERIOD)),
        "form": row.get("form", ""),
        "source": row.get("source", ""),
    }


@packs.section("escalations", order=35)
def read_ladder(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[escalations]] code, name, moment, to, kinds, applies`` (S2.14, S2.16)."""
    for row in rows:
        _require_known(row, {"code", "name", "moment", "to", "kinds", "applies"})
        made = EscalationStage.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row["code"],
            name=check_words(row["name"]),
            moment=_checked(check_moment, row["moment"]),
            to=[_recipient(one) for one in row["to"]],
            kinds=[_checked(PromiseKind, one) for one in row.get("kinds", [])],
            applies=row.get("applies", {}),
        )
        loading.remember("escalations", made.code, made)


def _recipient(text: str) -> str:
    """Whom a stage tells: person, manager, headquarters, ``role:<code>`` or ``login:<name>``."""
    is_named = any(text.startswith(kind) and len(text) > len(kind) for kind in (ROLE, LOGIN))
    return text if is_named else str(_checked(Recipient, text))


@packs.section("telling", order=36)
def read_telling(loading: Loading, row: dict[str, Any]) -> None:
    """``[telling] one_by_one, minutes``: more than so many things within so many minutes are told
    as one digest.
    """
    _require_known(row, {"one_by_one", "minutes"})
    TellingPolicy.objects.create(unit=loading.company, valid_from=loading.valid_from, **row)
    loading.done["telling"] = 1


@packs.section("day_and_night", order=37)
def read_day_and_night(loading: Loading, row: dict[str, Any]) -> None:
    """``[day_and_night] kinds``: which kinds of units promise to be there at every hour (S4.15)."""
    _require_known(row, {"kinds"})
    kinds = [str(_checked(UnitKind, one)) for one in row.get("kinds", [])]
    DutyPolicy.objects.create(unit=loading.company, valid_from=loading.valid_from, kinds=kinds)
    loading.done["day_and_night"] = 1


def _require_known(row: dict[str, Any], known: set[str]) -> None:
    """A misspelt word of a rule cannot be lost."""
    if unknown := sorted(set(row) - known):
        raise InvalidInput(
            _("“{value}” is not known here. There are: {known}."),
            value=unknown[0],
            known=", ".join(sorted(known)),
        )


def _asked(applies: Any) -> dict[str, list[str]]:
    """``{ route = ["phone", "mail"] }``: what a rule asks of a matter."""
    if not isinstance(applies, dict) or not all(isinstance(one, list) for one in applies.values()):
        raise InvalidInput(_("Write what it applies to like {example}."), example=_EXAMPLE)
    return {name: [str(value) for value in wanted] for name, wanted in applies.items()}


_EXAMPLE = '{ route = ["phone"] }'


def _checked(read: Any, *value: Any) -> Any:
    try:
        return read(*value)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidInput("{error}", error=error) from None


def _sentence(row: Any) -> str:
    """A rule of a pack as the page of rules has it."""
    said = f"{Words(row['name'])} ({word_duration(Duration.of(row['duration']))})"
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
        "applies": _("Only for"),
        "calendar": _("Calendar"),
        "warn_percent": _("Warns after percent"),
        "reopening": _("When opened again"),
        "source": _("Source"),
    },
    values={
        "duration": lambda value: word_duration(Duration.of(value)),
        "kind": labels(PromiseKind),
        "reopening": labels(Reopening),
    },
    row=_sentence,
)
