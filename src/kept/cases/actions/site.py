"""When it cannot be solved at the desk: a visit by the local branch, or data by mail."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kept.cases.actions.intake import PhoneText, facts_of, register
from kept.cases.actions.ownership import ALIVE, offer
from kept.cases.models import Case, CaseStatus, Route
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput
from kept.kit.text import Line, Text
from kept.people.models import Unit, UnitKind, User
from kept.promises import ledger
from kept.promises.models import PromiseKind

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
) -> Case:
    """A visit is needed: the local branch gets problem and suggestion, the customer a definite
    time; the owner follows until the final call-back (S1.55, S1.56).
    """
    if branch.kind != UnitKind.BRANCH:
        raise InvalidInput(_("{unit} is not a branch."), unit=branch, field="branch", rule="S1.56")
    if due_at <= clock.now():
        raise InvalidInput(
            _("This time has passed. Name a later one."), field="due_at", rule="S1.55"
        )
    case.address, case.caller_phone = address, phone
    case.save(update_fields=["address", "caller_phone"])
    offer(case, by=by, summary=problem, to_unit=branch, to_person=None, suggestion=suggestion)
    ledger.promise_by_moment(
        case,
        PromiseKind.VISIT,
        by=by,
        unit=branch,
        person=branch.manager,
        to=case.account.thread if case.account else None,
        due_at=due_at,
        phone=phone,
        text=address,
    )
    return case


@action(
    "cases.report_visit",
    label=_("Report visit"),
    on=ALIVE,
    right="cases.work",
    icon="map-pin-check",
)
def report_visit(case: Case, *, by: User, visited_at: datetime, result: Text) -> Case:
    """Somebody was on site; the customer says in the final call-back if it is solved (S1.56)."""
    if visited_at > clock.now():
        raise InvalidInput(_("This has not happened yet."), field="visited_at", rule="S1.56")
    if visited_at < case.received_at:
        raise InvalidInput(
            _("The visit cannot be before the case was received."), field="visited_at"
        )
    case.visited_at = visited_at
    case.save(update_fields=["visited_at"])
    register(
        case,
        by=by,
        unit=case.unit,
        route=Route.ON_SITE,
        content=result,
        was_reached=True,
        direction="out",
    )
    case.record("case.visited", by=by, happened_at=visited_at, words={"text": result})
    ledger.keep_open(case, [PromiseKind.VISIT], by=by)
    return case


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
            facts=facts_of(case),
        )
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
    ledger.resume_open(case, CLOCKS, by=by)
    return case
