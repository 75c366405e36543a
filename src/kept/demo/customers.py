"""The customers of a company: names put together by chance, each with a person, phone and place."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kept.kit import clock
from kept.parties.actions import add_account
from kept.parties.models import Account, AccountRole, Contact
from kept.people.models import Unit, User
from kept.products.models import SerialUnit


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


def towns_of(spec: dict[str, Any], units: dict[str, Unit]) -> list[Town]:
    """Every town a company serves, with the unit whose territory it lies in."""
    return [Town(name, units[row["unit"]]) for row in spec["towns"] for name in row["names"]]


def make_customers(
    spec: dict[str, Any],
    *,
    by: User,
    towns: list[Town],
    people: People,
    chance: random.Random,
    scale: float,
    field_managers: dict[str, User],
) -> list[Customer]:
    """All customers of a company, group by group, in the order they are written."""
    return [
        customer
        for group in spec["customers"]
        for customer in _group(group, spec, by, towns, people, chance, scale)
    ]


def _group(
    group: dict[str, Any],
    spec: dict[str, Any],
    by: User,
    towns: list[Town],
    people: People,
    chance: random.Random,
    scale: float,
) -> Iterator[Customer]:
    used: set[str] = set()
    for _number in range(max(3, round(group["count"] * scale))):
        town = chance.choice(towns)
        name = _name(group, town.name, people, chance, used)
        full, spoken = people.person()
        phone = people.phone()
        street = chance.choice(spec["streets"])
        number = chance.randint(3, 388)
        address = spec["address"].format(town=town.name, street=street, number=number)
        account = add_account(
            by=by,
            unit=town.unit,
            name=name,
            roles=[AccountRole(role) for role in group["roles"]],
            region=town.name,
            contact_name=full,
            phone=phone,
            address=address,
        )
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


def _name(
    group: dict[str, Any], town: str, people: People, chance: random.Random, used: set[str]
) -> str:
    for _try in range(60):
        parts = {key: chance.choice(of) for key, of in group["parts"].items()}
        name = chance.choice(group["names"]).format(town=town, **parts)
        if name not in used:
            break
    used.add(name)
    return name


def some_day(chance: random.Random, nearest: int, farthest: int) -> date:
    """A day so many days back."""
    return (clock.now() - timedelta(days=chance.randint(nearest, farthest))).date()
