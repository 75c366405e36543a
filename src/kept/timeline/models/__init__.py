"""Threads and what hangs on them."""

from kept.timeline.models.attachment import Attachment
from kept.timeline.models.entry import Entry, EntryText
from kept.timeline.models.notice import Notice
from kept.timeline.models.numbers import Receipt, Series
from kept.timeline.models.thread import Sight, Thread, Threaded, ThreadedQuerySet

__all__ = [
    "Attachment",
    "Entry",
    "EntryText",
    "Notice",
    "Receipt",
    "Series",
    "Sight",
    "Thread",
    "Threaded",
    "ThreadedQuerySet",
]
