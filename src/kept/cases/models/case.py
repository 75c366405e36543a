"""The case: a matter with an owner, a handler, clocks, and a life told by TRANSITIONS."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.cases.models import findable
from kept.cases.models.words import CaseClass, CaseKind, Evidence, Priority, Route
from kept.kit import clock
from kept.kit.public import Field, Guarded
from kept.kit.states import HasStates
from kept.parties.models import Account, Contact
from kept.people.models import Unit, User
from kept.people.personal import SEE_PERSONAL
from kept.products.models import Product, SerialUnit
from kept.timeline.models import Thread, Threaded

if TYPE_CHECKING:
    from kept.cases.models.steps import HandOver


class CaseStatus(models.TextChoices):
    """Where a case stands."""

    OPEN = "open", _("open")
    WAITING = "waiting", _("waiting for the customer")
    RESULT = "result", _("result known")
    SOLVED = "solved", _("solved, says the customer")
    CLOSED = "closed", _("closed")


class Case(HasStates, Threaded):
    """One matter. ``owner`` received it first and stays answerable; ``handler`` works on it now.

    With no handler it lies in the queue of its unit.
    """

    see_right = "cases.see"
    kind = "case"
    register = "C"
    told_as = ("number",)  # whoever reads of it elsewhere need not see what it is about
    plural = "cases"
    public_fields = (
        "number",
        "summary",
        "description",
        "status",
        "route",
        "case_kind",
        "priority",
        "classification",
        Field("thread.next_due_at", "due_at"),
        "unit",
        "owner",
        "handler",
        "account",
        "contact",
        "caller_name",
        Guarded("caller_phone", SEE_PERSONAL),
        Guarded("caller_email", SEE_PERSONAL),
        "address",
        "product",
        "version",
        "serial_unit",
        "unregistered_serial",
        "marked_because",
        "received_at",
        "result",
        "result_at",
        "told_at",
        "visited_at",
        "solved_at",
        "evidence",
        "outcome",
        "closed_at",
        "closed_by",
        "duplicate_of",
        "public_post",
    )

    Status = CaseStatus
    TRANSITIONS = {
        CaseStatus.OPEN: {
            CaseStatus.WAITING,
            CaseStatus.RESULT,
            CaseStatus.SOLVED,
            CaseStatus.CLOSED,
        },
        CaseStatus.WAITING: {
            CaseStatus.OPEN,
            CaseStatus.RESULT,
            CaseStatus.SOLVED,
            CaseStatus.CLOSED,
        },
        CaseStatus.RESULT: {
            CaseStatus.OPEN,
            CaseStatus.WAITING,
            CaseStatus.SOLVED,
            CaseStatus.CLOSED,
        },
        CaseStatus.SOLVED: {CaseStatus.OPEN, CaseStatus.RESULT, CaseStatus.CLOSED},
        CaseStatus.CLOSED: {CaseStatus.OPEN},
    }

    number = models.CharField(  # type: ignore[assignment]  # taken last: none until then
        max_length=30, unique=True, null=True
    )
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cases")
    origin = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    route = models.CharField(_("route"), max_length=20, choices=Route.choices)
    case_kind = models.CharField(
        _("kind"), max_length=20, choices=CaseKind.choices, default=CaseKind.SERVICE
    )
    priority = models.CharField(
        _("priority"), max_length=10, choices=Priority.choices, default=Priority.NORMAL
    )
    status = models.CharField(
        _("status"), max_length=10, choices=CaseStatus.choices, default=CaseStatus.OPEN
    )
    summary = models.CharField(_("summary"), max_length=200)
    description = models.TextField(_("description"), blank=True, default="")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="cases"
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="cases"
    )
    caller_name = models.CharField(max_length=100, blank=True, default="")
    caller_phone = models.CharField(max_length=40, blank=True, default="")
    caller_email = models.EmailField(blank=True, default="")
    address = models.CharField(max_length=300, blank=True, default="")
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="cases"
    )
    version = models.CharField(max_length=40, blank=True, default="")
    serial_unit = models.ForeignKey(
        SerialUnit, models.PROTECT, null=True, blank=True, related_name="cases"
    )
    owner = models.ForeignKey(User, models.PROTECT, related_name="owned_cases")
    handler = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="handled_cases"
    )
    received_at = models.DateTimeField()
    classification = models.CharField(max_length=20, choices=CaseClass.choices, blank=True)
    result = models.TextField(blank=True, default="")
    result_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    visited_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    evidence = models.CharField(max_length=20, choices=Evidence.choices, blank=True)
    outcome = models.ForeignKey(
        "cases.Outcome", models.PROTECT, null=True, blank=True, related_name="cases"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    is_misuse = models.BooleanField(default=False)
    is_abusive = models.BooleanField(default=False)
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates"
    )
    public_post = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="private_cases"
    )
    related = models.ManyToManyField("self", blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    departed_at = models.DateTimeField(null=True, blank=True)
    ticked = models.JSONField(default=list, blank=True)
    unregistered_serial = models.CharField(max_length=60, blank=True, default="")
    marked_because = models.CharField(max_length=200, blank=True, default="")
    erased_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=40, blank=True, default="")
    source_ref = models.CharField(max_length=60, blank=True, default="")

    _open_offer: "HandOver | None"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "source", "source_ref"],
                condition=~models.Q(source=""),
                name="one_case_per_source",
            )
        ]
        indexes = [models.Index(fields=["account", "-received_at"])]

    def __str__(self) -> str:
        return f"{self.number or ''} {self.summary}".strip()

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        """Written, and found by what it says now where that is something else."""
        is_kept = self.number and not self._state.adding
        super().save(*args, update_fields=update_fields, **options)
        if is_kept and (update_fields is None or findable.FOUND_BY & set(update_fields)):
            findable.index(self)

    def take_number(self, number: str) -> None:
        super().take_number(number)
        findable.index(self, is_new=True)

    @property
    def is_open(self) -> bool:
        return self.status != CaseStatus.CLOSED

    @property
    def customers_thread(self) -> Thread | None:
        """Whom promises about the case are made to, as far as they are known."""
        return self.account.thread if self.account else None

    @property
    def time_here(self) -> timedelta:
        """How long somebody who walked in has been here, or was (S1.71)."""
        return (self.departed_at or clock.now()) - self.received_at

    @property
    def customer_name(self) -> str:
        """Who it is about, known or not yet known."""
        return self.account.name if self.account else self.caller_name
