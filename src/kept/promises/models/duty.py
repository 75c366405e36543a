"""Duties: promises that come back by themselves, period after period (S0.44, C09, C10)."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kept.kit.rows import ReadQuickly
from kept.kit.words import WordsField
from kept.people.models import Policy, Unit, User
from kept.promises.models.calendar import Calendar
from kept.promises.models.promise import Promise
from kept.timeline.models import Thread, ThreadedQuerySet


class FirstPeriod(models.TextChoices):
    """From which period on somebody owes a duty who joins in the middle of one."""

    THIS_PERIOD = "this_period", _("from the running period on")
    NEXT_PERIOD = "next_period", _("from the next period on")


class DutyState(models.TextChoices):
    """How a duty stands, in the words of who owes it; read from its promise, never stored."""

    TO_COME = "to_come", _("to come")
    RUNNING = "running", _("open")
    IN_TIME = "in_time", _("done in time")
    LATE = "late", _("done late")
    MISSED = "missed", _("not done")
    EXCUSED = "excused", _("excused")


class DutyRule(Policy):
    """What is owed again and again: by whom or about what, how often, and until when.

    ``recurrence`` is an RRULE that names the first day of each period, counted from ``anchor`` and
    never from what was done last; the last day is the day before the next first day. ``due`` is a
    term counted from the last day: "0 calendar_days" is that day itself, "4 nth_of_next_month" the
    4th of the month after it. ``subjects`` names a set (``kept.promises.duties.sets``).
    ``form`` is the address of the form that does it, where it has one of its own.
    """

    code = models.SlugField(max_length=40)
    name = WordsField()
    subjects = models.CharField(max_length=80)
    recurrence = models.CharField(max_length=120)
    anchor = models.DateField()
    times = models.PositiveSmallIntegerField(default=1)
    due = models.CharField(max_length=60)
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True)
    warn_percent = models.PositiveSmallIntegerField(default=80)
    joins = models.CharField(
        max_length=12, choices=FirstPeriod.choices, default=FirstPeriod.THIS_PERIOD
    )
    form = models.CharField(max_length=120, blank=True, default="")
    source = models.CharField(max_length=20, blank=True, default="")

    def __str__(self) -> str:
        return str(self.name)


class DutyQuerySet(ThreadedQuerySet):
    def standing(self) -> "DutyQuerySet":
        """Those that were not withdrawn before they began."""
        return self.filter(withdrawn_at__isnull=True)

    def open(self) -> "DutyQuerySet":
        """Those still owed."""
        return self.standing().filter(promise__in=Promise.objects.open())


class Duty(ReadQuickly, models.Model):
    """One occurrence of a duty: one of ``number`` in a period (both days count), and its promise.

    ``withdrawn_at`` says that it was taken back before it began. ``owed_by`` is who owed it when
    it fell due, where somebody else was given it afterwards: it counts for them (S0.44).
    """

    see_right = "promises.see"
    thread_path = "thread"
    ref = "id"

    rule = models.ForeignKey(DutyRule, models.PROTECT, related_name="duties")
    code = models.SlugField(max_length=40)
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="duties")
    period_from = models.DateField()
    period_until = models.DateField()
    number = models.PositiveSmallIntegerField(default=1)
    promise = models.OneToOneField(Promise, models.PROTECT, related_name="duty")
    owed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "code", "thread", "period_from", "number"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_duty_per_period",
            )
        ]
        indexes = [models.Index(fields=["company", "code", "period_from"])]

    def __str__(self) -> str:
        return f"{self.code} {self.period_from} {self.number}"

    def get_absolute_url(self) -> str:
        return f"/promises/{self.promise_id}/"

    def holds(self, day: date) -> bool:
        """Whether a day lies in its period."""
        return self.period_from <= day <= self.period_until
