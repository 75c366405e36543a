"""Writing history: one entry, chained to the last one under the lock of its thread."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

from kept.kit import clock, wiring
from kept.kit.actions import ending
from kept.kit.bulk import insert_few
from kept.kit.locking import for_update, locked
from kept.kit.wiring import Slot
from kept.people.models import Unit, User
from kept.timeline import heads
from kept.timeline.canonical import canonical, digest
from kept.timeline.models import Entry, EntryText, Thread, Threaded

#: Asked with the thread and the entry whenever words were written, before anybody reacts; with the
#: thread alone when a file was hung on it or words were erased.
story_grows = Slot("timeline.story_grows")


TEXT = ("entry_id", "name", "salt", "text", "erased_under")
_text_of = itemgetter(*TEXT)


def record(
    subject: Any,
    event: str,
    *,
    by: User,
    happened_at: datetime | None,
    words: Mapping[str, str],
    values: Mapping[str, Any],
) -> Entry:
    """Write one entry on the subject's thread and let everything that hears it react (SX.05)."""
    thread = locked_thread(subject)
    recorded_at = clock.now()
    entry = Entry(
        thread=thread,
        seq=thread.length + 1,
        event=event,
        by=by,
        happened_at=happened_at or recorded_at,
        recorded_at=recorded_at,
    )
    texts = [
        EntryText(name=name, salt=secrets.token_hex(16), text=text)
        for name, text in words.items()
        if text
    ]
    entry.body = sealed_body(entry, values, texts)
    entry.hash = digest(thread.head, entry.body)
    entry.save(force_insert=True)
    for text in texts:
        text.entry = entry
    if texts:
        insert_few(EntryText, TEXT, list(map(_text_of, map(vars, texts))))
    thread.length, thread.head = entry.seq, entry.hash
    heads.change(thread, *heads.HEAD)
    entry.written = texts
    if texts:
        story_grows.ask(thread, entry=entry)
    wiring.react(event, subject, by=by, entry=entry)
    return entry


def sealed_body(entry: Entry, values: Mapping[str, Any], texts: list[EntryText]) -> str:
    """The canonical JSON of an entry: the event and its values, and only hashes of its words."""
    return canonical(
        {
            "by": entry.by_id,
            "event": entry.event,
            "happened_at": entry.happened_at,
            "recorded_at": entry.recorded_at,
            "seq": entry.seq,
            "values": dict(values),
            "words": {text.name: digest(text.salt, text.text) for text in texts},
        }
    )


def locked_thread(subject: Any) -> Thread:
    """The thread of a subject with its row locked; users and units get one when first needed."""
    if _is_unread(subject):
        thread = heads.held_under(subject.thread_id) or locked(Thread, subject.thread_id)
        subject.thread = thread
        heads.hold(thread)
        return thread
    thread = thread_of(subject)
    if (known := heads.held(thread)) is not None:
        thread.length, thread.head = known.length, known.head
        return thread
    thread.refresh_from_db(fields=["length", "head"], from_queryset=for_update(Thread))
    heads.hold(thread)
    return thread


def _is_unread(subject: Any) -> bool:
    """Whether the thread of a thing was not read with it: then one query reads and locks it."""
    if not isinstance(subject, Threaded) or ending(heads.Heads) is None:
        return False
    field: Any = subject._meta.get_field("thread")
    return not field.is_cached(subject)


def thread_of(subject: Any) -> Thread:
    """The thread a subject's history is written on."""
    if isinstance(subject, Thread):
        return subject
    if isinstance(subject, User):
        return _own_thread(subject, "person", of_user=subject)
    if isinstance(subject, Unit):
        return _own_thread(subject, "unit", of_unit=subject)
    return subject.thread


def _own_thread(subject: User | Unit, kind: str, **owner: Any) -> Thread:
    unit = subject if isinstance(subject, Unit) else subject.unit
    thread, _made = Thread.objects.get_or_create(
        **owner,
        defaults={
            "kind": kind,
            "unit": unit,
            "company_id": unit.company_id if unit else None,
            "number": getattr(subject, subject.ref),
            "title": str(subject)[:200],
            "address": subject.get_absolute_url(),
            "created_at": clock.now(),
        },
    )
    return thread
