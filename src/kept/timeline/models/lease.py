"""Leases: who runs the periodic work just now, in real time."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone


class LeaseManager(models.Manager):
    def take(self, name: str, holder: str, length: timedelta) -> bool:
        """Hold the lease from now on for a while, or say that somebody else holds it."""
        now = timezone.now()
        self.get_or_create(name=name, defaults={"holder": "", "until": now})
        free = Q(holder=holder) | Q(until__lte=now)
        return bool(self.filter(free, name=name).update(holder=holder, until=now + length))

    def give_back(self, name: str, holder: str) -> None:
        """Let the next worker begin at once."""
        self.filter(name=name, holder=holder).update(until=timezone.now())


class Lease(models.Model):
    """A piece of work only one process does at a time. A holder that dies loses it in the end."""

    name = models.CharField(max_length=40, unique=True)
    holder = models.CharField(max_length=80, blank=True, default="")
    until = models.DateTimeField()

    objects: Any = LeaseManager()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"
