"""What a company decided about its stations."""

from django.db import models

from kept.kit import clock
from kept.kit.remembered import remembered
from kept.people.models import Policy, Unit


class StationPolicy(Policy):
    """How attitude is scored and how often it is looked at (S0.06, S0.07).

    ``score_max`` is the best score; one below ``bad_below`` is bad and asks for a training.
    A station nobody inspected for ``inspect_days`` days is overdue.
    """

    score_max = models.PositiveSmallIntegerField(default=100)
    bad_below = models.PositiveSmallIntegerField(default=60)
    inspect_days = models.PositiveSmallIntegerField(default=92)


def station_policy(unit: Unit) -> StationPolicy | None:
    """The row in force for a unit; None where the company keeps no stations."""
    rows = remembered(
        ("station policy", unit.path),
        lambda: list(StationPolicy.objects.from_above(unit).ever_in_force()),
    )
    now = clock.now()
    return next((row for row in rows if row.holds_at(now)), None)
