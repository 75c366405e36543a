"""Steps inside a case that wait for somebody: hand-overs and questions to colleagues."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.cases.models.case import Case
from kept.kit.rows import ReadQuickly
from kept.people.models import Unit, User
from kept.timeline.models import Registered, ThreadedQuerySet


class HandOverState(models.TextChoices):
    OFFERED = "offered", _("waiting to be accepted")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class HandOver(Registered, ReadQuickly, models.Model):
    """A case offered to a unit or person with the facts; it counts once accepted (S1.58)."""

    State = HandOverState

    case = models.ForeignKey(Case, models.PROTECT, related_name="hand_overs")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    to_person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    summary = models.TextField()
    suggestion = models.TextField(blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=HandOverState.choices, default=HandOverState.OFFERED
    )
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state="offered"),
                name="one_open_hand_over_per_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.to_person_id or self.to_unit_id}"


class QuestionLevel(models.TextChoices):
    """The order in which help is sought inside the company (S1.53)."""

    COLLEAGUES = "colleagues", _("colleagues")
    SERVICE = "service", _("customer service department")
    SOLUTION = "solution", _("solution department consultant")
    HEADQUARTERS = "headquarters", _("headquarters")


class Question(Registered, ReadQuickly, models.Model):
    """A question asked of colleagues about a case: who was asked, the answer, and when."""

    see_right = "cases.see"
    thread_path = "case__thread"
    ref = "id"
    plural = "questions"
    public_fields = (
        "case",
        "level",
        "text",
        "to_unit",
        "to_person",
        "by",
        "asked_at",
        "answer",
        "answered_at",
        "answered_by",
        "could_help",
    )

    case = models.ForeignKey(Case, models.PROTECT, related_name="questions")
    level = models.CharField(max_length=15, choices=QuestionLevel.choices)
    to_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    to_person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    could_help = models.BooleanField(null=True)

    objects = ThreadedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def thread(self):
        return self.case.thread

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()
