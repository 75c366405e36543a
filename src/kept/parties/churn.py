"""Customers lost, per territory and period (S1.23).

The base are the customers active when the period began, each counted in the territory it lies in
at the end of the period or left from. Everything is counted from tenures, so any past period can be
counted again. A rate at the limit fails: 2 of 40 is 5.00 % and 5.0 % is too much.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from kept.parties.models import Leaving, Tenure
from kept.parties.months import months_later
from kept.people.models import Unit

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Churn:
    """Of ``active`` customers at the start, ``lost`` have gone."""

    active: int
    lost: int

    @property
    def rate(self) -> Decimal | None:
        """Percent with two decimals; none where there was nobody to lose."""
        return rate_of(self.active, self.lost)

    @property
    def rate_words(self) -> str:
        return f"{self.rate} %" if self.rate is not None else "–"

    def passes(self, limit: Decimal) -> bool:
        """Below the limit, exactly: never decided by a rounded rate."""
        return passes(self.active, self.lost, limit)


def rate_of(active: int, lost: int) -> Decimal | None:
    if not active:
        return None
    return (Decimal(lost * 100) / active).quantize(CENT, ROUND_HALF_UP)


def passes(active: int, lost: int, limit: Decimal) -> bool:
    return not lost or lost * 100 < limit * active


def rolling_period(until_on: date, months: int) -> tuple[date, date]:
    """The day whose customers are the base, and the last day that counts."""
    return months_later(until_on, -months), until_on


def base(start_on: date, until_on: date) -> QuerySet[Tenure]:
    """One tenure for each customer who was active on the first day of the period."""
    elsewhere = Q(left_as=Leaving.MOVED, until_on__lte=until_on)
    return (
        Tenure.objects.filter(customer_since__lte=start_on, from_on__lte=until_on)
        .filter(Q(until_on__isnull=True) | Q(until_on__gt=start_on))
        .exclude(elsewhere)
        .exclude(left_as=Leaving.MERGED)
    )


def lost_in(until_on: date) -> Q:
    """The condition on a tenure of the base: lost by the end of the period."""
    return Q(left_as=Leaving.LOST, until_on__lte=until_on)


def churn_of(unit: Unit, start_on: date, until_on: date) -> Churn:
    """The churn of a unit with everything below it; one query."""
    rows = base(start_on, until_on).filter(unit__path__startswith=unit.path)
    counted = rows.aggregate(active=Count("pk"), lost=Count("pk", filter=lost_in(until_on)))
    return Churn(counted["active"], counted["lost"])


def by_territory(units: QuerySet, start_on: date, until_on: date) -> QuerySet:
    """Units with ``active`` and ``lost``, each counted with everything below it."""
    rows = base(start_on, until_on)
    return units.annotate(active=_count(rows), lost=_count(rows.filter(lost_in(until_on)))).filter(
        active__gt=0
    )


def _count(rows: QuerySet) -> Any:
    below = rows.filter(unit__path__startswith=OuterRef("path")).order_by()
    counted = below.annotate(same=Value(1)).values("same").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
