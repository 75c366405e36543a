"""What parties offers to the modules above, and what it hears."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.kit.pages import MenuItem, menu
from kept.kit.refusal import Refused
from kept.kit.wiring import Slot, reaction
from kept.parties.models import Account
from kept.parties.noticing import waits_for_word
from kept.parties.policy_words import account_sentences
from kept.parties.queries import looked_after_by
from kept.people.leaving import colleague_of
from kept.people.models import Unit, User
from kept.people.wiring import (
    OpenWork,
    PolicySection,
    open_work,
    policy_sentences,
    scope_names,
    unit_work,
)
from kept.timeline.models import Entry
from kept.timeline.sight import add_sight

#: Panels on the page of an account, asked with the account and the reader; answer with a Panel.
account_panels = Slot("parties.panels")
#: Lines saying what open work still waits at an account; asked before a partnership ends.
account_open_work = Slot("parties.open_work")


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


@scope_names.fill()
def names_of_accounts(scopes: list[int]) -> dict[int, str]:
    """What the scopes of accounts are called."""
    return dict(Account.objects.filter(scope__in=scopes).values_list("scope", "name"))


@policy_sentences.fill(order=30)
def what_is_kept_of_accounts(unit: Unit, moment: datetime) -> PolicySection:
    """What the company decided about its customers and partners, in sentences."""
    return PolicySection(_("Customers"), account_sentences(unit, moment), icon="building-2")


@menu.fill(order=40)
def accounts_item(user: User) -> MenuItem | None:
    return (
        MenuItem(_("Customers"), "/accounts/", "building-2") if user.holds("parties.see") else None
    )
