"""Territories: in which one a unit and an account lie, and which engineer answers there (S1.05)."""

from collections.abc import Iterable

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.parties.models import (
    SERVED,
    TERRITORIES,
    Account,
    AccountState,
    TerritoryEngineer,
    TerritoryMode,
)
from kept.parties.settings import account_policy
from kept.people.models import Unit


def territory_of(unit: Unit) -> Unit | None:
    """The territory a unit is or lies in; none for headquarters and the company itself."""
    above = Unit.objects.filter(pk__in=unit.ancestor_ids, kind__in=TERRITORIES)
    return above.order_by("-path").first()


def lies_in_territory(path: str = "unit__path") -> Exists:
    """The condition on rows whose unit is or lies in a territory."""
    inner = ExpressionWrapper(OuterRef(path), output_field=CharField())
    territories = Unit.objects.filter(kind__in=TERRITORIES).annotate(inner=inner)
    return Exists(territories.filter(inner__startswith=F("path")))


def answers_for(account: Account) -> TerritoryEngineer | None:
    """Who answers for an account: for its place where that is somebody's, else for its territory,
    else for the one above.
    """
    rows = TerritoryEngineer.objects.current().filter(unit__in=account.unit.ancestor_ids)
    found = list(rows.select_related("unit", "engineer"))
    found.sort(key=lambda row: (-len(row.unit.path), not row.places, row.pk))
    where = _where(account) if any(row.places for row in found) else ""
    return next((row for row in found if _covers(row, where)), None)


def _covers(row: TerritoryEngineer, where: str) -> bool:
    return not row.places or any(place.casefold() in where for place in row.place_list)


def _where(account: Account) -> str:
    """Every word that says where an account is."""
    lines = account.addresses.current().values_list("region", "text")
    return " ".join([account.region, *(word for line in lines for word in line)]).casefold()


def require_territory(unit: Unit, roles: Iterable[str], name: str) -> None:
    """Raise Refused where the company is strict and a customer lies in no territory (S1.05)."""
    if territory_missing(unit, roles) == TerritoryMode.STRICT:
        raise Refused(
            _("{unit} is no territory. Choose the branch or region {name} belongs to."),
            unit=unit,
            name=name,
            rule="S1.05",
            field="unit",
        )


def territory_missing(unit: Unit, roles: Iterable[str]) -> TerritoryMode | None:
    """How much it matters that a customer lies in no territory; None where all is well."""
    if not any(role in roles for role in SERVED):
        return None
    mode = TerritoryMode(account_policy(unit).territory_mode)
    if mode == TerritoryMode.OFF or territory_of(unit) is not None:
        return None
    return mode


def require_territories_kept(unit: Unit) -> None:
    """Raise Refused where a unit that is no territory any more would leave customers in none."""
    if account_policy(unit).territory_mode != TerritoryMode.STRICT:
        return
    rows = Account.objects.filter(unit__path__startswith=unit.path, status=AccountState.ACTIVE)
    lost = rows.in_role(*SERVED).exclude(lies_in_territory()).count()
    if lost:
        raise Refused(
            _(
                "Customers of {unit} would lie in no territory: {n}."
                " Move them to another one first."
            ),
            n=lost,
            unit=unit,
            rule="S1.05",
            mend=f"/accounts/?unit={unit.code}",
        )
