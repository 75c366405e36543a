"""Field staff: where they are posted, and which station each of them covers on a given day."""

from datetime import date

from django.db import models
from django.db.models import Q

from kept.parties.models.account import Account
from kept.people.models import Unit, User
from kept.timeline.models import ThreadedQuerySet


def _on(day: date) -> Q:
    return Q(from_on__lte=day) & (Q(until_on__isnull=True) | Q(until_on__gte=day))


class PostingQuerySet(models.QuerySet):
    def on(self, day: date) -> "PostingQuerySet":
        """Postings that hold on a day; both ends count."""
        return self.filter(_on(day))

    def visible_to(self, user: User) -> "PostingQuerySet":
        """Postings in the companies the person works in; outside people see none."""
        return self if user.is_system else self.filter(company__in=user.staff_company_ids)


class Posting(models.Model):
    """The time somebody is posted to a region as field staff (S0.02)."""

    ref = "id"
    plural = "postings"
    public_fields = (
        "person",
        "company",
        "region",
        "address",
        "from_on",
        "until_on",
    )

    person = models.ForeignKey(User, models.PROTECT, related_name="postings")
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    region = models.CharField(max_length=80)
    address = models.CharField(max_length=200, blank=True, default="")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "region"],
                condition=Q(until_on__isnull=True),
                name="one_open_posting_per_region",
            )
        ]
        indexes = [models.Index(fields=["company", "region"])]

    def __str__(self) -> str:
        return f"{self.person} · {self.region}"

    def get_absolute_url(self) -> str:
        return self.person.get_absolute_url()


class CoverageQuerySet(ThreadedQuerySet):
    def on(self, day: date) -> "CoverageQuerySet":
        """Who was responsible on a day; both ends count."""
        return self.filter(_on(day))


class Coverage(models.Model):
    """The time one field manager was responsible for one station: never two on the same day."""

    see_right = "parties.see"
    thread_path = "account__thread"

    account = models.ForeignKey(Account, models.PROTECT, related_name="coverage")
    manager = models.ForeignKey(User, models.PROTECT, related_name="coverage")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(until_on__isnull=True),
                name="one_field_manager_per_station",
            )
        ]
        indexes = [models.Index(fields=["account", "from_on"])]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.manager_id} {self.from_on}"
