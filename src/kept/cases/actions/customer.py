"""What passes between the company and the customer: replies, call-backs, results, progress."""

from datetime import datetime, timedelta
from typing import Annotated

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kept.cases.actions.closing import customers_word, require_final_caller
from kept.cases.actions.intake import (
    PhoneText,
    facts_of,
    register_word,
    require_dialable,
    require_soon,
)
from kept.cases.actions.ownership import ALIVE
from kept.cases.models import Case, CaseStatus, Evidence, Route
from kept.cases.requests.checks import is_open_request
from kept.cases.settings import case_policy, usual_call_back_minutes
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text, TextRule
from kept.people.models import User
from kept.promises import ledger
from kept.promises.models import PromiseKind
from kept.timeline.models import Notice


@action("cases.reply", label=_("Reply"), on=ALIVE, right="cases.work", icon="reply", adds=True)
def reply(case: Case, *, by: User, route: Route, answer: Text) -> Case:
    """A person answers the customer. The time is now and never chosen (S2.14).

    An automatic acknowledgement is no reply, and neither is a change of status.
    """
    if by.is_system:
        raise Refused(_("Only a person replies; an acknowledgement is no reply."), rule="S2.14")
    if route == Route.FORUM and case_policy(case.unit).forum_needs_second_person:
        raise Refused(
            _("A public answer is read by a second person first: draft it."),
            rule="S1.78",
            mend=f"{case.get_absolute_url()}draft_post/",
        )
    write_reply(case, by=by, route=route, answer=answer)
    return case


def write_reply(case: Case, *, by: User, route: Route, answer: str) -> None:
    """Put a reply on record and keep what was promised by it."""
    register_word(case, by=by, route=route, content=answer)
    case.record("case.replied", by=by, route=route, words={"answer": answer})
    if kept := kinds_kept_by(case, route):
        ledger.keep_open(case, kept, by=by)
        _told(case, by=by)


def kinds_kept_by(case: Case, route: Route) -> list[PromiseKind]:
    """A word to the customer is the reply; a forum post is only answered in the forum (S1.79)."""
    is_private = case.route == Route.FORUM and route != Route.FORUM
    return [] if is_private else [PromiseKind.REPLY]


@action(
    "cases.answer_by_mail",
    label=_("Answer by mail"),
    on=ALIVE,
    right="cases.work",
    icon="mail",
    adds=True,
)
def answer_by_mail(
    case: Case,
    *,
    by: User,
    to: Line,
    subject: Annotated[str, TextRule(150, many_lines=False)],
    answer: Text,
) -> Case:
    """Answer the customer by mail from the case; the mail leaves through the outbox."""
    try:
        validate_email(to)
    except ValidationError:
        raise InvalidInput(_("“{to}” is not a mail address."), to=to, field="to") from None
    reply.perform(case, by=by, values={"route": Route.MAIL, "answer": answer})
    _mail(case, to=to, subject=subject, body=answer)
    return case


def _mail(case: Case, *, to: str, subject: str, body: str) -> None:
    """Put a mail about the case into the outbox."""
    Notice.objects.create(
        thread=case.thread,
        address=to,
        channel=Notice.Channel.MAIL,
        event="case.mail",
        values={"subject": f"{subject} [{case.number}]", "body": body},
        key=f"mail:{case.pk}:{case.thread.length}",
        next_try_at=timezone.now(),
        created_at=clock.now(),
    )


@action(
    "cases.acknowledge",
    label=_("Acknowledge receipt"),
    on=ALIVE,
    right="cases.work",
    icon="mail-check",
    adds=True,
)
def acknowledge_receipt(case: Case, *, by: User, words: Text) -> Case:
    """Let the customer know that the message has come. No reply, whoever or whatever sends it: the
    clock of the reply runs on (S2.14).
    """
    case.record("case.acknowledged", by=by, words={"text": words})
    if case.caller_email:
        _mail(case, to=case.caller_email, subject=case.summary[:150], body=words)
    return case


@action(
    "cases.promise_call_back",
    shown=True,
    label=_("Promise call-back"),
    on=ALIVE,
    right="cases.work",
    icon="phone-call",
)
def promise_call_back(
    case: Case, *, by: User, phone: PhoneText, due_at: datetime, reason: Line = ""
) -> Case:
    """Promise to call back at a definite time, normally within the hour (S1.52)."""
    require_dialable(phone, rule="S1.52")
    require_soon(due_at, rule="S1.52")
    now = clock.now()
    if due_at <= now:
        raise InvalidInput(
            _("This time has passed. Name a later one."), field="due_at", rule="S1.52"
        )
    usual = usual_call_back_minutes(case.unit)
    if due_at > now + timedelta(minutes=usual) and not reason:
        raise InvalidInput(
            _("Later than {minutes} minutes from now needs a reason."),
            minutes=usual,
            field="reason",
            rule="S1.52",
        )
    ledger.promise_by_moment(
        case,
        PromiseKind.CALL_BACK,
        by=by,
        unit=case.unit,
        person=by,
        to=case.customers_thread,
        due_at=due_at,
        phone=phone,
        text=reason,
    )
    return case


@action(
    "cases.promise", label=_("Promise something"), on=ALIVE, right="cases.work", icon="handshake"
)
def promise_customer(case: Case, *, by: User, promised: Line, due_at: datetime) -> Case:
    """Any promise to the customer becomes a row with a clock and a person (S2.16)."""
    require_soon(due_at, rule="S2.16")
    if due_at <= clock.now():
        raise InvalidInput(
            _("This time has passed. Name a later one."), field="due_at", rule="S2.16"
        )
    ledger.promise_by_moment(
        case,
        PromiseKind.OTHER,
        by=by,
        unit=case.unit,
        person=by,
        to=case.customers_thread,
        due_at=due_at,
        text=promised,
    )
    return case


@action(
    "cases.call_back",
    shown=True,
    label=_("Call back"),
    on=ALIVE,
    right="cases.work",
    icon="phone-outgoing",
    adds=True,
)
def call_back(
    case: Case, *, by: User, reached: bool, told: Text = "", solved: bool = False
) -> Case:
    """Record a call to the customer. Reaching them keeps the call-back promise (S1.52, S1.56).

    ``solved`` is what the customer said, not what we think.
    """
    if reached and not told:
        raise InvalidInput(_("Write down what was said."), field="told", rule="S1.56")
    if solved:
        require_final_caller(case, by)
    if solved and not reached:
        raise InvalidInput(
            _("Nobody was reached, so nobody said it is solved."), field="solved", rule="S1.56"
        )
    register_word(case, by=by, route=Route.PHONE, content=told, was_reached=reached)
    if not reached:
        case.record("case.not_reached", by=by, words={"text": told})
        return case
    case.record("case.called_back", by=by, solved=solved, words={"text": told})
    _keep_call_backs(case, by=by)
    ledger.keep_open(case, kinds_kept_by(case, Route.PHONE), by=by)
    _told(case, by=by)
    if solved:
        customers_word(case, Evidence.CALL_BACK, by=by)
    return case


def _keep_call_backs(case: Case, *, by: User) -> None:
    """One call keeps the call-back that is due first, and others to the same number."""
    waiting = list(ledger.open_promises(case, [PromiseKind.CALL_BACK]))
    for promise in waiting:
        if promise.phone == waiting[0].phone:
            ledger.keep(promise, by=by, subject=case)


def _has_no_result(case: Case, by: User) -> bool:
    return case.status == CaseStatus.OPEN and not is_open_request(case)


@action(
    "cases.enter_result",
    primary=_has_no_result,
    label=_("Enter result"),
    on=ALIVE,
    right="cases.work",
    icon="lightbulb",
)
def enter_result(case: Case, *, by: User, result: Text) -> Case:
    """The answer is known: the customer is told at once, and the delay is measured (S1.54)."""
    if case.status == CaseStatus.SOLVED:
        raise Refused(_("The customer has already said it is solved."), rule="S1.54")
    if case.status == CaseStatus.WAITING:
        clocks = (PromiseKind.REPLY, PromiseKind.SOLVE)
        ledger.resume_open(case, clocks, by=by, reason="customer")
        ledger.cancel_open(case, [PromiseKind.CHASE_MAIL], by=by)
    if case.status != CaseStatus.RESULT:
        case.move_to(CaseStatus.RESULT)
    case.result, case.result_at, case.told_at = result, clock.now(), None
    case.save(update_fields=["status", "result", "result_at", "told_at"])
    case.record("case.result_entered", by=by, words={"text": result})
    ledger.cancel_open(case, [PromiseKind.TELL_CUSTOMER], by=by)
    promise_to_tell(case, by=by)
    return case


def promise_to_tell(case: Case, *, by: User) -> None:
    """What is known now is told at once: the owner sees to it (S1.54, S2.12)."""
    if ledger.open_promises(case, [PromiseKind.TELL_CUSTOMER]).exists():
        return
    ledger.promise_by_rule(
        case,
        PromiseKind.TELL_CUSTOMER,
        by=by,
        unit=case.unit,
        person=case.owner,
        to=case.customers_thread,
        facts=facts_of(case),
    )


@action(
    "cases.tell_customer",
    label=_("Tell the customer"),
    on=(CaseStatus.RESULT,),
    right="cases.work",
    primary=True,
    icon="megaphone",
)
def tell_customer(case: Case, *, by: User, route: Route, told: Text, solved: bool = False) -> Case:
    """The customer now knows the result; ``solved`` when they say so in this very call (S1.54)."""
    register_word(case, by=by, route=route, content=told)
    case.record("case.customer_told", by=by, route=route, words={"text": told})
    called = [PromiseKind.CALL_BACK] if route == Route.PHONE else []
    ledger.keep_open(case, [*called, *kinds_kept_by(case, route)], by=by)
    _told(case, by=by)
    if solved:
        customers_word(case, Evidence.THIS_CALL, by=by)
    return case


def _told(case: Case, *, by: User) -> None:
    """What is known, and the result if there is one, has reached the customer."""
    if case.result_at and case.told_at is None:
        case.told_at = clock.now()
        case.save(update_fields=["told_at"])
    ledger.keep_open(case, [PromiseKind.TELL_CUSTOMER], by=by)


@action(
    "cases.report_progress",
    label=_("Report progress"),
    on=ALIVE,
    right="cases.work",
    icon="activity",
    adds=True,
)
def report_progress(case: Case, *, by: User, told: Text) -> Case:
    """Keep somebody who waits informed; the next word is promised again (S1.73)."""
    case.record("case.progress", by=by, words={"text": told})
    ledger.keep_open(case, [PromiseKind.PROGRESS], by=by)
    ledger.promise_by_rule(
        case, PromiseKind.PROGRESS, by=by, unit=case.unit, person=by, facts=facts_of(case)
    )
    return case
