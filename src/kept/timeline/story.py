"""The story of a thing as one reader sees it: its own entries and those of what was merged in."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from kept.people.models import User
from kept.timeline.models import Attachment, Entry, Thread
from kept.timeline.sentences import Told, tell
from kept.timeline.wiring import merged_threads

Among = Callable[[str], Q]


def story(thread: Thread, user: User, *, last: int | None = None) -> list[Told]:
    """Everything that happened, in order, with its files: four queries, merged threads included.

    ``last`` gives only so many of the newest lines. Outside people are not told the notes of own
    staff; whether they may see the thread at all is the caller's question.
    """
    among = _among(thread)
    entries = Entry.objects.filter(among("thread")).select_related("by", "thread")
    entries = entries.order_by("-recorded_at", "-thread", "-seq")
    newest = list(entries[:last] if last else entries)[::-1]
    told = tell(newest, _files(among))
    for one, entry in zip(told, newest, strict=True):
        one.thread = entry.thread if entry.thread_id != thread.pk else None
    return told if is_staff(user) else [one for one in told if not one.is_own]


def _among(thread: Thread) -> Among:
    """The condition "of this thread or of one merged into it", for a column of any table."""
    merged: list[QuerySet] = merged_threads.ask(thread)
    keys = [thread.pk, *(key for rows in merged for key in rows.values_list("pk", flat=True))]
    return lambda path: Q(**{f"{path}__in": keys})


def _files(among: Among) -> dict[tuple[Any, Any], list[Attachment]]:
    files: dict[tuple[Any, Any], list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.filter(among("thread")).order_by("pk"):
        files[file.thread_id, file.seq].append(file)
    return files


def is_staff(user: User) -> bool:
    """Who works in a company; those granted an account only are outside people, whatever unit they
    are entered in.
    """
    return user.is_own_staff
