"""Founding a company of the group: units, people, products, what customers own."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils import translation

from kept.demo import script
from kept.demo.catalogue import give_contracts, give_serials, make_products
from kept.demo.customers import Customer, Making, People, make_customers, towns_of
from kept.demo.first_exams import pass_first_exams
from kept.demo.hours import Happening, Hours
from kept.demo.players import Cast, Player
from kept.kit import clock
from kept.parties.actions import assign_engineer, post_field_staff
from kept.people.actions import (
    add_unit,
    add_user,
    appoint_manager,
    found_company,
    grant_role,
    load_policy,
    set_absence,
)
from kept.people.models import Role, Unit, UnitKind, User
from kept.products.models import Product
from kept.workforce.actions import name_consultant

#: The group is this old; people and customers were there before the first case.
FOUNDED, STAFFED, SERVED = timedelta(days=1100), timedelta(days=760), timedelta(days=420)
EXAMINED = timedelta(days=740)
SAID_BEFORE = timedelta(days=4)


@dataclass
class Company:
    """Everything storylines are told with."""

    pack: str
    unit: Unit
    spec: dict[str, Any]
    cast: Cast
    hours: Hours
    products: dict[str, Product]
    customers: list[Customer]


def found(pack: str, now: datetime, chance: random.Random, *, scale: float) -> Company:
    """Found one company and fill it, at moments long past."""
    spec = script.company(pack)
    with translation.override(spec["company"]["language"]):
        return _found(pack, spec, now, chance, scale)


def _found(
    pack: str, spec: dict[str, Any], now: datetime, chance: random.Random, scale: float
) -> Company:
    row, system = spec["company"], User.objects.system()
    with clock.at(now - FOUNDED):
        unit = found_company(
            by=system,
            code=row["code"],
            name=row["name"],
            zone=row["zone"],
            currency=row["currency"],
        )
        load_policy(unit, by=system, pack=pack)
        units = _units(spec, unit, system)
        products = make_products(spec, unit, by=system)
    with clock.at(now - STAFFED):
        cast = _cast(spec, unit, units, system)
    with clock.at(now - EXAMINED):
        pass_first_exams(unit, cast, spec["duties"].get("staff_check", {}))
    with clock.at(now - SERVED):
        customers = _customers(spec, units, cast, chance, scale)
        give_serials(spec, customers, products, by=system, chance=chance)
        give_contracts(spec, customers, by=system, chance=chance)
    _let_stand_in(spec, cast, now)
    return Company(pack, unit, spec, cast, Hours(row["zone"], *row["hours"]), products, customers)


def _units(spec: dict[str, Any], company: Unit, system: User) -> dict[str, Unit]:
    units = {company.code: company}
    for row in spec["units"]:
        units[row["code"]] = add_unit(
            by=system,
            unit=units[row.get("under", company.code)],
            code=row["code"],
            name=row["name"],
            kind=UnitKind(row["kind"]),
        )
    return units


def _cast(spec: dict[str, Any], company: Unit, units: dict[str, Unit], system: User) -> Cast:
    roles = {role.code: role for role in Role.objects.filter(company=company)}
    cast = Cast()
    for row in spec["people"]:
        home = units[row["unit"]]
        user = add_user(
            by=system,
            unit=home,
            username=row["login"],
            name=row["name"],
            title=row["title"],
            phone=row.get("phone", ""),
            language=spec["company"]["language"],
        )
        for code in row["roles"]:
            place = units[row.get("over", row["unit"])]
            grant_role(user, by=system, role=roles[code], unit=place)
        for code in row.get("leads", []):
            appoint_manager(units[code], by=system, manager=user)
        if row.get("solutions"):
            name_consultant(user, by=system, solutions="\n".join(row["solutions"]))
        for code, places in row.get("answers_for", {}).items():
            assign_engineer(units[code], by=system, engineer=user, places="\n".join(places))
        player = Player(User.objects.get(pk=user.pk), frozenset(row.get("tags", [])), home)
        cast.players.append(player)
    _reread(cast)
    return cast


def _reread(cast: Cast) -> None:
    """The players as the storylines meet them, in units that know their managers."""
    units = {one.pk: one for one in Unit.objects.select_related("manager", "company")}
    for player in cast.players:
        player.unit = units[player.unit.pk]


def _customers(
    spec: dict[str, Any],
    units: dict[str, Unit],
    cast: Cast,
    chance: random.Random,
    scale: float,
) -> list[Customer]:
    system = User.objects.system()
    for player in cast.players:
        if "field" in player.tags:
            post_field_staff(player.user, by=system, region=str(player.unit))
    names = script.names()[spec["company"]["language"]]
    people = People(names, spec["phones"], chance)
    making = Making(spec, system, people, chance, towns_of(spec, units), cast)
    return make_customers(making, scale=scale)


def _let_stand_in(spec: dict[str, Any], cast: Cast, now: datetime) -> None:
    """One person is away just now, and somebody stands in."""
    by_login = {one.user.username: one for one in cast.players}
    for row in spec["absences"]:
        player = by_login[row["login"]]
        start, end = now - timedelta(days=row["since"]), now + timedelta(days=row["until"])
        player.deputy, player.away = by_login[row["deputy"]], (start, end)


def absences_of(company: Company) -> list[Happening]:
    """Whoever is away says so some days before."""
    reasons = {row["login"]: row["reason"] for row in company.spec["absences"]}
    found: list[Happening] = []
    for player in company.cast.players:
        if player.away is not None:
            said = player.away[0] - SAID_BEFORE
            found.append((said, partial(_absent, player, reasons[player.user.username])))
    return found


def _absent(player: Player, reason: str) -> None:
    assert player.deputy is not None and player.away is not None  # both or neither
    start, end = player.away
    set_absence(
        player.user,
        by=User.objects.system(),
        deputy=player.deputy.user,
        start_at=start,
        end_at=end,
        reason=reason,
    )
