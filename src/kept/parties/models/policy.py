"""What a company decides about its customers and partners."""

from decimal import Decimal

from django.db import models

from kept.kit.words import WordsField
from kept.parties.models.territory import TerritoryMode
from kept.people.models import Policy, PolicyQuerySet


class AccountPolicy(Policy):
    """Mandatory fields by role, which changes are acknowledged first, and the limits.

    ``mandatory`` ``{"dealer": ["contact_name", "phone", "joined_year", "joining"]}`` (S3.01).
    ``acknowledged`` roles of accounts, and "field_staff", whose data waits for somebody else's
    word before it changes (S0.42, S0.43); ``notice_days`` is how soon a change is to be reported.
    ``verify_days`` is how long a file counts as fresh (S1.22). ``churn_limit`` percent that must
    not be reached over ``churn_months`` (S1.23). ``phone_region`` is the country of numbers written
    without one. ``territory_mode`` is how much it insists that customers lie in a territory (C15).
    """

    mandatory = models.JSONField(default=dict)
    acknowledged = models.JSONField(default=list)
    notice_days = models.PositiveSmallIntegerField(default=3)
    verify_days = models.PositiveSmallIntegerField(default=31)
    churn_limit = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal("5.00"))
    churn_months = models.PositiveSmallIntegerField(default=12)
    phone_region = models.CharField(max_length=2, default="CN")
    territory_mode = models.CharField(
        max_length=6, choices=TerritoryMode.choices, default=TerritoryMode.OFF
    )


class QuietHours(Policy):
    """When partners are not to be disturbed by what the company begins itself (S3.21, C11):
    ``["12:00-14:00", "20:00-09:00"]`` by the clock of the unit; an account may have its own.
    """

    periods = models.JSONField(default=list)


class SegmentQuerySet(PolicyQuerySet):
    def visible_to(self, user) -> "SegmentQuerySet":
        """Rows of the companies the person is granted anything in."""
        return self.filter(unit__company__in=user.company_ids)


class DealerType(Policy):
    """A kind of dealer a company tells apart (S3.04)."""

    ref = "pk"

    code = models.SlugField(max_length=40)
    name = WordsField()

    objects = SegmentQuerySet.as_manager()  # type: ignore[misc]

    def __str__(self) -> str:
        return str(self.name)


class DealerLevel(Policy):
    """A level a dealer can reach and the rule it is given by, such as sales in a year (S3.04)."""

    ref = "pk"

    code = models.SlugField(max_length=40)
    name = WordsField()
    rule = WordsField(blank=True, default=dict)
    is_excellent = models.BooleanField(default=False)

    objects = SegmentQuerySet.as_manager()  # type: ignore[misc]

    def __str__(self) -> str:
        return str(self.name)
