"""Who of our own people caused a complaint: said by who leads, told to the person, put right or
taken back with a reason (S0.44).
"""

from django.utils.translation import gettext_lazy as _

from kept.cases.models import Case, CaseKind, ComplaintCause
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.locking import lock
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text
from kept.people.models import User
from kept.timeline.notices import tell
from kept.timeline.recorder import thread_of

RULE = "S0.44"
RIGHT = "cases.name_cause"


def _is_complaint(case: Case, by: User) -> bool:
    return case.case_kind == CaseKind.COMPLAINT and case.duplicate_of_id is None


def _stands(cause: ComplaintCause, by: User) -> bool:
    return cause.withdrawn_at is None


@action(RIGHT, label=_("Say who caused it"), icon="user-x", offered=_is_complaint)
def name_cause(case: Case, *, by: User, person: User, why: Text) -> Case:
    """Say who of the company caused a complaint, and why. It counts in their appraisal of the month
    the complaint came in, and they are told (S0.44).
    """
    _require_complaint(case)
    _require_may_be_named(case, person, by)
    _enter(case, person, why, by=by)
    _tell(person, "person.caused_complaint", case)
    return case


@action(
    "cases.correct_cause", label=_("Correct who caused it"), right=RIGHT, icon="pencil",
    offered=_stands,
)  # fmt: skip
def correct_cause(
    cause: ComplaintCause, *, by: User, reason: Line, person: User | None = None, why: Text = ""
) -> ComplaintCause:
    """Put right who caused a complaint, or why; what stood there before stays in the story and both
    people are told (S0.44, SX.05).
    """
    case, old = cause.case, cause.person
    new, words = person or old, why or cause.why
    _require_standing(cause)
    _require_somebody_else(old, by)
    if (new, words) == (old, cause.why):
        raise Refused(_("Nothing is different from what stands there."), rule="SX.05")
    if new != old:
        lock(case)
        _require_may_be_named(case, new, by)
    cause.person, cause.why = new, words
    cause.save(update_fields=["person", "why"])
    said = {"reason": reason, "text": why}
    if new == old:
        case.record("case.cause_corrected", by=by, person=old, words=said)
        _tell(old, "person.cause_corrected", case)
        return cause
    case.record("case.cause_passed", by=by, old=old, new=new, words=said)
    _tell(old, "person.complaint_taken_back", case)
    _tell(new, "person.caused_complaint", case)
    return cause


@action(
    "cases.take_back_cause", label=_("Take back who caused it"), right=RIGHT, icon="undo-2",
    danger=True, offered=_stands,
)  # fmt: skip
def take_back_cause(cause: ComplaintCause, *, by: User, reason: Text) -> ComplaintCause:
    """They did not cause it after all: it counts no more, and they are told (S0.44)."""
    _require_standing(cause)
    _require_somebody_else(cause.person, by)
    _withdraw(cause, by=by)
    cause.case.record("case.cause_taken_back", by=by, person=cause.person, words={"reason": reason})
    _tell(cause.person, "person.complaint_taken_back", cause.case)
    return cause


def require_nobody_named(case: Case) -> None:
    """A complaint stays one while somebody is named as who caused it, or they would be cleared by
    the way; raises Refused with where it is taken back.
    """
    cause = case.causes.standing().select_related("person").first()
    if cause is not None:
        raise Refused(
            _("{name} is named as who caused this complaint. Whoever leads takes that back first."),
            name=cause.person,
            rule=RULE,
            field="case_kind",
            mend=f"/causes/{cause.pk}/take_back_cause/",
        )


def hand_on_causes(case: Case, into: Case, *, by: User, field: str) -> None:
    """Who caused a complaint goes on with the case this one ends in; it counts once (SX.05)."""
    causes = list(case.causes.standing().select_related("person"))
    if not causes:
        return
    lock(into)
    if into.case_kind != CaseKind.COMPLAINT:
        raise Refused(
            _("{name} is named as who caused this complaint, and {number} is none. Correct its"
              " kind first, or take back who caused this one."),
            name=causes[0].person,
            number=into.number,
            rule=RULE,
            field=field,
            mend=f"{into.get_absolute_url()}correct/",
        )  # fmt: skip
    named = set(into.causes.standing().values_list("person", flat=True))
    for cause in causes:
        _withdraw(cause, by=by)
        case.record("case.cause_handed_on", by=by, person=cause.person, into=into)
        if cause.person_id not in named:
            _enter(into, cause.person, cause.why, by=by)


def _enter(case: Case, person: User, why: str, *, by: User) -> None:
    ComplaintCause.objects.create(
        case=case, person=person, why=why, named_by=by, named_at=clock.now()
    )
    case.record("case.cause_named", by=by, person=person, words={"text": why})


def _withdraw(cause: ComplaintCause, *, by: User) -> None:
    cause.withdrawn_by, cause.withdrawn_at = by, clock.now()
    cause.save(update_fields=["withdrawn_by", "withdrawn_at"])


def _tell(person: User, event: str, case: Case) -> None:
    """On the person's own story: they are told even of a case they do not see."""
    key = f"{event}:{case.pk}:{case.thread.length}"
    tell([person], event, about=thread_of(person), key=key, number=case.number)


def _require_complaint(case: Case) -> None:
    if case.duplicate_of is not None:
        raise Refused(
            _("This case goes on as {number}. Say it there."),
            number=case.duplicate_of.number,
            rule=RULE,
            mend=case.duplicate_of.get_absolute_url(),
        )
    if case.case_kind != CaseKind.COMPLAINT:
        raise Refused(
            _("This case is no complaint. If it is one, correct its kind first."),
            rule=RULE,
            mend=f"{case.get_absolute_url()}correct/",
        )


def _require_may_be_named(case: Case, person: User, by: User) -> None:
    """A person who works in the company, not oneself, and not twice."""
    _require_somebody_else(person, by)
    if case.company_id not in person.staff_company_ids:
        raise InvalidInput(
            _("{name} does not work here. Name somebody of the company."),
            name=person,
            field="person",
            rule=RULE,
        )
    if case.causes.standing().filter(person=person).exists():
        raise InvalidInput(
            _("{name} is named for this complaint already."),
            name=person,
            field="person",
            rule=RULE,
        )


def _require_somebody_else(person: User, by: User) -> None:
    """Nobody decides over themselves."""
    if person == by:
        raise Refused(
            _("This is about you yourself. Somebody else who leads decides it."), rule=RULE
        )


def _require_standing(cause: ComplaintCause) -> None:
    if cause.withdrawn_by is not None:
        raise Refused(_("{name} has taken this back already."), name=cause.withdrawn_by, rule=RULE)
