"""What a step of a storyline does: each verb is one real action, with its words filled in."""

import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from kept.approvals import actions as approvals
from kept.cases import actions
from kept.cases.models import ForumRule, Outcome, Question
from kept.cases.models.words import Evidence
from kept.demo.script import Step, span
from kept.field.actions import dispatch_engineer
from kept.field.availability import (
    Asked,
    Availability,
    engineers,
    state_of,
    with_availability,
)
from kept.field.checks import customers_promise
from kept.field.models import dispatch_policy
from kept.kit import clock
from kept.people.models import Unit, User
from kept.promises.actions import excuse_promise, keep_promise
from kept.promises.ledger import open_promises
from kept.promises.models import PromiseKind
from kept.vouchers.factories import voucher_file

if TYPE_CHECKING:
    from kept.demo.telling import Telling

Verb = Callable[["Telling", User, Step], Any]
_verbs: dict[str, Verb] = {}
#: How long somebody who is sent is waited for.
WINDOW = timedelta(minutes=30)
#: Between these hours somebody is sent.
EARLY, LATE = 8, 18


def verb(function: Verb) -> Verb:
    """Enter a verb of the story language under its function's name."""
    _verbs[function.__name__.rstrip("_")] = function
    return function


def perform(told: "Telling", step: Step, by: User) -> None:
    """Do one step. Raises LookupError for a verb nobody knows."""
    if step.verb not in _verbs:
        raise LookupError(f"no verb {step.verb!r} in the story language")
    _verbs[step.verb](told, by, step)


def known_verbs() -> list[str]:
    return sorted(_verbs)


@verb
def reply(told: "Telling", by: User, step: Step) -> None:
    route = step.words[0] if step.words else told.line.route
    actions.reply(told.case, by=by, route=route, answer=told.fill(step.text))


@verb
def ask(told: "Telling", by: User, step: Step) -> None:
    """``ask colleagues tech``: the level, then whom."""
    level, tag = step.words
    asked = told.someone(tag, but=by)
    actions.ask_question(
        told.case, by=by, level=level, to_person=asked.user, question=told.fill(step.text)
    )
    told.asked = asked


@verb
def answer(told: "Telling", by: User, step: Step) -> None:
    question = Question.objects.filter(case=told.case, answered_at__isnull=True).latest("pk")
    actions.answer_question(
        question, by=by, answer=told.fill(step.text), could_help="no" not in step.words
    )


@verb
def promise_back(told: "Telling", by: User, step: Step) -> None:
    actions.promise_call_back(
        told.case,
        by=by,
        phone=told.case.caller_phone or told.phone,
        due_at=clock.now() + span(step.words[0]),
        reason=told.fill(step.text),
    )


@verb
def promise(told: "Telling", by: User, step: Step) -> None:
    actions.promise_customer(
        told.case,
        by=by,
        promised=told.fill(step.text),
        due_at=clock.now() + span(step.words[0]),
    )


@verb
def keep(told: "Telling", by: User, step: Step) -> None:
    for one in open_promises(told.case, [PromiseKind.OTHER]):
        keep_promise(one, by=by, note=told.fill(step.text))


@verb
def excuse(told: "Telling", by: User, step: Step) -> None:
    one = open_promises(told.case, [PromiseKind(step.words[0])]).first()
    excuse_promise(one, by=by, reason=told.fill(step.text), reference=told.case.number)


@verb
def call_back(told: "Telling", by: User, step: Step) -> None:
    actions.call_back(
        told.case,
        by=by,
        reached="no" not in step.words,
        told=told.fill(step.text),
        solved="solved" in step.words,
    )


@verb
def result(told: "Telling", by: User, step: Step) -> None:
    actions.enter_result(told.case, by=by, result=told.fill(step.text))


@verb
def tell(told: "Telling", by: User, step: Step) -> None:
    actions.tell_customer(
        told.case,
        by=by,
        route=step.words[0],
        told=told.fill(step.text),
        solved="solved" in step.words,
    )


@verb
def progress(told: "Telling", by: User, step: Step) -> None:
    actions.report_progress(told.case, by=by, told=told.fill(step.text))


@verb
def solved(told: "Telling", by: User, step: Step) -> None:
    evidence = Evidence(step.words[0])
    actions.mark_solved(told.case, by=by, evidence=evidence, words=told.fill(step.text))


@verb
def classify(told: "Telling", by: User, step: Step) -> None:
    actions.classify(told.case, by=by, classification=step.words[0])


@verb
def close(told: "Telling", by: User, step: Step) -> None:
    """``close``, or ``close withdrawn: why``, ``close duplicate: why``, ``close not_ours: to``."""
    code = step.words[0] if step.words else "solved"
    values: dict[str, Any] = {"note": told.fill(step.text)}
    if code == "not_ours":
        values = {"passed_to": told.fill(step.text), "note": told.fill(step.second)}
    if code == "duplicate":
        values["linked_case"] = told.earlier_case()
    outcome = Outcome.objects.in_force(told.case.unit).get(code=code)
    actions.close_case(told.case, by=by, outcome=outcome, **values)


@verb
def reopen(told: "Telling", by: User, step: Step) -> None:
    actions.reopen_case(told.case, by=by, reason=told.fill(step.text))


@verb
def hand_over(told: "Telling", by: User, step: Step) -> None:
    """``hand_over tech`` to a person, ``hand_over unit LX-TECH`` to a unit."""
    to: dict[str, Any]
    if step.words[0] == "unit":
        to = {"to_unit": _unit(told, step.words[1])}
    else:
        receiver = told.someone(step.words[0], but=by)
        told.received = receiver
        to = {"to_person": receiver.user}
    actions.hand_over(
        told.case, by=by, summary=told.fill(step.text), suggestion=told.fill(step.second), **to
    )


@verb
def accept(told: "Telling", by: User, step: Step) -> None:
    actions.accept_case(told.case, by=by)


@verb
def give_back(told: "Telling", by: User, step: Step) -> None:
    actions.give_back(told.case, by=by, reason=told.fill(step.text))


@verb
def take(told: "Telling", by: User, step: Step) -> None:
    actions.take_case(told.case, by=by)


@verb
def branch(told: "Telling", by: User, step: Step) -> None:
    """``branch 2d``: the customer's own branch; ``branch 2d DC-XA``: that one."""
    code = step.words[1] if len(step.words) > 1 else ""
    actions.send_branch(
        told.case,
        by=by,
        branch=_unit(told, code),
        phone=told.case.caller_phone or told.phone,
        address=told.address,
        problem=told.fill(step.text),
        suggestion=told.fill(step.second),
        due_at=clock.now() + span(step.words[0]),
    )


@verb
def send(told: "Telling", by: User, step: Step) -> None:
    """``send 9h``: an engineer of the branch who is free then, the one who works on the case before
    others; nobody where nobody is free or the customer wants them sooner.
    """
    case, promise = told.case, customers_promise(told.case)
    there = (clock.now() + span(step.words[0])).replace(second=0, microsecond=0)
    there = _by_day(there - timedelta(minutes=there.minute % 15), case.company.zone)
    if promise is None or promise.due_at is None or promise.due_at < there + WINDOW:
        return
    policy = dispatch_policy(case.unit)
    asked = Asked.around(there, policy.usual_minutes, policy.travel_minutes)
    rows = engineers([case.company_id]).filter(unit=case.unit).select_related("unit", "company")
    rows = with_availability(rows, asked)
    for one in sorted(rows, key=lambda person: (person.pk != case.handler_id, person.pk)):
        state = state_of(one)
        if state in (Availability.FREE, Availability.OFF_DUTY):
            dispatch_engineer(
                case,
                by=by,
                engineer=one,
                agreed_from=there,
                agreed_until=there + WINDOW,
                place=told.address,
                task=told.fill(step.text),
                outside_hours=state == Availability.OFF_DUTY,
            )
            return


@verb
def visit(told: "Telling", by: User, step: Step) -> None:
    actions.report_visit(
        told.case,
        by=by,
        visited_at=max(told.case.received_at, clock.now() - timedelta(minutes=50)),
        result=told.fill(step.text),
    )


@verb
def wait(told: "Telling", by: User, step: Step) -> None:
    actions.wait_for_mail(
        told.case,
        by=by,
        what=told.fill(step.text),
        mailbox=told.mailbox,
        expected_at=clock.now() + span(step.words[0]) if step.words else None,
    )


@verb
def data(told: "Telling", by: User, step: Step) -> None:
    actions.receive_data(told.case, by=by, note=told.fill(step.text))


@verb
def note(told: "Telling", by: User, step: Step) -> None:
    actions.add_note(told.case, by=by, note=told.fill(step.text))


@verb
def voucher(told: "Telling", by: User, step: Step) -> None:
    """``voucher ticket 64.50: {town}``: what the way cost, with the place it was paid in."""
    kind, amount = step.words
    number = f"{zlib.crc32(str(told.case.number).encode()):010d}"
    place = told.fill(step.text)
    file = voucher_file(
        by,
        number,
        name=f"{number}.txt",
        content=f"{number}\n{place}\n{amount}\n".encode(),
        voucher_type=kind,
        amount=amount,
        place=place,
        dated_on=clock.today(told.unit.zone).isoformat(),
    )
    actions.attach_files(told.case, by=by, files=[file])


@verb
def tick(told: "Telling", by: User, step: Step) -> None:
    actions.tick_checklist(told.case, by=by, items=list(step.words))


@verb
def see_out(told: "Telling", by: User, step: Step) -> None:
    actions.see_out(told.case, by=by, handed_over=told.fill(step.text))


@verb
def draft(told: "Telling", by: User, step: Step) -> None:
    reviewer = told.someone(step.words[0], but=by).user if step.words else None
    actions.draft_post(told.case, by=by, answer=told.fill(step.text), reviewer=reviewer)


@verb
def approve(told: "Telling", by: User, step: Step) -> None:
    approvals.approve(_waiting_request(told), by=by, note=told.fill(step.text))


@verb
def hide(told: "Telling", by: User, step: Step) -> None:
    rule = ForumRule.objects.in_force(told.case.unit).get(code=step.words[0])
    actions.hide_post(told.case, by=by, forum_rule=rule, reason=told.fill(step.text))


@verb
def flag(told: "Telling", by: User, step: Step) -> None:
    actions.flag_caller(
        told.case,
        by=by,
        statement=told.fill(step.text),
        inconsistencies=told.fill(step.second),
        call_supervisor="supervisor" in step.words,
    )


@verb
def cause(told: "Telling", by: User, step: Step) -> None:
    """``cause receiver: why``: who of our own people caused it, by the tag or as who took it on."""
    named = told.received if step.words[0] == "receiver" else None
    person = named or told.someone(step.words[0], but=by)
    actions.name_cause(told.case, by=by, person=person.user, why=told.fill(step.text))


@verb
def identify(told: "Telling", by: User, step: Step) -> None:
    """It turns out who called."""
    customer = told.customer
    actions.attach_caller(told.case, by=by, account=customer.account, contact=customer.contact)


def _by_day(moment: datetime, zone: str) -> datetime:
    """The same moment, or the next morning where it lies in the night."""
    wall = clock.local(moment, zone)
    if EARLY <= wall.hour < LATE:
        return moment
    morning = wall.replace(hour=EARLY, minute=30)
    return morning if wall.hour < EARLY else morning + timedelta(days=1)


def _unit(told: "Telling", code: str) -> Unit:
    return Unit.objects.get(code=code) if code else told.customer.unit


def _waiting_request(told: "Telling") -> Any:
    return told.case.thread.approvals.get(status="waiting")
