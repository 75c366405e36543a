"""What changed is found by its new words when the action ends, and was never found by half of them.

However often a thing changes within one action, it is written into the index once. Outside an
action it is written at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BigAutoField

from kept.kit.actions import ending
from kept.kit.prepared import Given, Prepared
from kept.search import index
from kept.search.kinds import Said, kinds
from kept.timeline.models import Attachment, Entry, EntryText, Thread
from kept.timeline.recorder import story_grows

_HUNG: Prepared[Attachment] = Prepared(
    lambda: Attachment.objects.filter(thread=Given("thread", BigAutoField())).values_list("pk")[:1]
)
"""Whether a file hangs on a thread."""


class Changes:
    """The threads that changed in one action, with the words heard of those begun in it."""

    order = 50

    def __init__(self) -> None:
        self.kinds: dict[int, str] = {}
        self.new: dict[int, Any] = {}
        self.said: dict[int, list[Said]] = {}
        self.grown: dict[int, list[Said]] = {}
        self.whole: set[int] = set()
        self.has_files: set[int] = set()

    def hear(self, entry: Entry) -> None:
        """Keep the words of a story told from its first line on, and what others grew by."""
        is_whole = entry.seq == 1 or entry.thread_id in self.said
        said = (self.said if is_whole else self.grown).setdefault(entry.thread_id, [])
        said += [(entry.event, text.name, text.text) for text in entry.written]

    def finish(self) -> None:
        """Write the cards of all of them, as they are now: longer ones where only words came to
        their stories, else all they are found by.
        """
        threads = defaultdict(list)
        for thread, kind in self.kinds.items():
            if thread not in self.new and not self._grows(thread, kind):
                threads[kind].append(thread)
        for kind, some in threads.items():
            _write(kind, some)
        found = kinds()
        for thing in self.new.values():
            index.put_many(found[thing.kind].cards([thing]), are_new=True)

    def _grows(self, thread: int, kind: str) -> bool:
        """Whether only words came to the story, and they are found now."""
        if thread in self.whole or thread in self.has_files or thread not in self.grown:
            return False
        # The names of files stand behind the words, so that new words would have to go between.
        if any(True for _key in _HUNG.tuples(thread=thread)):
            return False
        heard = kinds()[kind].heard
        return heard is not None and index.grow(thread, *heard(self.grown[thread]))


def changed(thing: Any, *, is_new: bool = False) -> None:
    """Let a thing be found by what it is now; call it where it changes (SX.10).

    ``is_new`` says that nobody could find it before, and that the row is as it is at hand.
    """
    changes = ending(Changes)
    if changes is None:
        _write(thing.kind, [thing.thread_id])
        return
    changes.kinds[thing.thread_id] = thing.kind
    changes.whole.add(thing.thread_id)
    if is_new:
        changes.new[thing.thread_id] = thing
    else:
        changes.new.pop(thing.thread_id, None)


def _write(kind: str, threads: Sequence[int]) -> None:
    cards = kinds()[kind].cards_of(threads)
    found = {card.thread_id for card in cards}
    index.drop_many(thread for thread in threads if thread not in found)
    index.put_many(cards)


@story_grows.fill()
def find_by_story(thread: Thread, entry: Entry | None = None) -> None:
    """What is said about a thing, or hung on it, can be found when the action ends."""
    kind = kinds().get(thread.kind)
    if kind is None or kind.heard is None:
        return
    changes = ending(Changes)
    if changes is None:
        _write(thread.kind, [thread.pk])
        return
    changes.kinds.setdefault(thread.pk, thread.kind)
    if entry is None:
        changes.has_files.add(thread.pk)
    else:
        changes.hear(entry)


def said_in(threads: Iterable[int]) -> dict[int, list[Said]]:
    """Thread → everything written in its story that was not erased, in order."""
    changes, wanted = ending(Changes), set(threads)
    said: dict[int, list[Said]] = defaultdict(list)
    if changes is not None:
        said |= {thread: changes.said[thread] for thread in wanted & changes.new.keys()
                 if thread in changes.said}  # fmt: skip
    unknown = wanted - said.keys()
    if unknown:
        rows = EntryText.objects.filter(entry__thread__in=unknown, erased_at__isnull=True)
        words = rows.order_by("pk").values_list("entry__thread", "entry__event", "name", "text")
        for thread, event, name, text in words:
            said[thread].append((event, name, text))
    return said


def files_of(threads: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """Thread → (event it came with, name) of every file that hangs on it."""
    changes, wanted = ending(Changes), set(threads)
    if changes is not None:
        wanted -= changes.new.keys() - changes.has_files
    files: dict[int, list[tuple[str, str]]] = defaultdict(list)
    if not wanted:
        return files
    hung = list(
        Attachment.objects.filter(thread__in=wanted)
        .order_by("pk")
        .values_list("thread", "seq", "name")
    )
    lines = {(thread, seq) for thread, seq, _name in hung}
    rows = Entry.objects.filter(
        thread__in={thread for thread, _seq in lines}, seq__in={seq for _thread, seq in lines}
    )
    events: dict[tuple[int, int | None], str] = {
        (thread, seq): event
        for thread, seq, event in (rows.values_list("thread", "seq", "event") if lines else ())
    }
    for thread, seq, name in hung:
        files[thread].append((events.get((thread, seq), ""), name))
    return files
