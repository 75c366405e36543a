"""Changes of the people and numbers an account is reached by."""

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.refusal import Refused
from kept.parties.changes.base import Change, Kind, Lines, differing, require_complete
from kept.parties.fields import line
from kept.parties.models import Account, Contact, Phone
from kept.parties.naming import digits_of


def _new_contact_lines(account: Account, change: Change) -> Lines:
    shown = [change.values["name"], change.values.get("phone", ""), change.values.get("email", "")]
    return [line("contact", "", " · ".join(part for part in shown if part))]


def _apply_new_contact(account: Account, change: Change) -> None:
    make_contact(account, **change.values)


def make_contact(
    account: Account,
    *,
    name: str,
    phone: str = "",
    extension: str = "",
    email: str = "",
    title: str = "",
    is_repair_staff: bool = False,
) -> Contact:
    """A person at the account, with a phone number in E.164; the first one is the main contact."""
    contact = Contact.objects.create(
        account=account,
        name=name[:100],
        email=email,
        title=title,
        is_repair_staff=is_repair_staff,
        is_main=not account.contacts.current().exists(),
    )
    if phone:
        make_phone(contact, phone, extension)
    return contact


def make_phone(contact: Contact, number: str, extension: str = "") -> Phone:
    return Phone.objects.create(
        contact=contact, number=number, digits=digits_of(number), extension=extension
    )


def _contact_lines(account: Account, change: Change) -> Lines:
    contact = _contact(account, change)
    values = {name: value for name, value in change.values.items() if name in _CONTACT_FIELDS}
    lines = differing(contact, values)
    if "phone" in change.values:
        old, new = current_number(contact), change.values["phone"]
        lines += [line("phone", old, new)] if old != new else []
    if lines and not any(one["field"] == "name" for one in lines):
        lines.insert(0, line("contact_name", contact.name, contact.name))
    return lines


_CONTACT_FIELDS = ("name", "title", "email", "is_repair_staff")


def _apply_contact(account: Account, change: Change) -> None:
    contact = _contact(account, change)
    for name in _CONTACT_FIELDS:
        if name in change.values:
            setattr(contact, name, change.values[name])
    contact.save()
    if "phone" in change.values and change.values["phone"] != current_number(contact):
        _replace_phone(contact, change.values["phone"], change.values.get("extension", ""))
    require_complete(account)


def _replace_phone(contact: Contact, number: str, extension: str) -> None:
    """The first number becomes another one; the old row ends and stays."""
    first = contact.phones.current().first()
    if first:
        first.ended_at = clock.now()
        first.save(update_fields=["ended_at"])
    if number:
        make_phone(contact, number, extension)
    require_phone(contact.account)


def current_number(contact: Contact) -> str:
    """The number a contact is reached by first, or nothing."""
    first = contact.phones.current().first()
    return first.number if first else ""


def require_phone(account: Account) -> None:
    """Raise Refused when an active station would be left without any contact phone (S0.01)."""
    if not account.is_station or account.status != Account.Status.ACTIVE:
        return
    if (
        not Phone.objects.current()
        .filter(contact__account=account, contact__ended_at=None)
        .exists()
    ):
        raise Refused(
            _("{name} would be left without a contact phone. Enter the new one first."),
            name=account.name,
            rule="S0.01",
            field="phone",
        )


def _end_contact_lines(account: Account, change: Change) -> Lines:
    contact = _contact(account, change)
    shown = " · ".join(part for part in (contact.name, current_number(contact)) if part)
    return [line("contact", shown, "")]


def _apply_end_contact(account: Account, change: Change) -> None:
    contact = _contact(account, change)
    contact.ended_at, was_main = clock.now(), contact.is_main
    contact.is_main = False
    contact.save()
    contact.phones.current().update(ended_at=clock.now())
    if was_main and (heir := account.contacts.current().order_by("pk").first()):
        heir.is_main = True
        heir.save(update_fields=["is_main"])
    require_phone(account)
    require_complete(account)


def _new_phone_lines(account: Account, change: Change) -> Lines:
    contact = _contact(account, change)
    return [
        line("contact_name", contact.name, contact.name),
        line("phone", "", change.values["number"]),
    ]


def _apply_new_phone(account: Account, change: Change) -> None:
    make_phone(_contact(account, change), change.values["number"], change.values["extension"])


def _end_phone_lines(account: Account, change: Change) -> Lines:
    phone = _phone(account, change)
    return [
        line("contact_name", phone.contact.name, phone.contact.name),
        line("phone", str(phone), ""),
    ]


def _apply_end_phone(account: Account, change: Change) -> None:
    phone = _phone(account, change)
    phone.ended_at = clock.now()
    phone.save(update_fields=["ended_at"])
    require_phone(account)
    require_complete(account)


def _contact(account: Account, change: Change) -> Contact:
    found = Contact.objects.current().filter(account=account, pk=change.target).first()
    if found is None:
        raise _gone()
    return found


def _phone(account: Account, change: Change) -> Phone:
    rows = Phone.objects.current().select_related("contact")
    found = rows.filter(contact__account=account, pk=change.target).first()
    if found is None:
        raise _gone()
    return found


def _gone() -> Refused:
    return Refused(_("This contact or number has ended meanwhile."), rule="SX.05")


KINDS = {
    "new_contact": Kind("account.contact_added", _new_contact_lines, _apply_new_contact),
    "contact": Kind("account.contact_changed", _contact_lines, _apply_contact),
    "end_contact": Kind("account.contact_ended", _end_contact_lines, _apply_end_contact),
    "new_phone": Kind("account.phone_added", _new_phone_lines, _apply_new_phone),
    "end_phone": Kind("account.phone_ended", _end_phone_lines, _apply_end_phone),
}
