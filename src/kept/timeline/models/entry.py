"""Entries: one sealed line of history each, chained by hash; the words in them stand apart."""

from collections.abc import Sequence

from django.db import models

from kept.kit.rows import ReadQuickly
from kept.people.models import User
from kept.timeline.models.thread import Thread


class Entry(ReadQuickly, models.Model):
    """What happened, by whom, and the values, exactly as they were hashed.

    ``body`` is the canonical JSON text; ``hash`` = SHA-256(previous hash ‖ body). Database triggers
    refuse UPDATE and DELETE. Nothing refers to an entry by key, only by (thread, seq).
    """

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=60)
    body = models.TextField()
    hash = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    written: Sequence["EntryText"] = ()
    """The words that were written with it, where that was just now."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "seq"], name="one_entry_per_seq")]

    def __str__(self) -> str:
        return f"{self.thread_id}#{self.seq} {self.event}"


class EntryText(ReadQuickly, models.Model):
    """Personal words of an entry: the sealed line holds only SHA-256(salt ‖ text).

    Erasing blanks ``text`` and names the rule; the chain still proves itself (SX.15).
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="texts")
    name = models.CharField(max_length=40)
    salt = models.CharField(max_length=32)
    text = models.TextField()
    erased_at = models.DateTimeField(null=True)
    erased_under = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "name"], name="one_text_per_name"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
