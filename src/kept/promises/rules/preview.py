"""What a change of rules would mean, shown before it is made (SX.19, SX.03)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kept.kit import clock
from kept.kit.refusal import InvalidInput
from kept.kit.words import Words
from kept.promises.clockwork import Duration, NeverOpen, due_at, explain_due
from kept.promises.clockwork.wording import word_lines
from kept.promises.models import Calendar, CalendarDay, PromiseRule
from kept.promises.rules.days import live_days, require_to_come, shifts_of
from kept.promises.rules.recount import Moved, moved_by
from kept.promises.rules.terms import open_under
from kept.promises.shown import worded_rule
from kept.promises.terms import calendar_of

#: Received on a weekday (Monday is 0) at a time: before a weekend, in the morning, at night.
RECEIVED = ((4, time(16, 40)), (0, time(9, 0)), (5, time(22, 0)))
MOST_SHOWN = 20


@dataclass(frozen=True)
class Example:
    """One worked example: "received Fri 16:40 → due Tue 12:40", and why."""

    received: str
    due: str
    lines: list[str]


@dataclass(frozen=True)
class RulePreview:
    """A rule before it is set: its sentence, worked examples, and what stays as it was."""

    sentence: str
    examples: list[Example]
    touched: str


def preview_of_rule(rule: PromiseRule, before: PromiseRule | None) -> RulePreview:
    """The rule in words, three worked examples, and how many open promises keep the old one."""
    count = open_under(before) if before is not None else 0
    touched = ngettext(
        "{n} open promise keeps the old rule; those that start from {day} on get the new one.",
        "{n} open promises keep the old rule; those that start from {day} on get the new one.",
        count,
    )
    day = _day_of(rule.valid_from, rule.unit.zone)
    return RulePreview(worded_rule(rule), list(examples(rule)), touched.format(n=count, day=day))


def examples(rule: PromiseRule) -> Iterator[Example]:
    """Three moments after the rule begins, and when what they start would be due."""
    calendar = calendar_of(rule.calendar, rule.unit.zone)
    zone = ZoneInfo(calendar.zone)
    first = rule.valid_from.astimezone(zone).date()
    term = Duration.of(rule.duration)
    for weekday, at in RECEIVED:
        day = first + timedelta(days=(weekday - first.weekday() - 1) % 7 + 1)
        received = datetime.combine(day, at, zone)
        try:
            due = due_at(term, received, calendar)
            lines = word_lines(explain_due(term, received, calendar))
        except (NeverOpen, ValueError):
            raise InvalidInput(
                _("By this calendar the promise would never be due. Choose another."),
                field="calendar",
                rule="SX.03",
            ) from None
        yield Example(_moment(received), _due(term, due, zone), lines)


def _moment(moment: datetime) -> str:
    return date_format(moment, pgettext("date", "D j M H:i"))


def _due(term: Duration, due: datetime, zone: ZoneInfo) -> str:
    local = due.astimezone(zone)
    return date_format(local, pgettext("date", "D j M")) if term.names_day else _moment(local)


def _day_of(moment: datetime, zone: str) -> str:
    return date_format(clock.local(moment, zone), "SHORT_DATE_FORMAT")


@dataclass(frozen=True)
class DayPreview:
    """A day of the calendar before it is decided: which open promises move, and how many."""

    count: int
    moved: list[Moved]
    more: int

    @property
    def sentence(self) -> str:
        words = ngettext(
            "The due time of {n} open promise moves.",
            "The due times of {n} open promises move.",
            self.count,
        )
        return words.format(n=self.count)


def preview_of_day(
    calendar: Calendar, on: date, name: Words | None = None, shifts: str = ""
) -> DayPreview:
    """What deciding about a day would move. Raises Refused for what could not be decided."""
    hours = shifts_of(shifts)
    require_to_come(calendar, on, closes=not hours)
    day = CalendarDay(
        calendar=calendar, on=on, name=name or {}, shifts=hours, decided_at=clock.now()
    )
    others = [one for one in live_days(calendar) if one.on != on]
    return _previewed(moved_by(calendar, [*others, day]))


def preview_of_taking_back(calendar: Calendar, on: date) -> DayPreview:
    """What taking a day back would move."""
    require_to_come(calendar, on)
    return _previewed(moved_by(calendar, [one for one in live_days(calendar) if one.on != on]))


def _previewed(moved: list[Moved]) -> DayPreview:
    return DayPreview(len(moved), moved[:MOST_SHOWN], max(len(moved) - MOST_SHOWN, 0))
