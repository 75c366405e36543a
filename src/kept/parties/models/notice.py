"""Change notices: a change of a station or of field staff waits until it is acknowledged."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.states import HasStates
from kept.parties.models.account import Account
from kept.people.models import Unit, User
from kept.timeline.models import Threaded


class NoticeState(models.TextChoices):
    """Where a change notice stands."""

    PENDING = "pending", _("waiting to be acknowledged")
    ACKNOWLEDGED = "acknowledged", _("acknowledged, not yet in effect")
    EFFECTIVE = "effective", _("in effect")
    DECLINED = "declined", _("declined")


class ChangeNotice(HasStates, Threaded):
    """Old and new values of an account or of a person's own contact data (S0.42, S0.43).

    ``change`` names the kind of change, ``target`` the row it is about, ``values`` what to set and
    ``lines`` what to show: ``[{"field", "old", "new"}]``. Until somebody else acknowledges it, and
    before ``effective_on``, nothing is different. ``late_after`` is how many days after its effect
    a notice still counts as timely.
    """

    see_right = "parties.see"
    kind = "change_notice"
    register = "N"
    plural = "change_notices"
    public_fields = (
        "number",
        "company",
        "unit",
        "account",
        "person",
        "change",
        "status",
        "reason",
        "effective_on",
        "notified_at",
        "notified_by",
        "answered_at",
        "answered_by",
        "answer",
        "took_effect_at",
    )

    Status = NoticeState
    TRANSITIONS = {
        NoticeState.PENDING: {
            NoticeState.ACKNOWLEDGED,
            NoticeState.EFFECTIVE,
            NoticeState.DECLINED,
        },
        NoticeState.ACKNOWLEDGED: {NoticeState.EFFECTIVE, NoticeState.DECLINED},
    }

    number = models.CharField(max_length=30, unique=True, null=True)  # type: ignore[assignment]
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="change_notices"
    )
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="change_notices"
    )
    change = models.CharField(max_length=30)
    target = models.BigIntegerField(null=True, blank=True)
    values = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    reason = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(
        _("status"), max_length=12, choices=NoticeState.choices, default=NoticeState.PENDING
    )
    effective_on = models.DateField()
    late_after = models.PositiveSmallIntegerField(default=3)
    notified_at = models.DateTimeField()
    notified_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=200, blank=True, default="")
    took_effect_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["status", "effective_on"])]

    def __str__(self) -> str:
        return f"{self.number or ''} {self.about}".strip()

    @property
    def about(self) -> Account | User:
        """Whose data changes."""
        return self.account or self.person  # type: ignore[return-value]

    @property
    def days_late(self) -> int:
        """How many days later than allowed the change was reported; 0 when in time (S0.42)."""
        told_on = clock.local(self.notified_at, self.company.zone).date()
        allowed = self.effective_on + timedelta(days=self.late_after)
        return max((told_on - allowed).days, 0)
