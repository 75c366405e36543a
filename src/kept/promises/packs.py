"""Calendars and promise rules in policy packs."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import check_words
from kept.promises.clockwork import Duration, week_of
from kept.promises.duties.recurring import check_recurrence
from kept.promises.duties.sets import check_subjects
from kept.promises.models import Calendar, DutyRule, FirstPeriod, PromiseKind, PromiseRule
from kept.promises.models.promise import STANDARD_WARNING

#: The most a duty may be owed within one period.
MOST_TIMES = 60


@packs.section("calendars", order=20)
def read_calendars(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[calendars]] code, name, week, country``; the zone is the company's unless given."""
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


@packs.section("promises", order=30)
def read_rules(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[promises]] kind, name, duration, calendar, applies, warn_percent, reopening, source``."""
    for row in rows:
        calendar = row.get("calendar")
        made = PromiseRule.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            kind=_checked(PromiseKind, row["kind"]),
            name=check_words(row["name"]),
            duration=str(_checked(Duration.of, row["duration"])),
            calendar=loading.named("calendars", calendar) if calendar else None,
            applies=row.get("applies", {}),
            warn_percent=row.get("warn_percent", 80),
            reopening=row.get("reopening", "resume"),
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


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _checked(read: Any, value: Any) -> Any:
    try:
        return read(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidInput("{error}", error=error) from None
