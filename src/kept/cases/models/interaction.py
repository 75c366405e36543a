"""The register of contacts: every call, letter, mail and visit, numbered and never deleted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.cases.models.words import Route
from kept.kit.rows import ReadQuickly
from kept.kit.updates import write_at_end
from kept.people.models import Unit, User
from kept.timeline.models import Registered, ThreadedQuerySet


class SenderType(models.TextChoices):
    """Who got in touch (S2.23)."""

    USER = "user", _("user")
    SALESPERSON = "salesperson", _("salesperson")
    AGENT = "agent", _("agent or dealer")
    OTHER = "other", _("other")


class Direction(models.TextChoices):
    IN = "in", _("incoming")
    OUT = "out", _("outgoing")


class Interaction(Registered, ReadQuickly, models.Model):
    """One contact: a line of the register (S2.23). Seen through its case's thread.

    ``duty_person`` is who was on duty in the unit when a call came in (S4.15).
    """

    see_right = "cases.see"
    register = "R"
    ref = "number"
    plural = "register"
    thread_path = "case__thread"

    number = models.CharField(max_length=30, unique=True, null=True)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="interactions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.IN)
    route = models.CharField(max_length=20, choices=Route.choices)
    sender_type = models.CharField(
        max_length=12, choices=SenderType.choices, default=SenderType.USER
    )
    sender = models.CharField(max_length=100, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    content = models.TextField(blank=True, default="")
    result = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    duty_person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField(db_index=True)
    recorded_at = models.DateTimeField()
    was_reached = models.BooleanField(null=True)

    objects = ThreadedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number or ""

    @property
    def thread(self):
        return self.case.thread

    def take_number(self, number: str) -> None:
        """Take the register's number; called once, last, by the envelope."""
        self.number = number
        write_at_end(self, "number")

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()
