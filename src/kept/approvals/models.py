"""Requests for agreement."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit.rows import ReadQuickly
from kept.people.models import Unit, User
from kept.timeline.models import Thread, ThreadedQuerySet


class RequestState(models.TextChoices):
    """Where a request stands; a decided one stays as it was decided."""

    WAITING = "waiting", _("waiting for a decision")
    GRANTED = "granted", _("agreed")
    REFUSED = "refused", _("not agreed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ApprovalRequest(ReadQuickly, models.Model):
    """Something that happens only once a second person agrees.

    ``right`` is what the decider must hold over the matter; ``to`` names one person, whose deputy
    may stand in. ``text`` is what was prepared, word for word.
    """

    see_right = "cases.see"
    thread_path = "about"
    ref = "id"
    plural = "approvals"
    public_fields = (
        "about",
        "kind",
        "unit",
        "text",
        "right",
        "to",
        "asked_by",
        "asked_at",
        "status",
        "decided_by",
        "decided_at",
    )

    Status = RequestState

    about = models.ForeignKey(Thread, models.PROTECT, related_name="approvals")
    kind = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    text = models.TextField(blank=True, default="")
    right = models.CharField(max_length=60, blank=True, default="")
    to = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    status = models.CharField(
        max_length=10, choices=RequestState.choices, default=RequestState.WAITING
    )
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = ThreadedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["about", "status"])]

    def __str__(self) -> str:
        return self.text[:80] or self.kind

    def get_absolute_url(self) -> str:
        return self.about.address

    @property
    def thread(self) -> Thread:
        return self.about
