"""Consulting capacity: how many may advise in each unit, and where that is too few (S1.02)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import ngettext

from kept.people.models import Unit
from kept.workforce.models import Consultant, ConsultingPolicy, Shortage, ShortageLevel


@dataclass(frozen=True)
class Capacity:
    """A unit the policy asks something of: how many may advise there or below it, and the rule."""

    unit: Unit
    count: int
    rule: ConsultingPolicy

    @property
    def level(self) -> ShortageLevel | None:
        """How short it is, if at all."""
        if self.count < self.rule.minimum:
            return ShortageLevel.MINIMUM
        return ShortageLevel.TARGET if self.count < self.rule.target else None

    @property
    def wanted(self) -> int:
        """The number it is held against: the minimum until that is reached, then the target."""
        return self.rule.minimum if self.count < self.rule.minimum else self.rule.target


def capacities(company: Unit) -> list[Capacity]:
    """Every open unit of a company the policy asks consultants of; three queries."""
    units = Unit.objects.active().below(company)
    rules = list(ConsultingPolicy.objects.within(company))
    homes = Consultant.objects.current().below(company).values_list("unit__path", flat=True)
    return list(_counted(units, rules, list(homes))) if rules else []


def _counted(
    units: Iterable[Unit], rules: list[ConsultingPolicy], homes: list[str]
) -> Iterable[Capacity]:
    for unit in units:
        rule = next((one for one in rules if unit.path.startswith(one.unit.path)), None)
        if rule is not None and rule.target and unit.kind in rule.kinds:
            yield Capacity(unit, sum(home.startswith(unit.path) for home in homes), rule)


def capacity_of(unit: Unit) -> Capacity | None:
    """The capacity of one unit, where the policy asks for any."""
    rule = ConsultingPolicy.objects.in_force(unit).first()
    if rule is None or not rule.target or unit.kind not in rule.kinds or unit.closed_at:
        return None
    return Capacity(unit, Consultant.objects.current().below(unit).count(), rule)


def left_short(home: Unit, new_home: Unit | None = None) -> Capacity | None:
    """The unit that is below its minimum once a consultant of it is gone, and how it is then."""
    above = Unit.objects.active().filter(pk__in=home.ancestor_ids)
    for unit in above.order_by("-path"):
        if new_home is not None and new_home.path.startswith(unit.path):
            continue
        there = capacity_of(unit)
        if there is not None and there.count - 1 < there.rule.minimum:
            return Capacity(unit, there.count - 1, there.rule)
    return None


def shortage_words(shortage: Shortage) -> str:
    """What stands beside a unit as long as it lasts: "Below 1 consulting technician"."""
    if shortage.level == ShortageLevel.MINIMUM:
        return ngettext(
            "Below {n} consulting technician",
            "Below {n} consulting technicians",
            shortage.wanted,
        ).format(n=shortage.wanted)
    return ngettext(
        "Below the target of {n} consulting technician",
        "Below the target of {n} consulting technicians",
        shortage.wanted,
    ).format(n=shortage.wanted)


#: The colour of a shortage: a must is late, a target only warned.
STATES = {ShortageLevel.MINIMUM: "late", ShortageLevel.TARGET: "warned"}
