"""Inspections: how a station treats its customers, looked at now and then."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit.states import HasStates
from kept.parties.models import Account
from kept.people.models import Unit, User
from kept.timeline.models import Threaded


class InspectionMethod(models.TextChoices):
    """How the attitude of a station was looked at (S0.06)."""

    VISIT = "visit", _("visit")
    UNANNOUNCED = "unannounced", _("unannounced visit")
    PHONE = "phone", _("phone call")
    CUSTOMERS = "customers", _("asking customers")


class InspectionState(models.TextChoices):
    """Where an inspection stands."""

    OPEN = "open", _("planned")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Inspection(HasStates, Threaded):
    """One look at how a station treats people: when, how, what was found, how it scores (S0.06).

    ``score`` is out of ``score_max``; below ``bad_below`` it is bad: both as the policy stood when
    it was closed. The station sees it once it is closed, without what was noted for headquarters.
    """

    see_right = "stations.see"
    kind = "inspection"
    register = "I"
    ref_related = ("account", "thread")
    plural = "inspections"
    public_fields = (
        "number",
        "company",
        "unit",
        "account",
        "status",
        "method",
        "planned_on",
        "inspector",
        "inspected_on",
        "findings",
        "score",
        "score_max",
        "bad_below",
        "staff_seen",
        "closed_at",
        "closed_by",
    )

    Status = InspectionState
    TRANSITIONS = {
        InspectionState.OPEN: {InspectionState.CLOSED, InspectionState.WITHDRAWN},
    }

    number = models.CharField(max_length=30, unique=True, null=True)  # type: ignore[assignment]
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="inspections")
    status = models.CharField(
        _("status"), max_length=10, choices=InspectionState.choices, default=InspectionState.OPEN
    )
    method = models.CharField(_("method"), max_length=12, choices=InspectionMethod.choices)
    planned_on = models.DateField()
    inspector = models.ForeignKey(User, models.PROTECT, related_name="inspections")
    inspected_on = models.DateField(null=True, blank=True)
    findings = models.TextField(_("findings"), blank=True, default="")
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    score_max = models.PositiveSmallIntegerField(null=True, blank=True)
    bad_below = models.PositiveSmallIntegerField(null=True, blank=True)
    staff_seen = models.CharField(_("staff seen"), max_length=200, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(status="open"),
                name="one_open_inspection_per_station",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="closed")
                | (models.Q(score__isnull=False) & ~models.Q(findings="")),
                name="closed_inspection_has_findings_and_score",
            ),
        ]
        indexes = [models.Index(fields=["company", "status", "inspected_on"])]

    def __str__(self) -> str:
        return f"{self.number or ''} {self.account.name}".strip()

    @property
    def is_bad(self) -> bool:
        """Whether the score lies below what the company accepts (S0.07)."""
        if self.score is None or self.bad_below is None:
            return False
        return self.score < self.bad_below

    @property
    def score_words(self) -> str:
        """``72 / 100``, or nothing before there is one."""
        return "" if self.score is None else f"{self.score} / {self.score_max}"
