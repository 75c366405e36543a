"""Duty rosters: who stands by when, so that nobody who calls finds nobody there (S4.15)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.people.models import Decided, DecidedQuerySet, Policy, Unit, User
from kept.promises.models.calendar import Calendar

MAKE_ROSTER = "promises.make_roster"


class Weekday(models.TextChoices):
    """A day of the week on which a shift begins."""

    MON = "mon", _("Monday")
    TUE = "tue", _("Tuesday")
    WED = "wed", _("Wednesday")
    THU = "thu", _("Thursday")
    FRI = "fri", _("Friday")
    SAT = "sat", _("Saturday")
    SUN = "sun", _("Sunday")

    @property
    def number(self) -> int:
        """0 for Monday, as dates count."""
        return list(Weekday).index(self)


class RosterState(models.TextChoices):
    """Where a roster stands."""

    DRAFT = "draft", _("being made")
    ACTIVE = "active", _("in force")
    ENDED = "ended", _("over")


class RosterQuerySet(DecidedQuerySet):
    def visible_to(self, user: User) -> "RosterQuerySet":
        """Rosters of the companies the person works in: everybody knows who is on duty."""
        return self if user.is_system else self.filter(unit__company__in=user.staff_company_ids)

    def activated(self) -> "RosterQuerySet":
        return self.filter(activated_at__isnull=False)


class Roster(Decided):
    """Who stands by in a unit from a day to a day, week after week (S4.15).

    ``hours`` is the calendar whose open time must be covered; none means day and night. Without a
    last day it holds until another one takes over.
    """

    ref = "pk"
    ref_related = ("unit",)
    plural = "rosters"
    public_fields = ("unit", "name", "from_on", "until_on", "hours", "activated_at", "activated_by")

    State = RosterState

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="rosters")
    name = models.CharField(max_length=100)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    hours = models.ForeignKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="rosters"
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    activated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    activated_at = models.DateTimeField(null=True, blank=True)

    objects = RosterQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit", "from_on"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/rosters/{self.pk}/"

    @property
    def company_id(self) -> int | None:
        return self.unit.company_id

    @property
    def company(self) -> Unit | None:
        return self.unit.company

    @property
    def status(self) -> RosterState:
        """Being made, in force (also when its first day is still to come), or over."""
        if self.activated_at is None:
            return RosterState.DRAFT
        today = clock.today(self.unit.zone)
        is_over = self.until_on is not None and self.until_on < max(today, self.from_on)
        return RosterState.ENDED if is_over else RosterState.ACTIVE

    def get_status_display(self) -> str:
        return str(self.status.label)

    def is_guarded_by(self, by: User) -> bool:
        """Whoever may plan duty in the unit or above it."""
        return by.holds_over(MAKE_ROSTER, self.unit)


class RosterShiftQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "RosterShiftQuerySet":
        return self if user.is_system else self.filter(
            roster__unit__company__in=user.staff_company_ids
        )  # fmt: skip

    def current(self) -> "RosterShiftQuerySet":
        """Shifts nobody took out again."""
        return self.filter(removed_at__isnull=True)

    def still_to_come(self) -> "RosterShiftQuerySet":
        """Shifts of rosters that are not over."""
        today = clock.now().date()
        open_end = Q(roster__until_on__isnull=True) | Q(roster__until_on__gte=today)
        return self.current().filter(open_end, Q(on__isnull=True) | Q(on__gte=today))


class RosterShift(models.Model):
    """One person's hours by the wall clock of the unit: on a weekday, week after week, or on one
    date instead of somebody else (``instead_of``, with the reason). An end that is not after the
    start is on the next day.
    """

    ref = "pk"

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="shifts")
    person = models.ForeignKey(User, models.PROTECT, related_name="duty_shifts")
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    on = models.DateField(null=True, blank=True)
    start = models.TimeField()
    end = models.TimeField()
    instead_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="swaps"
    )
    reason = models.CharField(max_length=300, blank=True, default="")
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = RosterShiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["roster"], condition=Q(removed_at__isnull=True), name="shift_of_roster"
            ),
            models.Index(
                fields=["person"], condition=Q(removed_at__isnull=True), name="shift_of_person"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__isnull=True, on__isnull=False)
                | Q(weekday__isnull=False, on__isnull=True),
                name="shift_of_weekday_or_date",
            ),
            models.UniqueConstraint(
                fields=["instead_of", "on"],
                condition=Q(removed_at__isnull=True, instead_of__isnull=False),
                name="one_swap_per_shift_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day_words} {self.hours_words} {self.person.name}"

    @property
    def company_id(self) -> int | None:
        return self.roster.company_id

    def get_absolute_url(self) -> str:
        return self.roster.get_absolute_url()

    @property
    def day_words(self) -> str:
        """The weekday, short, or the date."""
        if self.on is not None:
            return self.on.isoformat()
        return str(WEEKDAYS_ABBR[self.weekday or 0])

    @property
    def hours_words(self) -> str:
        """ "22:00–06:00" """
        end = f"{self.end:%H:%M}"
        return f"{self.start:%H:%M}–{'24:00' if end == '00:00' else end}"


class DutyPolicy(Policy):
    """Which kinds of units promise to be there day and night (S4.15): each needs a roster in force
    without a hole.
    """

    kinds: Any = models.JSONField(default=list)
