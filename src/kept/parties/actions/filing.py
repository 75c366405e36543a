"""New accounts: customers, dealers, operators, and what every file begins with."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from kept.kit.actions import action, number_at_end
from kept.kit.refusal import InvalidInput
from kept.kit.text import Line, Text, TextRule
from kept.parties.changes import require_complete
from kept.parties.changes.account import make_address, require_free_code
from kept.parties.changes.contact import make_contact
from kept.parties.duplicates import require_new
from kept.parties.models import Account, AccountRole, AccountState, Joining
from kept.parties.naming import dialled, extension_of
from kept.parties.settings import account_policy, today_in
from kept.parties.tenure import begin_tenure
from kept.parties.territory import require_territory
from kept.people.models import Scope, Unit, User
from kept.timeline.sight import add_sight, open_thread

Name = Annotated[str, TextRule(100, many_lines=False)]
Code = Annotated[str, TextRule(30, many_lines=False)]
Region = Annotated[str, TextRule(80, many_lines=False)]
PhoneText = Annotated[str, TextRule(40, many_lines=False)]
Short = Annotated[str, TextRule(60, many_lines=False)]


@action("parties.add_account", label=_("Add customer"), creates=Account, icon="building-2")
def add_account(
    *,
    by: User,
    unit: Unit,
    name: Line,
    roles: Sequence[AccountRole] = (),
    code: Code = "",
    org_type: Short = "",
    region: Region = "",
    contact_name: Name = "",
    phone: PhoneText = "",
    email: Line = "",
    address: Line = "",
    joined_year: int | None = None,
    joining: Joining | None = None,
    project_class: Region = "",
    agent_name: Name = "",
    notes: Text = "",
    relationship_owner: User | None = None,
    since_on: date | None = None,
    even_so: Line = "",
) -> Account:
    """Add a customer or partner with, where known, a person, a phone and an address (S1.22).

    Which fields a role needs is the company's policy (S3.01). The very same customer is refused
    unless ``even_so`` says why it is another one. ``since_on`` is the day it became a customer.
    Where the company is strict, ``unit`` is the territory it lies in (S1.05).
    """
    held = sorted(set(roles)) or [AccountRole.CUSTOMER]
    require_territory(unit, held, name)
    number, extension = _number_in(unit, phone)
    require_new(unit, name, number, even_so=even_so)
    account = Account(
        company=unit.company,
        unit=unit,
        scope=Scope.objects.create(kind=Scope.Kind.ACCOUNT),
        name=name,
        roles=[role.value for role in held],
        status=AccountState.PENDING if AccountRole.STATION in held else AccountState.ACTIVE,
        code=code,
        org_type=org_type,
        region=region,
        joined_year=checked_year(joined_year, unit),
        joining=joining or "",
        project_class=project_class,
        agent_name=agent_name,
        notes=notes,
        relationship_owner=colleague(relationship_owner, unit),
    )
    _file(account)
    person = contact_name or ("" if _asks_for_a_person(account) else name)
    if person and (contact_name or number or email):
        make_contact(
            account,
            name=person,
            phone=number,
            extension=extension,
            email=checked_mail(email),
        )
    if address:
        make_address(account, address)
    require_complete(account)
    account.record(
        "account.added",
        by=by,
        roles=account.roles,
        words={"name": name, "phone": number, "reason": even_so},
    )
    begin_tenure(account, since_on=since_on)
    return account


def _asks_for_a_person(account: Account) -> bool:
    """Whether the file needs a person's name: then the account's own stands in for nobody's."""
    mandatory = account_policy(account.unit).mandatory
    return any("contact_name" in mandatory.get(role, ()) for role in account.roles)


def _file(account: Account) -> None:
    """Open the account's thread and row; whoever looks after it sees it."""
    account.thread = open_thread(
        kind=Account.kind, unit=account.unit, title=account.name, scopes=[account.scope_id]
    )
    if account.code:
        require_free_code(account, account.code)
    account.save()
    if account.relationship_owner:
        add_sight(account.thread, [account.relationship_owner.scope_id])
    number_at_end(account)


def _number_in(unit: Unit, phone: str) -> tuple[str, str]:
    if not phone:
        return "", ""
    region = account_policy(unit).phone_region
    return dialled(phone, "phone", region), extension_of(phone, "phone", region)


def checked_mail(email: str) -> str:
    """A mail address that can be one. Raises InvalidInput otherwise."""
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise InvalidInput(
                _("“{text}” is not a mail address."), text=email, field="email"
            ) from None
    return email


def checked_year(year: int | None, unit: Unit) -> int | None:
    """A year that has begun. Raises InvalidInput otherwise."""
    if year is not None and not 1900 <= year <= today_in(unit).year:
        raise InvalidInput(
            _("The year {year} cannot be right."), year=year, field="joined_year", rule="S3.01"
        )
    return year


def colleague(person: User | None, unit: Unit) -> User | None:
    """Somebody who works in the unit's company. Raises InvalidInput otherwise."""
    if person is not None and (person.company_id != unit.company_id or not person.is_active):
        raise InvalidInput(
            _("{name} does not work here."), name=person, field="relationship_owner", rule="SX.01"
        )
    return person


@action("parties.add_dealer", label=_("Add dealer"), creates=Account, icon="store",
        right="parties.add_account")  # fmt: skip
def add_dealer(
    *,
    by: User,
    unit: Unit,
    name: Line,
    contact_name: Name = "",
    phone: PhoneText = "",
    joined_year: int | None = None,
    joining: Joining | None = None,
    project_class: Region = "",
    region: Region = "",
    address: Line = "",
    email: Line = "",
    code: Code = "",
    even_so: Line = "",
) -> Account:
    """Begin a dealer's file; contact, phone, year and way of joining must be there (S3.01)."""
    return add_account(
        by=by,
        unit=unit,
        name=name,
        roles=[AccountRole.DEALER],
        contact_name=contact_name,
        phone=phone,
        joined_year=joined_year,
        joining=joining,
        project_class=project_class,
        region=region,
        address=address,
        email=email,
        code=code,
        even_so=even_so,
    )


@action("parties.add_operator", label=_("Add operator"), creates=Account, icon="landmark",
        right="parties.add_account")  # fmt: skip
def add_operator(
    *,
    by: User,
    unit: Unit,
    name: Line,
    region: Region,
    relationship_owner: User,
    contact_name: Name = "",
    phone: PhoneText = "",
    email: Line = "",
    address: Line = "",
) -> Account:
    """Enter an operator's local bureau with who keeps the relation (S0.03)."""
    return add_account(
        by=by,
        unit=unit,
        name=name,
        roles=[AccountRole.OPERATOR],
        region=region,
        relationship_owner=relationship_owner,
        contact_name=contact_name,
        phone=phone,
        email=email,
        address=address,
    )
