"""How a case ends: with the customer's word, or with the evidence its outcome asks for."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kept.cases.actions.causes import hand_on_causes
from kept.cases.actions.ownership import ALIVE, stands_in_for, update_sight
from kept.cases.models import Case, CaseStatus, Direction, Evidence, HandOverState, Outcome, Route
from kept.cases.models.policy import OutcomeNeeds
from kept.cases.requests.checks import begin_again, require_fulfilled
from kept.cases.settings import case_policy
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text
from kept.kit.words import Listed
from kept.parties.checks import DeclineGround, require_ground
from kept.people.models import UnitKind, User
from kept.promises import ledger
from kept.promises.models import PromiseKind
from kept.timeline import sight
from kept.timeline.files import attach
from kept.timeline.models import Attachment

#: Said to one of us, who told them what was known.
SPOKEN = {Evidence.THIS_CALL, Evidence.CALL_BACK}
#: What nobody owes any more once a case is closed.
ENDED_WITH_THE_CASE = (PromiseKind.SOLVE, PromiseKind.REPLY, PromiseKind.NAME_TIME)
PAPER = {Evidence.SIGNED_FORM, Evidence.LETTER}


@action(
    "cases.mark_solved",
    label=_("Customer says solved"),
    on=ALIVE,
    right="cases.work",
    icon="badge-check",
)
def mark_solved(
    case: Case, *, by: User, evidence: Evidence, words: Text, file: Attachment | None = None
) -> Case:
    """Put on record that the customer said it is solved, and how they said it (S1.48, C14)."""
    if case.status == CaseStatus.SOLVED:
        raise Refused(_("It is already on record that the customer said so."), rule="C14")
    if evidence == Evidence.CALL_BACK:
        raise InvalidInput(
            _("A call-back is put on record by calling back, so that it stands in the register."),
            field="evidence",
            rule="S1.56",
            mend=f"{case.get_absolute_url()}call_back/",
        )
    if evidence in PAPER and file is None:
        raise InvalidInput(
            _("Attach the {evidence}."), evidence=evidence.label, field="file", rule="C14"
        )
    entry = customers_word(case, evidence, by=by, words=words)
    if file is not None:
        attach(case.thread, [file], seq=entry.seq, by=by)
    return case


def customers_word(case: Case, evidence: Evidence, *, by: User, words: str = ""):
    """The customer said "solved": checked against what the company accepts (C14, S1.56)."""
    _require_accepted(case, evidence, by)
    if case.status != CaseStatus.SOLVED:
        case.move_to(CaseStatus.SOLVED)
    case.solved_at, case.evidence = clock.now(), evidence
    case.save(update_fields=["status", "solved_at", "evidence"])
    entry = case.record("case.solved", by=by, evidence=evidence, words={"text": words})
    told = [PromiseKind.TELL_CUSTOMER] if evidence in SPOKEN else []
    ledger.keep_open(case, [PromiseKind.SOLVE, *told], by=by)
    over = [PromiseKind.CHASE_MAIL, PromiseKind.PROGRESS, PromiseKind.NAME_TIME]
    ledger.cancel_open(case, over, by=by)
    return entry


def _require_accepted(case: Case, evidence: Evidence, by: User) -> None:
    accepted = case_policy(case.unit).evidence
    if evidence not in accepted:
        raise Refused(
            _("“{evidence}” does not count here. What counts: {accepted}."),
            evidence=evidence.label,
            accepted=Listed(Evidence(one).label for one in accepted),
            rule="C14",
            field="evidence",
        )
    if needs_final_call(case) and evidence != Evidence.CALL_BACK:
        raise Refused(
            _("A branch was on site: the owner must call the customer and ask (S1.56)."),
            rule="S1.56",
            field="evidence",
        )


def needs_final_call(case: Case) -> bool:
    """After a visit by a branch only the final call-back counts, whoever has the case since."""
    if case.visited_at is None:
        return False
    visits = case.interactions.filter(route=Route.ON_SITE, direction=Direction.OUT)
    return visits.filter(unit__kind=UnitKind.BRANCH).exists()


def require_final_caller(case: Case, by: User) -> None:
    """The final call is the owner's: the branch does not judge its own visit (S1.56)."""
    if needs_final_call(case) and not _owns(case, by):
        raise Refused(
            _("A branch was on site: {name}, who received it first, asks whether it is solved."),
            name=case.owner,
            rule="S1.56",
            field="solved",
        )


def _owns(case: Case, by: User) -> bool:
    return by == case.owner or stands_in_for(by, case.owner)


@action(
    "cases.close",
    label=_("Close case"),
    on=ALIVE,
    icon="check-check",
    offered=_owns,
    primary=lambda case, by: case.status == CaseStatus.SOLVED,
)
def close_case(
    case: Case,
    *,
    by: User,
    outcome: Outcome,
    note: Text = "",
    linked_case: Case | None = None,
    passed_to: Line = "",
) -> Case:
    """Close once the customer has said it is solved, or with what the outcome asks for (S1.48)."""
    require_owner(case, by)
    _require_nothing_open(case)
    if not case.classification:
        raise Refused(
            _("Say what it was first: operating error, defect or requirement."),
            rule="S1.46",
            mend=f"{case.get_absolute_url()}classify/",
        )
    _require_in_force(case, outcome)
    _require_evidence(case, outcome, note, linked_case, passed_to)
    case.move_to(CaseStatus.CLOSED)
    case.outcome, case.closed_at, case.closed_by = outcome, clock.now(), by
    if outcome.needs == OutcomeNeeds.LINK:
        case.duplicate_of = linked_case
    if case.duplicate_of is not None:
        hand_on_causes(case, case.duplicate_of, by=by, field="linked_case")
    case.save()
    ledger.cancel_open(case, ENDED_WITH_THE_CASE, by=by)
    sight.close(case.thread)
    case.record(
        "case.closed",
        by=by,
        outcome=str(outcome.code),
        classification=case.classification,
        linked=linked_case,
        words={"text": note, "passed_to": passed_to},
    )
    return case


#: Grounds and the endings they lead to; the other grounds are never any (S1.32, S1.34).
ENDINGS = {
    DeclineGround.NOT_OURS: "not_ours",
    DeclineGround.MISUSE: "misuse",
    DeclineGround.WITHDRAWN: "withdrawn",
}


@action(
    "cases.decline_service",
    label=_("Decline service"),
    on=ALIVE,
    right="cases.close",
    icon="circle-slash",
    danger=True,
    offered=_owns,
)
def decline_service(
    case: Case, *, by: User, ground: DeclineGround, reason: Text, passed_to: Line = ""
) -> Case:
    """End a case without service, on one of the few grounds there are. Who sold it and where the
    customer belongs are none: every customer is served (S1.32, S1.34).
    """
    require_ground(case.customer_name or str(_("the customer")), ground)
    outcome = Outcome.objects.in_force(case.unit).filter(code=ENDINGS[ground]).first()
    if outcome is None:
        raise InvalidInput(_("No case ends this way here."), field="ground", rule="S1.48")
    case.record("case.service_declined", by=by, ground=ground, words={"reason": reason})
    values = {"outcome": outcome, "note": reason, "passed_to": passed_to}
    return close_case.perform(case, by=by, values=values)


def _require_in_force(case: Case, outcome: Outcome) -> None:
    """The ending is one the company still knows (SX.19)."""
    if not Outcome.objects.in_force(case.unit).filter(pk=outcome.pk).exists():
        raise InvalidInput(
            _("“{outcome}” is no longer an ending here. Choose another."),
            outcome=outcome,
            field="outcome",
            rule="SX.19",
        )


def require_owner(case: Case, by: User) -> None:
    """Only the owner closes: a promise of the first receiver (S1.48)."""
    if not _owns(case, by):
        raise Refused(
            _("Only {name}, who received it first, can close this case."),
            name=case.owner,
            rule="S1.48",
        )


def _require_nothing_open(case: Case) -> None:
    """Every promise is ended, every question answered, every hand-over accepted (S2.16, S2.12)."""
    _require_public_answer(case)
    _require_accepted_hand_over(case)
    if asked := case.questions.filter(answered_at__isnull=True).first():
        raise Refused(
            _("{name} has not answered the question yet."),
            name=asked.to_person or asked.to_unit,
            rule="S2.12",
        )
    for promise in ledger.open_promises(case):
        if promise.kind not in ENDED_WITH_THE_CASE or (
            promise.kind == PromiseKind.REPLY and _awaits_reply(case)
        ):
            raise Refused(
                _("Still promised: {promise}, due {due}. Keep or excuse it first."),
                promise=promise.get_kind_display(),
                due=_when(promise.due_at),
                rule="S2.16",
                mend=case.get_absolute_url(),
            )


def _require_public_answer(case: Case) -> None:
    if is_unanswered_post(case):
        raise Refused(
            _("Answer the post in public first, even when you went on in private."),
            rule="S1.79",
            mend=f"{case.get_absolute_url()}reply/",
        )


def _require_accepted_hand_over(case: Case) -> None:
    if made := case.hand_overs.filter(state=HandOverState.OFFERED).first():
        raise Refused(
            _("The hand-over to {name} is not accepted yet."),
            name=made.to_person or made.to_unit,
            rule="S1.58",
        )


def is_unanswered_post(case: Case) -> bool:
    """A forum post that is up and that nobody has answered where everybody reads it (S1.76)."""
    if case.route != Route.FORUM or case.hidden_at is not None:
        return False
    return not case.interactions.filter(direction=Direction.OUT, route=Route.FORUM).exists()


def _awaits_reply(case: Case) -> bool:
    return not case.interactions.filter(direction=Direction.OUT, was_reached=True).exists()


def _when(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def _require_evidence(
    case: Case, outcome: Outcome, note: str, linked_case: Case | None, passed_to: str
) -> None:
    needs = outcome.needs
    if needs == OutcomeNeeds.CUSTOMERS_WORD:
        _require_customers_word(case)
    elif needs == OutcomeNeeds.REASON and not note:
        raise InvalidInput(_("Write down why it ends this way."), field="note", rule="S1.48")
    elif needs == OutcomeNeeds.LINK:
        if linked_case is None or linked_case == case:
            raise InvalidInput(
                _("Name the case this one repeats."), field="linked_case", rule="S1.48"
            )
    elif needs == OutcomeNeeds.ADDRESSEE and not passed_to:
        raise InvalidInput(_("Say to whom it was passed."), field="passed_to", rule="S1.48")
    elif needs == OutcomeNeeds.ATTEMPTS:
        _require_attempts(case, outcome)
    elif needs == OutcomeNeeds.FULFILLED:
        require_fulfilled(case, outcome)


def _require_customers_word(case: Case) -> None:
    """The customer's "solved" is on record; after a branch's visit it is the final call-back."""
    name = case.contact or case.customer_name or _("the customer")
    is_older = needs_final_call(case) and not _was_called_after_visit(case)
    if case.status != CaseStatus.SOLVED or is_older:
        raise Refused(
            _("Ask {name} first: nobody has said it is solved."),
            name=name,
            rule="S1.56" if case.visited_at else "S1.48",
            mend=f"{case.get_absolute_url()}call_back/",
        )
    if case.result_at and case.told_at is None and case.evidence != Evidence.THIS_CALL:
        raise Refused(
            _("Tell {name} the result first."),
            name=name,
            rule="S1.54",
            mend=f"{case.get_absolute_url()}tell_customer/",
        )


def _was_called_after_visit(case: Case) -> bool:
    """Whether the "solved" on record was said in a call made after the last visit."""
    if case.evidence != Evidence.CALL_BACK or case.solved_at is None or case.visited_at is None:
        return False
    return case.solved_at >= case.visited_at


def _require_attempts(case: Case, outcome: Outcome) -> None:
    tries = case.interactions.filter(direction=Direction.OUT, was_reached=False)
    zone = case.company.zone
    days = {clock.local(one, zone).date() for one in tries.values_list("happened_at", flat=True)}
    if len(tries) < outcome.attempts or len(days) < outcome.attempt_days:
        raise Refused(
            _("Try {attempts} times on {days} days first; so far {tries} on {tried_days}."),
            attempts=outcome.attempts,
            days=outcome.attempt_days,
            tries=len(tries),
            tried_days=len(days),
            rule="S1.48",
            mend=f"{case.get_absolute_url()}call_back/",
        )


@action(
    "cases.reopen", label=_("Reopen"), on=(CaseStatus.CLOSED, CaseStatus.SOLVED), icon="rotate-ccw"
)
def reopen_case(case: Case, *, by: User, reason: Text) -> Case:
    """The customer is not satisfied after all: the same case, the same owner; its clocks go on as
    the rule says (resume, restart or keep).
    """
    if case.duplicate_of is not None and case.outcome is None:
        raise Refused(
            _("This case goes on as {number}. Reopen that one."),
            number=case.duplicate_of.number,
            rule="SX.05",
            mend=case.duplicate_of.get_absolute_url(),
        )
    case.move_to(CaseStatus.OPEN)
    case.solved_at, case.evidence = None, ""
    case.closed_at = case.closed_by = case.outcome = case.duplicate_of = None
    _replace_leavers(case, by)
    case.save()
    update_sight(case)
    _begin_thread(case)
    case.record("case.reopened", by=by, words={"reason": reason})
    ledger.reopen_kept(case, [PromiseKind.SOLVE, PromiseKind.FULFIL], by=by)
    begin_again(case)
    return case


def _replace_leavers(case: Case, by: User) -> None:
    """A case never opens again on the desk of somebody who has left (SX.17)."""
    if case.handler is not None and not case.handler.is_active:
        case.handler = None
    if not case.owner.is_active:
        manager = case.unit.manager
        old, case.owner = case.owner, manager if manager and manager.is_active else by
        case.record("case.owner_reassigned", by=by, old=old, new=case.owner)


def _begin_thread(case: Case) -> None:
    case.thread.is_open = True
    case.thread.save(update_fields=["is_open"])
    sight.sync(case.thread)


@action(
    "cases.merge",
    label=_("Merge into another case"),
    on=ALIVE,
    icon="merge",
    danger=True,
    right="cases.merge",
)
def merge_case(case: Case, *, by: User, into: Case, reason: Text) -> Case:
    """Two cases are one: this one ends as a duplicate and keeps its story; the other goes on and
    shows both. Nothing is lost (SX.05).
    """
    if into == case or into.company_id != case.company_id:
        raise InvalidInput(_("Choose another case of the same company."), field="into")
    if into.duplicate_of is not None:
        raise Refused(
            _("{number} was itself merged into {other}. Choose that one."),
            number=into.number,
            other=into.duplicate_of.number,
            field="into",
            rule="SX.05",
        )
    _require_mergeable(case, into)
    case.questions.filter(answered_at__isnull=True).update(case=into)
    ledger.move_open(case, into)
    hand_on_causes(case, into, by=by, field="into")
    case.move_to(CaseStatus.CLOSED)
    case.duplicate_of = into
    case.closed_at, case.closed_by = clock.now(), by
    case.save()
    sight.close(case.thread)
    case.record("case.merged", by=by, into=into, words={"reason": reason})
    into.record("case.absorbed", by=by, other=case)
    return case


def _require_mergeable(case: Case, into: Case) -> None:
    """What was promised goes on with the survivor; what nobody would see is ended first."""
    if not into.is_open:
        raise Refused(
            _("{number} is closed. Reopen it first, or merge the other way round."),
            number=into.number,
            field="into",
            rule="SX.06",
            mend=into.get_absolute_url(),
        )
    _require_public_answer(case)
    _require_accepted_hand_over(case)
