"""Who answers for a case and who works on it: hand-over, queue, and the rare change of owner."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from kept.cases.actions.intake import scopes_of
from kept.cases.models import Case, CaseStatus, HandOver, HandOverState
from kept.cases.requests.named import scopes_named
from kept.cases.settings import case_policy
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Text
from kept.people.models import Absence, Unit, User
from kept.promises import ledger
from kept.promises.models import PromiseKind
from kept.timeline import sight
from kept.timeline.notices import tell

ALIVE = (CaseStatus.OPEN, CaseStatus.WAITING, CaseStatus.RESULT, CaseStatus.SOLVED)


def stands_in_for(by: User, person: User | None) -> bool:
    """Whether somebody is the person, or their deputy while they are away (SX.13)."""
    if person is None or by == person or by.is_system:
        return by == person or by.is_system
    return Absence.objects.at(clock.now()).filter(user=person, deputy=by).exists()


def update_sight(case: Case, *extra: int) -> None:
    """Owner, handler and account see the case, with its unit, where it began, and whom its request
    names.
    """
    kept = sight.scopes_above(case.origin) | scopes_named(case)
    sight.set_sight(case.thread, unit=case.unit, scopes=scopes_of(case) | kept | set(extra))


def _in_queue(case: Case, by: User) -> bool:
    return case.handler_id is None


def _is_worked_on(case: Case, by: User) -> bool:
    return case.handler_id is not None


@action(
    "cases.take", label=_("Take from queue"), on=ALIVE, offered=_in_queue, icon="hand", primary=True
)
def take_case(case: Case, *, by: User) -> Case:
    """Take a case out of the queue. Of two who try at once one wins and the other is told."""
    if case.handler_id is not None:
        raise Refused(_("{name} has already taken this case."), name=case.handler, rule="SX.06")
    case.handler = by
    case.save(update_fields=["handler"])
    update_sight(case)
    _hand_clocks(case, by)
    case.record("case.taken", by=by)
    return case


@action(
    "cases.give_back", label=_("Give back to queue"), on=ALIVE, offered=_is_worked_on, icon="undo-2"
)
def give_back(case: Case, *, by: User, reason: Text) -> Case:
    """Put a case back into the queue of its unit, with the reason."""
    if not stands_in_for(by, case.handler):
        raise Refused(
            _("Only {name}, who works on it, can give it back."), name=case.handler, rule="SX.06"
        )
    case.handler = None
    case.save(update_fields=["handler"])
    update_sight(case)
    case.record("case.given_back", by=by, unit=case.unit, words={"reason": reason})
    return case


@action(
    "cases.hand_over",
    shown=True,
    label=_("Hand over"),
    on=ALIVE,
    icon="arrow-right-left",
    right="cases.work",
)
def hand_over(
    case: Case,
    *,
    by: User,
    summary: Text,
    to_unit: Unit | None = None,
    to_person: User | None = None,
    suggestion: Text = "",
) -> Case:
    """Offer the case with the facts so far; the next agent must not ask again (S1.58).

    The owner stays: only who works on it changes, and only once they accept (S1.48).
    """
    offer(case, by=by, summary=summary, to_unit=to_unit, to_person=to_person, suggestion=suggestion)
    return case


def offer(
    case: Case,
    *,
    by: User,
    summary: str,
    to_unit: Unit | None,
    to_person: User | None,
    suggestion: str = "",
) -> HandOver:
    """Make the offer: sight for the receiver, a promise to accept, a notice."""
    unit = to_unit or (to_person.unit if to_person else None)
    if unit is None:
        raise InvalidInput(_("Say to whom: a unit or a person."), field="to_unit", rule="S1.58")
    if unit.company_id != case.company_id:
        raise Refused(_("“{thing}” belongs to another company."), thing=unit, rule="SX.01")
    if to_person is not None:
        require_at_work(to_person, "to_person")
    if to_person is not None and to_person == case.handler:
        raise InvalidInput(_("{name} already works on it."), name=to_person, field="to_person")
    if case.hand_overs.filter(state=HandOverState.OFFERED).exists():
        raise Refused(_("A hand-over is already waiting to be accepted."), rule="S1.58")
    made = HandOver.objects.create(
        case=case,
        to_unit=unit,
        to_person=to_person,
        summary=summary,
        suggestion=suggestion,
        by=by,
        offered_at=clock.now(),
    )
    sight.add_sight(
        case.thread,
        [to_person.scope_id] if to_person else sight.scopes_above(unit),
    )
    case.record(
        "case.handed_over",
        by=by,
        to=to_person or unit,
        words={"summary": summary, "text": suggestion},
    )
    minutes = case_policy(case.unit).accept_hand_over_minutes
    ledger.promise_by_moment(
        case,
        PromiseKind.ACKNOWLEDGE,
        by=by,
        unit=unit,
        person=to_person or unit.manager,
        due_at=clock.now() + timedelta(minutes=minutes),
    )
    receivers = [to_person] if to_person else [unit.manager] if unit.manager else []
    tell(receivers, "case.handed_over", about=case.thread, key=f"hand_over:{made.pk}", to=unit)
    return made


def require_at_work(person: User, field: str) -> None:
    """Nothing is given to somebody who has left (SX.17)."""
    if not person.is_active:
        raise InvalidInput(_("{name} has left."), name=person, field=field, rule="SX.17")


def open_offer(case: Case) -> HandOver | None:
    """The hand-over that waits to be accepted, if any; asked once for each case read."""
    if not getattr(case, "has_offer", True):
        return None
    if not hasattr(case, "_open_offer"):
        waiting = case.hand_overs.filter(state=HandOverState.OFFERED)
        case._open_offer = waiting.select_related("to_unit", "to_person", "by").first()
    return case._open_offer


def _is_offered_to(case: Case, by: User) -> bool:
    made = open_offer(case)
    return made is not None and may_answer(made, by)


def may_answer(made: HandOver, by: User) -> bool:
    """The person it was offered to or their deputy; for a unit, its people and those above."""
    if made.to_person_id:
        return stands_in_for(by, made.to_person)
    scopes = sight.scopes_above(made.to_unit)
    return bool(scopes & set(by.scopes_with("cases.work")))


def _require_offer(case: Case, by: User) -> HandOver:
    made = case.hand_overs.filter(state=HandOverState.OFFERED).first()
    if made is None:
        raise Refused(_("No hand-over is waiting here."), rule="S1.58")
    if not may_answer(made, by):
        raise Refused(
            _("This hand-over is for {name}."), name=made.to_person or made.to_unit, rule="S1.58"
        )
    return made


@action(
    "cases.accept",
    label=_("Accept hand-over"),
    on=ALIVE,
    right="cases.work",
    offered=_is_offered_to,
    primary=True,
    icon="check",
)
def accept_case(case: Case, *, by: User) -> Case:
    """Accept a case with the summary read: from now on you work on it; the owner stays (S1.58)."""
    made = _require_offer(case, by)
    _answer(made, HandOverState.ACCEPTED, by)
    case.handler, case.unit = by, made.to_unit
    case.save(update_fields=["handler", "unit"])
    case.thread.unit = case.unit
    case.thread.save(update_fields=["unit"])
    update_sight(case)
    _hand_clocks(case, by)
    case.record("case.accepted", by=by, owner=case.owner)
    ledger.keep_open(case, [PromiseKind.ACKNOWLEDGE], by=by)
    return case


@action(
    "cases.decline",
    label=_("Decline hand-over"),
    on=ALIVE,
    right="cases.work",
    offered=_is_offered_to,
    icon="x",
)
def decline_case(case: Case, *, by: User, reason: Text) -> Case:
    """Decline an offered case, saying why; it stays where it is."""
    made = _require_offer(case, by)
    _answer(made, HandOverState.DECLINED, by)
    ledger.cancel_open(case, [PromiseKind.ACKNOWLEDGE], by=by)
    update_sight(case)
    case.record("case.declined", by=by, words={"reason": reason})
    tell([made.by], "case.declined", about=case.thread, key=f"declined:{made.pk}")
    return case


def _answer(made: HandOver, state: HandOverState, by: User) -> None:
    made.state, made.answered_at, made.answered_by = state, clock.now(), by
    made.save(update_fields=["state", "answered_at", "answered_by"])


def _hand_clocks(case: Case, person: User) -> None:
    """Reply, solution and service are now owed by whoever works on the case; the clocks run on."""
    owed = [PromiseKind.REPLY, PromiseKind.SOLVE, PromiseKind.NAME_TIME, PromiseKind.FULFIL]
    for promise in ledger.open_promises(case, owed):
        if promise.person_id != person.pk:
            promise.person = person
            promise.save(update_fields=["person"])


@action("cases.reassign_owner", label=_("Reassign owner"), on=ALIVE, icon="user-cog", danger=True)
def reassign_owner(case: Case, *, by: User, owner: User, reason: Text) -> Case:
    """Headquarters names another owner, with the reason; nobody else can (S1.48)."""
    if owner == case.owner:
        raise InvalidInput(_("{name} already is the owner."), name=owner, field="owner")
    if not owner.is_active or owner.company_id != case.company_id:
        raise InvalidInput(_("{name} does not work here."), name=owner, field="owner")
    old, case.owner = case.owner, owner
    case.save(update_fields=["owner"])
    update_sight(case)
    case.record("case.owner_reassigned", by=by, old=old, new=owner, words={"reason": reason})
    for promise in ledger.open_promises(case).filter(person=old):
        ledger.hand_to(promise, owner, by=by, subject=case)
    tell(
        [old, owner],
        "case.owner_reassigned",
        about=case.thread,
        key=f"owner:{case.pk}:{case.thread.length}",
        old=old,
        new=owner,
    )
    return case


def take_over(case: Case, *, old: User, new: User, by: User) -> None:
    """A colleague steps in for a leaver, as owner, as handler or as both (SX.17)."""
    if case.owner_id == old.pk:
        case.owner = new
    if case.handler_id == old.pk:
        case.handler = new
    case.save(update_fields=["owner", "handler"])
    update_sight(case)
    case.record("case.owner_reassigned", by=by, old=old, new=new)
