"""The policy on products that is in force for a company."""

from collections.abc import Iterable
from datetime import date

from kept.kit import clock
from kept.people.models import Unit
from kept.products.models import ProductPolicy, WarrantyTerm


def terms_of(company: Unit) -> list[WarrantyTerm]:
    """Every warranty term the company ever had, oldest first: each unit keeps its own (SX.19)."""
    rows = WarrantyTerm.objects.filter(unit__in=company.ancestor_ids).ever_in_force()
    return list(rows.select_related("unit").order_by("valid_from", "pk"))


def in_force_on(terms: Iterable[WarrantyTerm], day: date) -> list[WarrantyTerm]:
    """The terms in force on a day; before the first ones were written, those."""
    rows = list(terms)
    found = [row for row in rows if _held_on(row, day)]
    if found or not rows:
        return found
    earliest = rows[0].valid_from
    return [row for row in rows if row.valid_from == earliest and _begins_after(row, day)]


def _held_on(row: WarrantyTerm, day: date) -> bool:
    zone = row.unit.zone
    if _begins_after(row, day):
        return False
    return row.superseded_at is None or clock.local(row.superseded_at, zone).date() > day


def _begins_after(row: WarrantyTerm, day: date) -> bool:
    return clock.local(row.valid_from, row.unit.zone).date() > day


def product_policy(unit: Unit) -> ProductPolicy:
    """The policy row in force for a unit, or the defaults."""
    found = ProductPolicy.objects.in_force(unit).first()
    return found or ProductPolicy(unit=unit)
