"""Whole stories at once, for bulk verbs: threads, sight, entries and words in bulk inserts.

Nothing reacts to the single lines; the bulk verb records one line of its own that others may hear.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kept.kit import clock
from kept.people.models import User
from kept.timeline.canonical import digest
from kept.timeline.models import Entry, EntryText, Sight, Thread
from kept.timeline.recorder import sealed_body


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a story still to be written: what ``record()`` takes."""

    event: str
    happened_at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Story:
    """A new thread, unsaved, the scopes that see it, and its lines in order."""

    thread: Thread
    scopes: Sequence[int]
    lines: Sequence[Line]


def write_stories(stories: Sequence[Story], *, by: User) -> None:
    """Write them all; each is chained, and seen, as if its lines had been recorded one by one."""
    recorded_at = clock.now()
    chains = [_chained(story, by, recorded_at) for story in stories]
    Thread.objects.bulk_create(story.thread for story in stories)
    Sight.objects.bulk_create(row for story in stories for row in _sights(story))
    for story, chain in zip(stories, chains, strict=True):
        for entry, _texts in chain:
            entry.thread = story.thread
    Entry.objects.bulk_create(entry for chain in chains for entry, _texts in chain)
    EntryText.objects.bulk_create(_with_entries(chains))


Chain = list[tuple[Entry, list[EntryText]]]


def _chained(story: Story, by: User, recorded_at: datetime) -> Chain:
    head, chain = "", []
    for seq, line in enumerate(story.lines, start=1):
        entry = Entry(
            seq=seq,
            event=line.event,
            by=by,
            happened_at=line.happened_at,
            recorded_at=recorded_at,
        )
        texts = [
            EntryText(name=name, salt=secrets.token_hex(16), text=text)
            for name, text in line.words.items()
            if text
        ]
        entry.body = sealed_body(entry, line.values, texts)
        entry.hash = head = digest(head, entry.body)
        chain.append((entry, texts))
    story.thread.length, story.thread.head = len(chain), head
    return chain


def _sights(story: Story) -> Iterable[Sight]:
    thread = story.thread
    for scope in story.scopes:
        yield Sight(
            thread=thread,
            scope_id=scope,
            kind=thread.kind,
            is_open=thread.is_open,
            due_at=thread.next_due_at,
        )


def _with_entries(chains: list[Chain]) -> Iterable[EntryText]:
    for chain in chains:
        for entry, texts in chain:
            for text in texts:
                text.entry = entry
                yield text
