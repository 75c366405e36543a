"""Verbs on a promise itself; other modules make and keep theirs through the ledger.

In the order they happen: it is handed on, its clock stands still and goes on, another time is
agreed, it is kept, excused or withdrawn, and what ended too soon is opened again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text
from kept.people.models import User
from kept.promises import ledger
from kept.promises.duties.actions import do_duty
from kept.promises.folding import standing_of, write_event
from kept.promises.models import OPEN_STATES, Promise, PromiseKind, PromiseState, Reopening
from kept.promises.reasons import PauseReason, said_in
from kept.timeline.files import attach
from kept.timeline.models import Attachment

#: Kinds with a verb of their own in an upper module: kept by doing the thing, not by saying so.
KEPT_BY_DOING = {
    PromiseKind.REPLY,
    PromiseKind.CALL_BACK,
    PromiseKind.SOLVE,
    PromiseKind.NAME_TIME,
    PromiseKind.TELL_CUSTOMER,
    PromiseKind.ANSWER_QUESTION,
    PromiseKind.CHASE_MAIL,
    PromiseKind.ACKNOWLEDGE,
    PromiseKind.APPROVE,
    PromiseKind.FULFIL,
    PromiseKind.TRAIN,
}
ENDED_STATES = tuple(state for state in PromiseState if state not in OPEN_STATES)


def _is_free(promise: Promise, by: User) -> bool:
    return promise.kind not in KEPT_BY_DOING and promise.kind != PromiseKind.DUTY


@action("promises.hand", label=_("Hand promise over"), on=OPEN_STATES, icon="users")
def hand_promise(promise: Promise, *, by: User, person: User) -> Promise:
    """Let another person owe the promise; the clock does not move (SX.17)."""
    if not person.is_active:
        raise Refused(
            _("{name} has left. Choose somebody else."), name=person, field="person", rule="SX.17"
        )
    return ledger.hand_to(promise, person, by=by, subject=promise.about)


@action("promises.pause", label=_("Pause promise"), on=OPEN_STATES, icon="pause")
def pause_promise(promise: Promise, *, by: User, reason: PauseReason, note: Text = "") -> Promise:
    """Stop the clock while something outside holds the matter up, any number of times (S2.16).

    A second reason may be added while it stands still. Refused once the time is over, and for a
    time somebody named, which no pause moves: that is agreed anew.
    """
    if reason == PauseReason.OTHER and not note:
        raise InvalidInput(_("Write down what it waits for."), field="note", rule="S2.16")
    _require_in_time(promise)
    if standing_of(promise).is_fixed:
        raise Refused(
            _("It was promised for a fixed time, which no pause moves. Agree on a new time."),
            rule="S2.16",
            mend=f"{promise.get_absolute_url()}agree_time/",
        )
    entry = promise.about.record(
        "promise.paused",
        by=by,
        kind=promise.what,
        reason=reason,
        promise=promise.pk,
        words={"note": note},
    )
    held_by = said_in(entry) if reason == PauseReason.OTHER else reason.value
    write_event(promise, "pause", at=clock.now(), by=by, reason=held_by)
    ledger.refresh_due(promise.about)
    return promise


@action(
    "promises.resume",
    label=_("Let the clock go on"),
    on=(PromiseState.PAUSED,),
    icon="play",
    primary=True,
)
def resume_promise(promise: Promise, *, by: User, note: Text = "") -> Promise:
    """Nothing holds the matter up any more: the clock goes on with what was left (S2.16)."""
    write_event(promise, "resume", at=clock.now(), by=by)
    ledger.refresh_due(promise.about)
    promise.about.record(
        "promise.resumed",
        by=by,
        kind=promise.what,
        due_at=promise.due_at,
        promise=promise.pk,
        words={"note": note},
    )
    return promise


@action(
    "promises.agree_time", label=_("Agree on a new time"), on=OPEN_STATES, icon="calendar-clock"
)
def agree_time(
    promise: Promise, *, by: User, due_at: datetime, agreed_with: Line, reason: Text
) -> Promise:
    """Another time agreed with whom it was promised to: who agreed and why stay on record (C02).

    Only before the old time is over: what is late stays late. A pause ends with it.
    """
    if promise.kind == PromiseKind.REPLY:
        raise Refused(
            _("Whoever agrees on a time was spoken to: record that as the reply."),
            rule="S2.14",
            mend=promise.about.address,
        )
    if due_at <= clock.now():
        raise InvalidInput(
            _("This time has passed. Name a later one."), field="due_at", rule="S2.16"
        )
    _require_in_time(promise)
    old = promise.due_at
    if promise.state == PromiseState.PAUSED:
        write_event(promise, "resume", at=clock.now(), by=by)
    write_event(promise, "set_due", at=clock.now(), by=by, due=due_at)
    ledger.refresh_due(promise.about)
    promise.about.record(
        "promise.time_agreed",
        by=by,
        kind=promise.what,
        old=old,
        due_at=promise.due_at,
        promise=promise.pk,
        words={"agreed_with": agreed_with, "reason": reason},
    )
    return promise


def _require_in_time(promise: Promise) -> None:
    if promise.is_late:
        raise Refused(
            _("The time promised is over: it stays late. Keep it, or promise something new."),
            rule="S2.16",
            mend=promise.about.address,
        )


@action("promises.keep", label=_("Promise kept"), on=OPEN_STATES, primary=True, offered=_is_free)
def keep_promise(promise: Promise, *, by: User, note: Text = "") -> Promise:
    """Say that a promise was fulfilled now (S2.16). A reply or call-back is kept by making it."""
    if promise.kind in KEPT_BY_DOING:
        raise Refused(
            _("This promise is kept by doing it: use “{kind}” on the case."),
            kind=promise.get_kind_display(),
            rule="S2.16",
            mend=promise.about.address,
        )
    if promise.kind == PromiseKind.DUTY:
        raise Refused(
            _("A duty is reported as done, with what was found: use “{verb}”."),
            verb=do_duty.label,
            rule="S0.44",
            mend=promise.duty.rule.form or f"{promise.get_absolute_url()}do_duty/",
        )
    ledger.keep(promise, by=by, subject=promise.about, note=note)
    return promise


@action("promises.excuse", label=_("Excuse promise"), on=OPEN_STATES, icon="shield-check")
def excuse_promise(
    promise: Promise,
    *,
    by: User,
    reason: Text,
    reference: Line = "",
    files: Sequence[Attachment] = (),
) -> Promise:
    """Excuse a promise that could not be kept: the reason and what proves it on record (S2.16).

    The evidence is a file, or a reference to where it can be seen.
    """
    if not files and not reference:
        raise InvalidInput(
            _("An excuse needs its evidence: add a file, or say where it can be seen."),
            field="files",
            rule="S2.16",
        )
    entry = promise.about.record(
        "promise.excused",
        by=by,
        kind=promise.what,
        promise=promise.pk,
        words={"reason": reason, "reference": reference},
    )
    attach(promise.about, files, seq=entry.seq, by=by)
    write_event(promise, "excuse", at=clock.now(), by=by, reason=said_in(entry))
    ledger.refresh_due(promise.about)
    return promise


@action("promises.withdraw", label=_("Withdraw promise"), on=OPEN_STATES, icon="x", danger=True)
def withdraw_promise(promise: Promise, *, by: User, reason: Text) -> Promise:
    """Nothing is owed any more; past its due time it has been broken all the same (S2.16)."""
    entry = promise.about.record(
        "promise.cancelled", by=by, kind=promise.what, promise=promise.pk, words={"reason": reason}
    )
    write_event(promise, "cancel", at=clock.now(), by=by, reason=said_in(entry))
    ledger.refresh_due(promise.about)
    return promise


@action("promises.reopen", label=_("Open promise again"), on=ENDED_STATES, icon="rotate-ccw")
def reopen_promise(promise: Promise, *, by: User, how: Reopening, reason: Text) -> Promise:
    """It ended too soon: its clock runs again in one of three ways, said by name (S2.16).

    *resume* goes on with what was left, *restart* gives a full new term, *keep* counts as if the
    clock had never stopped. Refused while the matter is closed.
    """
    if not promise.about.is_open:
        raise Refused(
            _("{number} is closed, and nothing closed owes anything. Open it again first."),
            number=promise.about.number,
            rule="S2.16",
            mend=promise.about.address,
        )
    ledger.reopen(promise, by=by, subject=promise.about, policy=how, reason=reason)
    ledger.refresh_due(promise.about)
    return promise


def reopening_of(promise: Promise, by: Any) -> dict[str, Any]:
    """How the form of reopening begins: as the promise's rule says."""
    return {"how": promise.rule.reopening if promise.rule else Reopening.KEEP}
