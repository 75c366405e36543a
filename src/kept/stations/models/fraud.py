"""Fraud cases: repairs a station is suspected of having made up, with the evidence."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kept.kit.states import HasStates
from kept.parties.models import Account
from kept.people.models import Unit, User
from kept.timeline.models import Attachment, Registered, Thread, Threaded, ThreadedQuerySet


class FraudState(models.TextChoices):
    """Where a fraud case stands (S0.18)."""

    SUSPECTED = "suspected", _("suspected")
    REPORTED = "reported", _("reported, not yet decided")
    DECIDED = "decided", _("decided")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class FraudDecision(models.TextChoices):
    """What headquarters decided about what was reported (S0.18)."""

    CONFIRMED = "confirmed", _("confirmed")
    UNFOUNDED = "unfounded", _("unfounded")


class FraudCase(HasStates, Threaded):
    """One suspicion that a station made something up, and what became of it (S0.18, S0.19).

    Field staff and headquarters see it, the station never: ``is_secret`` keeps what hangs on it
    from everybody without the right to see fraud cases. Reporting rests on evidence: files on its
    thread. ``education`` is the story of the honesty education held after it was confirmed, on
    ``educated_on``; without it no confirmed one is closed.
    """

    see_right = "stations.see_fraud"
    is_secret = True
    kind = "fraud_case"
    register = "F"
    ref_related = ("account", "thread")
    plural = "fraud_cases"
    public_fields = (
        "number",
        "company",
        "unit",
        "account",
        "status",
        "suspected",
        "statement",
        "opened_by",
        "opened_at",
        "reported_by",
        "reported_at",
        "decision",
        "decided_because",
        "decided_by",
        "decided_at",
        "educated_on",
        "closed_by",
        "closed_at",
    )

    Status = FraudState
    TRANSITIONS = {
        FraudState.SUSPECTED: {FraudState.REPORTED, FraudState.WITHDRAWN},
        FraudState.REPORTED: {FraudState.DECIDED},
        FraudState.DECIDED: {FraudState.CLOSED},
    }

    number = models.CharField(max_length=30, unique=True, null=True)  # type: ignore[assignment]
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="fraud_cases")
    status = models.CharField(
        _("status"), max_length=10, choices=FraudState.choices, default=FraudState.SUSPECTED
    )
    suspected = models.TextField(_("what is suspected"))
    statement = models.TextField(_("written statement"), blank=True, default="")
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reported_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(
        _("decision"), max_length=10, choices=FraudDecision.choices, blank=True, default=""
    )
    decided_because = models.TextField(_("reason of the decision"), blank=True, default="")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    education = models.ForeignKey(
        Thread, models.PROTECT, null=True, blank=True, related_name="educated_after"
    )
    educated_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["suspected", "withdrawn"]) | Q(reported_at__isnull=False),
                name="fraud_is_reported_before_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["decided", "closed"]) | ~Q(decision=""),
                name="decided_fraud_has_a_decision",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed", decision="confirmed") | Q(education__isnull=False),
                name="confirmed_fraud_closes_after_education",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "status", "opened_at"]),
            models.Index(fields=["account", "status"]),
        ]

    def __str__(self) -> str:
        return f"{self.number or ''} {self.account.name}".strip()

    @property
    def is_confirmed(self) -> bool:
        return self.decision == FraudDecision.CONFIRMED

    @property
    def lacks_education(self) -> bool:
        """Whether it was confirmed and the station was not educated since (S0.19)."""
        return self.is_confirmed and self.education_id is None

    @property
    def has_evidence(self) -> bool:
        """Whether a file hangs on its story (SX.07)."""
        return Attachment.objects.filter(thread=self.thread_id).exists()

    @property
    def numbers(self) -> list[str]:
        """The numbers of the orders it is about, as they were written."""
        return [one.number for one in self.orders.all() if one.struck_at is None]


class FraudOrder(Registered, models.Model):
    """An order a fraud case is about: its number as written, and its story where Kept has it.

    ``struck_at`` is when a correction took it out again.
    """

    thread_path = "case__thread"
    see_right = FraudCase.see_right

    case = models.ForeignKey(FraudCase, models.PROTECT, related_name="orders")
    number = models.CharField(max_length=40)
    order = models.ForeignKey(
        Thread, models.PROTECT, null=True, blank=True, related_name="fraud_orders"
    )
    struck_at = models.DateTimeField(null=True, blank=True)

    objects = ThreadedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "number"],
                condition=Q(struck_at__isnull=True),
                name="one_fraud_order_per_number",
            ),
        ]

    def __str__(self) -> str:
        return self.number
