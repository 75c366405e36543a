"""Requests from the service catalogue: asked for, filled in, done, or no longer wanted."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kept.cases.actions.customer import kinds_kept_by
from kept.cases.actions.intake import (
    Name,
    PhoneText,
    account_of,
    credit_service,
    enter_case,
    facts_of,
    received_when,
    register_word,
    require_same_company,
    require_soon,
)
from kept.cases.actions.ownership import ALIVE
from kept.cases.models import Case, CaseClass, CaseKind, Request, RequestKind, Route
from kept.cases.requests.checks import (
    field_of,
    is_open_request,
    open_request,
    require_complete,
    require_has_come,
    require_started,
)
from kept.cases.requests.kinds import require_audience, require_in_force, rules_of
from kept.cases.requests.named import let_see
from kept.cases.requests.values import (
    Asked,
    FieldValue,
    Filling,
    as_text,
    fields_of,
    moment_of,
    read_values,
)
from kept.cases.settings import case_policy
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput
from kept.kit.text import Line, Text, TextRule
from kept.parties.models import Account, Contact
from kept.people.models import Unit, User
from kept.promises import ledger
from kept.promises.models import PromiseKind
from kept.timeline.models import Attachment

Summary = Annotated[str, TextRule(120, many_lines=False)]
#: What ends with a request, done or withdrawn.
CLOCKS = (PromiseKind.FULFIL, PromiseKind.SOLVE)


@action(
    "cases.request_service",
    label=_("Ask for a service"),
    creates=Case,
    right="cases.open",
    icon="clipboard-list",
)
def request_service(
    *,
    by: User,
    unit: Unit,
    request_kind: RequestKind,
    route: Route = Route.PHONE,
    account: Account | None = None,
    contact: Contact | None = None,
    caller_name: Name = "",
    caller_phone: PhoneText = "",
    summary: Summary = "",
    description: Text = "",
    values: Sequence[FieldValue] = (),
    received_at: datetime | None = None,
    files: Sequence[Attachment] = (),
) -> Case:
    """Open a case of a kind from the service catalogue, with what its form asks for; the clocks its
    rules promise begin (S4.22, S4.23). What is wrong in a field is refused by the field's name.
    """
    require_same_company(unit, account)
    require_in_force(request_kind, unit)
    account = account_of(account, contact)
    require_audience(request_kind, account)
    filled = filled_anew(request_kind, by_name(values), {}, Filling(by, unit))
    require_started(request_kind, filled)
    case = Case(
        company_id=unit.company_id,  # type: ignore[misc]  # null only while a unit is made
        unit=unit,
        origin=unit,
        route=route,
        case_kind=CaseKind.SERVICE,
        summary=summary or title_of(request_kind, account),
        description=description,
        account=account,
        contact=contact,
        caller_name=caller_name or (contact.name if contact else ""),
        caller_phone=caller_phone,
        caller_email=contact.email if contact else "",
        classification=CaseClass.OTHER,
        owner=by,
        handler=by,
        received_at=received_when(unit, received_at),
    )
    begin_request(case, request_kind, filled, by=by, files=files)
    credit_service(case, by=by)
    return case


def title_of(kind: RequestKind, account: Account | None) -> str:
    """What a case is called that was given no summary."""
    words = str(kind.name.in_language(None))
    return (f"{words}: {account.name}" if account else words)[:200]


def by_name(values: Sequence[FieldValue]) -> dict[str, str]:
    """Texts by field name. Raises InvalidInput for a field that is written twice."""
    given: dict[str, str] = {}
    for one in values:
        if one.name in given:
            raise InvalidInput(_("“{name}” is given twice."), name=one.name, field=one.name)
        given[one.name] = one.value
    return given


def filled_anew(
    kind: RequestKind, given: Mapping[str, str], known: Mapping[str, Any], filling: Filling
) -> dict[str, Any]:
    """The values with those given put over those known; what stays the same is not read again.

    Raises InvalidInput naming the field.
    """
    asked = {field.name: field for field in fields_of(kind)}
    changed = {
        name: text
        for name, text in given.items()
        if name not in asked or text != as_text(asked[name], known.get(name))
    }
    read = read_values(kind, changed, filling)
    for name in read:
        require_has_come(kind, name, read, filling.unit)
    merged = {**known, **read}
    return {name: merged[name] for name in asked if merged.get(name) is not None}


def begin_request(
    case: Case,
    kind: RequestKind,
    filled: dict[str, Any],
    *,
    by: User,
    files: Sequence[Attachment] = (),
) -> Request:
    """Enter the case with its request, and make the promises of its kind."""
    enter_case(case, by=by, files=files)
    case.save()
    request = Request.objects.create(
        case=case,
        kind=kind,
        values=filled,
        items=[{"code": item["code"], "name": item["name"]} for item in kind.checklist],
        started_at=_start_of(kind, filled, case),
    )
    case.record("case.requested", by=by, kind=kind)
    let_see(request, filled, by=by)
    promise_request(request, by=by)
    return request


def _start_of(kind: RequestKind, filled: Mapping[str, Any], case: Case) -> datetime:
    """When the clock begins: the moment its kind names, else when it was asked for."""
    field = field_of(kind, kind.starts)
    if field is None:
        return case.received_at
    return moment_of(field, filled.get(field.name), case.company.zone) or case.received_at


def promise_request(request: Request, *, by: User) -> None:
    """The promises of the kind's rules; a moment the customer set is due as they said (S2.15)."""
    case, kind = request.case, request.kind
    owed: dict[str, Any] = {
        "by": by,
        "unit": case.unit,
        "person": case.handler,
        "to": case.customers_thread,
    }
    due = due_of(request)
    if due is not None:
        require_soon(due, rule=kind.source)
        if due <= clock.now():
            raise InvalidInput(
                _("This time has passed. Name a later one."), field=kind.due_by, rule=kind.source
            )
        ledger.promise_by_moment(case, PromiseKind.FULFIL, due_at=due, **owed)
    for rule in rules_of(kind, case.unit, facts_of(case), request.started_at):
        if due is None or rule.kind != PromiseKind.FULFIL:
            ledger.promise_with(case, rule, start_at=request.started_at, **owed)


def due_of(request: Request) -> datetime | None:
    """The moment the customer set, where the kind asks for one and it is filled in."""
    field = field_of(request.kind, request.kind.due_by)
    if field is None:
        return None
    return moment_of(field, request.values.get(field.name), request.case.company.zone)


@action(
    "cases.fill_request",
    label=_("Fill in the request"),
    on=ALIVE,
    right="cases.work",
    icon="square-pen",
    offered=is_open_request,
)
def fill_request(case: Case, *, by: User, values: Sequence[FieldValue], reason: Line = "") -> Case:
    """Complete or correct the fields of a request; old and new stay on record (SX.05). From when
    its clock counts, and until when the customer wants it, stays as it was asked for; what is meant
    to stay, such as the one host of a visitor, changes with a ``reason`` only (S4.19).
    """
    request = open_request(case)
    kind, before = request.kind, dict(request.values)
    after = filled_anew(kind, by_name(values), before, Filling(by, case.unit))
    changed = [name for name in (*before, *after) if before.get(name) != after.get(name)]
    changed = list(dict.fromkeys(changed))
    if not changed:
        raise InvalidInput(_("Nothing is different from what stands there."), rule="SX.05")
    for name in changed:
        if name in (kind.starts, kind.due_by) and name in before:
            raise InvalidInput(
                _("“{label}” decides when it is due and stays. Withdraw the request and ask anew."),
                label=_label(kind, name),
                field=name,
                rule="SX.05",
            )
    require_started(kind, after)
    fields = {field.name: field for field in fields_of(kind)}
    for name in changed:
        if fields[name].stays and name in before and not reason:
            raise InvalidInput(
                _("“{label}” was named to stay. Say in the reason why it has to be another."),
                label=fields[name].label,
                field="reason",
                rule=kind.source or "SX.05",
            )
    request.values = after
    request.save(update_fields=["values"])
    lines = [_change(fields[name], before.get(name), after.get(name)) for name in changed]
    words = {"text": "\n".join(lines), "reason": reason}
    case.record("case.request_filled", by=by, fields=changed, words=words)
    let_see(request, changed, by=by)
    return case


def _change(field: Asked, old: Any, new: Any) -> str:
    """One changed field, old and new."""
    label = field.label.in_language(None)
    return f"{label}: {as_text(field, old) or '–'} → {as_text(field, new) or '–'}"


def _label(kind: RequestKind, name: str) -> Any:
    field = field_of(kind, name)
    return field.label if field else name


@action(
    "cases.finish_request",
    label=_("Request done"),
    on=ALIVE,
    right="cases.work",
    icon="clipboard-check",
    primary=is_open_request,
    offered=is_open_request,
)
def finish_request(
    case: Case,
    *,
    by: User,
    result: Text,
    route: Route | None = None,
    finished_at: datetime | None = None,
) -> Case:
    """What was asked for is done: nothing of its checklist is open, no needed field empty (S4.23,
    S4.25). Where doing it is telling the customer, the time is now and never chosen.
    """
    request = open_request(case)
    require_complete(request)
    done_at = _done_when(request, finished_at)
    if request.kind.tells and route is None:
        raise InvalidInput(
            _("Say how the customer was told."), field="route", rule=request.kind.source
        )
    if route is not None:
        register_word(case, by=by, route=route, content=result)
    request.finished_at, request.finished_by = done_at, by
    request.save(update_fields=["finished_at", "finished_by"])
    case.result, case.result_at, case.told_at = result, done_at, done_at
    case.save(update_fields=["result", "result_at", "told_at"])
    case.record(
        "case.request_finished", by=by, kind=request.kind, done_at=done_at, words={"text": result}
    )
    for promise in ledger.open_promises(case, CLOCKS):
        ledger.keep(promise, by=by, subject=case, at=finished_at)
    if route is not None:
        told = [*kinds_kept_by(case, route), PromiseKind.TELL_CUSTOMER]
        ledger.keep_open(case, told, by=by)
    return case


def _done_when(request: Request, finished_at: datetime | None) -> datetime:
    """When it was done: now, or within the company's reach back and after it began."""
    if finished_at is None:
        return clock.now()
    if request.kind.tells:
        raise InvalidInput(
            _("When the customer was told is never chosen: it is now."),
            field="finished_at",
            rule=request.kind.source,
        )
    if finished_at > clock.now() + timedelta(minutes=1):
        raise InvalidInput(_("This has not happened yet."), field="finished_at")
    reach = case_policy(request.case.unit).reach_back_hours
    earliest = max(request.started_at, clock.now() - timedelta(hours=reach))
    if finished_at < earliest:
        raise InvalidInput(
            _("It was done between {earliest} and now."),
            earliest=date_format(timezone.localtime(earliest), "SHORT_DATETIME_FORMAT"),
            field="finished_at",
        )
    return finished_at


@action(
    "cases.withdraw_request",
    label=_("Withdraw the request"),
    on=ALIVE,
    right="cases.work",
    icon="ban",
    danger=True,
    offered=is_open_request,
)
def withdraw_request(case: Case, *, by: User, reason: Text) -> Case:
    """The customer no longer wants it: what was promised ends, with the reason; the case is then
    closed as withdrawn or as a duplicate.
    """
    request = open_request(case)
    request.withdrawn_at = clock.now()
    request.save(update_fields=["withdrawn_at"])
    case.record("case.request_withdrawn", by=by, kind=request.kind, words={"reason": reason})
    ledger.cancel_open(case, CLOCKS, by=by, reason="withdrawn")
    return case
