"""Calendars and promise rules in policy packs."""

from typing import Any

from kept.kit import packs
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import check_words
from kept.promises.clockwork import Duration, week_of
from kept.promises.models import Calendar, PromiseKind, PromiseRule


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


def _checked(read: Any, value: Any) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise InvalidInput("{error}", error=error) from None
