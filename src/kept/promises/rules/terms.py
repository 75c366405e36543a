"""What a rule asked for on screen comes to: a row not yet written, or a refusal (SX.19)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.words import Words
from kept.people.loading import packs_to_come
from kept.people.models import Unit
from kept.promises.clockwork import Duration
from kept.promises.models import Calendar, Promise, PromiseKind, PromiseRule
from kept.promises.models.rule import Reopening, SeenRulesQuerySet, TimeSet
from kept.promises.rules.facts import can_compete, fact_named, facts_known

LEAST_PERCENT, MOST_PERCENT = 1, 99
#: No promise is longer than this many of whatever it counts.
LONGEST = 1_000_000


class TimeUnit(models.TextChoices):
    """In what a promise counts, in plain words."""

    MINUTES = "minutes", _("minutes, day and night")
    HOURS = "hours", _("hours, day and night")
    WORKING_MINUTES = "working_minutes", _("minutes of working time")
    WORKING_HOURS = "working_hours", _("hours of working time")
    CALENDAR_DAYS = "calendar_days", _("days, by the end of the day")
    WORKING_DAYS = "working_days", _("working days, by the end of the day")
    CALENDAR_MONTHS = "calendar_months", _("months, by the end of the day")
    SAME_TIME = "same_time_next_working_day", _("working days, to the same time of day")
    SAME_TIME_DAYS = "same_time_calendar_days", _("days, to the same time of day")
    NTH_OF_NEXT_MONTH = "nth_of_next_month", _("th of the next month")
    END_OF_WEEK = "end_of_week", _("weeks, by the end of the week (0: this one)")
    END_OF_MONTH = "end_of_month", _("months, by the end of the month (0: this one)")


def beginning_of(day: date, unit: Unit) -> datetime:
    """When a rule set for a day begins: at its midnight, today at once. Refuses a day that has
    passed (SX.19).
    """
    today = clock.today(unit.zone)
    if day < today:
        raise InvalidInput(
            _("A rule cannot begin on a day that has passed. Choose today or a later day."),
            field="begins_on",
            rule="SX.19",
        )
    return clock.now() if day == today else midnight_of(day, unit)


def midnight_of(day: date, unit: Unit) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(unit.zone)).astimezone(UTC)


def drafted(
    unit: Unit,
    *,
    code: str,
    kind: PromiseKind,
    name: Words,
    amount: Decimal,
    time_unit: TimeUnit,
    begins_on: date,
    calendar: Calendar | None = None,
    applies: Iterable[str] = (),
    warn_percent: int = 80,
    reopening: Reopening = Reopening.RESUME,
    time_set: TimeSet = TimeSet.FIXED,
    instead_of: PromiseRule | None = None,
) -> PromiseRule:
    """The row these words come to, not yet written. Raises Refused where they cannot hold."""
    valid_from = beginning_of(begins_on, unit)
    term = _term(amount, time_unit, instead_of)
    rule = PromiseRule(
        unit=unit,
        valid_from=valid_from,
        superseded_at=_next_pack(unit, valid_from),
        code=code,
        kind=kind,
        name=name,
        duration=str(term),
        time_set=_time_set(time_set, kind),
        calendar=_calendar_in_force(calendar, unit, valid_from),
        applies=_asked(applies, kind, unit),
        warn_percent=_percent(warn_percent),
        reopening=reopening,
        source=instead_of.source if instead_of else "",
    )
    _require_calendar(term, rule.calendar)
    _require_no_contradiction(rule, instead_of)
    return rule


def _time_set(time_set: TimeSet, kind: PromiseKind) -> TimeSet:
    """How the time is set; only solving knows another way than a term (C02)."""
    if time_set != TimeSet.FIXED and kind != PromiseKind.SOLVE:
        raise InvalidInput(
            _("Only rules of the kind “solve” have a time that is {how}; others have a term."),
            how=time_set.label,
            field="time_set",
            rule="C02",
        )
    return time_set


def _term(amount: Decimal, time_unit: TimeUnit, before: PromiseRule | None) -> Duration:
    """The term; one that was due by an hour of its day stays so."""
    old = Duration.of(before.duration) if before else None
    hour = old.hour if old is not None and old.unit == time_unit else None
    try:
        if not (amount.is_finite() and 0 <= amount <= LONGEST):
            raise ValueError(amount)
        return Duration(amount, TimeUnit(time_unit).value, hour)
    except ValueError:
        raise InvalidInput(
            _("{amount} is no length of time in {unit}. Give a whole number, or hours."),
            amount=amount,
            unit=time_unit.label,
            field="amount",
        ) from None


def _next_pack(unit: Unit, moment: datetime) -> datetime | None:
    """When a pack that waits will end what its company decided before it, whole."""
    if not unit.is_company:
        return None
    later = [one.valid_from for one in packs_to_come(unit) if one.begins_after(moment)]
    return min(filter(None, later), default=None)


def comes_with_pack(rule: PromiseRule) -> bool:
    """Whether it is a row of a pack that has not begun."""
    beginnings = {one.valid_from for one in packs_to_come(rule.unit)}
    return rule.unit.is_company and rule.valid_from in beginnings


def _calendar_in_force(calendar: Calendar | None, unit: Unit, moment: datetime) -> Calendar | None:
    """The calendar as it stands on the rule's first day: another pack has rows of its own."""
    if calendar is None:
        return None
    found = Calendar.objects.in_force(unit, moment).filter(code=calendar.code).first()
    if found is None:
        raise InvalidInput(
            _("“{calendar}” does not hold for {unit} on that day. Choose another calendar."),
            calendar=calendar,
            unit=unit,
            field="calendar",
            rule="SX.03",
        )
    return found


def _require_calendar(term: Duration, calendar: Calendar | None) -> None:
    if calendar is None and term.measure in ("open", "working_days"):
        raise InvalidInput(
            _("Say by which calendar working time is counted."), field="calendar", rule="SX.03"
        )


def _percent(percent: int) -> int:
    if not LEAST_PERCENT <= percent <= MOST_PERCENT:
        raise InvalidInput(
            _("Warn between {least} and {most} % of the time."),
            least=LEAST_PERCENT,
            most=MOST_PERCENT,
            field="warn_percent",
        )
    return percent


def _asked(pairs: Iterable[str], kind: PromiseKind, unit: Unit) -> dict[str, list[str]]:
    """``["route:phone", "route:mail"]`` as a rule keeps it."""
    asked: dict[str, list[str]] = {}
    facts = facts_known(unit.company)
    for pair in pairs:
        name, _colon, value = pair.partition(":")
        fact = fact_named(facts, name, kind)
        if fact is None or not value or not fact.has(value):
            raise InvalidInput(
                _("No matter of this kind has “{what}”. Choose from the list."),
                what=pair,
                field="applies",
            )
        if value not in asked.setdefault(name, []):
            asked[name].append(value)
    return asked


def as_pairs(applies: dict[str, list[str]]) -> list[str]:
    """What a rule asks as the form has it."""
    return [f"{name}:{value}" for name, values in applies.items() for value in values]


def _require_no_contradiction(rule: PromiseRule, instead_of: PromiseRule | None) -> None:
    """Another rule of the unit must not fit the same matter just as well (SX.19)."""
    others = PromiseRule.objects.in_force(rule.unit, rule.valid_from)
    facts = facts_known(rule.unit.company)
    for other in others.filter(unit=rule.unit, kind=rule.kind).exclude(
        pk=instead_of.pk if instead_of else None
    ):
        if can_compete(rule.applies, other.applies, facts):
            raise Refused(
                _("“{other}” can fit the same matter, and neither asks for more. Narrow one."),
                other=other,
                field="applies",
                rule="SX.19",
                mend=other.get_absolute_url(),
            )


def same_rule(rule: PromiseRule) -> SeenRulesQuerySet:
    """All rows of one rule over time, the latest first."""
    known: Any = PromiseRule.objects
    rows = known.filter(unit=rule.unit_id, kind=rule.kind, code=rule.code)
    return rows.filter(pk=rule.pk) if not rule.code and rule.pk else rows


def open_under(rule: PromiseRule) -> int:
    """How many open promises began under a rule, in any of its rows: they keep it (SX.19)."""
    if not rule.code:
        return 0
    return Promise.objects.open().filter(rule__in=same_rule(rule)).count()
