"""What the worker tidies away in real time: receipts that are over, files nobody used."""

import json
import re
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from kept.people.models import Draft
from kept.timeline.models import Attachment, Receipt

RECEIPTS_KEPT = timedelta(days=7)
UNUSED_KEPT = timedelta(days=7)


def remove_old_receipts() -> int:
    """Request keys are answered for seven days; older ones go. How many went."""
    return Receipt.objects.filter(created_at__lt=timezone.now() - RECEIPTS_KEPT).delete()[0]


def remove_unused_files() -> int:
    """Files uploaded a week ago that no action named and no draft mentions; how many went.

    A file some action used never goes: the row is locked and looked at again before it does, and a
    trigger stands behind that.
    """
    removed = 0
    old = Attachment.objects.unused().filter(uploaded_at__lt=timezone.now() - UNUSED_KEPT)
    for key, owner in list(old.order_by("pk").values_list("pk", "by")):
        removed += _remove_unused(key, owner)
    return removed


@transaction.atomic
def _remove_unused(key: int, owner: int) -> bool:
    rows = Attachment.objects.unused().filter(pk=key)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    file = rows.first()
    if file is None or is_in_draft(file, owner):
        return False
    content = file.file
    file.delete()
    transaction.on_commit(lambda: content.storage.delete(content.name))
    return True


def is_in_draft(file: Attachment, owner: int) -> bool:
    """Whether an unsent form of its owner mentions the file, under whatever name: any number in it
    that is the file's keeps the file.
    """
    drafts = Draft.objects.filter(user=owner).values_list("body", flat=True)
    return any(str(file.pk) in re.findall(r"\d+", json.dumps(body)) for body in drafts)
