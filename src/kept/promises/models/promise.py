"""Promises and the clock events they are folded from."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.public import Guarded
from kept.kit.rows import ReadQuickly
from kept.people.models import Unit, User
from kept.people.personal import SEE_PERSONAL
from kept.promises.models.calendar import Calendar
from kept.promises.models.rule import PromiseRule
from kept.timeline.models import Thread, ThreadedQuerySet
from kept.timeline.models.thread import seen_by, seen_under


class PromiseKind(models.TextChoices):
    """What was promised."""

    REPLY = "reply", _("reply")
    CALL_BACK = "call_back", _("call back")
    SOLVE = "solve", _("solve")
    NAME_TIME = "name_time", _("name the time for solving")
    TELL_CUSTOMER = "tell_customer", _("tell the customer")
    ANSWER_QUESTION = "answer_question", _("answer a colleague")
    CHASE_MAIL = "chase_mail", _("ask where the mail is")
    PROGRESS = "progress", _("report progress")
    VISIT = "visit", _("be on site")
    ACKNOWLEDGE = "acknowledge", _("acknowledge")
    APPROVE = "approve", _("decide on a request")
    TRAIN = "train", _("hold a training")
    DUTY = "duty", _("duty")
    FULFIL = "fulfil", _("do what was asked")
    OTHER = "other", _("other promise")


class PromiseState(models.TextChoices):
    """Where a promise stands; "late" is a running promise past its due time."""

    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    KEPT = "kept", _("kept")
    BROKEN = "broken", _("broken")
    EXCUSED = "excused", _("excused")
    CANCELLED = "cancelled", _("withdrawn")


#: Percent of its time after which a promise without a rule of its own is warned of.
STANDARD_WARNING = 80
OPEN_STATES = (PromiseState.RUNNING, PromiseState.PAUSED)
SEE_DUTIES = "promises.see"


class PromiseQuerySet(ThreadedQuerySet):
    def visible_to(self, user: User) -> "PromiseQuerySet":
        """Promises about what the person may see; what a company's people owe by the calendar only
        with the right to see it: no dealer reads when somebody must call on them (SX.02).
        """
        if user.is_system:
            return self
        rows = self.filter(seen_under(user, Promise.see_right, Promise.thread_path))
        seen = user.sight(SEE_DUTIES)
        if set(user.sight(Promise.see_right)) <= set(seen):
            return rows
        return rows.filter(~Q(kind=PromiseKind.DUTY) | Q(seen_by(seen, "about")))

    def open(self) -> "PromiseQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def of_person(self, user: User) -> "PromiseQuerySet":
        return self.open().filter(person=user)

    def late(self, at: datetime | None = None) -> "PromiseQuerySet":
        return self.filter(state=PromiseState.RUNNING, due_at__lt=at or clock.now())

    def due_for_sweep(self, now: datetime) -> "PromiseQuerySet":
        return self.filter(next_tick_at__lte=now).order_by("next_tick_at", "pk")


class Promise(ReadQuickly, models.Model):
    """One promise: about a matter, to somebody, by a person, with a due time that explains itself.

    ``lateness`` is seconds between due and done, negative when early. ``next_tick_at`` is the next
    moment the sweep must look: the next stage of the ladder, or the breach; none when nothing is to
    come. ``told_at`` is how far up the ladder it was taken for the present due time.
    """

    see_right = "cases.see"
    thread_path = "about"
    ref = "id"
    plural = "promises"
    public_fields = (
        "about",
        "to",
        "kind",
        "unit",
        "person",
        "rule",
        "text",
        Guarded("phone", SEE_PERSONAL),
        "state",
        "started_at",
        "due_at",
        "names_day",
        "breached_at",
        "done_at",
        "lateness",
    )

    Kind = PromiseKind
    State = PromiseState

    about = models.ForeignKey(Thread, models.PROTECT, related_name="promises")
    to = models.ForeignKey(Thread, models.PROTECT, null=True, related_name="promised")
    kind = models.CharField(max_length=30, choices=PromiseKind.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="promises")
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="promises")
    rule = models.ForeignKey(PromiseRule, models.PROTECT, null=True, related_name="promises")
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, related_name="promises")
    text = models.CharField(max_length=300, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(
        max_length=10, choices=PromiseState.choices, default=PromiseState.RUNNING
    )
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    names_day = models.BooleanField(default=False)
    breached_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    lateness = models.IntegerField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    next_tick_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    length = models.PositiveIntegerField(default=0)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_tick_at"],
                condition=Q(next_tick_at__isnull=False),
                name="promise_next_tick",
            ),
            models.Index(
                fields=["person", "due_at"],
                condition=Q(state__in=["running", "paused"]),
                name="promise_open_of_person",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state="running"),
                name="promise_running_by_due",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state="running", level=1),
                name="promise_warned_by_due",
            ),
            models.Index(fields=["about", "state"]),
            models.Index(fields=["due_at"], name="promise_due"),
        ]

    def __str__(self) -> str:
        return self.text or str(self.get_kind_display())

    @property
    def thread(self) -> Thread:
        return self.about

    @property
    def what(self) -> Any:
        """What was promised, as history names it: the kind, or the rule of a duty."""
        return self.duty.rule if self.kind == PromiseKind.DUTY else self.kind

    @property
    def warn_percent(self) -> int:
        """After which share of the time it is warned of."""
        if self.kind == PromiseKind.DUTY:
            return self.duty.rule.warn_percent
        return self.rule.warn_percent if self.rule else STANDARD_WARNING

    @property
    def status(self) -> PromiseState:
        """The state, under the name verbs ask for."""
        return PromiseState(self.state)

    def get_status_display(self) -> str:
        return self.get_state_display()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_late(self) -> bool:
        """Running past its due time: one comparison everywhere."""
        if self.state != PromiseState.RUNNING or self.due_at is None:
            return False
        return self.due_at < clock.now()

    @property
    def late_by(self) -> timedelta | None:
        return timedelta(seconds=self.lateness) if self.lateness is not None else None

    def get_absolute_url(self) -> str:
        return f"/promises/{self.pk}/"


class ClockEvent(ReadQuickly, models.Model):
    """One thing that happened to a promise's clock; append-only, triggers refuse change.

    Nothing refers to it by key, only by (promise, seq).
    """

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reason = models.CharField(max_length=60, blank=True, default="")
    data = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise", "seq"], name="one_clock_event_per_seq")
        ]

    def __str__(self) -> str:
        return f"{self.promise_id}#{self.seq} {self.kind}"


class Escalation(models.Model):
    """A stage that was told for one due time of a promise: the same one never comes twice (B19)."""

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="escalations")
    code = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["promise", "code", "due_at"], name="one_escalation_per_stage_and_due_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.code}"
