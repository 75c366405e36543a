"""A promise as pages show it: in words, with its state and the clock that counts down."""

from datetime import date, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kept.kit import clock
from kept.kit.templatetags.kit import until
from kept.people.models import Unit
from kept.promises.clockwork import Duration, Lateness, Standing, explain
from kept.promises.clockwork.wording import word_duration, word_lateness, word_lines
from kept.promises.duties.people import name_of_role
from kept.promises.duties.wording import word_period, word_rule
from kept.promises.folding import WARNED, standing_of
from kept.promises.models import (
    Calendar,
    Duty,
    DutyRule,
    EscalationStage,
    Promise,
    PromiseKind,
    PromiseRule,
)
from kept.promises.models.ladder import PERCENT, WARNING
from kept.promises.outcomes import outcome_of
from kept.promises.reasons import worded
from kept.promises.terms import word_term

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
    if promise.kind == PromiseKind.DUTY:
        return str(promise.duty.rule)
    return promise.text if is_named_by_words(promise) else promise.get_kind_display()


def state_of(promise: Promise) -> str:
    """running, warned, late, paused, kept, broken, or the word for another ending."""
    if promise.state != Promise.State.RUNNING:
        return str(promise.state)
    if promise.is_late:
        return "late"
    return "warned" if promise.level >= WARNED else "running"


def state_words(promise: Promise) -> str:
    """The state as the reader calls it: late while it runs past its due time, kept late after."""
    if state_of(promise) == "late":
        return _("late")
    if promise.state == Promise.State.BROKEN and promise.done_at is not None:
        return _("kept late")
    return promise.get_state_display()


def outcome_words(promise: Promise) -> str:
    """How it came out, as the ledger counts it."""
    return str(outcome_of(promise).label)


def lateness_of(promise: Promise) -> Lateness | None:
    """By how much it was done early or late: in days where its deadline names a day."""
    if promise.done_at is None or promise.due_at is None or promise.lateness is None:
        return None
    days = None
    if promise.names_day:
        zone = ZoneInfo(promise.calendar.zone if promise.calendar else promise.unit.zone)
        done, due = (one.astimezone(zone).date() for one in (promise.done_at, promise.due_at))
        days = (done - due).days
    return Lateness(timedelta(seconds=promise.lateness), days)


def due_text(promise: Promise) -> str:
    """ "in 35 min", "3 h late", "10 min early"; a day's deadline is told in days."""
    if (late := lateness_of(promise)) is not None:
        return word_lateness(late)
    if promise.due_at is None or promise.state != Promise.State.RUNNING:
        return ""
    if promise.names_day and promise.due_at >= clock.now():
        return date_format(timezone.localtime(promise.due_at), "SHORT_DATE_FORMAT")
    return until(promise.due_at)


def explanation(promise: Promise, standing: Standing | None = None) -> list[str]:
    """Why the promise is due when it is, line by line, in the reader's language."""
    lines = explain(standing or standing_of(promise))
    if promise.kind == PromiseKind.DUTY:
        lines = [line for line in lines if line.kind not in ("received", "named")]
    told = word_lines(lines, worded(reason for line in lines for reason in line.reasons))
    return [*worded_duty(promise.duty), *told] if promise.kind == PromiseKind.DUTY else told


def worded_duty(duty: Duty) -> list[str]:
    """Which rule makes a duty, and for which period it is owed."""
    period = word_period(duty.period_from, duty.period_until)
    told = [worded_duty_rule(duty.rule), _("owed for {period}").format(period=period)]
    if duty.rule.times > 1:
        told.append(_("number {n} of {times}").format(n=duty.number, times=duty.rule.times))
    return told


def worded_duty_rule(rule: DutyRule) -> str:
    """A duty rule as a sentence: its name, how often, and until when."""
    return _("{name}: {terms}").format(name=rule.name, terms=word_rule(rule))


def worded_calendar(calendar: Calendar) -> str:
    """A calendar as a sentence: its name, its week, and whose official days it keeps."""
    week = "; ".join(
        f"{_days(days)} {_(', ').join(shifts)}" for days, shifts in calendar.week.items()
    )
    if calendar.country:
        return _("{name}: {week}; official days of {country}").format(
            name=calendar.name, week=week, country=_country(calendar.country)
        )
    return _("{name}: {week}").format(name=calendar.name, week=week)


def _country(code: str) -> str:
    """A country by its name where a pack of ours names it, by its code else."""
    return {"CN": _("China")}.get(code, code)


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
        term = _(", ").join((term, str(rule.calendar.name)))
    return f"{rule.name} ({word_term(term, rule.time_set)})"


def worded_stage(stage: EscalationStage) -> str:
    """A stage of the ladder as a sentence: its name, when it comes, and who is told."""
    if stage.moment == WARNING:
        when = _("when so much of the term is used as its rule says")
    elif stage.moment.endswith(PERCENT):
        when = _("when {n} % of the term is used").format(n=stage.moment.split()[0])
    else:
        term = Duration.of(stage.moment)
        when = _("when it is late") if not term.amount else _("{term} after it was due").format(
            term=word_duration(term)
        )  # fmt: skip
    told = _(", ").join(_told(one, stage.unit.company) for one in stage.to)
    return _("{stage}: {when}; told: {people}").format(stage=stage.name, when=when, people=told)


def _told(to: str, company: Unit | None) -> str:
    """Who a stage tells, in words."""
    kind, _colon, name = to.partition(":")
    known = {
        "person": _("who owes it"),
        "manager": _("the manager of the unit"),
        "headquarters": _("headquarters"),
        "role": _("everybody with the role “{name}”").format(name=name_of_role(name, company)),
    }
    return known.get(kind, name)
