"""Erasing personal data under a named rule: the words go, the records and their counts stay."""

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import Refused
from kept.kit.text import Line
from kept.parties.changes.contact import require_phone
from kept.parties.findable import codes_of, put_account
from kept.parties.models import (
    Account,
    AccountState,
    ChangeNotice,
    Contact,
    FileCheck,
    Phone,
    Remark,
    TaughtSkill,
)
from kept.parties.naming import readable
from kept.people.models import User
from kept.timeline.erasing import RuleName, erase_story
from kept.timeline.models import Notice

ERASED = "–"
SHORTEST_NAME = 2


def _holds_data(subject: Contact | Account, by: User) -> bool:
    return subject.erased_at is None


@action("parties.erase_contact", label=_("Erase personal data"), right="parties.erase",
        icon="shield-off", danger=True, offered=_holds_data)  # fmt: skip
def erase_contact(contact: Contact, *, by: User, ground: RuleName, reason: Line = "") -> Contact:
    """Erase a person under a named rule: name, phones, mail, and every word that holds them.

    The contact, its times, and the cases it counts in stay (SX.15).
    """
    if contact.erased_at is not None:
        raise Refused(_("There is nothing left to erase there."), rule="SX.15")
    account = contact.account
    known = words_about(contact)
    account.record(
        "account.contact_erased", by=by, contact=contact, rule=ground, words={"reason": reason}
    )
    _blank(contact)
    require_phone(account)
    erase_story(account.thread, by=by, rule=ground, holding=known)
    Notice.objects.filter(thread=account.thread, address__in=known).update(address="")
    for notice in ChangeNotice.objects.filter(account=account).select_related("thread"):
        if any(one in str([notice.values, notice.lines]) for one in known):
            _erase_notice(notice, by=by, rule=ground)
    put_account(account)
    return contact


def words_about(contact: Contact) -> set[str]:
    """How a person is written in words: name, mail, and each number in every spelling."""
    found = {contact.email} if contact.email else set()
    if len(contact.name) >= SHORTEST_NAME:
        found.add(contact.name)
    for number in contact.phones.values_list("number", flat=True):
        found |= {number, readable(number), *codes_of(number)}
    return {one for one in found if one and one != ERASED}


def _blank(contact: Contact) -> None:
    now = clock.now()
    contact.name, contact.title, contact.email = ERASED, "", ""
    contact.ended_at, contact.erased_at = contact.ended_at or now, now
    contact.save()
    phones = Phone.objects.filter(contact=contact)
    phones.filter(ended_at__isnull=True).update(ended_at=now)
    phones.update(number="", digits="", extension="")
    TaughtSkill.objects.filter(contact=contact).update(note="")


def _erase_notice(notice: ChangeNotice, *, by: User, rule: str) -> None:
    notice.values, notice.lines, notice.reason = {}, [], ""
    notice.save(update_fields=["values", "lines", "reason"])
    erase_story(notice.thread, by=by, rule=rule)


@action("parties.erase_account", label=_("Erase personal data"), right="parties.erase",
        icon="shield-off", danger=True, offered=_holds_data,
        on=(AccountState.LOST, AccountState.ENDED))  # fmt: skip
def erase_account(
    account: Account, *, by: User, ground: RuleName, even_name: bool = False, reason: Line = ""
) -> Account:
    """Erase a former customer under a named rule: people, places, remarks and the whole story's
    words, and the name where it is a person's. What it counts in stays (SX.15).
    """
    if account.erased_at is not None:
        raise Refused(_("There is nothing left to erase there."), rule="SX.15")
    for contact in Contact.objects.filter(account=account, erased_at__isnull=True):
        account.record("account.contact_erased", by=by, contact=contact, rule=ground)
        _blank(contact)
    account.addresses.update(text=ERASED, region="")
    Remark.objects.filter(account=account).update(text=ERASED, topic="")
    FileCheck.objects.filter(account=account).update(note="")
    for notice in ChangeNotice.objects.filter(account=account).select_related("thread"):
        _erase_notice(notice, by=by, rule=ground)
    account.notes, account.erased_at = "", clock.now()
    if even_name:
        account.name = account.number or ERASED
        account.thread.title = account.name
        account.thread.save(update_fields=["title"])
    account.save()
    erase_story(account.thread, by=by, rule=ground)
    account.record(
        "account.erased", by=by, rule=ground, even_name=even_name, words={"reason": reason}
    )
    put_account(account)
    return account
