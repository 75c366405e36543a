"""The people, numbers and places an account is reached by."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line
from kept.parties.actions.filing import Name, PhoneText, Region, checked_mail
from kept.parties.changes import Change
from kept.parties.models import ALIVE, Account, AccountState, Address, Contact, Phone
from kept.parties.naming import dialled, extension_of
from kept.parties.noticing import change_file
from kept.parties.settings import account_policy
from kept.people.models import User


@action("parties.add_contact", label=_("Add contact"), on=ALIVE, right="parties.edit",
        icon="user-plus", adds=True)  # fmt: skip
def add_contact(
    account: Account,
    *,
    by: User,
    name: Name,
    phone: PhoneText = "",
    email: Line = "",
    title: Region = "",
    is_repair_staff: bool = False,
    effective_on: date | None = None,
) -> Account:
    """Add a person at the account; at an active station it waits for the channel owner (S0.42)."""
    values = {
        "name": name,
        **_phone_values(account, phone),
        "email": checked_mail(email),
        "title": title,
        "is_repair_staff": is_repair_staff,
    }
    account.notice = change_file(  # type: ignore[attr-defined]
        account, Change("new_contact", values), by=by, effective_on=effective_on
    )
    return account


def _phone_values(account: Account, phone: str) -> dict[str, str]:
    if not phone:
        return {"phone": "", "extension": ""}
    region = account_policy(account.unit).phone_region
    return {
        "phone": dialled(phone, "phone", region),
        "extension": extension_of(phone, "phone", region),
    }


@action("parties.change_contact", label=_("Change contact"), right="parties.edit", icon="pencil")
def change_contact(
    contact: Contact,
    *,
    by: User,
    name: Name | None = None,
    phone: PhoneText | None = None,
    email: Line | None = None,
    title: Region | None = None,
    is_repair_staff: bool | None = None,
    effective_on: date | None = None,
    reason: Line = "",
) -> Contact:
    """Change a person's name, first number or mail; a value not given stays."""
    account = _account_of(contact)
    if name == "":
        raise InvalidInput(_("Fill this in."), field="name")
    given = {
        "name": name,
        "email": None if email is None else checked_mail(email),
        "title": title,
        "is_repair_staff": is_repair_staff,
    }
    values = {
        field: value
        for field, value in given.items()
        if value is not None and value != getattr(contact, field)
    }
    if phone is not None:
        values |= _phone_values(account, phone)
    contact.notice = change_file(  # type: ignore[attr-defined]
        account,
        Change("contact", values, contact.pk),
        by=by,
        reason=reason,
        effective_on=effective_on,
    )
    return contact


def _account_of(contact: Contact) -> Account:
    """The contact's account. Raises Refused when either has ended."""
    account = contact.account
    if contact.ended_at is not None or account.status == AccountState.MERGED:
        raise Refused(_("This contact has ended; what it was stays on record."), rule="SX.05")
    return account


@action("parties.end_contact", label=_("End contact"), right="parties.edit", icon="user-minus")
def end_contact(contact: Contact, *, by: User, reason: Line) -> Contact:
    """Somebody is no longer there; the row stays, with its numbers (SX.05)."""
    account = _account_of(contact)
    contact.notice = change_file(  # type: ignore[attr-defined]
        account, Change("end_contact", {}, contact.pk), by=by, reason=reason
    )
    return contact


@action("parties.add_phone", label=_("Add phone"), right="parties.edit", icon="phone")
def add_phone(contact: Contact, *, by: User, phone: PhoneText) -> Contact:
    """One more number of a person."""
    account = _account_of(contact)
    values = _phone_values(account, phone)
    if contact.phones.current().filter(number=values["phone"]).exists():
        raise InvalidInput(_("{name} has this number already."), name=contact, field="phone")
    values = {"number": values["phone"], "extension": values["extension"]}
    contact.notice = change_file(  # type: ignore[attr-defined]
        account, Change("new_phone", values, contact.pk), by=by
    )
    return contact


@action("parties.end_phone", label=_("End phone"), right="parties.edit", icon="phone-off")
def end_phone(phone: Phone, *, by: User, reason: Line = "") -> Phone:
    """A number is no longer theirs; the row stays (SX.05)."""
    account = _account_of(phone.contact)
    phone.notice = change_file(  # type: ignore[attr-defined]
        account, Change("end_phone", {}, phone.pk), by=by, reason=reason
    )
    return phone


@action("parties.add_address", label=_("Add address"), on=ALIVE, right="parties.edit",
        icon="map-pin", adds=True)  # fmt: skip
def add_address(account: Account, *, by: User, address: Line) -> Account:
    """One more place of the account."""
    account.notice = change_file(  # type: ignore[attr-defined]
        account, Change("address", {"text": address}), by=by
    )
    return account


@action("parties.change_address", label=_("Change address"), right="parties.edit", icon="pencil")
def change_address(
    address: Address, *, by: User, text: Line, effective_on: date | None = None, reason: Line = ""
) -> Address:
    """Another address takes the place of this one; the old row ends and stays (SX.05)."""
    _require_current(address)
    address.notice = change_file(  # type: ignore[attr-defined]
        address.account,
        Change("address", {"text": text}, address.pk),
        by=by,
        reason=reason,
        effective_on=effective_on,
    )
    return address


@action("parties.end_address", label=_("End address"), right="parties.edit", icon="circle-x")
def end_address(address: Address, *, by: User, reason: Line = "") -> Address:
    """They are no longer there; the row stays."""
    _require_current(address)
    address.notice = change_file(  # type: ignore[attr-defined]
        address.account, Change("address", {"text": ""}, address.pk), by=by, reason=reason
    )
    return address


def _require_current(address: Address) -> None:
    if address.ended_at is not None or address.account.status == AccountState.MERGED:
        raise Refused(_("This address has ended; what it was stays on record."), rule="SX.05")
