"""Calendars as policy rows: shifts of a week, official holidays, and the company's own days."""

from django.db import models

from kept.kit.words import WordsField
from kept.people.models import Decided, DecidedQuerySet, Policy


class Calendar(Policy):
    """When a unit works: in one zone, with shifts by weekday, and a country's official days.

    ``week`` reads ``{"mon-fri": ["08:30-12:00", "13:30-18:00"]}``; ``country`` "CN" brings the
    official holidays with their make-up working days (SX.03).
    """

    ref = "pk"

    code = models.SlugField(max_length=40)
    name = WordsField()
    zone = models.CharField(max_length=50)
    week = models.JSONField(default=dict)
    country = models.CharField(max_length=2, blank=True, default="")

    known_days: "list[CalendarDay] | None" = None
    """Its days once they were read; a copy of the row lives no longer than they do."""

    def __str__(self) -> str:
        return str(self.name)


class CalendarDay(Decided):
    """One day decided by the company: closed, or open with shifts of its own."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="days")
    on = models.DateField()
    shifts = models.JSONField(default=list)
    name = WordsField()
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
