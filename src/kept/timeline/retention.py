"""Erasing what was kept long enough: each night, by class, as each company decides (SX.15)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from kept.kit import clock
from kept.kit.refusal import Refused
from kept.kit.wiring import Slot
from kept.people.models import Unit, UnitKind, User
from kept.timeline.models import RetentionRule

MOST_AT_ONCE = 500

#: Classes of records with personal words: asked with the company, each filler gives a ``Kept``.
kept_data = Slot("timeline.kept_data")


@dataclass(frozen=True)
class Kept:
    """A class of records: what it is called, which of a company's ended before a moment and still
    hold words, and how they are erased (by whom, under which rule).
    """

    code: str
    label: Any
    ended_before: Callable[[Unit, datetime], QuerySet]
    erase: Callable[[Any, User, str], Any]


def classes_of(company: Unit) -> dict[str, Kept]:
    """The classes of records a company keeps, by their codes."""
    return {one.code: one for one in kept_data.ask(company)}


def rules_of(company: Unit, moment: datetime | None = None) -> list[RetentionRule]:
    """The rule in force for each class; a class without one is kept for good."""
    found: dict[str, RetentionRule] = {}
    for rule in RetentionRule.objects.in_force(company, moment):
        found.setdefault(rule.of, rule)
    return list(found.values())


def erase_expired() -> int:
    """Erase the personal words of every record that was kept long enough; how many there were."""
    companies = Unit.objects.active().filter(kind=UnitKind.COMPANY)
    return sum(_erase_of(company) for company in companies.order_by("pk"))


def _erase_of(company: Unit) -> int:
    classes = classes_of(company)
    rules = [rule for rule in rules_of(company) if rule.of in classes]
    return sum(_erase_under(rule, classes[rule.of], company) for rule in rules)


def _erase_under(rule: RetentionRule, kept: Kept, company: Unit) -> int:
    ended = kept.ended_before(company, clock.now() - timedelta(days=rule.days))
    erased = 0
    for subject in ended.order_by("pk")[:MOST_AT_ONCE]:
        try:
            kept.erase(subject, User.objects.system(), f"{rule.code}, {rule.days} d"[:60])
            erased += 1
        except Refused:
            continue
    return erased
