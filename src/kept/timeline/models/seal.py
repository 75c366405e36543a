"""Seals: once a day all heads and lengths are written down, so that a missing tail is seen."""

from django.db import models


class Seal(models.Model):
    """The state of all stories on one day (real time, UTC), chained to the seal before.

    ``body`` is the canonical JSON that is hashed: number, day, how many threads and entries there
    are, and the digest over its lines. ``hash`` = SHA-256(hash of the seal before ‖ body).
    """

    no = models.PositiveIntegerField(unique=True)
    on = models.DateField(unique=True)
    made_at = models.DateTimeField()
    body = models.TextField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.no} {self.on}"


class SealLine(models.Model):
    """Length and head of one thread that had grown since the seal before.

    ``thread_id`` is a plain number: a thread that is gone must not take its proof with it.
    """

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="lines")
    thread_id = models.BigIntegerField(db_index=True)
    length = models.PositiveIntegerField()
    head = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal", "thread_id"], name="one_line_per_thread"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.length}"
