"""Who caused a complaint, as somebody who leads said: it counts in their appraisal (S0.44)."""

from typing import Any

from django.db import models
from django.db.models import BooleanField, Exists, F, Q, Value

from kept.cases.models.case import Case
from kept.people.models import Unit, User
from kept.promises.permissions import SEE_OTHERS
from kept.timeline.models import Registered, Thread, ThreadedQuerySet
from kept.timeline.models.thread import seen_by


class ComplaintCauseQuerySet(ThreadedQuerySet):
    """Who caused what, as far as somebody may know it."""

    def standing(self) -> "ComplaintCauseQuerySet":
        """Those that were not taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def with_month(self) -> "ComplaintCauseQuerySet":
        """With ``at``: the moment the complaint came in, by which it counts in a month."""
        return self.annotate(at=F("case__received_at"))

    def visible_to(self, user: User) -> "ComplaintCauseQuerySet":
        """Own staff who see the complaint; and, without the complaint, whom ``of_people_of`` shows.
        People from outside never read which of our people was at fault.
        """
        if user.is_system:
            return self
        if not user.is_own_staff:
            return self.none()
        return self.filter(Q(_sees_case(user)) | _of_people(user))

    def of_people_of(self, user: User) -> "ComplaintCauseQuerySet":
        """The person named, who stands in for them, and who leads them."""
        return self if user.is_system else self.visible_to(user).filter(_of_people(user))

    def with_sight(self, user: User) -> "ComplaintCauseQuerySet":
        """With ``is_case_seen``: whether the complaint itself may be opened."""
        seen: Any = Value(True, BooleanField()) if user.is_system else _sees_case(user)
        return self.annotate(is_case_seen=seen)


def _sees_case(user: User) -> Exists:
    return seen_by(user.sight(ComplaintCause.see_right), ComplaintCause.thread_path)


def _of_people(user: User) -> Q:
    led = Unit.objects.within(user.scopes_with(SEE_OTHERS))
    return Q(person__scope__in=user.person_scopes) | Q(person__unit__in=led)


class ComplaintCause(Registered, models.Model):
    """One person of the company named as who caused one complaint, and why.

    It counts for them in the month the complaint came in, as long as it is not taken back. A person
    is named once for a complaint; several people may be.
    """

    see_right = "cases.see"
    thread_path = "case__thread"
    ref = "id"
    plural = "causes"
    public_fields = (
        "case",
        "person",
        "why",
        "named_by",
        "named_at",
        "withdrawn_by",
        "withdrawn_at",
    )

    case = models.ForeignKey(Case, models.PROTECT, related_name="causes")
    person = models.ForeignKey(User, models.PROTECT, related_name="complaints_caused")
    why = models.TextField(blank=True, default="")
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = ComplaintCauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_cause_per_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} ← {self.case.number or ''}".strip()

    @property
    def thread(self) -> Thread:
        return self.case.thread

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()
