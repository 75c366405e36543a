"""Who may advise on solutions, what a company asks of its units, and where that is too few."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.people.models import Policy, PolicyQuerySet, Unit, User


class ConsultantQuerySet(models.QuerySet):
    def current(self) -> "ConsultantQuerySet":
        """Those who may advise now."""
        return self.filter(until_on__isnull=True)

    def on(self, day: date) -> "ConsultantQuerySet":
        """Those who could advise on a day; both ends count."""
        ended = Q(until_on__isnull=True) | Q(until_on__gte=day)
        return self.filter(ended, from_on__lte=day)

    def below(self, unit: Unit) -> "ConsultantQuerySet":
        """Those of a unit and everything under it."""
        return self.filter(unit__path__startswith=unit.path)

    def visible_to(self, user: User) -> "ConsultantQuerySet":
        """Consultants of the companies the person works in; outside people see none."""
        if user.is_system:
            return self
        return self.filter(unit__company__in=user.staff_company_ids)


class Consultant(models.Model):
    """The time a person may advise on solutions in a unit, and which they know (S1.02).

    ``solutions`` is one a line. Whoever moves to another unit ends here and begins there; rows are
    ended, never changed otherwise and never deleted.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="consulting")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="consultants")
    solutions = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    objects = ConsultantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until_on__isnull=True),
                name="one_open_consulting_per_person",
            )
        ]
        indexes = [models.Index(fields=["unit", "from_on"])]

    def __str__(self) -> str:
        return f"{self.person} · {self.solutions_in_words}"

    def get_absolute_url(self) -> str:
        return self.person.get_absolute_url()

    @property
    def solutions_in_words(self) -> str:
        return ", ".join(self.solutions.splitlines())


class ConsultingPolicyQuerySet(PolicyQuerySet):
    def within(self, company: Unit) -> "ConsultingPolicyQuerySet":
        """Rows in force now in a company or any of its units, most specific first."""
        now = clock.now()
        valid = Q(superseded_at__isnull=True) | Q(superseded_at__gt=now)
        rows = self.filter(valid, valid_from__lte=now, unit__path__startswith=company.path)
        longest = rows.select_related("unit").annotate(path_length=Length("unit__path"))
        return longest.order_by("-path_length", "-valid_from", "-pk")


class ConsultingPolicy(Policy):
    """How many consultants a unit of these kinds has at least, and should have (S1.02).

    A target of 0 asks for none: the rule is off.
    """

    kinds = models.JSONField(default=list)
    minimum = models.PositiveSmallIntegerField(default=0)
    target = models.PositiveSmallIntegerField(default=0)

    objects = ConsultingPolicyQuerySet.as_manager()  # type: ignore[misc]


class ShortageLevel(models.TextChoices):
    """How serious it is: the minimum is a must, the target is not."""

    MINIMUM = "minimum", _("below the minimum")
    TARGET = "target", _("below the target")


class ShortageQuerySet(models.QuerySet):
    def current(self) -> "ShortageQuerySet":
        return self.filter(ended_at__isnull=True)


class Shortage(models.Model):
    """The time a unit, with all below it, had fewer consultants than the policy asks (S1.02).

    ``wanted`` is the minimum or target it was below, by the row of policy in ``rule``.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="consultant_shortages")
    level = models.CharField(max_length=10, choices=ShortageLevel.choices)
    wanted = models.PositiveSmallIntegerField()
    rule = models.ForeignKey(ConsultingPolicy, models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ShortageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(ended_at__isnull=True),
                name="one_open_shortage_per_unit",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.level}"
