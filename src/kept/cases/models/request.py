"""The service catalogue: what may be asked for here, and one thing that was asked for."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.cases.models.case import Case
from kept.kit.money import MoneyField
from kept.kit.rows import ReadQuickly
from kept.kit.words import Words, WordsField
from kept.people.models import Policy, User
from kept.timeline.models import Registered, Thread, ThreadedQuerySet


class FieldType(models.TextChoices):
    """What is written into a field of a request."""

    LINE = "line", _("a line of text")
    TEXT = "text", _("text")
    DATE = "date", _("a day")
    DATETIME = "datetime", _("a moment")
    NUMBER = "number", _("a number")
    QUANTITY = "quantity", _("a number above nothing")
    MONEY = "money", _("an amount")
    CHOICE = "choice", _("one of some values")
    ACCOUNT = "account", _("a customer or partner")
    PRODUCT = "product", _("a product")
    PERSON = "person", _("a colleague")


class WhenNeeded(models.TextChoices):
    """When a field of a request must be filled in."""

    NEVER = "", _("may stay empty")
    START = "start", _("when it is asked for")
    FINISH = "finish", _("before it is done")


class Charging(models.TextChoices):
    """Whether a service costs the customer anything; ``always`` free lets nobody charge."""

    ALWAYS_FREE = "always", _("free of charge")
    OPTIONAL = "optional", _("a fee may be charged")
    CHARGED = "charged", _("against a fee")


class ExcuseNeeds(models.TextChoices):
    """What must have happened before a late service is excused (S4.18)."""

    REASON = "", _("a reason")
    CUSTOMER_TOLD = "customer_told", _("that the customer was told")


class RequestKind(Policy):
    """A kind of request: one entry of the service catalogue, a policy row.

    ``fields`` reads ``[{"name", "label", "type", "required", "choices", "stays"}]``,
    ``checklist`` ``[{"code", "name"}]``, ``audience`` ``{"roles": [...], "org_types": [...]}``
    (empty: anybody). A field that ``stays`` changes with a reason only. ``starts`` names the field
    its clock counts from (else when it was received), ``due_by`` the field with the moment the
    customer set, ``ends`` the field before which it is not done, and ``number_field`` the number no
    result is given without. ``tells``: doing it is telling the customer the result, so its time is
    never chosen. ``on_site``: being there in time is what is promised, so the arrival keeps it
    (S2.15). ``arises``: it comes by itself as soon as an account belongs to its audience.
    Promises are made by the rules that name it: ``applies = { request = ["oil_test"] }``.
    """

    ref = "pk"

    code = models.SlugField(max_length=40)
    name = WordsField()
    explained = WordsField(blank=True, default=Words)
    fields = models.JSONField(default=list, blank=True)
    audience = models.JSONField(default=dict, blank=True)
    checklist = models.JSONField(default=list, blank=True)
    charging = models.CharField(
        max_length=10, choices=Charging.choices, default=Charging.ALWAYS_FREE
    )
    starts = models.CharField(max_length=40, blank=True, default="")
    due_by = models.CharField(max_length=40, blank=True, default="")
    ends = models.CharField(max_length=40, blank=True, default="")
    number_field = models.CharField(max_length=40, blank=True, default="")
    excuse_needs = models.CharField(
        max_length=20, choices=ExcuseNeeds.choices, blank=True, default=ExcuseNeeds.REASON
    )
    tells = models.BooleanField(default=False)
    on_site = models.BooleanField(default=False)
    arises = models.BooleanField(default=False)
    done_word = WordsField(blank=True, default=Words)
    source = models.CharField(max_length=20, blank=True, default="")

    def __str__(self) -> str:
        return str(self.name)


class Request(Registered, ReadQuickly, models.Model):
    """What one case asks for: the kind as it was decided then, the values in their one written
    form, and what of its checklist is done. Seen through its case's thread.

    ``items`` reads ``[{"code", "name", "done_on", "by"}]``: the kind's, and those a contract adds.
    ``started_at`` is when its clock began; it is open until it is finished or withdrawn.
    """

    see_right = "cases.see"
    thread_path = "case__thread"
    ref = "id"
    plural = "requests"
    public_fields = (
        "case",
        "kind",
        "values",
        "items",
        "fee",
        "fee_waived_at",
        "fee_waived_by",
        "started_at",
        "finished_at",
        "finished_by",
        "withdrawn_at",
        "special_cause",
        "customer_told_at",
    )

    case = models.OneToOneField(Case, models.PROTECT, related_name="request")
    kind = models.ForeignKey(RequestKind, models.PROTECT, related_name="requests")
    values = models.JSONField(default=dict, blank=True)
    items = models.JSONField(default=list, blank=True)
    fee: Any = MoneyField(_("fee"), null=True)
    fee_waived_at = models.DateTimeField(null=True, blank=True)
    fee_waived_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    special_cause = models.CharField(max_length=200, blank=True, default="")
    customer_told_at = models.DateTimeField(null=True, blank=True)

    objects = ThreadedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kind", "-started_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.case.number or ''}".strip()

    @property
    def thread(self) -> Thread:
        return self.case.thread

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()

    @property
    def is_open(self) -> bool:
        """Neither done nor withdrawn."""
        return self.finished_at is None and self.withdrawn_at is None

    @property
    def open_items(self) -> list[dict[str, Any]]:
        """What of the checklist is still to be done."""
        return [item for item in self.items if not item.get("done_on")]
