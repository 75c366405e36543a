"""The customers of a company: names put together by chance, each with a person, phone and place."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kept.demo.players import Cast
from kept.kit import clock
from kept.parties.actions import (
    activate,
    add_account,
    add_dealer,
    add_operator,
    add_station,
    set_level,
)
from kept.parties.models import Account, AccountRole, Contact, DealerLevel, Joining
from kept.people.models import Unit, User
from kept.products.models import SerialUnit

#: So many of each group at least, however small the load.
FEWEST = 4


@dataclass
class Customer:
    """An account with the one person everybody talks to there, and what they own."""

    account: Account
    contact: Contact
    group: str
    name: str
    person_name: str
    person: str
    phone: str
    town: str
    address: str
    unit: Unit
    serials: list[SerialUnit] = field(default_factory=list)


class People:
    """Invented people, their forms of address and phones, each number used once."""

    def __init__(self, names: dict[str, Any], phones: list[str], chance: random.Random) -> None:
        self._names, self._chance = names, chance
        self._used: set[str] = set()
        self._phones = phones

    def person(self) -> tuple[str, str]:
        """(full name, how one speaks to them)."""
        pick, names = self._chance.choice, self._names
        is_man = self._chance.random() < 0.6
        family = pick(names["family"])
        given = pick(names["men" if is_man else "women"])
        full = names["order"].format(family=family, given=given)
        if full in self._used:
            return self.person()
        self._used.add(full)
        form = names["address_man" if is_man else "address_woman"]
        return full, form.format(family=family)

    def phone(self) -> str:
        """A number of the ranges nobody is given."""
        number = self._chance.choice(self._phones)
        while "#" in number:
            number = number.replace("#", str(self._chance.randint(0, 9)), 1)
        if number in self._used:
            return self.phone()
        self._used.add(number)
        return number


@dataclass(frozen=True)
class Town:
    name: str
    unit: Unit


@dataclass
class Making:
    """What customers of one company are made with."""

    spec: dict[str, Any]
    by: User
    people: People
    chance: random.Random
    towns: list[Town]
    staff: Cast
    count: int = 0

    def colleague(self, tag: str, unit: Unit) -> User:
        """Somebody of the company with a tag, of that unit where it has one."""
        return self.staff.someone(tag, clock.now(), self.chance, near=unit).user


def towns_of(spec: dict[str, Any], units: dict[str, Unit]) -> list[Town]:
    """Every town a company serves, with the unit whose territory it lies in."""
    return [Town(name, units[row["unit"]]) for row in spec["towns"] for name in row["names"]]


def make_customers(making: Making, *, scale: float) -> list[Customer]:
    """All customers of a company, group by group, in the order they are written."""
    return [
        customer
        for group in making.spec["customers"]
        for customer in _group(making, group, max(FEWEST, round(group["count"] * scale)))
    ]


def _group(making: Making, group: dict[str, Any], count: int) -> Iterator[Customer]:
    used: set[str] = set()
    for _number in range(count):
        town = making.chance.choice(making.towns)
        name = _name(group, town.name, making.chance, used)
        full, spoken = making.people.person()
        phone = making.people.phone()
        address = making.spec["address"].format(
            town=town.name,
            street=making.chance.choice(making.spec["streets"]),
            number=making.chance.randint(3, 388),
        )
        facts = {"name": name, "contact_name": full, "phone": phone, "address": address}
        account = _add(making, group, town, facts)
        yield Customer(
            account=account,
            contact=account.contacts.get(),
            group=group["group"],
            name=name,
            person_name=full,
            person=spoken,
            phone=phone,
            town=town.name,
            address=address,
            unit=town.unit,
        )


def _add(making: Making, group: dict[str, Any], town: Town, facts: dict[str, str]) -> Account:
    """Enter an account by the verb of its role: stations, dealers and operators have their own."""
    making.count += 1
    shared: dict[str, Any] = {"by": making.by, "unit": town.unit, **facts}
    role = group["roles"][0]
    if role == AccountRole.STATION:
        code = f"{making.spec['company']['code']}-S{making.count:03d}"
        manager = making.colleague("field", town.unit)
        region = str(town.unit)
        station = add_station(**shared, code=code, region=region, field_manager=manager)
        return activate(station, by=making.by)
    if role == AccountRole.OPERATOR:
        owner = making.colleague("field", town.unit)
        return add_operator(**shared, region=town.name, relationship_owner=owner)
    if role == AccountRole.DEALER:
        year = clock.now().year - making.chance.randint(1, 9)
        joining = making.chance.choice(list(Joining))
        dealer = add_dealer(**shared, region=town.name, joined_year=year, joining=joining)
        return _levelled(making, dealer, group["levels"])
    roles = [AccountRole(one) for one in group["roles"]]
    kind = group.get("org_type", "")
    looks_after = {"relationship_owner": making.colleague("branch", town.unit)} if kind else {}
    return add_account(**shared, region=town.name, roles=roles, org_type=kind, **looks_after)


def _levelled(making: Making, dealer: Account, levels: list[str]) -> Account:
    """A dealer with a level, each as frequent as it is written."""
    code = levels[making.count % len(levels)]
    level = DealerLevel.objects.get(unit=dealer.company, code=code)
    return set_level(dealer, by=making.by, level=level)


def _name(group: dict[str, Any], town: str, chance: random.Random, used: set[str]) -> str:
    for _try in range(60):
        parts = {key: chance.choice(of) for key, of in group["parts"].items()}
        name = chance.choice(group["names"]).format(town=town, **parts)
        if name not in used:
            break
    used.add(name)
    return name
