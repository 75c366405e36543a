"""A promise as pages show it: in words, with its state and the clock that counts down."""

from datetime import date, timedelta
from types import SimpleNamespace

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kept.kit import clock
from kept.kit.templatetags.kit import span, until
from kept.promises.clockwork import Duration, explain
from kept.promises.clockwork.wording import word_duration, word_lines
from kept.promises.folding import WARNED, standing_of
from kept.promises.models import Calendar, Promise, PromiseKind, PromiseRule

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def shown(promise: Promise, *, explained: bool = False) -> SimpleNamespace:
    """What ``kit/promise.html`` needs; ``explained`` adds why it is due then (three queries)."""
    return SimpleNamespace(
        promise=promise,
        kind_label=label_of(promise),
        text="" if is_named_by_words(promise) else promise.text,
        phone=promise.phone,
        state=state_of(promise),
        due_at=promise.due_at,
        due_text=due_text(promise),
        warn_at=promise.next_tick_at if promise.level < WARNED else None,
        is_day=promise.names_day,
        person_name=promise.person.name if promise.person else "",
        url=promise.get_absolute_url(),
        explanation=explanation(promise) if explained else [],
    )


def is_named_by_words(promise: Promise) -> bool:
    """Something else was promised: only its words say what."""
    return promise.kind == PromiseKind.OTHER and bool(promise.text)


def label_of(promise: Promise) -> str:
    """What was promised, in a few words."""
    return promise.text if is_named_by_words(promise) else promise.get_kind_display()


def state_of(promise: Promise) -> str:
    """running, warned, late, paused, kept, broken, or the word for another ending."""
    if promise.state != Promise.State.RUNNING:
        return promise.state
    if promise.is_late:
        return "late"
    return "warned" if promise.level >= WARNED else "running"


def state_words(promise: Promise) -> str:
    """The state as the reader calls it; one that runs past its due time is late."""
    return _("late") if state_of(promise) == "late" else promise.get_state_display()


def due_text(promise: Promise) -> str:
    """ "in 35 min", "3 h late", "10 min early"; a day's deadline is shown as the day."""
    if promise.done_at is not None and promise.lateness is not None:
        words = _("{span} late") if promise.lateness > 0 else _("{span} early")
        return words.format(span=span(promise.lateness))
    if promise.due_at is None or promise.state == Promise.State.PAUSED:
        return ""
    if promise.names_day and promise.due_at >= clock.now():
        return date_format(timezone.localtime(promise.due_at), "SHORT_DATE_FORMAT")
    return until(promise.due_at)


def explanation(promise: Promise) -> list[str]:
    """Why the promise is due when it is, line by line, in the reader's language."""
    return word_lines(explain(standing_of(promise)), word_reason)


def word_reason(reason: str) -> str:
    """Why a clock stood still, in words."""
    known = {
        "customer": _("waiting for the customer"),
        "parts": _("waiting for parts"),
        "agreed": _("agreed for later"),
        "calendar": _("a day of the calendar"),
    }
    return known.get(reason, reason)


def worded_calendar(calendar: Calendar) -> str:
    """A calendar as a sentence: its name, its week, and whose official days it keeps."""
    week = "; ".join(f"{_days(days)} {', '.join(shifts)}" for days, shifts in calendar.week.items())
    if calendar.country:
        return _("{name}: {week}; official days of {country}").format(
            name=calendar.name, week=week, country=calendar.country
        )
    return _("{name}: {week}").format(name=calendar.name, week=week)


def _days(span: str) -> str:
    """``mon-fri`` in the reader's words."""
    first, _dash, last = span.lower().partition("-")
    return "–".join(_weekday(day) for day in (first, last) if day)


def _weekday(day: str) -> str:
    return date_format(date(2024, 1, 1) + timedelta(days=WEEKDAYS.index(day)), "D")


def worded_rule(rule: PromiseRule) -> str:
    """A rule as a sentence: its name, the term it counts, and by which calendar."""
    term = word_duration(Duration.of(rule.duration))
    if rule.calendar is not None:
        term = f"{term}, {rule.calendar.name}"
    return f"{rule.name} ({term})"
