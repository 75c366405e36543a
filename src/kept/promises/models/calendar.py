"""Calendars as policy rows: shifts of a week, official holidays, and the company's own days."""

from datetime import datetime
from typing import Any

from django.db import models

from kept.kit import clock
from kept.kit.words import WordsField
from kept.people.models import Decided, DecidedQuerySet, Policy, PolicyQuerySet


class CalendarQuerySet(PolicyQuerySet):
    def visible_to(self, user: Any) -> "CalendarQuerySet":
        """Calendars of the companies in which the person may see promises."""
        if user.is_system:
            return self
        return self.filter(unit__company__in=user.companies_with("promises.see"))


class Calendar(Policy):
    """When a unit works: in one zone, with shifts by weekday, and a country's official days.

    ``week`` reads ``{"mon-fri": ["08:30-12:00", "13:30-18:00"]}``; ``country`` "CN" brings the
    official holidays with their make-up working days (SX.03).
    """

    ref = "pk"
    plural = "calendars"
    public_fields = ("code", "name", "unit", "zone", "week", "country", "valid_from")

    code = models.SlugField(max_length=40)
    name = WordsField()
    zone = models.CharField(max_length=50)
    week = models.JSONField(default=dict)
    country = models.CharField(max_length=2, blank=True, default="")

    known_days: "list[CalendarDay] | None" = None
    """Its days once they were read; a copy of the row lives no longer than they do."""

    objects = CalendarQuerySet.as_manager()  # type: ignore[misc]  # a manager is one of a class

    def is_guarded_by(self, by: Any) -> bool:
        """Whether the person may change it: with the right over its unit."""
        return by.holds_over("promises.set_calendar", self.unit)

    def get_absolute_url(self) -> str:
        return f"/calendars/{self.pk}/"

    def __str__(self) -> str:
        return str(self.name)


class CalendarDay(Decided):
    """One day decided by the company: closed, or open with shifts of its own.

    It was decided, and perhaps taken back, at a moment: a clock counts by the days that were known
    when it was last counted (see ``kept.promises.rules.recount``).
    """

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="days")
    on = models.DateField()
    shifts = models.JSONField(default=list)
    name = WordsField()
    decided_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = DecidedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "on"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_word_per_calendar_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"

    def was_known_at(self, moment: datetime) -> bool:
        """Whether it stood in the calendar at a moment."""
        ended = self.withdrawn_at
        return self.decided_at <= moment and (ended is None or ended > moment)
