"""The installation: its name, and the clock of a test installation."""

from datetime import timedelta

from django.db import models


class Installation(models.Model):
    """One row. ``clock_offset`` moves business time forward on installations made for it."""

    name = models.CharField(max_length=100, default="Kept")
    is_demo = models.BooleanField(default=False)
    has_test_clock = models.BooleanField(default=False)
    clock_offset = models.DurationField(default=timedelta)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def the(cls) -> "Installation":
        return cls.objects.order_by("pk").first() or cls()
