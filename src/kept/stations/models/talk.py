"""Settlement talks: what was discussed with a station about its settlement."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.parties.models import Account
from kept.people.models import User
from kept.timeline.models import Registered, Thread, ThreadedQuerySet


class SettlementTalk(Registered, models.Model):
    """A talk with a station about its settlement: who, what they asked, which orders they dispute,
    what they were answered (S0.15). Seen through the station's thread.

    ``disputed_orders`` is one order number a line. ``answered_at`` is when everything they asked
    had its answer.
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
        "disputed_orders",
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
    disputed_orders = models.TextField(_("disputed orders"), blank=True, default="")
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
        return self.account.get_absolute_url()

    @property
    def thread(self) -> Thread:
        return self.account.thread

    @property
    def disputed(self) -> list[str]:
        """The numbers of the disputed orders."""
        return self.disputed_orders.splitlines()

    @property
    def waits_for_answer(self) -> bool:
        """Whether something they asked or dispute has no answer yet."""
        return bool(self.questions or self.disputed_orders) and self.answered_at is None
