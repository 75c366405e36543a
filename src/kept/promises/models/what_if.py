"""What if a rule were another: the question, and its figures as they were when it was answered."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kept.people.models import Unit, User
from kept.people.real_time import real_now
from kept.promises.clockwork import Duration
from kept.promises.clockwork.wording import word_duration
from kept.promises.models.calendar import Calendar
from kept.promises.models.promise import Promise, PromiseKind
from kept.promises.models.rule import PromiseRule

RIGHT = "promises.what_if"
SILENT_AFTER = timedelta(minutes=2)
"""A worker tells after every batch; one that is silent so long is taken for dead."""


class WhatIfState(models.TextChoices):
    """Where a what-if stands."""

    RUNNING = "running", _("being worked out")
    DONE = "done", _("worked out")
    STOPPED = "stopped", _("broken off")


class WhatIfOutcome(models.TextChoices):
    """What became of a promise under a rule."""

    KEPT = "kept", _("kept")
    LATE = "late", _("done late or given up")
    OVERDUE = "overdue", _("not done, overdue")
    OPEN = "open", _("open, in time")
    LEFT_OUT = "left_out", _("excused or withdrawn")


class WhatIfQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "WhatIfQuerySet":
        """Those about units in which the person may ask what if."""
        if user.is_system:
            return self
        held = Unit.objects.filter(scope__in=user.scopes_with(RIGHT)).values_list("path", flat=True)
        seen = Q(pk__in=[])
        for path in held:
            seen |= Q(unit__path__startswith=path)
        return self.filter(seen)


class WhatIf(models.Model):
    """One question: the promises of a unit by rules of one kind, or by one rule, made on some days,
    with another term or calendar. ``today`` and ``changed`` are the figures, frozen.

    ``duration`` is empty when only the calendar changes; ``rule`` none when all rules of the kind
    do. ``duty`` is the calendar of hours in which somebody is on duty. ``heard_at`` is real time.
    """

    ref = "id"
    plural = "promises/what-if"
    public_fields = (
        "id", "unit", "by", "asked_at", "kind", "duration", "from_on", "until_on", "status",
        "total", "done", "skipped", "ended_at",
    )  # fmt: skip

    State = WhatIfState

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    rule = models.ForeignKey(PromiseRule, models.PROTECT, null=True, related_name="+")
    duration = models.CharField(max_length=60, blank=True, default="")
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, related_name="+")
    duty = models.ForeignKey(Calendar, models.PROTECT, null=True, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()

    status = models.CharField(
        max_length=10, choices=WhatIfState.choices, default=WhatIfState.RUNNING
    )
    attempt = models.PositiveIntegerField(default=1)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    heard_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    today = models.JSONField(default=dict)
    changed = models.JSONField(default=dict)

    objects = WhatIfQuerySet.as_manager()

    def __str__(self) -> str:
        what = self.rule or self.kind_label
        changes = [word_duration(Duration.of(self.duration))] if self.duration else []
        changes += [str(self.calendar)] if self.calendar else []
        return f"{what}: {', '.join(changes)}"

    def get_absolute_url(self) -> str:
        return f"/promises/what-if/{self.pk}/"

    def is_guarded_by(self, by: User) -> bool:
        """Only who may ask what if in this unit does anything with it."""
        return by.holds_over(RIGHT, self.unit)

    @property
    def kind_label(self) -> str:
        """What was promised."""
        return str(PromiseKind(self.kind).label)

    @property
    def zone(self) -> str:
        """Where its hours of the week are counted."""
        return self.unit.zone

    @property
    def is_under_way(self) -> bool:
        return self.status == WhatIfState.RUNNING

    @property
    def is_silent(self) -> bool:
        """Whether it is under way and nothing has been heard of it for long."""
        return self.is_under_way and real_now() - self.heard_at > SILENT_AFTER

    @property
    def percent(self) -> int:
        """How much of it has been worked out."""
        return min(100, 100 * self.done // self.total) if self.total else 0


class WhatIfRowQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "WhatIfRowQuerySet":
        """Rows of what-ifs the person may see, as far as they see the promises themselves."""
        if user.is_system:
            return self
        return self.filter(
            what_if__in=WhatIf.objects.visible_to(user).values("pk"),
            promise__in=Promise.objects.visible_to(user).values("pk"),
        )


class WhatIfRow(models.Model):
    """One promise of a what-if: under today's rule and under the changed one.

    ``margin`` is in minutes after the due time, ``band`` and ``hour`` are the fields of the
    pictures it counts in (see ``replay.spread``); none where it has none.
    """

    ref = "id"

    what_if = models.ForeignKey(WhatIf, models.CASCADE, related_name="rows")
    promise = models.ForeignKey(Promise, models.PROTECT, related_name="+")
    due_today = models.DateTimeField(null=True)
    due_changed = models.DateTimeField(null=True)
    outcome_today = models.CharField(max_length=10, choices=WhatIfOutcome.choices)
    outcome_changed = models.CharField(max_length=10, choices=WhatIfOutcome.choices)
    margin_today = models.IntegerField(null=True)
    margin_changed = models.IntegerField(null=True)
    band_today = models.PositiveSmallIntegerField(null=True)
    band_changed = models.PositiveSmallIntegerField(null=True)
    hour_today = models.PositiveSmallIntegerField(null=True)
    hour_changed = models.PositiveSmallIntegerField(null=True)
    off_today = models.BooleanField(default=False)
    off_changed = models.BooleanField(default=False)

    objects = WhatIfRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["what_if", "promise"], name="one_row_per_promise")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return self.promise.get_absolute_url()
