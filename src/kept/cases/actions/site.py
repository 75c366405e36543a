"""When it cannot be solved at the desk: a visit by the local branch, or data by mail."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kept.cases.actions.intake import (
    PhoneText,
    facts_of,
    register,
    register_word,
    require_dialable,
    require_soon,
)
from kept.cases.actions.ownership import ALIVE, offer
from kept.cases.actions.timing import customers_time_is_known
from kept.cases.models import Case, CaseStatus, Route
from kept.cases.requests.checks import request_of
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text
from kept.parties.actions import set_can_email
from kept.parties.checks import require_teaching
from kept.people.models import Unit, UnitKind, User
from kept.promises import ledger
from kept.promises.models import Promise, PromiseKind
from kept.timeline import sight

CLOCKS = (PromiseKind.REPLY, PromiseKind.SOLVE)


@action(
    "cases.send_branch",
    label=_("Send to branch for a visit"),
    on=ALIVE,
    right="cases.work",
    icon="map-pin",
)
def send_branch(
    case: Case,
    *,
    by: User,
    branch: Unit,
    phone: PhoneText,
    address: Line,
    problem: Text,
    suggestion: Text = "",
    due_at: datetime,
    engineer: User | None = None,
) -> Case:
    """A visit is needed: the local branch gets problem and suggestion, the customer a definite
    time; the owner follows until the final call-back (S1.55, S1.56).

    With an engineer, such as the one who answers for the customer's territory (S1.05), it is
    handed to them; otherwise whoever of the branch takes it first.
    """
    if branch.kind != UnitKind.BRANCH:
        raise InvalidInput(_("{unit} is not a branch."), unit=branch, field="branch", rule="S1.56")
    if due_at <= clock.now():
        raise InvalidInput(
            _("This time has passed. Name a later one."), field="due_at", rule="S1.55"
        )
    require_dialable(phone, rule="S1.55")
    require_soon(due_at, rule="S1.55")
    _require_can_go(branch, engineer)
    case.address, case.caller_phone = address, phone
    case.save(update_fields=["address", "caller_phone"])
    offer(case, by=by, summary=problem, to_unit=branch, to_person=engineer, suggestion=suggestion)
    sight.add_sight(case.thread, sight.scopes_above(branch))
    ledger.promise_by_moment(
        case,
        PromiseKind.VISIT,
        by=by,
        unit=branch,
        person=engineer or branch.manager,
        to=case.customers_thread,
        due_at=due_at,
        phone=phone,
        text=address,
    )
    customers_time_is_known(case, by=by)
    return case


def _require_can_go(branch: Unit, engineer: User | None) -> None:
    if engineer is None:
        return
    if not engineer.is_active:
        raise InvalidInput(_("{name} has left."), name=engineer, field="engineer", rule="S1.05")
    if engineer.company_id != branch.company_id:
        raise InvalidInput(
            _("{name} belongs to another company."), name=engineer, field="engineer", rule="SX.01"
        )


@action(
    "cases.report_visit",
    label=_("Report visit"),
    on=ALIVE,
    right="cases.work",
    icon="map-pin-check",
)
def report_visit(case: Case, *, by: User, visited_at: datetime, result: Text) -> Case:
    """Somebody was on site; the customer says in the final call-back if it is solved (S1.56).

    The visit promised is kept by the arrival, whenever that is written down (S2.15).
    """
    if visited_at > clock.now():
        raise InvalidInput(_("This has not happened yet."), field="visited_at", rule="S1.56")
    if visited_at < case.received_at:
        raise InvalidInput(
            _("The visit cannot be before the case was received."), field="visited_at"
        )
    case.visited_at = visited_at
    case.save(update_fields=["visited_at"])
    register_word(case, by=by, route=Route.ON_SITE, content=result)
    case.record("case.visited", by=by, happened_at=visited_at, words={"text": result})
    keep_arrival(case, by=by, arrived_at=visited_at)
    return case


def promised_on_site(case: Case) -> list[Promise]:
    """The open promises an arrival keeps: to be on site, and what was asked for that is done by
    being there (S2.15).
    """
    request = request_of(case)
    goes = request is not None and request.kind.on_site
    kinds = [PromiseKind.VISIT, PromiseKind.FULFIL] if goes else [PromiseKind.VISIT]
    return list(ledger.open_promises(case, kinds))


def keep_arrival(case: Case, *, by: User, arrived_at: datetime) -> None:
    """Somebody is on site: what was promised is kept then, or broken by so much (S2.15)."""
    for promise in promised_on_site(case):
        ledger.keep(promise, by=by, subject=case, at=max(arrived_at, promise.started_at))


@action(
    "cases.wait_for_mail",
    label=_("Wait for data by mail"),
    on=(CaseStatus.OPEN, CaseStatus.RESULT),
    right="cases.work",
    icon="mail-question-mark",
)
def wait_for_mail(
    case: Case, *, by: User, what: Line, mailbox: Line, expected_at: datetime | None = None
) -> Case:
    """The customer sends data by mail: the mailbox was explained, the clocks stand still, and
    somebody phones when nothing arrives. No case is ever closed for lack of mail (S1.57).
    """
    if expected_at is not None and expected_at <= clock.now():
        raise InvalidInput(
            _("This time has passed. Name a later one."), field="expected_at", rule="S1.57"
        )
    case.move_to(CaseStatus.WAITING)
    case.save(update_fields=["status"])
    case.record("case.waits_for_mail", by=by, mailbox=mailbox, words={"text": what})
    ledger.pause_open(case, CLOCKS, by=by, reason="customer")
    if expected_at is not None:
        ledger.promise_by_moment(
            case,
            PromiseKind.CHASE_MAIL,
            by=by,
            unit=case.unit,
            person=case.owner,
            to=case.customers_thread,
            due_at=expected_at,
            text=what,
        )
    else:
        ledger.promise_by_rule(
            case,
            PromiseKind.CHASE_MAIL,
            by=by,
            unit=case.unit,
            person=case.owner,
            to=case.customers_thread,
            facts=facts_of(case),
        )
    return case


@action(
    "cases.cannot_send",
    label=_("Customer cannot send"),
    on=(CaseStatus.WAITING,),
    right="cases.work",
    icon="circle-slash",
)
def cannot_send(case: Case, *, by: User, reason: Line) -> Case:
    """Nothing will come by mail: only after somebody tried to teach the customer how (S1.13).

    The case goes on without the data; the contact is marked as not able to send mail.
    """
    if case.account is None:
        raise Refused(
            _("Say first who called: a customer is taught to send data before this ends."),
            rule="S1.13",
            mend=f"{case.get_absolute_url()}attach_caller/",
        )
    require_teaching(case.account, case.contact)
    if case.contact is not None:
        set_can_email.perform(case.contact, by=by, values={"can_email": False})
    case.move_to(CaseStatus.OPEN)
    case.save(update_fields=["status"])
    case.record("case.cannot_send", by=by, words={"reason": reason})
    ledger.cancel_open(case, [PromiseKind.CHASE_MAIL], by=by)
    ledger.resume_open(case, CLOCKS, by=by, reason="customer")
    return case


@action(
    "cases.receive_data",
    label=_("Data received"),
    on=(CaseStatus.WAITING,),
    right="cases.work",
    primary=True,
    icon="mail-check",
)
def receive_data(case: Case, *, by: User, note: Text = "") -> Case:
    """What the customer promised to send is here: the clocks go on (S1.57)."""
    case.move_to(CaseStatus.OPEN)
    case.save(update_fields=["status"])
    register(case, by=by, unit=case.unit, route=Route.MAIL, content=note)
    case.record("case.data_received", by=by, words={"text": note})
    ledger.keep_open(case, [PromiseKind.CHASE_MAIL], by=by)
    ledger.resume_open(case, CLOCKS, by=by, reason="customer")
    return case
