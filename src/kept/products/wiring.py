"""What products offers below and hears from there."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.pages import MenuItem, menu
from kept.kit.wiring import Slot, reaction
from kept.parties.models import Account
from kept.parties.wiring import Panel, account_panels
from kept.people.models import Unit, User
from kept.people.wiring import PolicySection, policy_sentences
from kept.products.findable import (
    cards_of_contracts,
    cards_of_products,
    cards_of_serials,
    put_contract,
    put_serial,
)
from kept.products.models import Component, Contract, Product, SerialUnit, UsageNote
from kept.products.policy_words import product_sentences
from kept.products.queries import owned_by
from kept.products.verdict import verdicts_on
from kept.search.kinds import Findable, findable, seen_otherwise
from kept.timeline import sight
from kept.timeline.models import Entry

MOST_OWNED, MOST_NOTES = 30, 5
#: Panels on the page of a serial unit, asked with the unit and the reader; answer with the Panel
#: of parties.
serial_unit_panels = Slot("products.serial_unit_panels")


@menu.fill(order=50)
def equipment_item(user: User) -> MenuItem | None:
    return MenuItem(_("Equipment"), "/serials/", "package") if user.holds("products.see") else None


@account_panels.fill(order=20)
def owned_panel(account: Account, reader: User) -> Panel | None:
    """What an account owns, each with the verdict today."""
    if not reader.holds("products.see"):
        return None
    units = list(owned_by(account).visible_to(reader)[: MOST_OWNED + 1])
    contracts = Contract.objects.visible_to(reader).filter(account=account).order_by("-from_on")
    verdicts = verdicts_on(units[:MOST_OWNED], clock.today(account.company.zone))
    owned = [{"unit": one, "verdict": verdicts[one.pk]} for one in units[:MOST_OWNED]]
    more = len(units) > MOST_OWNED
    return Panel(
        _("What they own"),
        "products/owned.html",
        "package",
        {"owned": owned, "contracts": list(contracts[:10]), "account": account},
        count=f"{MOST_OWNED}+" if more else len(units),
        url=f"/serials/?all=1&q={account.name}" if more else "",
        link=_("All of them"),
    )


@account_panels.fill(order=25)
def usage_panel(account: Account, reader: User) -> Panel | None:
    """How the oil does at a direct user's, the latest first (S4.28)."""
    if not reader.holds("products.see"):
        return None
    rows = UsageNote.objects.filter(account=account).select_related("product")
    notes = list(rows.order_by("-on", "-pk")[:MOST_NOTES])
    if not notes:
        return None
    return Panel(
        _("Oil in use"),
        "products/usage.html",
        "gauge",
        {"notes": notes},
        url=f"/usage/?q={account.number}",
        link=_("All of them"),
    )


SERIALS_FOUND = Findable(
    SerialUnit.kind,
    _("Serial units"),
    lambda: SerialUnit.objects.select_related("product"),
    cards_of_serials,
)
CONTRACTS_FOUND = Findable(
    Contract.kind,
    _("Contracts"),
    lambda: Contract.objects.select_related("account"),
    cards_of_contracts,
)
PRODUCTS_FOUND = Findable(
    Product.kind,
    _("Products"),
    lambda: Product.objects.filter(thread__isnull=False),
    cards_of_products,
)


@findable.fill(order=30)
def serials_are_found(_nobody: None) -> Findable:
    """Serial units are found by serial, licence, product and version (SX.10)."""
    return SERIALS_FOUND


@findable.fill(order=40)
def contracts_are_found(_nobody: None) -> Findable:
    """Contracts are found by number, technical agreement and customer (SX.10)."""
    return CONTRACTS_FOUND


@findable.fill(order=50)
def products_are_found(_nobody: None) -> Findable:
    """Products are found by code, name in every language, and family (SX.10)."""
    return PRODUCTS_FOUND


@seen_otherwise.fill(order=10)
def who_sees_products(user: User) -> tuple[str, QuerySet]:
    """A catalogue is seen by everybody who is granted anything in its company."""
    seen = Product.objects.visible_to(user).filter(thread__isnull=False)
    return Product.kind, seen.values_list("thread_id", flat=True)


@reaction("account.changed")
def find_contracts_by_new_name(account: Account, *, by: User, entry: Entry) -> None:
    """Contracts are found by the name their customer has now."""
    if "new_name" in {text.name for text in entry.written}:
        for contract in Contract.objects.filter(account=account):
            put_contract(contract)


@reaction("product.changed")
def find_units_by_new_name(product: Product, *, by: User, entry: Entry) -> None:
    """Units are found by what their product is called now."""
    for unit in SerialUnit.objects.filter(product=product).only("thread_id"):
        put_serial(unit)


@policy_sentences.fill(order=40)
def what_is_covered(unit: Unit, moment: datetime) -> PolicySection:
    """Warranty terms and what is asked of equipment, in sentences."""
    return PolicySection(_("Warranty"), product_sentences(unit, moment), icon="shield-check")


@reaction("account.merged")
def go_on_with_survivor(account: Account, *, by: User, entry: Entry) -> None:
    """Serial units, contracts and supplied parts belong to the account that goes on (SX.05)."""
    into: Any = account.merged_into
    scopes = sight.scopes_above(into.unit)
    for unit in SerialUnit.objects.filter(account=account).select_related("thread"):
        unit.account = into
        unit.save(update_fields=["account"])
        sight.add_sight(unit.thread, scopes)
        unit.record("serial_unit.owner_merged", by=by, old=account, new=into)
    for contract in Contract.objects.filter(account=account).select_related("thread"):
        contract.account = into
        contract.save(update_fields=["account"])
        sight.add_sight(contract.thread, scopes)
        put_contract(contract)
    Component.objects.filter(supplier=account).update(supplier=into)
    UsageNote.objects.filter(account=account).update(account=into)


@reaction("account.moved")
def follow_to_territory(account: Account, *, by: User, entry: Entry) -> None:
    """What a customer owns is seen by the unit it belongs to now."""
    scopes = sight.scopes_above(account.unit)
    for rows in (SerialUnit.objects, Contract.objects):
        for one in rows.filter(account=account).select_related("thread"):
            one.thread.unit = account.unit
            one.thread.save(update_fields=["unit"])
            sight.add_sight(one.thread, scopes)
