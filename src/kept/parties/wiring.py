"""What parties offers to the modules above, and what it hears."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.kit.pages import MenuItem, menu
from kept.kit.refusal import Refused
from kept.kit.wiring import Slot, reaction
from kept.parties import churn
from kept.parties.actions.erasing import erase_account, erase_contact
from kept.parties.actions.territories import hand_territories
from kept.parties.duty_subjects import account_named
from kept.parties.findable import cards_of
from kept.parties.models import (
    SERVED,
    TERRITORIES,
    Account,
    AccountRole,
    AccountState,
    ChangeNotice,
    Contact,
    TerritoryEngineer,
    TerritoryMode,
)
from kept.parties.noticing import waits_for_word
from kept.parties.policy_words import account_sentences
from kept.parties.queries import looked_after_by
from kept.parties.settings import account_policy, today_in
from kept.parties.territory import require_territories_kept, territory_missing
from kept.people.leaving import colleague_of
from kept.people.models import Unit, User
from kept.people.wiring import (
    OpenWork,
    PolicySection,
    UnitMark,
    open_work,
    panels,
    policy_sentences,
    scope_names,
    unit_marks,
    unit_work,
)
from kept.people.wiring import Panel as PeoplePanel
from kept.promises import duties
from kept.promises.groupings import Grouping, more_groupings, name_threads
from kept.promises.models import PromiseKind
from kept.promises.rules.facts import Fact, rule_facts
from kept.promises.slots import party_named
from kept.search.kinds import Findable, findable
from kept.timeline.models import Entry, Thread
from kept.timeline.registers import Register, registers
from kept.timeline.retention import Kept, kept_data
from kept.timeline.sight import add_sight

#: Panels on the page of an account, asked with the account and the reader; answer with a Panel.
account_panels = Slot("parties.panels")


ACCOUNTS_FOUND = Findable(
    Account.kind,
    _("Customers and partners"),
    lambda: Account.objects.alive().filter(number__isnull=False),
    cards_of,
)


@findable.fill(order=20)
def accounts_are_found(_nobody: None) -> Findable:
    """Customers and partners are found by name, person, phone, place and what was heard (SX.10)."""
    return ACCOUNTS_FOUND


@dataclass(frozen=True)
class Panel:
    """A panel beside an account: ``template`` is included with ``panel`` in its context."""

    title: Any
    template: str
    icon: str = "info"
    data: dict[str, Any] = field(default_factory=dict)
    count: Any = None
    url: str = ""
    link: Any = ""
    is_aside: bool = False


@open_work.fill(order=30)
def stations_of_leaver(user: User) -> OpenWork | None:
    """A field manager stays while stations point at them (S0.02)."""
    count = Account.objects.alive().filter(field_manager=user).count()
    if not count:
        return None
    words = ngettext("{n} station looked after", "{n} stations looked after", count)
    return OpenWork(words.format(n=count), count, f"/accounts/?field_manager={user.username}")


@open_work.fill(order=31)
def customers_of_leaver(user: User) -> OpenWork | None:
    """Operators and customers somebody looks after go to somebody else first (S0.03, SX.17)."""
    count = looked_after_by(user).count()
    if not count:
        return None
    words = ngettext("{n} customer looked after", "{n} customers looked after", count)
    return OpenWork(words.format(n=count), count, f"/accounts/?owner={user.username}")


@open_work.fill(order=32)
def territories_of_leaver(user: User) -> OpenWork | None:
    """Territories somebody answers for go to somebody else first (S1.05)."""
    count = TerritoryEngineer.objects.current().filter(engineer=user).count()
    if not count:
        return None
    words = ngettext("{n} territory answered for", "{n} territories answered for", count)
    return OpenWork(words.format(n=count), count, user.get_absolute_url())


@reaction("person.work_handed_over")
def hand_over_territories(user: User, *, by: User, entry: Entry) -> None:
    """A colleague answers for a leaver's territories from now on (SX.17, S1.05)."""
    hand_territories(user, colleague_of(entry), by=by)


@reaction("account.field_manager_assigned", "account.owner_assigned")
def hand_duties_on(account: Account, *, by: User, entry: Entry) -> None:
    """What comes back period after period is owed by whoever looks after the account now."""
    duties.follow(account, by=by)


@party_named.fill()
def account_with_this_name(company: Unit, words: str, reader: User) -> Thread | None:
    """The customer or partner a duty was done at."""
    return account_named(company, words, reader)


@reaction("unit.changed", "unit.moved")
def keep_customers_in_territories(unit: Unit, *, by: User, entry: Entry) -> None:
    """No change of a unit leaves customers in no territory (S1.05). Raises Refused otherwise."""
    require_territories_kept(unit)


@reaction("person.work_handed_over")
def hand_over_accounts(user: User, *, by: User, entry: Entry) -> None:
    """A colleague looks after a leaver's customers from now on (SX.17). Stations are
    handed over to field staff by their own verb."""
    to = colleague_of(entry)
    for account in looked_after_by(user).order_by("pk"):
        account.relationship_owner = to
        account.save(update_fields=["relationship_owner"])
        add_sight(account.thread, [to.scope_id])
        account.record("account.owner_assigned", by=by, old=user, new=to)


@reaction("person.changed")
def require_change_notice(user: User, *, by: User, entry: Entry) -> None:
    """Field staff's phone and mail change by a notice only (S0.43). Raises Refused otherwise."""
    changed = set(json.loads(entry.body)["values"]["fields"])
    if changed & {"phone", "email"} and user.unit is not None and waits_for_word(user):
        raise Refused(
            _("{name} works in the field: a new phone or mail is reported, so that it can be "
              "acknowledged."),
            name=user,
            rule="S0.43",
            field="phone" if "phone" in changed else "email",
            mend=f"{user.get_absolute_url()}change_own_contact/",
        )  # fmt: skip


@unit_work.fill(order=30)
def accounts_of_unit(unit: Unit) -> OpenWork | None:
    """Customers and partners of a unit that is to be closed need another territory (S1.23)."""
    count = Account.objects.alive().filter(unit=unit).count()
    if not count:
        return None
    words = ngettext("{n} customer or partner", "{n} customers and partners", count)
    return OpenWork(words.format(n=count), count, f"/accounts/?unit={unit.code}")


@panels.fill(order=10)
def territory_of_unit(subject: Unit | User, reader: User) -> PeoplePanel | None:
    """Beside a territory: who answers for it, its customers and its churn; beside a person: the
    territories they answer for (S1.05).
    """
    if isinstance(subject, User):
        rows = subject.territories.current().select_related("unit").order_by("unit__path", "pk")
        if not rows:
            return None
        return PeoplePanel(_("Territories"), "parties/person_territories.html", rows, "map-pin")
    if subject.kind not in TERRITORIES:
        return None
    context = _territory(subject, reader)
    return PeoplePanel(_("Territory"), "parties/territory_panel.html", context, "map")


def _territory(unit: Unit, reader: User) -> dict[str, Any]:
    policy = account_policy(unit)
    period = churn.rolling_period(today_in(unit), policy.churn_months)
    engineers = unit.territory_engineers.current().select_related("engineer")
    customers = Account.objects.visible_to(reader).filter(unit__path__startswith=unit.path)
    lost = churn.churn_of(unit, *period)
    return {
        "unit": unit,
        "engineers": engineers.order_by("places", "pk"),
        "sees_customers": reader.holds_over("parties.see", unit),
        "customers": customers.filter(status=AccountState.ACTIVE).in_role(*SERVED).count(),  # type: ignore[attr-defined]
        "churn": lost,
        "fails": not lost.passes(policy.churn_limit),
        "is_missed": policy.territory_mode != TerritoryMode.OFF,
    }


@unit_marks.fill(order=10)
def territories_without_engineer(reader: User, units: list[Unit]) -> dict[int, UnitMark]:
    """Territories nobody answers for, where the company asks for them (S1.05)."""
    territories = [one for one in units if one.kind in TERRITORIES and one.closed_at is None]
    asked: dict[int | None, bool] = {}
    for one in territories:
        if one.company_id not in asked:
            asked[one.company_id] = account_policy(one).territory_mode != TerritoryMode.OFF
    rows = TerritoryEngineer.objects.current().filter(unit__in=territories)
    answered = set(rows.values_list("unit", flat=True))
    mark = UnitMark(_("No territory engineer"), "warned")
    return {one.pk: mark for one in territories if asked[one.company_id] and one.pk not in answered}


@account_panels.fill(order=1)
def in_no_territory(account: Account, reader: User) -> Panel | None:
    """A customer that lies in no territory, where the company asks for one (S1.05)."""
    if territory_missing(account.unit, account.roles) is None:
        return None
    data = {"url": f"{account.get_absolute_url()}move/"}
    return Panel(_("In no territory"), "parties/no_territory.html", "triangle-alert", data)


@scope_names.fill()
def names_of_accounts(scopes: list[int]) -> dict[int, str]:
    """What the scopes of accounts are called."""
    return dict(Account.objects.filter(scope__in=scopes).values_list("scope", "name"))


@policy_sentences.fill(order=30)
def what_is_kept_of_accounts(unit: Unit, moment: datetime) -> PolicySection:
    """What the company decided about its customers and partners, in sentences."""
    return PolicySection(_("Customers"), account_sentences(unit, moment), icon="building-2")


@kept_data.fill(order=10)
def contacts_who_left(company: Unit) -> Kept:
    """People who are no longer at a customer or partner (SX.15)."""
    return Kept(
        "ended_contact",
        _("a contact has left"),
        lambda company, moment: Contact.objects.filter(
            account__company=company, ended_at__lt=moment, erased_at__isnull=True
        ).select_related("account"),
        lambda contact, by, rule: erase_contact(contact, by=by, ground=rule),
    )


@kept_data.fill(order=11)
def customers_who_left(company: Unit) -> Kept:
    """Customers and dealers lost long ago (SX.15)."""
    return Kept(
        "lost_account",
        _("a customer was lost"),
        lambda company, moment: Account.objects.filter(
            company=company, status=AccountState.LOST, lost_at__lt=moment, erased_at__isnull=True
        ),
        lambda account, by, rule: erase_account(account, by=by, ground=rule),
    )


@registers.fill(order=30)
def register_of_accounts(company: Unit) -> Register:
    """Customers and partners, numbered without holes (S1.30)."""
    lines = Account.objects.filter(company=company)
    return Register(_("Customers and partners"), lines, (Account.register,), "/accounts/")


@registers.fill(order=31)
def register_of_changes(company: Unit) -> Register:
    """Change notices, numbered without holes (S0.42)."""
    lines = ChangeNotice.objects.filter(company=company)
    return Register(_("Change notices"), lines, (ChangeNotice.register,), "/change_notices/")


@menu.fill(order=40)
def accounts_item(user: User) -> MenuItem | None:
    return (
        MenuItem(_("Customers"), "/accounts/", "building-2") if user.holds("parties.see") else None
    )


@rule_facts.fill(order=20)
def what_rules_ask_of_changes(company: Unit | None) -> list[Fact]:
    """What promise rules may ask of a reported change (S0.42)."""
    matters = {ChangeNotice.kind: _("change notice")}
    return [Fact("matter", _("Matter"), frozenset({PromiseKind.ACKNOWLEDGE}), matters)]


@more_groupings.fill(order=20)
def promises_by_account(reader: User) -> list[Grouping]:
    """The promise ledger by whom something was promised to: customers and dealers, and stations."""
    return [
        Grouping("customer", _("Customer"), "to", "to", name_threads, _promised_to(*SERVED)),
        Grouping(
            "station", _("Station"), "to", "to", name_threads, _promised_to(AccountRole.STATION)
        ),
    ]


def _promised_to(*roles: AccountRole) -> Q:
    return Q(to__in=Account.objects.in_role(*roles).exclude(number=None).values("thread"))
