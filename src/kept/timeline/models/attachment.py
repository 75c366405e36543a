"""Attachments: files with a checksum, kept apart from the page that shows them (SX.07)."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kept.people.models import User
from kept.timeline.models.thread import Thread, seen_through_kinds

PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}


def storage_name(attachment: "Attachment", name: str) -> str:
    """Where the content lies: a name of our own, so that no name from outside reaches the disk."""
    return f"attachments/{timezone.now():%Y/%m}/{secrets.token_hex(16)}"


class AttachmentQuerySet(models.QuerySet):
    def unused(self) -> "AttachmentQuerySet":
        """Uploaded and not yet named by an action."""
        return self.filter(thread__isnull=True)

    def visible_to(self, user: User) -> "AttachmentQuerySet":
        """Files of threads the person sees, and their own that no action has named yet."""
        if user.is_system:
            return self
        own = Q(thread__isnull=True, by=user)
        return self.filter(own | seen_through_kinds(user, "thread"))


class Attachment(models.Model):
    """A file that went up. Until an action names it, it hangs on nothing and only its owner sees
    it; afterwards it belongs to a thread for good: triggers refuse to change or delete its row.

    ``checksum`` is the SHA-256 of the content; ``media`` the type found in the content itself;
    ``uploaded_at`` is real time.
    """

    ref = "id"
    plural = "files"

    thread = models.ForeignKey(Thread, models.PROTECT, null=True, related_name="attachments")
    seq = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=30, blank=True, default="")
    name = models.CharField(max_length=200)
    media = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    checksum = models.CharField(max_length=64, db_index=True)
    file = models.FileField(upload_to=storage_name, max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_index=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["thread", "seq"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/files/{self.pk}/"

    @property
    def is_picture(self) -> bool:
        return self.media in PICTURES
