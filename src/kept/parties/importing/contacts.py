"""The bulk verb for people: a thousand contacts join accounts that are here, in one transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.bulk import insert, like
from kept.kit.importing.kinds import (
    Batch,
    Field,
    Imported,
    Kind,
    Trace,
    ValueKind,
    clean_texts,
    register,
)
from kept.kit.labels import declare_for
from kept.kit.names import sort_key
from kept.kit.refusal import InvalidInput, Refused
from kept.parties.actions.contacts import add_contact
from kept.parties.actions.filing import checked_mail
from kept.parties.changes import Change, lines_of
from kept.parties.fields import as_words
from kept.parties.findable import put_accounts
from kept.parties.importing.accounts import line
from kept.parties.importing.finding import AccountsNamed
from kept.parties.models import Account, ChangeNotice, Contact, NoticeState, Phone
from kept.parties.naming import dialled_with_extension, digits_of
from kept.parties.noticing import waits_for_word
from kept.parties.settings import account_policy
from kept.people.models import Unit, User
from kept.timeline.bulk import Line, append_lines
from kept.timeline.recorder import locked_thread
from kept.timeline.sentences import declare

declare("contacts.imported", _("{count} contacts brought in from {source}"), icon="database")
declare_for("parties.import_contacts", batch=_("Rows"))


@dataclass(slots=True)
class ContactDraft:
    """One row as a person at an account: ``account`` is its number, code or name."""

    account: str
    name: str
    title: str = ""
    phone: str = ""
    email: str = ""
    is_repair_staff: bool = False
    line: int = 0


@dataclass(slots=True)
class Person:
    """A draft on its way in, with the account and the number it stands for."""

    draft: ContactDraft
    account: Account
    number: str = ""
    extension: str = ""

    @property
    def key(self) -> tuple[Any, ...]:
        """What no two people have in common: the account, the name and the number."""
        return ("contact", self.account.pk, self.draft.name, self.number)

    @property
    def values(self) -> dict[str, Any]:
        """What the single verb would be given."""
        draft = self.draft
        return {
            "name": draft.name,
            "phone": self.number,
            "extension": self.extension,
            "email": draft.email,
            "title": draft.title,
            "is_repair_staff": draft.is_repair_staff,
        }


@action("parties.import_contacts", label=_("Import contacts"), creates=Contact,
        right="parties.edit", internal=True)  # fmt: skip
def import_contacts(*, by: User, unit: Unit, batch: Batch) -> Imported:
    """Bring in people of accounts that are here, each with a phone and mail (SX.08).

    Where changes of an account wait for somebody's word, so does every person brought in (S0.42).
    """
    done = Imported(dry_run=batch.dry_run)
    if not batch.dry_run:
        locked_thread(unit.company)
    people = list(_passed(unit, batch, done))
    if batch.dry_run:
        done.made = [one.draft for one in people]
        return done
    waiting = {one.account.pk: waits_for_word(one.account) for one in people}
    at_once = [one for one in people if not waiting[one.account.pk]]
    done.made = _write(at_once, by) if at_once else []
    for one in people:
        if waiting[one.account.pk]:
            _report(one, by, done)
    if done.made:
        unit.record("contacts.imported", by=by, source=batch.source, count=len(done.made))
    return done


CONTACTS = register(
    Kind(
        name="contacts",
        label=_("Contacts"),
        draft=ContactDraft,
        verb=import_contacts,
        tells=_("{made} contacts brought in."),
        order=30,
        fields=(
            Field(
                "account", _("Customer"),
                _("Number, code or name of the customer or partner, as it stands here."),
                required=True, rule=line(), example="K-1001",
        headers=("customer name", "customer number", "customer code", "company", "company name",
                 "account", "account name", "client", "dealer", "客户", "客户编号", "客户名称",
                 "客户代码", "公司", "公司名称", "单位", "单位名称", "经销商", "客戶",
                 "客戶名稱"),
            ),
            Field(
                "name", _("Name"), _("What the person is called."), required=True, rule=line(100),
                example=_("Zhang Wei"),
        headers=("contact", "contact name", "contact person", "person", "full name", "联系人",
                 "联系人姓名", "姓名", "聯絡人"),
            ),
            Field(
                "title", _("Job title"), _("What the person is there."), rule=line(80),
        headers=("position", "职务", "职位", "職稱"),
            ),
            Field(
                "phone", _("Phone"), _("With an area code; an extension after ext. or 转."),
                rule=line(40), example="13800138000",
        headers=("telephone", "phone number", "mobile", "mobile phone", "tel", "cell", "手机",
                 "手机号", "手机号码", "联系电话", "电话", "电话号码", "電話", "行動電話"),
            ),
            Field(
                "email", _("Mail"), _("Where mail reaches the person."),
        headers=("email", "e-mail", "mail address", "email address", "邮箱", "电子邮箱",
                 "电子邮件", "郵箱"),
            ),
            Field(
                "is_repair_staff", _("Repair staff"), _("Whether the person repairs."),
                kind=ValueKind.YES_NO, headers=("repairs", "technician", "维修人员", "是否维修"),
            ),
        ),
    )
)  # fmt: skip


def _passed(unit: Unit, batch: Batch, done: Imported) -> Iterator[Person]:
    """The rows that may come in; the others are refused, or known."""
    accounts = AccountsNamed(unit, (one.account for one in batch.drafts))
    regions: dict[int, str] = {}
    sound = []
    for draft in batch.drafts:
        try:
            sound.append(_person(draft, accounts, regions))
        except Refused as refused:
            done.refuse(draft, refused)
    here = _people_of({one.account.pk for one in sound})
    for one in sound:
        if _is_new(one, here, batch, done):
            yield one


def _person(draft: ContactDraft, accounts: AccountsNamed, regions: dict[int, str]) -> Person:
    clean_texts(CONTACTS, draft)
    person = Person(draft, accounts.find(draft.account))
    unit = person.account.unit
    if draft.phone:
        if unit.pk not in regions:
            regions[unit.pk] = account_policy(unit).phone_region
        person.number, person.extension = dialled_with_extension(
            draft.phone, "phone", regions[unit.pk]
        )
    checked_mail(draft.email)
    return person


Known = dict[tuple[int, str], list[tuple[Contact, set[str]]]]
"""Account and name → the people of that name there, with their numbers."""


def _people_of(accounts: set[int]) -> Known:
    found: Known = defaultdict(list)
    rows = Contact.objects.current().filter(account__in=accounts).prefetch_related("phones")
    for one in rows:
        numbers = {phone.number for phone in one.phones.all() if phone.ended_at is None}
        found[one.account_id, one.name].append((one, numbers))
    return found


def _is_new(one: Person, here: Known, batch: Batch, done: Imported) -> bool:
    own = CONTACTS.trace(one.draft)
    first = batch.seen.get(one.key) or done.seen.get(one.key)
    if first is not None:
        return _again(one, own, first, done)
    for contact, numbers in here.get((one.account.pk, one.draft.name), ()):
        if one.number in numbers or not (one.number and numbers):
            return _is_here(one, contact, numbers, done)
    done.seen[one.key] = own
    return True


def _again(one: Person, own: Trace, first: Trace, done: Imported) -> bool:
    if first.content == own.content:
        done.known += 1
        return False
    twice = InvalidInput(
        _("It is the contact of line {line}, but says something else."),
        line=first.line,
        field="name",
    )
    done.refuse(one.draft, twice)
    return False


def _is_here(one: Person, contact: Contact, numbers: set[str], done: Imported) -> bool:
    """Somebody of this name is there: the same adds nothing, another is refused."""
    draft = one.draft
    same = (
        (not one.number or one.number in numbers)
        and (not draft.email or draft.email == contact.email)
        and (not draft.title or draft.title == contact.title)
        and (not draft.is_repair_staff or contact.is_repair_staff)
    )
    if same:
        done.known += 1
    else:
        other = InvalidInput(
            _("{name} is a contact of {account} already and says something else."),
            name=contact.name,
            account=one.account,
            field="name",
            mend=one.account.get_absolute_url(),
        )
        done.refuse(draft, other)
    return False


def _report(one: Person, by: User, done: Imported) -> None:
    """A person of a station waits for the channel owner's word, as by hand (S0.42)."""
    draft = one.draft
    waiting = ChangeNotice.objects.filter(
        account=one.account,
        change="new_contact",
        status__in=(NoticeState.PENDING, NoticeState.ACKNOWLEDGED),
    )
    if any(notice.values == one.values for notice in waiting):
        done.known += 1
        return
    try:
        with transaction.atomic():
            add_contact(
                one.account,
                by=by,
                name=draft.name,
                phone=draft.phone,
                email=draft.email,
                title=draft.title,
                is_repair_staff=draft.is_repair_staff,
            )
    except Refused as refused:
        done.refuse(draft, refused)
    else:
        done.made.append(draft)


def _write(people: Sequence[Person], by: User) -> list[Contact]:
    """Contacts and phones, a line in each account's story, and what the accounts are found by."""
    contacts = _contacts(people)
    insert(contacts)
    new = like(Phone)
    insert(
        [
            new(
                contact_id=contact.pk,
                number=one.number,
                digits=digits_of(one.number),
                extension=one.extension,
            )
            for one, contact in zip(people, contacts, strict=True)
            if one.number
        ]
    )
    append_lines(_lines(people), by=by)
    put_accounts({one.account.pk: one.account for one in people}.values())
    return contacts


def _contacts(people: Sequence[Person]) -> list[Contact]:
    """The first person of an account is its main contact."""
    accounts = {one.account.pk for one in people}
    rows = Contact.objects.current().filter(account__in=accounts)
    has_one = set(rows.values_list("account", flat=True))
    new, contacts = like(Contact), []
    for one in people:
        contacts.append(
            new(
                account_id=one.account.pk,
                name=one.draft.name,
                sort_key=sort_key(one.draft.name)[:120],
                title=one.draft.title,
                email=one.draft.email,
                is_repair_staff=one.draft.is_repair_staff,
                is_main=one.account.pk not in has_one,
            )
        )
        has_one.add(one.account.pk)
    return contacts


def _lines(people: Sequence[Person]) -> dict[int, list[Line]]:
    now, lines = clock.now(), defaultdict(list)
    for one in people:
        change = Change("new_contact", one.values)
        words = as_words(lines_of(one.account, change))
        lines[one.account.thread_id].append(
            Line("account.contact_added", now, {"notice": None}, words)
        )
    return lines
