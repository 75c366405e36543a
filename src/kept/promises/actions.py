"""Verbs on a promise itself; other modules make and keep theirs through the ledger."""

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import Refused
from kept.kit.text import Text
from kept.people.models import User
from kept.promises import ledger
from kept.promises.folding import write_event
from kept.promises.models import OPEN_STATES, Promise, PromiseKind

#: Kinds with a verb of their own in an upper module: kept by doing the thing, not by saying so.
KEPT_BY_DOING = {
    PromiseKind.REPLY,
    PromiseKind.CALL_BACK,
    PromiseKind.SOLVE,
    PromiseKind.TELL_CUSTOMER,
    PromiseKind.ANSWER_QUESTION,
    PromiseKind.CHASE_MAIL,
    PromiseKind.ACKNOWLEDGE,
    PromiseKind.APPROVE,
    PromiseKind.FULFIL,
}


def _is_free(promise: Promise, by: User) -> bool:
    return promise.kind not in KEPT_BY_DOING


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
    ledger.keep(promise, by=by, subject=promise.about)
    return promise


@action("promises.excuse", label=_("Excuse promise"), on=OPEN_STATES)
def excuse_promise(promise: Promise, *, by: User, reason: Text) -> Promise:
    """Excuse a promise that could not be kept, with the reason on record (S2.16)."""
    write_event(promise, "excuse", at=clock.now(), by=by, reason=reason[:60])
    ledger.refresh_due(promise.about)
    promise.about.record("promise.excused", by=by, kind=promise.kind, words={"reason": reason})
    return promise


@action("promises.hand", label=_("Hand promise over"), on=OPEN_STATES)
def hand_promise(promise: Promise, *, by: User, person: User) -> Promise:
    """Let another person owe the promise; the clock does not move (SX.17)."""
    if not person.is_active:
        raise Refused(
            _("{name} has left. Choose somebody else."), name=person, field="person", rule="SX.17"
        )
    return ledger.hand_to(promise, person, by=by, subject=promise.about)
