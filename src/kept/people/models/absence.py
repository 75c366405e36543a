"""Absence with a deputy, so that no desk is dead (SX.13)."""

from datetime import datetime

from django.db import models

from kept.kit import clock


class AbsenceQuerySet(models.QuerySet):
    def at(self, moment: datetime) -> "AbsenceQuerySet":
        """Absences that run at a moment."""
        return self.filter(start_at__lte=moment, end_at__gt=moment, ended_at__isnull=True)

    def still_needed(self) -> "AbsenceQuerySet":
        """Absences that run or are to come: somebody must stand in."""
        return self.filter(end_at__gt=clock.now(), ended_at__isnull=True)


class Absence(models.Model):
    """A time in which a person is away and somebody else stands in."""

    user = models.ForeignKey("people.User", models.PROTECT, related_name="absences")
    deputy = models.ForeignKey("people.User", models.PROTECT, related_name="deputised")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "end_at"]), models.Index(fields=["deputy"])]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.deputy_id}"

    @property
    def is_running(self) -> bool:
        return self.ended_at is None and self.start_at <= clock.now() < self.end_at
