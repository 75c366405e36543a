"""Intake: a contact arrives, is registered, and becomes a case with an owner."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.cases.equipment import looked_up, owner_seen_by, require_served
from kept.cases.models import Case, CaseKind, Direction, Interaction, Priority, Route, SenderType
from kept.cases.settings import case_policy
from kept.kit import clock
from kept.kit.actions import action, number_at_end
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text, TextRule
from kept.parties.actions.across import credit_once_a_day, serves_across
from kept.parties.models import Account, Contact
from kept.people.models import Unit, User
from kept.products.models import Product, SerialUnit
from kept.promises.ledger import promise_with
from kept.promises.models import PromiseKind
from kept.promises.roster import on_duty
from kept.promises.terms import rules_for
from kept.timeline.files import attach
from kept.timeline.models import Attachment
from kept.timeline.sight import open_thread

Name = Annotated[str, TextRule(100, many_lines=False)]
FEWEST_DIGITS = 3
FROM_THE_START = (PromiseKind.REPLY, PromiseKind.SOLVE, PromiseKind.PROGRESS)
FURTHEST = timedelta(days=366)
PhoneText = Annotated[str, TextRule(40, many_lines=False)]
SerialText = Annotated[str, TextRule(60, many_lines=False)]


@action("cases.open", label=_("Take a call"), creates=Case, icon="phone-incoming", primary=True)
def open_case(
    *,
    by: User,
    unit: Unit,
    route: Route,
    summary: Line,
    description: Text = "",
    account: Account | None = None,
    contact: Contact | None = None,
    caller_name: Name = "",
    caller_phone: PhoneText = "",
    caller_email: Line = "",
    product: Product | None = None,
    version: Annotated[str, TextRule(40, many_lines=False)] = "",
    serial_unit: SerialUnit | None = None,
    unregistered_serial: SerialText = "",
    marked_because: Line = "",
    case_kind: CaseKind = CaseKind.SERVICE,
    priority: Priority = Priority.NORMAL,
    sender_type: SenderType = SenderType.USER,
    received_at: datetime | None = None,
    files: Sequence[Attachment] = (),
) -> Case:
    """Register a contact and open a case: whoever received it owns it (S1.47, S1.48, S2.23).

    ``received_at`` may lie back only as far as the company allows, never in the future (S2.14).
    Who called may be unknown: nobody invents a customer to save a call. A serial number is looked
    up; one that is not on file, and equipment without a contract, is marked with why it is taken
    all the same (S0.05, S2.02).
    """
    received = received_when(unit, received_at)
    require_same_company(unit, account, product, serial_unit)
    serial_unit = looked_up(unit, serial_unit, unregistered_serial, marked_because)
    require_served(serial_unit, case_kind, marked_because)
    account = account_of(account, contact)
    case = Case(
        company_id=unit.company_id,  # type: ignore[misc]  # null only while a unit is made
        unit=unit,
        origin=unit,
        route=route,
        case_kind=case_kind,
        priority=priority,
        summary=summary,
        description=description,
        account=account or owner_seen_by(by, serial_unit),
        contact=contact,
        caller_name=caller_name or (contact.name if contact else ""),
        caller_phone=caller_phone,
        caller_email=caller_email or (contact.email if contact else ""),
        product=product or (serial_unit.product if serial_unit else None),
        version=version,
        serial_unit=serial_unit,
        unregistered_serial="" if serial_unit else unregistered_serial,
        marked_because=marked_because,
        owner=by,
        handler=by,
        received_at=received,
    )
    enter_case(case, by=by, sender_type=sender_type, note=marked_because, files=files)
    start_clocks(case, by=by)
    credit_service(case, by=by)
    return case


def account_of(account: Account | None, contact: Contact | None) -> Account | None:
    """Whose contact it is, where only the person was named. Raises InvalidInput for another's."""
    if contact is None:
        return account
    if account is not None and contact.account_id != account.pk:
        raise InvalidInput(_("This person belongs to another customer."), field="contact")
    return account or contact.account


def enter_case(
    case: Case,
    *,
    by: User,
    sender_type: SenderType = SenderType.USER,
    note: str = "",
    files: Sequence[Attachment] = (),
) -> None:
    """Begin a case's story: its thread and number, its line in the register, its files."""
    case.thread = open_thread(
        kind=Case.kind, unit=case.unit, title=case.summary, scopes=scopes_of(case)
    )
    number_at_end(case)  # which writes it
    register(
        case,
        by=by,
        unit=case.unit,
        route=Route(case.route),
        sender_type=sender_type,
        content=case.description or case.summary,
        happened_at=case.received_at,
    )
    entry = case.record(
        "case.opened",
        by=by,
        happened_at=case.received_at,
        route=case.route,
        unit=case.unit,
        owner=case.owner if case.owner_id != by.pk else None,
        words={"title": case.summary, "text": case.description, "note": note},
    )
    attach(case.thread, files, seq=entry.seq, by=by)


def credit_service(case: Case, *, by: User) -> None:
    """Serving a customer of another territory is credited, and told at home (S1.32)."""
    if case.account is not None and serves_across(case.account, case.origin):
        credit_once_a_day(case.account, case.origin, by=by, reason=case.summary)


def scopes_of(case: Case) -> set[int]:
    """The persons and the account who see a case besides its unit."""
    scopes = {case.owner.scope_id}
    if case.handler:
        scopes.add(case.handler.scope_id)
    if case.account:
        scopes.add(case.account.scope_id)
    return scopes


def received_when(unit: Unit, received_at: datetime | None) -> datetime:
    """When a contact arrived: now, or as far back as the company allows (S2.14)."""
    now = clock.now()
    if received_at is None:
        return now
    if received_at > now + timedelta(minutes=1):
        raise InvalidInput(_("This has not happened yet."), field="received_at", rule="S2.14")
    reach = case_policy(unit).reach_back_hours
    if received_at < now - timedelta(hours=reach):
        raise InvalidInput(
            _("At most {hours} hours back can be entered. Ask your manager to import older ones."),
            hours=reach,
            field="received_at",
            rule="S2.14",
        )
    return received_at


def require_same_company(unit: Unit, *things: Account | Product | SerialUnit | None) -> None:
    """Raise Refused for a thing of another company (SX.01)."""
    for thing in things:
        if thing is not None and thing.company_id != unit.company_id:
            raise Refused(_("“{thing}” belongs to another company."), thing=thing, rule="SX.01")


def register(
    case: Case,
    *,
    by: User,
    unit: Unit,
    route: Route,
    sender_type: SenderType = SenderType.USER,
    direction: Direction = Direction.IN,
    content: str = "",
    result: str = "",
    phone: str = "",
    was_reached: bool | None = None,
    happened_at: datetime | None = None,
) -> Interaction:
    """Enter one contact in the register; it gets the next number (S2.23)."""
    line = Interaction(
        case=case,
        unit=unit,
        direction=direction,
        route=route,
        sender_type=sender_type,
        sender=case.customer_name[:100],
        phone=phone or case.caller_phone,
        content=content,
        result=result[:300],
        was_reached=was_reached,
        by=by,
        duty_person=_on_duty(by, unit, happened_at) if _is_call(direction, route) else None,
        happened_at=happened_at or clock.now(),
        recorded_at=clock.now(),
    )
    number_at_end(line)
    return line


def _is_call(direction: Direction, route: Route) -> bool:
    return direction == Direction.IN and route == Route.PHONE


def _on_duty(by: User, unit: Unit, happened_at: datetime | None) -> User | None:
    """Who was on duty when a call came in: who took it, if they were, else the first (S4.15)."""
    there = on_duty(unit, happened_at)
    return by if by in there else next(iter(there), None)


def register_word(
    case: Case, *, by: User, route: Route, content: str, was_reached: bool = True
) -> Interaction:
    """Enter what was said to the customer, from the unit that works on the case."""
    return register(
        case,
        by=by,
        unit=case.unit,
        route=route,
        direction=Direction.OUT,
        content=content,
        was_reached=was_reached,
    )


def require_dialable(phone: str, *, rule: str) -> None:
    """A promise to call names a number somebody can dial. Raises InvalidInput otherwise."""
    if sum(sign.isdigit() for sign in phone) < FEWEST_DIGITS:
        raise InvalidInput(
            _("“{phone}” is no phone number."), phone=phone, field="phone", rule=rule
        )


def require_soon(moment: datetime, *, rule: str) -> None:
    """What is promised lies within a year: anything later is a slip of the pen."""
    if moment > clock.now() + FURTHEST:
        raise InvalidInput(
            _("This is more than a year away. Check the year."), field="due_at", rule=rule
        )


def facts_of(case: Case) -> dict[str, str]:
    """What promise rules may ask of a case."""
    return {
        "route": case.route,
        "kind": case.case_kind,
        "priority": case.priority,
        "unit_kind": case.unit.kind,
    }


def start_clocks(case: Case, *, by: User) -> None:
    """The promises the company makes for every such case: a reply, a solution (C01, C02), and for
    somebody who waits, word of how far it is (S1.73).
    """
    for rule in rules_for(FROM_THE_START, case.unit, facts_of(case), case.received_at):
        promise_with(
            case,
            rule,
            by=by,
            unit=case.unit,
            person=case.handler,
            to=case.customers_thread,
            start_at=case.received_at,
        )
