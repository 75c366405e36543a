"""Building the index anew while people go on finding: ``kept reindex``.

Every thread is looked at, the one that changed longest ago first, and written only where the index
does not say what its card says. So it may be stopped and run again at any time, and on an index
that is in step it changes nothing.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from kept.search import index
from kept.search.index import Card
from kept.search.kinds import Findable, kinds
from kept.search.models import Document
from kept.timeline.models import Entry, Thread

BATCH = 200
COMPARED = (
    "part", "kind", "is_inside", "number", "title", "address", "names", "codes", "personal", "body",
)  # fmt: skip
Progress = Callable[[int, int], None]


@dataclass
class Done:
    """What a reindex did: threads looked at, put into the index anew, and taken out of it."""

    seen: int = 0
    put: int = 0
    taken: int = 0
    busy: list[Thread] = field(default_factory=list)


def reindex(only: Collection[str] = (), *, progress: Progress = lambda done, total: None) -> Done:
    """Let everything be found by exactly what its card says; ``only`` names some kinds.

    In small transactions that wait for nobody: what somebody is changing just now is done last.
    """
    found = {kind: one for kind, one in kinds().items() if not only or kind in only}
    total = Thread.objects.filter(kind__in=found).count()
    done = Done()
    for threads in threads_by_change(found):
        _renew(threads, found, done)
        progress(min(done.seen, total), total)
    for thread in done.busy:
        _renew([thread], found, done, waits=True)
    if not only:
        strange = Document.objects.exclude(kind__in=found)
        done.taken += strange.values("thread").distinct().count()
        strange.delete()
    return done


def threads_by_change(of: Collection[str]) -> Iterator[list[Thread]]:
    """Threads of these kinds in batches, oldest change first; those without a story before all.

    What changes meanwhile comes once more, at the end.
    """
    untold = Thread.objects.filter(kind__in=of, length=0)
    last = 0
    while batch := list(untold.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk
    lines = Entry.objects.filter(thread__kind__in=of, seq=F("thread__length"))
    last = 0
    while lines_here := list(
        lines.filter(pk__gt=last).order_by("pk").select_related("thread")[:BATCH]
    ):
        for line in lines_here:
            line.thread.changed_at = line.recorded_at  # type: ignore[attr-defined]
        yield [line.thread for line in lines_here]
        last = lines_here[-1].pk


def _renew(
    threads: Sequence[Thread], found: dict[str, Findable], done: Done, *, waits: bool = False
) -> None:
    """Write anew what is not in step: looked for without a lock, looked at again under it."""
    faults = out_of_step(threads, found)
    wrong = {thread.pk: thread for thread in threads if thread.pk in faults}
    done.seen += 0 if waits else len(threads)
    if not wrong:
        return
    with transaction.atomic():
        locked = _locked(list(wrong), waits=waits)
        done.busy += [thread for key, thread in wrong.items() if key not in locked]
        cards = _cards([wrong[key] for key in wrong if key in locked], found)
        gone = [key for key in locked if key not in cards]
        index.drop_many(gone)
        index.put_many(
            replace(cards[key], updated_at=getattr(wrong[key], "changed_at", None))
            for key in wrong
            if key in cards
        )
    done.put += len(cards)
    done.taken += len(gone)


def _locked(threads: Sequence[int], *, waits: bool) -> set[int]:
    """Those whose lock is had; whoever changes a thing holds it."""
    rows = Thread.objects.filter(pk__in=threads).order_by("pk")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",), no_key=True, skip_locked=not waits)
    return set(rows.values_list("pk", flat=True))


def _cards(threads: Sequence[Thread], found: dict[str, Findable]) -> dict[int, Card]:
    return {
        card.thread_id: card
        for kind, one in found.items()
        for card in one.cards_of(thread.pk for thread in threads if thread.kind == kind)
    }


def out_of_step(threads: Sequence[Thread], found: dict[str, Findable]) -> dict[int, str]:
    """Thread → what is wrong: "missing" in the index, to be found "otherwise", or "gone"."""
    cards = _cards(threads, found)
    stored: dict[int, list[Document]] = {thread.pk: [] for thread in threads}
    for row in Document.objects.filter(thread__in=stored).order_by("part"):
        stored[row.thread_id].append(row)
    wrong: dict[int, str] = {}
    same: list[tuple[Document, Document]] = []
    for thread, rows in stored.items():
        wanted = sorted(index.rows_of(cards[thread]), key=_part) if thread in cards else []
        if not wanted and rows:
            wrong[thread] = "gone"
        elif wanted and not rows:
            wrong[thread] = "missing"
        elif [*map(_content, rows)] != [*map(_content, wanted)]:
            wrong[thread] = "otherwise"
        else:
            same += zip(rows, wanted, strict=True)
    for row in _with_other_tokens(same):
        wrong[row.thread_id] = "otherwise"
    return wrong


def _part(row: Document) -> int:
    return row.part


def _content(row: Document) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in COMPARED)


def _with_other_tokens(pairs: Sequence[tuple[Document, Document]]) -> list[Document]:
    """Rows whose words were cut otherwise, by an older version perhaps: stored and wanted."""
    if connection.vendor == "sqlite":
        return [row for row, wanted in pairs if row.tokens != wanted.tokens]
    if not pairs:
        return []
    field = Document._meta.get_field("tokens")
    values = ", ".join(["(%s::bigint, %s::tsvector)"] * len(pairs))
    params = [
        value
        for row, wanted in pairs
        for value in (row.pk, field.get_db_prep_value(wanted.tokens, connection))
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.id FROM {Document._meta.db_table} d"
            f" JOIN (VALUES {values}) w(id, tokens) ON w.id = d.id WHERE d.tokens <> w.tokens",
            params,
        )
        other = {key for (key,) in cursor}
    return [row for row, _wanted in pairs if row.pk in other]
