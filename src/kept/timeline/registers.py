"""The registers of a company: every number given, all of them here, none missing (S1.30, SX.05)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from kept.kit.wiring import Slot
from kept.people.models import Unit
from kept.timeline.envelope import number_text
from kept.timeline.models import Series

#: The registers a module keeps, asked with the company: a ``Register`` each.
registers = Slot("timeline.registers")


@dataclass(frozen=True)
class Register:
    """A numbered register: what it is called, its lines, the letters of its numbers, its list."""

    label: Any
    lines: Any
    letters: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class Year:
    """One register in one year: the last number given, how many lines there are, and where."""

    register: Register
    letter: str
    year: int
    first_number: str
    last_number: str
    last: int
    units: list[tuple[Unit, int]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(count for _unit, count in self.units)

    @property
    def is_unbroken(self) -> bool:
        """As many lines as numbers were given: none was lost, hidden or kept elsewhere."""
        return self.count == self.last


def registers_of(company: Unit) -> list[Year]:
    """Every register of a company in every year, the latest first."""
    units = {unit.pk: unit for unit in Unit.objects.below(company)}
    known = {letter: one for one in registers.ask(company) for letter in one.letters}
    rows = Series.objects.filter(company=company, register__in=known).order_by("-year", "register")
    return [_year(company, known[row.register], row, units) for row in rows]


def _year(company: Unit, register: Register, row: Series, units: dict[int, Unit]) -> Year:
    numbers = [number_text(company, row.register, row.year, at) for at in (1, row.last)]
    return Year(
        register=register,
        letter=row.register,
        year=row.year,
        first_number=numbers[0],
        last_number=numbers[1],
        last=row.last,
        units=list(_by_unit(register, numbers[0][:-6], units)),
    )


def _by_unit(
    register: Register, beginning: str, units: dict[int, Unit]
) -> Iterator[tuple[Unit, int]]:
    lines = register.lines.filter(number__startswith=beginning).order_by()
    counted = dict(lines.values_list("unit").annotate(n=Count("pk")))
    for key, unit in units.items():
        if key in counted:
            yield unit, counted[key]
