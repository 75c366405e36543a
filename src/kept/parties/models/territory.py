"""Territories: who answers for one, since when an account lies in it, how it left, who served it
from afar.
"""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.parties.models.account import Account
from kept.people.models import Unit, UnitKind, User
from kept.timeline.models import Registered, Thread, ThreadedQuerySet

#: Kinds of units that are territories: customers lie in one, and engineers answer for it (S1.05).
TERRITORIES = (UnitKind.BRANCH, UnitKind.REGION)


class TerritoryMode(models.TextChoices):
    """How much a company insists that every customer lies in a territory (C15)."""

    OFF = "off", _("not asked for")
    ADVISE = "advise", _("advised")
    STRICT = "strict", _("strict")


class TerritoryEngineerQuerySet(models.QuerySet):
    def current(self) -> "TerritoryEngineerQuerySet":
        return self.filter(until_on__isnull=True)

    def on(self, day: date) -> "TerritoryEngineerQuerySet":
        """Who answered for it on a day; both ends count."""
        ended = models.Q(until_on__isnull=True) | models.Q(until_on__gte=day)
        return self.filter(ended, from_on__lte=day)

    def visible_to(self, user: User) -> "TerritoryEngineerQuerySet":
        """Those of the companies the person works in; outside people see none."""
        if user.is_system:
            return self
        return self.filter(unit__company__in=user.staff_company_ids)


class TerritoryEngineer(models.Model):
    """The time an engineer represents the company in a territory and answers for it (S1.05).

    ``places`` is one a line; without any it is the whole territory. Rows are ended, never changed
    otherwise and never deleted.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="territory_engineers")
    engineer = models.ForeignKey(User, models.PROTECT, related_name="territories")
    places = models.TextField(blank=True, default="")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    objects = TerritoryEngineerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=models.Q(until_on__isnull=True, places=""),
                name="one_engineer_for_a_whole_territory",
            )
        ]
        indexes = [models.Index(fields=["unit", "from_on"])]

    def __str__(self) -> str:
        return f"{self.engineer} · {self.unit}"

    @property
    def place_list(self) -> list[str]:
        return self.places.splitlines()

    @property
    def places_in_words(self) -> str:
        return ", ".join(self.place_list)


class Leaving(models.TextChoices):
    """Why a customer no longer belongs to a territory."""

    LOST = "lost", _("lost")
    MOVED = "moved", _("moved to another territory")
    MERGED = "merged", _("merged")
    ENDED = "ended", _("ended")


class Tenure(Registered, models.Model):
    """The time an account was an active customer of one territory; churn is counted from these.

    ``customer_since`` stays the same when it moves to another territory. ``until_on`` is the day it
    left. Rows are ended, never changed otherwise and never deleted (S1.23).
    """

    see_right = "parties.see"
    thread_path = "account__thread"

    account = models.ForeignKey(Account, models.PROTECT, related_name="tenures")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    customer_since = models.DateField()
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    left_as = models.CharField(max_length=10, choices=Leaving.choices, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")

    objects = ThreadedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(until_on__isnull=True),
                name="one_open_tenure_per_account",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | ~models.Q(left_as=""),
                name="tenure_end_has_a_cause",
            ),
            models.CheckConstraint(
                condition=~models.Q(left_as="lost") | ~models.Q(reason=""),
                name="lost_customer_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["unit", "customer_since"])]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.unit_id} since {self.from_on}"


class CrossRegionService(Registered, models.Model):
    """A unit served a customer of another territory: credited to it, told to the home unit (S1.32).

    Whoever serves sees the customer from then on.
    """

    see_right = "parties.see"
    thread_path = "account__thread"
    ref = "id"
    plural = "cross_region"
    public_fields = (
        "account",
        "home_unit",
        "unit",
        "server",
        "reason",
        "served_at",
    )

    account = models.ForeignKey(Account, models.PROTECT, related_name="cross_region_services")
    home_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cross_region_services")
    server = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    served_at = models.DateTimeField()

    objects = ThreadedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit", "served_at"])]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.unit_id} for {self.home_unit_id}"

    def get_absolute_url(self) -> str:
        return self.account.get_absolute_url()

    @property
    def thread(self) -> Thread:
        return self.account.thread
