"""Everything that changes accounts, contacts and addresses."""

from typing import Annotated

import phonenumbers
from django.utils.translation import gettext_lazy as _

from kept.kit.actions import action, number_at_end
from kept.kit.refusal import InvalidInput
from kept.kit.text import Line, TextRule
from kept.parties.models import Account, AccountRole, AccountState, Address, Contact, Phone
from kept.people.models import Scope, Unit, User
from kept.timeline.sight import open_thread

Name = Annotated[str, TextRule(100, many_lines=False)]
PhoneText = Annotated[str, TextRule(40, many_lines=False)]


@action("parties.add_account", label=_("Add customer"), creates=Account, icon="building-2")
def add_account(
    *,
    by: User,
    unit: Unit,
    name: Line,
    roles: list[AccountRole] = (),  # type: ignore[assignment]
    region: Annotated[str, TextRule(80, many_lines=False)] = "",
    contact_name: Name = "",
    phone: PhoneText = "",
    address: Line = "",
) -> Account:
    """Add a customer or partner with, where known, a person, a phone and an address."""
    account = Account(
        company_id=unit.company_id,
        unit=unit,
        name=name,
        roles=sorted(set(roles)) or [AccountRole.CUSTOMER],
        status=AccountState.ACTIVE,
        region=region,
        scope=Scope.objects.create(kind=Scope.Kind.ACCOUNT),
    )
    account.thread = open_thread(
        kind=Account.kind, unit=unit, title=name, scopes=[account.scope_id]
    )
    account.save()
    number_at_end(account)
    account.record("account.added", by=by, roles=account.roles, words={"name": name})
    if contact_name or phone:
        _new_contact(account, contact_name or name, phone, is_main=True)
    if address:
        Address.objects.create(account=account, text=address, region=region, is_main=True)
    return account


@action("parties.add_contact", label=_("Add contact"), right="parties.edit", icon="user-plus")
def add_contact(
    account: Account, *, by: User, name: Name, phone: PhoneText = "", email: Line = ""
) -> Account:
    """Add a person at the account."""
    _new_contact(account, name, phone, email=email)
    account.record("account.contact_added", by=by, words={"name": name, "phone": phone})
    return account


def _new_contact(
    account: Account, name: str, phone: str, *, email: str = "", is_main: bool = False
) -> Contact:
    contact = Contact.objects.create(account=account, name=name[:100], email=email, is_main=is_main)
    if phone:
        number = dialled(phone, "phone")
        Phone.objects.create(contact=contact, number=number, digits=number.lstrip("+"))
    return contact


def dialled(text: str, field: str, region: str = "CN") -> str:
    """A phone number as dialled from anywhere (E.164). Raises InvalidInput when it cannot be one."""
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise InvalidInput(_("“{text}” is not a phone number."), text=text, field=field)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
