"""What other modules ask before they refuse a customer or close a step."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.parties.models import Account, Contact, Skill, TaughtSkill


class DeclineGround(models.TextChoices):
    """Why service could be declined. Two of these are never a ground."""

    NOT_OURS = "not_ours", _("not our product")
    MISUSE = "misuse", _("misuse of the hotline")
    WITHDRAWN = "withdrawn", _("withdrawn by the customer")
    AGENT = "agent", _("sold by an agent")
    TERRITORY = "territory", _("belongs to another territory")


#: Skills without which nobody sends data by mail.
SENDING = (Skill.GO_ONLINE, Skill.SEND_MAIL)
NEVER = {DeclineGround.AGENT: "S1.34", DeclineGround.TERRITORY: "S1.32"}


def require_ground(name: str, ground: DeclineGround) -> None:
    """Raise Refused when service is declined because of who sold, or where they belong (S1.32,
    S1.34). ``name`` is the customer's.
    """
    if ground in NEVER:
        raise Refused(
            _("{name} is served like any other customer: “{ground}” is no reason to decline."),
            name=name,
            field="ground",
            ground=ground.label,
            rule=NEVER[ground],
        )


def require_teaching(account: Account, contact: Contact | None = None) -> None:
    """Raise Refused for "they cannot send it" while nobody has tried to teach them (S1.13)."""
    taught = TaughtSkill.objects.filter(account=account, skill__in=SENDING)
    if contact is not None:
        taught = taught.filter(models.Q(contact=contact) | models.Q(contact__isnull=True))
    if not taught.exists():
        raise Refused(
            _("Teach {name} first how to send it, and enter what you tried."),
            name=contact or account,
            rule="S1.13",
            mend=f"{account.get_absolute_url()}teach/",
        )


def missing_fields(account: Account, mandatory: dict[str, list[str]]) -> list[str]:
    """The fields a role of the account asks for that its file does not say, in order."""
    wanted = wanted_fields(account.roles, mandatory)
    known = _known(account) if {"contact_name", "phone", "address"} & set(wanted) else {}
    return [
        name for name in wanted if not (known[name] if name in known else getattr(account, name))
    ]


def wanted_fields(roles: Iterable[str], mandatory: dict[str, list[str]]) -> list[str]:
    """The fields that any of these roles asks for, in order (S3.01)."""
    return list(dict.fromkeys(name for role in roles for name in mandatory.get(role, ())))


def _known(account: Account) -> dict[str, bool]:
    contacts = Contact.objects.current().filter(account=account)
    phones = contacts.filter(phones__isnull=False, phones__ended_at__isnull=True)
    return {
        "contact_name": contacts.exists(),
        "phone": phones.exists(),
        "address": account.addresses.current().exists(),
    }
