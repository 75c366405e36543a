"""What a row must be before it becomes an account: the checks of the single verb, by the batch.

What is here already is read once for all rows of a batch; nothing is asked row by row.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from kept.kit.bulk import keys_of
from kept.kit.importing.headers import folded
from kept.kit.importing.kinds import Batch, Imported, Kind, Trace, clean_texts, in_every_language
from kept.kit.refusal import InvalidInput, Refused
from kept.parties.actions.filing import checked_mail, checked_year
from kept.parties.changes.base import incomplete
from kept.parties.checks import wanted_fields
from kept.parties.duplicates import is_same_party, registered_already
from kept.parties.importing.accounts import AccountDraft, said_facts
from kept.parties.importing.finding import keys_by_code, keys_by_name
from kept.parties.models import Account, AccountPolicy, AccountRole, Address, Contact, Phone
from kept.parties.naming import dialled_with_extension, digits_of, name_key
from kept.parties.settings import account_policy, today_in
from kept.parties.tenure import require_day_has_come
from kept.parties.territory import require_territory
from kept.people.models import Unit, User


@dataclass(slots=True)
class Arrival:
    """A draft on its way in, with what its words stand for."""

    draft: AccountDraft
    unit: Unit
    roles: list[str]
    name_key: str
    person: str
    number: str = ""
    extension: str = ""
    owner: User | None = None

    @property
    def keys(self) -> list[tuple[str, ...]]:
        """What no two accounts of a company share: the code, and name with phone (S1.22)."""
        found: list[tuple[str, ...]] = [("code", self.draft.code)] if self.draft.code else []
        if not self.draft.even_so:
            found.append(("party", self.name_key, self.number))
        return found

    @property
    def alike(self) -> list[tuple[str, ...]]:
        """What two accounts seldom share: the name, the phone."""
        found: list[tuple[str, ...]] = [("name", self.name_key)]
        return [*found, ("phone", self.number)] if self.number else found


class AccountChecks:
    """The checks of one batch; ``done`` gets the faults, the notes and what was here already."""

    def __init__(self, kind: Kind, unit: Unit, batch: Batch, done: Imported) -> None:
        self.kind, self.unit, self.batch, self.done = kind, unit, batch, done
        self.policies: dict[int, AccountPolicy] = {}
        self.territories: dict[tuple[int, tuple[str, ...]], bool] = {}
        self.alike: dict[tuple[str, ...], Trace] = {}

    def passed(self) -> list[Arrival]:
        """The rows that may come in, in their order."""
        sound = [one for draft in self.batch.drafts if (one := self._sound(draft))]
        here = Here.of(self.unit, sound)
        return [one for one in sound if self._is_new(one, here)]

    def _sound(self, draft: AccountDraft) -> Arrival | None:
        try:
            return self._checked(draft)
        except Refused as refused:
            self.done.refuse(draft, refused)
            return None

    def _checked(self, draft: AccountDraft) -> Arrival:
        """Everything that can be said of a row alone. Raises Refused for its first fault."""
        clean_texts(self.kind, draft)
        unit = self._unit(draft)
        roles = sorted(set(draft.roles)) or [AccountRole.CUSTOMER.value]
        self._require_territory(unit, roles, draft.name)
        policy = self._policy(unit)
        arrival = Arrival(draft, unit, roles, name_key(draft.name), draft.contact_name)
        if draft.phone:
            arrival.number, arrival.extension = dialled_with_extension(
                draft.phone, "phone", policy.phone_region
            )
        checked_mail(draft.email)
        checked_year(draft.joined_year, unit)
        if draft.since_on is not None:
            require_day_has_come(draft.since_on, today_in(unit))
        if draft.relationship_owner:
            arrival.owner = self._colleague(draft.relationship_owner)
        self._require_complete(arrival, policy)
        return arrival

    def _require_complete(self, arrival: Arrival, policy: AccountPolicy) -> None:
        """Raise InvalidInput for the first mandatory field the row does not say (S3.01); where no
        person is asked for, the account's own name stands in for one.
        """
        draft = arrival.draft
        wanted = wanted_fields(arrival.roles, policy.mandatory) if policy.mandatory else ()
        if not draft.contact_name and "contact_name" not in wanted:
            arrival.person = draft.name[:100] if arrival.number or draft.email else ""
        if missing := [name for name in wanted if not getattr(draft, name, "")]:
            raise incomplete(missing)

    def _policy(self, unit: Unit) -> AccountPolicy:
        if unit.pk not in self.policies:
            self.policies[unit.pk] = account_policy(unit)
        return self.policies[unit.pk]

    def _require_territory(self, unit: Unit, roles: list[str], name: str) -> None:
        key = (unit.pk, tuple(roles))
        if key not in self.territories:
            require_territory(unit, roles, name)
            self.territories[key] = True

    def _unit(self, draft: AccountDraft) -> Unit:
        if not draft.unit:
            return self.unit
        found = self.units.get(folded(draft.unit))
        if found is None:
            raise InvalidInput(
                _("There is no unit “{name}” in {unit}. Write its code."),
                name=draft.unit,
                unit=self.unit,
                field="unit",
            )
        return found

    @cached_property
    def units(self) -> dict[str, Unit]:
        """The units below the one of the import, by code and by name."""
        found: dict[str, Unit] = {}
        for one in Unit.objects.below(self.unit).active().select_related("company"):
            for text in (*in_every_language(one.name), one.code):
                found[folded(text)] = one
        return found

    def _colleague(self, text: str) -> User:
        found = self.colleagues.get(text.strip().casefold())
        if found is None:
            raise InvalidInput(
                _("{name} does not work here."), name=text, field="relationship_owner",
                rule="SX.01",
            )  # fmt: skip
        return found

    @cached_property
    def colleagues(self) -> dict[str, User]:
        """Who works in the company, by user name and by name; not by a name that two share."""
        people = list(User.objects.active().filter(company=self.unit.company_id))
        found: dict[str, User] = {}
        for one in people:
            name = one.name.strip().casefold()
            if name in found:
                del found[name]
            else:
                found[name] = one
        return {**found, **{one.username.casefold(): one for one in people}}

    def _is_new(self, arrival: Arrival, here: "Here") -> bool:
        """Whether a sound row brings anything: the same again is known, another is refused."""
        own = self.kind.trace(arrival.draft)
        for key in arrival.keys:
            first = self.batch.seen.get(key) or self.done.seen.get(key)
            if first is not None:
                return self._again(arrival, own, first)
            if (account := here.known.get(key)) is not None:
                return self._is_here(arrival, account, here)
        if not arrival.draft.even_so:
            for account in here.named(arrival.name_key):
                if is_same_party(arrival.number, here.numbers[account.pk]):
                    return self._is_here(arrival, account, here)
        self._note_alike(arrival, here)
        for key in arrival.alike:
            self.alike.setdefault(key, own)
        self._remember(arrival, own)
        return True

    def _remember(self, arrival: Arrival, own: Trace) -> None:
        """Later rows of the file are compared with this one. What is written is found in the
        register by the next batch; a dry run has to remember all of it.
        """
        for key in arrival.keys:
            self.done.seen[key] = own
        if self.batch.dry_run:
            for key in arrival.alike:
                if key not in self.batch.seen:
                    self.done.seen.setdefault(key, own)

    def _again(self, arrival: Arrival, own: Trace, first: Trace) -> bool:
        if first.content == own.content:
            self.done.known += 1
            return False
        twice = InvalidInput(
            _("It is the customer of line {line}, but says something else."),
            line=first.line,
            field="code" if arrival.draft.code else "name",
            rule="S1.22",
        )
        self.done.refuse(arrival.draft, twice)
        return False

    def _is_here(self, arrival: Arrival, account: Account, here: "Here") -> bool:
        """It is here already: the same is known, anything else is refused with where it stands."""
        if differing := here.differences(arrival, account):
            self.done.refuse(arrival.draft, says_otherwise(account, differing))
        else:
            self.done.known += 1
        return False

    def _note_alike(self, arrival: Arrival, here: "Here") -> None:
        """Warn of one that looks alike: same name with another phone, same phone of another."""
        for key in arrival.alike:
            first = self.batch.seen.get(key) or self.alike.get(key)
            account = next(iter(here.alike.get(key, ())), None)
            if first is not None or account is not None:
                self.done.note(arrival.draft, looks_alike(key[0], first, account))
                return


def says_otherwise(account: Account, differing: Sequence[str]) -> Refused:
    """What is said of a row that is here already with other facts."""
    known = registered_already(account)
    return Refused(
        _("“{name}” is in the register already ({number}) and says something else: {fields}."),
        **{**known.values, "fields": incomplete(list(differing)).values["fields"]},
        rule=known.rule,
        field=differing[0],
        mend=known.mend,
    )


def looks_alike(what: str, first: Trace | None, account: Account | None) -> Refused:
    """The warning about a customer that looks like one that is here or stands further up."""
    if account is not None:
        message = (
            _("The phone is that of {name} ({number}) as well.")
            if what == "phone"
            else _("It looks like {name} ({number}).")
        )
        return Refused(message, name=account.name, number=account.number, rule="S1.22",
                       field=what, mend=account.get_absolute_url())  # fmt: skip
    assert first is not None
    return Refused(
        _("It looks like the customer of line {line}."), line=first.line, rule="S1.22", field=what
    )


@dataclass
class Here:
    """The accounts of the company that rows of a batch could be, with what is known of them."""

    accounts: list[Account]
    contacts: dict[int, list[Contact]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    addresses: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    known: dict[tuple[str, ...], Account] = field(default_factory=dict)
    alike: dict[tuple[str, ...], list[Account]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, unit: Unit, arrivals: Iterable[Arrival]) -> "Here":
        """Read them all: by name, by code, and by phone."""
        arrivals = list(arrivals)
        names = {one.name_key for one in arrivals}
        codes = {one.draft.code for one in arrivals if one.draft.code}
        digits = {digits_of(one.number) for one in arrivals if one.number}
        keys = [*keys_by_name(unit, names), *keys_by_code(unit, codes)]
        rows = Account.objects.alive().select_related("unit").order_by("pk")
        here = cls(list(rows.filter(pk__in=set(keys))) if keys else [])
        here._read_people(unit, keys_of(Phone, "digits", digits))
        return here

    def _read_people(self, unit: Unit, phones: Sequence[int]) -> None:
        for account in self.accounts:
            self.alike["name", account.name_key].append(account)
            if account.code:
                self.known["code", account.code] = account
        for phone in self._phones(unit, phones):
            self.alike["phone", phone.number].append(phone.contact.account)
        if not self.accounts:
            return
        for contact in Contact.objects.current().filter(account__in=self.accounts):
            self.contacts[contact.account_id].append(contact)
        rows = Phone.objects.current().filter(contact__account__in=self.accounts)
        for account, number in rows.values_list("contact__account", "number"):
            self.numbers[account].add(number)
        places = Address.objects.current().filter(account__in=self.accounts)
        for account, text in places.values_list("account", "text"):
            self.addresses[account].add(text)

    def _phones(self, unit: Unit, keys: Sequence[int]) -> Iterable[Phone]:
        rows = Phone.objects.current().filter(contact__account__company=unit.company_id)
        return rows.filter(pk__in=keys).select_related("contact__account") if keys else ()

    def named(self, key: str) -> list[Account]:
        return self.alike.get(("name", key), [])

    def differences(self, arrival: Arrival, account: Account) -> list[str]:
        """The fields in which a row says something that the account's file does not."""
        draft, contacts = arrival.draft, self.contacts[account.pk]
        found = [
            name for name, value in said_facts(draft).items() if getattr(account, name) != value
        ]
        checks = {
            "name": account.name == draft.name,
            "roles": not draft.roles or set(draft.roles) <= set(account.roles),
            "unit": not draft.unit or account.unit_id == arrival.unit.pk,
            "contact_name": not draft.contact_name
            or any(one.name == draft.contact_name for one in contacts),
            "phone": not arrival.number or arrival.number in self.numbers[account.pk],
            "email": not draft.email or any(one.email == draft.email for one in contacts),
            "relationship_owner": arrival.owner is None
            or account.relationship_owner_id == arrival.owner.pk,
            "address": not draft.address or draft.address in self.addresses[account.pk],
        }
        return [*(name for name, is_same in checks.items() if not is_same), *found]
