"""Duty rules and periods in the reader's language."""

from datetime import date, timedelta

from django.utils.dateformat import format as formatted
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kept.promises.clockwork import Duration
from kept.promises.clockwork.wording import word_duration
from kept.promises.duties.recurring import parts_of
from kept.promises.models import DutyRule

MONTHS = {"MONTHLY": 1, "YEARLY": 12}


def word_rule(rule: DutyRule) -> str:
    """How often and until when: "every week, by Monday 24:00 after the week ends"."""
    told = [word_recurrence(rule.recurrence), word_due(rule)]
    if rule.times > 1:
        times = ngettext("{n} time", "{n} times", rule.times).format(n=rule.times)
        told.insert(1, times)
    return _(", ").join(told)


def word_recurrence(text: str) -> str:
    """ "every week", "every quarter", "every 3 days"; what else a recurrence says stands behind."""
    parts = parts_of(text)
    told = _every(parts["FREQ"], int(parts.get("INTERVAL", 1)))
    more = ";".join(f"{name}={value}" for name, value in parts.items() if name.startswith("BY"))
    return f"{told} ({more})" if more else told


def _every(frequency: str, interval: int) -> str:
    if frequency == "DAILY":
        told = _("every day") if interval == 1 else _("every {n} days")
        return told.format(n=interval)
    if frequency == "WEEKLY":
        told = _("every week") if interval == 1 else _("every {n} weeks")
        return told.format(n=interval)
    months = interval * MONTHS[frequency]
    named = {
        1: _("every month"),
        3: _("every quarter"),
        6: _("every half-year"),
        12: _("every year"),
    }
    return named.get(months) or _("every {n} months").format(n=months)


def word_due(rule: DutyRule) -> str:
    """Until when after a period: "by 24:00 of its last day", "by the 4th of next month"."""
    due = Duration.of(rule.due)
    if due.unit == "calendar_days":
        return _word_weekday(rule, due.count) if _is_by_week(rule) else _word_days(due.count)
    if due.unit == "nth_of_next_month":
        return word_duration(due)
    return _("{term} after its end").format(term=word_duration(due))


def _is_by_week(rule: DutyRule) -> bool:
    return set(parts_of(rule.recurrence)) <= {"FREQ", "INTERVAL"} and "WEEKLY" in rule.recurrence


def _word_weekday(rule: DutyRule, days: int) -> str:
    weekday = formatted(rule.anchor + timedelta(days=days - 1), "l")
    if days == 0:
        return _("by {weekday} 24:00").format(weekday=weekday)
    if days <= 7:
        return _("by {weekday} 24:00 after the week ends").format(weekday=weekday)
    return _word_days(days)


def _word_days(days: int) -> str:
    if days == 0:
        return _("by 24:00 of its last day")
    text = ngettext("by 24:00 {n} day after its end", "by 24:00 {n} days after its end", days)
    return text.format(n=days)


def word_period(first: date, last: date) -> str:
    """The days of a period: one day, or from one to another."""
    if first == last:
        return date_format(first, "SHORT_DATE_FORMAT")
    return _("{first} to {last}").format(
        first=date_format(first, "SHORT_DATE_FORMAT"), last=date_format(last, "SHORT_DATE_FORMAT")
    )
