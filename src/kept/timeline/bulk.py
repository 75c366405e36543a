"""Whole stories at once, for bulk verbs: threads, sight, entries and words in bulk inserts.

Nothing reacts to the single lines; the bulk verb records one line of its own that others may hear.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from kept.kit import clock
from kept.kit.bulk import insert, insert_values, next_keys, update
from kept.people.models import User
from kept.timeline import heads, sight
from kept.timeline.canonical import canonical, digest, plain
from kept.timeline.models import Entry, EntryText, Sight, Thread
from kept.timeline.recorder import TEXT

ENTRY = (
    "id", "thread_id", "seq", "event", "body", "hash", "by_id", "happened_at", "recorded_at",
)  # fmt: skip


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


@dataclass(slots=True)
class _Sealed:
    """A line as it is written: its place in the chain, and its words with their salts."""

    line: Line
    seq: int
    body: str
    hash: str
    words: list[tuple[str, str, str]]


def write_stories(stories: Sequence[Story], *, by: User) -> None:
    """Write them all; each is chained, and seen, as if its lines had been recorded one by one."""
    recorded_at = clock.now()
    chains = [_chained(story, by, recorded_at) for story in stories]
    insert([story.thread for story in stories])
    _insert_sights(stories)
    _insert_entries(stories, chains, by, recorded_at)


def append_lines(lines: Mapping[int, Sequence[Line]], *, by: User) -> None:
    """Write further lines on stories that are there: thread → its new lines, in order.

    The threads are locked in the order of their keys.
    """
    recorded_at = clock.now()
    heads.write_now(lines)
    rows = Thread.objects.filter(pk__in=lines).order_by("pk")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",), no_key=True)
    stories = [Story(thread, (), lines[thread.pk]) for thread in rows]
    chains = [_chained(story, by, recorded_at) for story in stories]
    update([story.thread for story in stories], "length", "head")
    _insert_entries(stories, chains, by, recorded_at)


def _chained(story: Story, by: User, recorded_at: datetime) -> list[_Sealed]:
    head, chain, recorded = story.thread.head, [], plain(recorded_at)
    for seq, line in enumerate(story.lines, start=story.thread.length + 1):
        words = [(name, secrets.token_hex(16), text) for name, text in line.words.items() if text]
        body = canonical(
            {
                "by": by.pk,
                "event": line.event,
                "happened_at": line.happened_at,
                "recorded_at": recorded,
                "seq": seq,
                "values": line.values,
                "words": {name: digest(salt, text) for name, salt, text in words},
            }
        )
        head = digest(head, body)
        chain.append(_Sealed(line, seq, body, head, words))
    story.thread.length, story.thread.head = story.thread.length + len(chain), head
    return chain


def _insert_sights(stories: Sequence[Story]) -> None:
    insert_values(
        Sight,
        sight.COLUMNS,
        (row for story in stories for row in sight.rows_of(story.thread, story.scopes)),
    )


def _insert_entries(
    stories: Sequence[Story], chains: list[list[_Sealed]], by: User, recorded_at: datetime
) -> None:
    entries, texts = [], []
    keys = iter(next_keys(Entry, sum(map(len, chains))))
    for story, chain in zip(stories, chains, strict=True):
        for one in chain:
            key, line = next(keys), one.line
            place = (key, story.thread.pk, one.seq, line.event, one.body, one.hash)
            entries.append((*place, by.pk, line.happened_at, recorded_at))
            texts += [(key, *word, "") for word in one.words]
    insert_values(Entry, ENTRY, entries)
    insert_values(EntryText, TEXT, texts)
