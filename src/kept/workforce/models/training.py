"""Trainings: what was taught to whom, with what result, and what a company asks of them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.remembered import remembered
from kept.kit.states import HasStates
from kept.parties.models import Account, Contact
from kept.people.models import Policy, Unit, User
from kept.timeline.models import Registered, Thread, Threaded, ThreadedQuerySet


class Topic(models.TextChoices):
    """What a training is about (S0.07, S0.16, S0.27, S1.16, S3.07)."""

    ATTITUDE = "attitude", _("attitude")
    PARTS = "parts", _("spare parts")
    TECHNICAL = "technical", _("technical")
    HONESTY = "honesty", _("honesty")
    NEW_TECHNOLOGY = "new_technology", _("new technology")
    MANAGEMENT = "management", _("management")
    VOCATIONAL = "vocational", _("vocational")
    WORKFLOW = "products_workflow", _("products and workflow")


class TrainingState(models.TextChoices):
    """Whether something is still missing of a training."""

    HELD = "held", _("held, not yet done")
    DONE = "done", _("done")


class Training(HasStates, Threaded):
    """A training held for a station's staff or for own people (S0.07, S1.16).

    It is done once nothing is missing: the exam of everybody where the topic has one, the
    station's acknowledgement where it asks for one (S0.16). ``acknowledged_contact`` is who at the
    station acknowledged it, ``acknowledged_by`` who wrote that down: the station itself, or one of
    ours. The station and its attendees see it.
    """

    see_right = "workforce.see_training"
    kind = "training"
    register = "T"
    ref_related = ("account", "thread")
    plural = "trainings"
    public_fields = (
        "number",
        "company",
        "unit",
        "account",
        "topic",
        "course",
        "held_on",
        "place",
        "trainer",
        "content",
        "result",
        "status",
        "acknowledged_contact",
        "acknowledged_at",
        "acknowledged_by",
        "done_at",
    )

    Status = TrainingState
    TRANSITIONS = {TrainingState.HELD: {TrainingState.DONE}}

    number = models.CharField(max_length=30, unique=True, null=True)  # type: ignore[assignment]
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="trainings")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="trainings"
    )
    topic = models.CharField(_("topic"), max_length=20, choices=Topic.choices)
    course = models.CharField(_("course"), max_length=200, blank=True, default="")
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=200, blank=True, default="")
    trainer = models.CharField(_("trainer"), max_length=100)
    content = models.TextField(_("content"), blank=True, default="")
    result = models.TextField(_("result"), blank=True, default="")
    status = models.CharField(
        _("status"), max_length=6, choices=TrainingState.choices, default=TrainingState.HELD
    )
    acknowledged_contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "topic", "held_on"])]

    def __str__(self) -> str:
        return f"{self.number or ''} {self.title}".strip()

    @property
    def title(self) -> str:
        """The course, or else the topic."""
        return self.course or str(self.get_topic_display())

    @property
    def for_whom(self) -> str:
        """The station, or the unit whose people were trained."""
        return str(self.account or self.unit)

    @property
    def acknowledged_name(self) -> str:
        """Who acknowledged it for the station."""
        return str(self.acknowledged_contact or self.acknowledged_by or "")


class AttendeeQuerySet(ThreadedQuerySet):
    def passed(self) -> "AttendeeQuerySet":
        """Those who reached the mark, and those of trainings without an exam."""
        return self.filter(Q(pass_mark__isnull=True) | Q(score__gte=F("pass_mark")))


class Attendee(Registered, models.Model):
    """Somebody who was there: a contact of the station, or one of our people; with their result.

    ``pass_mark`` is the score needed, as the policy stood when the training was held; without one
    there was no exam.
    """

    see_right = "workforce.see_training"
    thread_path = "training__thread"
    ref = "id"
    ref_related = ("training__account", "training__thread", "contact", "person")
    plural = "attendees"
    public_fields = ("training", "contact", "person", "score", "pass_mark", "result")

    training = models.ForeignKey(Training, models.PROTECT, related_name="attendees")
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="trained"
    )
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="trained")
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    pass_mark = models.PositiveSmallIntegerField(null=True, blank=True)
    result = models.CharField(_("result"), max_length=200, blank=True, default="")

    objects = AttendeeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=False, person__isnull=True)
                | Q(contact__isnull=True, person__isnull=False),
                name="attendee_is_theirs_or_ours",
            ),
            models.UniqueConstraint(
                fields=["training", "contact"],
                condition=Q(contact__isnull=False),
                name="one_attendance_per_contact",
            ),
            models.UniqueConstraint(
                fields=["training", "person"],
                condition=Q(person__isnull=False),
                name="one_attendance_per_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.who)

    def get_absolute_url(self) -> str:
        return self.training.get_absolute_url()

    @property
    def thread(self) -> Thread:
        return self.training.thread

    @property
    def who(self) -> Contact | User:
        return self.contact or self.person  # type: ignore[return-value]

    @property
    def passed(self) -> bool | None:
        """Whether the exam is passed; None before there is a score, or where there was no exam."""
        if self.pass_mark is None or self.score is None:
            return None
        return self.score >= self.pass_mark

    @property
    def waits_for_exam(self) -> bool:
        return self.pass_mark is not None and self.score is None


class TrainingPolicy(Policy):
    """What a company asks of trainings: ``exams`` are topics with an exam, scored from 0 to
    ``score_max`` and passed from ``pass_mark`` on (S1.16); those in ``acknowledged`` are done once
    the station has acknowledged them (S0.16).
    """

    score_max = models.PositiveSmallIntegerField(default=100)
    pass_mark = models.PositiveSmallIntegerField(default=60)
    exams = models.JSONField(default=list)
    acknowledged = models.JSONField(default=list)


def training_policy(unit: Unit) -> TrainingPolicy:
    """The row in force for a unit, or one that asks for nothing."""
    rows = remembered(
        ("training policy", unit.path),
        lambda: list(TrainingPolicy.objects.from_above(unit).ever_in_force()),
    )
    now = clock.now()
    return next((row for row in rows if row.holds_at(now)), None) or TrainingPolicy()
