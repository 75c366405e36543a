"""Dispatches: an engineer sent to a customer, and what a company asks of sending people."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kept.cases.models import Case
from kept.kit import clock
from kept.kit.remembered import remembered
from kept.kit.rows import ReadQuickly
from kept.kit.states import HasStates
from kept.kit.updates import write_at_end
from kept.people.models import Policy, Unit, User
from kept.timeline.models import Registered, Thread, ThreadedQuerySet


class DispatchState(models.TextChoices):
    """Where a dispatch stands."""

    PLANNED = "planned", _("arrival agreed")
    UNDER_WAY = "under_way", _("on the way")
    ARRIVED = "arrived", _("at the customer's")
    DONE = "done", _("done on site")
    WITHDRAWN = "withdrawn", _("withdrawn")


#: Nobody is there yet.
AHEAD = (DispatchState.PLANNED, DispatchState.UNDER_WAY)
#: The engineer is taken.
OPEN = (*AHEAD, DispatchState.ARRIVED)


class DispatchQuerySet(ThreadedQuerySet):
    def open(self) -> "DispatchQuerySet":
        """Those whose engineer is still taken."""
        return self.filter(status__in=OPEN)

    def ahead(self) -> "DispatchQuerySet":
        """Those whose engineer has not arrived yet."""
        return self.filter(status__in=AHEAD)

    def late(self) -> "DispatchQuerySet":
        """Those who came after the customer's time, or should have come by now (S2.15)."""
        missing = Q(status__in=AHEAD, required_by__lt=clock.now())
        return self.filter(missing | Q(arrived_at__gt=F("required_by")))

    def meeting(self, start: datetime, end: datetime) -> "DispatchQuerySet":
        """Open ones that take their engineer at some moment between two others."""
        return self.open().filter(busy_from__lt=end, busy_until__gt=start)


class Dispatch(HasStates, Registered, ReadQuickly, models.Model):
    """An engineer sent to a customer for a case; seen through the case's thread (S2.15).

    ``required_by`` is the customer's time, or the later one they agreed to. The arrival is agreed
    between ``agreed_from`` and ``agreed_until``, the work estimated at ``minutes``. From
    ``busy_from`` to ``busy_until`` the engineer is taken: on the way, waiting, at work.
    """

    see_right = "field.see"
    register = "D"
    ref = "number"
    ref_related = ("case__thread", "engineer", "unit")
    plural = "dispatches"
    thread_path = "case__thread"
    public_fields = (
        "number",
        "case",
        "unit",
        "engineer",
        "status",
        "required_by",
        "agreed_from",
        "agreed_until",
        "minutes",
        "place",
        "task",
        "outside_hours",
        "dispatched_by",
        "dispatched_at",
        "set_out_at",
        "arrived_at",
        "done_at",
        "withdrawn_at",
    )

    Status = DispatchState
    TRANSITIONS = {
        DispatchState.PLANNED: {
            DispatchState.UNDER_WAY,
            DispatchState.ARRIVED,
            DispatchState.WITHDRAWN,
        },
        DispatchState.UNDER_WAY: {
            DispatchState.PLANNED,
            DispatchState.ARRIVED,
            DispatchState.WITHDRAWN,
        },
        DispatchState.ARRIVED: {DispatchState.DONE},
    }

    number = models.CharField(max_length=30, unique=True, null=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="dispatches")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="dispatches")
    engineer = models.ForeignKey(User, models.PROTECT, related_name="dispatches")
    status = models.CharField(
        _("status"), max_length=10, choices=DispatchState.choices, default=DispatchState.PLANNED
    )
    required_by = models.DateTimeField()
    agreed_from = models.DateTimeField()
    agreed_until = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    busy_from = models.DateTimeField()
    busy_until = models.DateTimeField()
    place = models.CharField(max_length=300)
    task = models.TextField(blank=True, default="")
    outside_hours = models.BooleanField(default=False)
    dispatched_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    dispatched_at = models.DateTimeField()
    set_out_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_until__gte=F("agreed_from")), name="dispatch_agreed_in_order"
            ),
        ]
        indexes = [
            models.Index(
                fields=["engineer", "busy_until"],
                condition=Q(status__in=["planned", "under_way", "arrived"]),
                name="dispatch_taken_engineer",
            ),
            models.Index(fields=["agreed_from"], name="dispatch_by_time"),
        ]

    def __str__(self) -> str:
        return self.number or ""

    def get_absolute_url(self) -> str:
        return f"/dispatches/{self.number}/"

    def take_number(self, number: str) -> None:
        """Take the register's number; called once, last, by the envelope."""
        self.number = number
        write_at_end(self, "number")

    @property
    def thread(self) -> Thread:
        return self.case.thread

    @property
    def is_open(self) -> bool:
        """Whether the engineer is still taken."""
        return self.status in OPEN

    @property
    def late_by(self) -> timedelta | None:
        """How long after the customer's time they came, or have been missing; None in time."""
        moment = self.arrived_at or (clock.now() if self.status in AHEAD else None)
        if moment is None or moment <= self.required_by:
            return None
        return moment - self.required_by

    @property
    def late_seconds(self) -> int | None:
        """The same in seconds, for programs."""
        late = self.late_by
        return int(late.total_seconds()) if late else None

    def take_engineer(self, policy: "DispatchPolicy") -> None:
        """Count from when to when the engineer is taken by what is agreed now."""
        self.busy_from = self.agreed_from - timedelta(minutes=policy.travel_minutes)
        self.busy_until = self.agreed_until + timedelta(minutes=self.minutes)


class DispatchPolicy(Policy):
    """What a company asks of sending people to customers (S2.15): how long a job takes unless
    somebody says otherwise, and how long an engineer is on the way before. A company without such a
    row sends nobody.
    """

    usual_minutes = models.PositiveIntegerField(default=240)
    travel_minutes = models.PositiveIntegerField(default=60)


def dispatch_policy(unit: Unit) -> DispatchPolicy:
    """The row in force for a unit, or one with the usual figures that is not saved."""
    rows: list[Any] = remembered(
        ("dispatch policy", unit.path),
        lambda: list(DispatchPolicy.objects.from_above(unit).ever_in_force()),
    )
    now = clock.now()
    return next((row for row in rows if row.holds_at(now)), None) or DispatchPolicy()


def sends_people(unit: Unit | None) -> bool:
    """Whether the company of a unit sends people to customers at all."""
    return unit is not None and dispatch_policy(unit).pk is not None
