"""The verb on a duty that has no form of its own: it was done, on a day, with what came of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text
from kept.people.models import User
from kept.promises import ledger
from kept.promises.models import OPEN_STATES, Duty, Promise, PromiseKind
from kept.promises.slots import party_named
from kept.timeline.files import attach
from kept.timeline.models import Attachment, Thread


def _is_reported(promise: Promise, by: User) -> bool:
    return (
        promise.kind == PromiseKind.DUTY
        and not promise.duty.rule.form
        and promise.started_at <= clock.now()
    )


@action(
    "promises.do_duty",
    label=_("Report as done"),
    on=OPEN_STATES,
    primary=True,
    adds=True,
    offered=_is_reported,
    icon="calendar-check",
)
def do_duty(
    promise: Promise,
    *,
    by: User,
    note: Text,
    on: date | None = None,
    concerned: Line = "",
    files: Sequence[Attachment] = (),
) -> Promise:
    """Say that a duty was done, on which day and what came of it (S4.21, S4.13, S4.28).

    In time is what is recorded in time. ``concerned`` is the number, code or name of the customer
    or partner it was done at; their story tells it too.
    """
    if promise.kind != PromiseKind.DUTY:
        raise Refused(_("This is no duty: it is kept by keeping it."), rule="S0.44")
    duty = promise.duty
    if duty.rule.form:
        raise Refused(
            _("“{duty}” is done with a form of its own."),
            duty=duty.rule,
            rule="S0.44",
            mend=duty.rule.form,
        )
    day = on or clock.today(duty.company.zone)
    _require_day(duty, day)
    at = _concerned(duty, concerned, by)
    _tell_done(promise, by, day, at, note, files)
    promise.to = at
    ledger.keep(promise, by=by, subject=promise.about)
    return promise


def _tell_done(
    promise: Promise, by: User, day: date, at: Thread | None, note: str, files: Sequence[Attachment]
) -> None:
    """One line in the story of whoever owes it, and one in that of whom it was done at."""
    told: dict[str, Any] = {"by": by, "duty": promise.duty.rule, "on": day, "words": {"note": note}}
    if at is None:
        entry = promise.about.record("duty.done", **told)
    else:
        entry = promise.about.record("duty.done_at", concerned=at, **told)
        at.record("duty.done_here", **told)
    attach(promise.about, files, seq=entry.seq, by=by)


def _require_day(duty: Duty, day: date) -> None:
    if day > clock.today(duty.company.zone):
        raise InvalidInput(_("This day is still to come."), field="on", rule="S0.44")
    if day < duty.period_from:
        raise InvalidInput(
            _("The period begins on {first}. What was done before belongs to an earlier one."),
            first=date_format(duty.period_from, "SHORT_DATE_FORMAT"),
            field="on",
            rule="S0.44",
        )


def _concerned(duty: Duty, words: str, by: User) -> Thread | None:
    if not words:
        return None
    found = party_named.first(duty.company, words, by)
    if found is None:
        raise InvalidInput(
            _("No customer or partner is called “{words}”. Give its number."),
            words=words,
            field="concerned",
        )
    return found
