"""Settlement talks: what was discussed with a station about its settlement, and its disputes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.parties.models import Account
from kept.people.models import User
from kept.timeline.models import Registered, Thread, ThreadedQuerySet


class SettlementTalk(Registered, models.Model):
    """A talk with a station about its settlement: who, what they asked, which orders they dispute,
    what they were answered (S0.15). Seen through the station's thread.

    ``answered_at`` is when everything they asked and every order they dispute had its answer.
    """

    see_right = "stations.see"
    thread_path = "account__thread"
    ref = "id"
    plural = "settlement_talks"
    public_fields = (
        "account",
        "held_on",
        "persons",
        "questions",
        "answers",
        "by",
        "recorded_at",
        "answered_at",
        "answered_by",
    )

    account = models.ForeignKey(Account, models.PROTECT, related_name="settlement_talks")
    held_on = models.DateField()
    persons = models.CharField(_("persons"), max_length=200)
    questions = models.TextField(_("questions"), blank=True, default="")
    answers = models.TextField(_("answers"), blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ThreadedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["account", "-held_on"])]

    def __str__(self) -> str:
        return f"{self.account} · {self.held_on}"

    def get_absolute_url(self) -> str:
        return f"/{self.plural}/{self.pk}/"

    @property
    def thread(self) -> Thread:
        return self.account.thread

    @property
    def disputed(self) -> list[str]:
        """The numbers of the disputed orders, as they were written."""
        return [one.number for one in self.disputes.all()]

    @property
    def waits_for_answer(self) -> bool:
        """Whether something they asked or dispute has no answer yet."""
        return self.answered_at is None and bool(self.questions or self.disputes.all())


class SettlementDispute(Registered, models.Model):
    """An order a station disputes in a settlement talk (S0.15): its number as written, and its
    story where Kept has it and it is the station's.

    ``answered_at`` is when the station had an answer about it, ``answer`` what came of it where
    that was said of this order alone. Seen through the station's thread.
    """

    see_right = "stations.see"
    thread_path = "talk__account__thread"
    ref = "id"
    ref_related = ("talk__account__thread", "order")
    plural = "settlement_disputes"
    public_fields = ("talk", "number", "order", "answer", "answered_at", "answered_by")

    talk = models.ForeignKey(SettlementTalk, models.PROTECT, related_name="disputes")
    number = models.CharField(_("number"), max_length=200)
    order = models.ForeignKey(
        Thread, models.PROTECT, null=True, blank=True, related_name="settlement_disputes"
    )
    answer = models.TextField(_("answer"), blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ThreadedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["talk", "number"], name="one_dispute_per_number"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return self.talk.get_absolute_url()

    @property
    def thread(self) -> Thread:
        return self.talk.account.thread
