"""Stories for tests that need one and have no module above to tell it."""

from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from kept.people.models import Unit, User
from kept.timeline.files import attach, store
from kept.timeline.models import Attachment, Thread
from kept.timeline.sight import open_thread

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
_numbers = count(1)


@transaction.atomic
def make_thread(
    unit: Unit, *, kind: str = "case", title: str = "No picture", **words: str
) -> Thread:
    """A thread seen by the unit, with one entry."""
    thread = open_thread(kind=kind, unit=unit, title=title)
    thread.number = f"{unit.code}-T{next(_numbers):06d}"
    thread.address = f"/cases/{thread.number}/"
    thread.save()
    thread.record("words.noted", by=User.objects.system(), words={"text": "Noted", **words})
    return thread


def make_file(by: User, name: str = "photo.png", content: bytes = PNG) -> Attachment:
    """A file that went up and hangs on nothing yet."""
    return store(SimpleUploadedFile(name, content), by=by)


@transaction.atomic
def attach_file(thread: Thread, by: User, **values) -> Attachment:
    """A file on an entry of its own."""
    file = make_file(by, **values)
    entry = thread.record("file.attached", by=by, files=[file])
    attach(thread, [file], seq=entry.seq, by=by)
    file.refresh_from_db()
    return file
