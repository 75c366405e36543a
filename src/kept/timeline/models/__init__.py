"""Threads and what hangs on them."""

from kept.timeline.models.attachment import Attachment, AttachmentKind
from kept.timeline.models.entry import Entry, EntryText
from kept.timeline.models.lease import Lease
from kept.timeline.models.notice import Notice
from kept.timeline.models.numbers import Receipt, Series
from kept.timeline.models.retention import RetentionRule
from kept.timeline.models.seal import Seal, SealLine
from kept.timeline.models.thread import Registered, Sight, Thread, Threaded, ThreadedQuerySet

__all__ = [
    "Attachment",
    "AttachmentKind",
    "Entry",
    "EntryText",
    "Lease",
    "Notice",
    "Receipt",
    "Registered",
    "RetentionRule",
    "Seal",
    "SealLine",
    "Series",
    "Sight",
    "Thread",
    "Threaded",
    "ThreadedQuerySet",
]
