"""What the worker tidies away in real time: receipts that are over, files nobody used."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from kept.people.models import Draft
from kept.timeline.models import Attachment, Receipt

RECEIPTS_KEPT = timedelta(days=7)
UNUSED_KEPT = timedelta(days=7)
FOLDER = "attachments"
STRAYS_LOOKED_AT = 500


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


def remove_stray_files() -> int:
    """Contents without a row, left of a transaction that failed or a process that was killed; how
    many went. One that came within a week may still get its row.
    """
    return sum(_remove_strays(batch) for batch in batches(_stored(FOLDER), STRAYS_LOOKED_AT))


def _stored(folder: str) -> Iterator[str]:
    """The name of everything in a folder of the store of files."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in names)
    for inner in folders:
        yield from _stored(f"{folder}/{inner}")


def _remove_strays(names: Sequence[str]) -> int:
    known = set(Attachment.objects.filter(file__in=names).values_list("file", flat=True))
    over = timezone.now() - UNUSED_KEPT
    strays = [
        name
        for name in names
        if name not in known and default_storage.get_modified_time(name) < over
    ]
    for name in strays:
        default_storage.delete(name)
    return len(strays)


def batches(things: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    """So many at a time."""
    rest = iter(things)
    while batch := tuple(islice(rest, size)):
        yield batch


def is_in_draft(file: Attachment, owner: int) -> bool:
    """Whether an unsent form of its owner mentions the file, under whatever name: any number in it
    that is the file's keeps the file.
    """
    drafts = Draft.objects.filter(user=owner).values_list("body", flat=True)
    return any(str(file.pk) in re.findall(r"\d+", json.dumps(body)) for body in drafts)
