"""The installation: its name, and the clock of a test installation."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import models

from kept.kit.prepared import Prepared
from kept.kit.rows import ReadQuickly


def new_stamp() -> str:
    """A stamp no other policy had."""
    return uuid4().hex


class InstallationQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "InstallationQuerySet":
        """Everybody who works here may know where they are."""
        return self if user.is_system or user.staff_company_ids else self.none()


class Installation(ReadQuickly, models.Model):
    """One row. ``clock_offset`` moves business time forward on installations made for it.

    ``cast`` are the user names a demo installation offers at its door, in order; empty: everybody
    with a role.
    """

    ref = "id"
    plural = "installation"
    public_fields = (
        "name",
        "is_demo",
        "has_test_clock",
    )

    name = models.CharField(max_length=100, default="Kept")
    is_demo = models.BooleanField(default=False)
    has_test_clock = models.BooleanField(default=False)
    clock_offset = models.DurationField(default=timedelta)
    cast = models.JSONField(default=list, blank=True)
    policy_stamp = models.CharField(max_length=32, default=new_stamp, editable=False)
    """Another one after every change of policy (see kit.remembered)."""

    objects = InstallationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/installation/{self.pk}/"

    @classmethod
    def the(cls) -> "Installation":
        """The one row, or an unsaved one with the defaults."""
        return next(iter(_THE_ONE.rows()), None) or cls()

    @classmethod
    def kept(cls) -> "Installation":
        """The one row, made when there is none yet."""
        return cls.objects.order_by("pk").first() or cls.objects.create()

    def is_guarded_by(self, by: Any) -> bool:
        """It belongs to no company: whoever runs it for one company runs it for all."""
        return by.holds("people.run_installation")


_THE_ONE = Prepared(lambda: Installation.objects.order_by("pk")[:1])
