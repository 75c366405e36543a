"""A company's policy on accounts as the actions read it, with the shipped defaults."""

from datetime import date

from kept.kit import clock
from kept.parties.models import AccountPolicy, DealerLevel
from kept.people.models import Unit


def account_policy(unit: Unit | None) -> AccountPolicy:
    """The policy row in force for a unit, or the defaults."""
    found = AccountPolicy.objects.in_force(unit).first() if unit else None
    return found or AccountPolicy()


def excellent_levels(unit: Unit) -> list[str]:
    """Codes of the levels that count as excellent (S3.04)."""
    rows = DealerLevel.objects.in_force(unit).filter(is_excellent=True)
    return sorted(set(rows.values_list("code", flat=True)))


def today_in(unit: Unit | None) -> date:
    """The date people of a unit read on their wall; for people of none, in UTC."""
    return clock.today(unit.zone if unit else "UTC")
