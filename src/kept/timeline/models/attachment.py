"""Attachments: files with a checksum, kept apart from the page that shows them (SX.07)."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kept.kit.rows import ReadQuickly
from kept.people.models import User
from kept.timeline.models.thread import Thread, seen_through_kinds


class AttachmentKind(models.TextChoices):
    """What a file is to the matter it hangs on (SX.07)."""

    DOCUMENT = "document", _("document")
    FAX = "fax", _("fax")
    PHOTO = "photo", _("photo")
    SIGNATURE = "signature", _("signature")
    VOUCHER = "voucher", _("voucher")
    DATA = "data", _("data")


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


class Attachment(ReadQuickly, models.Model):
    """A file that went up. Until an action names it, it hangs on nothing and only its owner sees
    it; afterwards it belongs to a thread for good: triggers refuse to change or delete its row.

    ``checksum`` is the SHA-256 of the content; ``media`` the type found in the content itself;
    ``uploaded_at`` is real time.
    """

    ref = "id"
    plural = "files"

    thread = models.ForeignKey(Thread, models.PROTECT, null=True, related_name="attachments")
    seq = models.PositiveIntegerField(null=True)
    kind = models.CharField(
        _("kind"),
        max_length=30,
        choices=AttachmentKind.choices,
        default=AttachmentKind.DOCUMENT,
    )
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

    @property
    def kind_word(self) -> str:
        """What kind of file it is, in the reader's language; nothing for a plain document."""
        return "" if self.kind == AttachmentKind.DOCUMENT else self.get_kind_display()
