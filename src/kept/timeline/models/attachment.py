"""Attachments: files with a checksum, kept apart from the page that shows them (SX.07)."""

from django.db import models

from kept.people.models import User
from kept.timeline.models.thread import Thread


class Attachment(models.Model):
    """A file that went up. Until an action names it, it hangs on nothing and only its owner sees
    it; afterwards it belongs to a thread for good.

    ``checksum`` is the SHA-256 of the content; ``media`` the type found in the content itself.
    """

    ref = "id"

    thread = models.ForeignKey(Thread, models.PROTECT, null=True, related_name="attachments")
    seq = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=30, blank=True, default="")
    name = models.CharField(max_length=200)
    media = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    checksum = models.CharField(max_length=64, db_index=True)
    file = models.FileField(upload_to="attachments/%Y/%m", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["thread", "seq"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/files/{self.pk}/"

    @property
    def is_picture(self) -> bool:
        return self.media in {"image/png", "image/jpeg", "image/gif", "image/webp"}
