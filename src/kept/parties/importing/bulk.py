"""The bulk verb: up to a thousand rows become accounts, with their people, in one transaction."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.behind import AT_ONCE, behind
from kept.kit.bulk import insert, like
from kept.kit.importing.kinds import Batch, Imported, Kind, register
from kept.kit.labels import declare_for
from kept.kit.names import sort_key
from kept.parties.findable import card_of
from kept.parties.importing.account_checks import AccountChecks, Arrival
from kept.parties.importing.accounts import FIELDS, AccountDraft
from kept.parties.models import (
    SERVED,
    Account,
    AccountRole,
    AccountState,
    Address,
    Contact,
    Phone,
    Tenure,
)
from kept.parties.naming import digits_of
from kept.parties.settings import today_in
from kept.people.models import Scope, Unit, User
from kept.search.index import put_many
from kept.timeline import sight
from kept.timeline.bulk import Line, Story, write_stories
from kept.timeline.envelope import number_text, take_numbers
from kept.timeline.models import Entry, Thread
from kept.timeline.recorder import locked_thread
from kept.timeline.sentences import declare

AS_SAID = ("name", "code", "org_type", "region", "joined_year", "joining", "project_class",
           "agent_name", "notes")  # fmt: skip

declare(
    "account.imported",
    _("Brought in from {source} as {roles}"),
    icon="database",
    roles=AccountRole,
)
declare("accounts.imported", _("{count} customers and partners brought in from {source}"),
        icon="database")  # fmt: skip
declare_for("parties.import_accounts", batch=_("Rows"))


@action("parties.import_accounts", label=_("Import customers and partners"), creates=Account,
        right="parties.add_account", internal=True)  # fmt: skip
def import_accounts(*, by: User, unit: Unit, batch: Batch) -> Imported:
    """Bring in customers and partners with a person, a phone and an address each (SX.08, S1.22).

    Every row is checked as the single verb checks it; a customer that is here already adds nothing,
    and is refused where the row says something else. One that looks alike comes in with a warning.
    """
    done = Imported(dry_run=batch.dry_run)
    if not batch.dry_run:
        locked_thread(unit.company)  # one import of a company at a time: each sees what is here
    arrivals = AccountChecks(ACCOUNTS, unit, batch, done).passed()
    if batch.dry_run:
        done.made = [one.draft for one in arrivals]
    elif arrivals:
        done.made = _write(arrivals, unit, batch.source, by)
        unit.record("accounts.imported", by=by, source=batch.source, count=len(arrivals))
    return done


ACCOUNTS = register(
    Kind(
        name="accounts",
        label=_("Customers and partners"),
        draft=AccountDraft,
        fields=FIELDS,
        verb=import_accounts,
        tells=_("{made} customers and partners brought in."),
        order=20,
    )
)


def _write(arrivals: Sequence[Arrival], unit: Unit, source: str, by: User) -> list[Account]:
    """All rows of all tables, a few hundred accounts at a time."""
    tables = (Scope, Thread, Entry, Account, Contact, Phone, Address, Tenure)
    new = dict.fromkeys(tables, len(arrivals))
    numbers = iter(_numbers(unit, len(arrivals)))
    made: list[Account] = []
    with behind(new):
        for start in range(0, len(arrivals), AT_ONCE):
            some = arrivals[start : start + AT_ONCE]
            made += _write_some(some, list(islice(numbers, len(some))), unit, source, by)
    return made


def _write_some(
    arrivals: Sequence[Arrival], numbers: Sequence[str], unit: Unit, source: str, by: User
) -> list[Account]:
    new = like(Scope, kind=Scope.Kind.ACCOUNT)
    scopes = [new() for _one in arrivals]
    insert(scopes)
    accounts = _accounts(arrivals, scopes, numbers, unit)
    stories = _stories(arrivals, accounts, source)
    write_stories(stories, by=by)
    for account, story in zip(accounts, stories, strict=True):
        account.thread_id = story.thread.pk
    insert(accounts)
    _write_people(arrivals, accounts)
    return accounts


def _accounts(
    arrivals: Sequence[Arrival], scopes: Sequence[Scope], numbers: Sequence[str], unit: Unit
) -> list[Account]:
    new = like(Account, company_id=unit.company_id)
    return [
        new(
            number=number,
            scope_id=scope.pk,
            unit_id=one.unit.pk,
            sort_key=sort_key(one.draft.name)[:200],
            name_key=one.name_key,
            roles=one.roles,
            status=_state(one),
            relationship_owner_id=one.owner.pk if one.owner else None,
            **{name: getattr(one.draft, name) for name in AS_SAID},
        )
        for one, scope, number in zip(arrivals, scopes, numbers, strict=True)
    ]


def _state(one: Arrival) -> str:
    """A station begins when somebody activates it; everybody else now."""
    is_station = AccountRole.STATION.value in one.roles
    return (AccountState.PENDING if is_station else AccountState.ACTIVE).value


def _numbers(unit: Unit, count: int) -> Iterable[str]:
    """The next numbers of the register, which the rows to be written repeat."""
    company: Any = unit.company
    year = clock.today(company.zone).year
    taken = take_numbers(company, Account.register, year, count)
    return (number_text(company, Account.register, year, one) for one in taken)


def _stories(arrivals: Sequence[Arrival], accounts: Sequence[Account], source: str) -> list[Story]:
    now = clock.now()
    new = like(Thread, kind=Account.kind, created_at=now)
    units = {one.unit.pk: one.unit for one in arrivals}
    seen_by = {pk: sorted(sight.scopes_above(one)) for pk, one in units.items()}
    stories = []
    for one, account in zip(arrivals, accounts, strict=True):
        thread = new(
            company_id=account.company_id,
            unit_id=account.unit_id,
            number=account.number,
            title=account.name[:200],
            address=account.get_absolute_url(),
        )
        scopes = [*seen_by[one.unit.pk], account.scope_id]
        if one.owner is not None:
            scopes.append(one.owner.scope_id)
        words = {"name": account.name, "phone": one.number, "reason": one.draft.even_so}
        values = {"roles": one.roles, "source": source}
        stories.append(Story(thread, scopes, [Line("account.imported", now, values, words)]))
    return stories


def _write_people(arrivals: Sequence[Arrival], accounts: Sequence[Account]) -> None:
    """Contacts, phones, addresses, tenures, and what each account is found by."""
    pairs = list(zip(arrivals, accounts, strict=True))
    contacts = _contacts(pairs)
    insert(list(contacts.values()))
    phones = _phones(arrivals, contacts)
    insert(list(phones.values()))
    new = like(Address, is_main=True)
    insert(
        [
            new(account_id=account.pk, region=account.region, text=one.draft.address)
            for one, account in pairs
            if one.draft.address
        ]
    )
    insert(_tenures(pairs))
    put_many(
        (
            card_of(
                account,
                [account],
                _some(contacts.get(one.draft.line)),
                _some(phones.get(one.draft.line)),
                _some(one.draft.address),
            )
            for one, account in pairs
        ),
        are_new=True,
    )


def _some(one: Any) -> list[Any]:
    return [one] if one else []


def _contacts(pairs: Sequence[tuple[Arrival, Account]]) -> dict[int, Contact]:
    """The person of each row that names or reaches one, by its line."""
    new = like(Contact, is_main=True)
    return {
        one.draft.line: new(
            account_id=account.pk,
            name=one.person,
            sort_key=sort_key(one.person)[:120],
            title=one.draft.title,
            email=one.draft.email,
        )
        for one, account in pairs
        if one.person
    }


def _phones(arrivals: Sequence[Arrival], contacts: dict[int, Contact]) -> dict[int, Phone]:
    new = like(Phone)
    return {
        one.draft.line: new(
            contact_id=contacts[one.draft.line].pk,
            number=one.number,
            digits=digits_of(one.number),
            extension=one.extension,
        )
        for one in arrivals
        if one.number and one.draft.line in contacts
    }


def _tenures(pairs: Sequence[tuple[Arrival, Account]]) -> list[Tenure]:
    """Active customers begin to count in their territory (S1.23)."""
    days = {one.unit.pk: today_in(one.unit) for one, _account in pairs}
    new, rows = like(Tenure), []
    for one, account in pairs:
        if account.status == AccountState.ACTIVE and any(role in one.roles for role in SERVED):
            since = one.draft.since_on or days[one.unit.pk]
            unit = account.unit_id
            rows.append(
                new(account_id=account.pk, unit_id=unit, customer_since=since, from_on=since)
            )
    return rows
