"""Proofs of the timeline: chains, lengths, words and files are what was recorded (SX.05, SX.07)."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from kept.kit.outage import FilesSilent
from kept.kit.verifying import Report, one_moment, proves
from kept.timeline.canonical import digest, plain
from kept.timeline.files import Damaged, require_unchanged
from kept.timeline.models import Attachment, Entry, EntryText, Thread
from kept.timeline.sealing import prove_exported, prove_lines, prove_seal_chain

BATCH = 200


@proves("chains", _("Stories"), order=10)
def prove_chains(report: Report) -> None:
    """Every thread: entries from 1 without a gap, each chained to the one before, and words that
    are the very words that were hashed, or erased by a rule that is named.
    """
    total, erased = Thread.objects.count(), Counter[str]()
    for done, batch in enumerate(_batches(Thread.objects), start=1):
        _prove_batch(report, batch, erased)
        report.progress(_("Stories"), min(done * BATCH, total), total)
    for rule, count in sorted(erased.items()):
        report.remarks.append(
            _t("{count} words erased under “{rule}”").format(count=count, rule=rule)
        )


def _batches(rows: Any) -> Iterator[list[int]]:
    """Keys in batches, however many rows there are."""
    last = 0
    while keys := list(
        rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        yield keys
        last = keys[-1]


def _prove_batch(report: Report, keys: list[int], erased: Counter[str]) -> None:
    with one_moment():
        threads = Thread.objects.filter(pk__in=keys)
        entries: dict[int, list[Entry]] = defaultdict(list)
        for entry in Entry.objects.filter(thread__in=keys).order_by("thread", "seq"):
            entries[entry.thread_id].append(entry)
        texts: dict[int, list[EntryText]] = defaultdict(list)
        for text in EntryText.objects.filter(entry__thread__in=keys):
            texts[text.entry_id].append(text)
        for thread in threads:
            _prove_thread(report, thread, entries[thread.pk])
            for entry in entries[thread.pk]:
                _prove_words(report, thread, entry, texts[entry.pk], erased)


def _prove_thread(report: Report, thread: Thread, entries: list[Entry]) -> None:
    head = ""
    for expected, entry in enumerate(entries, start=1):
        report.counts["entries"] += 1
        if entry.seq != expected:
            report.fault(_name(thread), _("entry {seq} is missing"), seq=expected)
            return
        if digest(head, entry.body) != entry.hash:
            report.fault(_name(thread), _("entry {seq} is not what was recorded"), seq=entry.seq)
        elif not _agrees(entry):
            report.fault(
                _name(thread), _("entry {seq} disagrees with its sealed text"), seq=entry.seq
            )
        head = entry.hash
    report.counts["threads"] += 1
    if (thread.length, thread.head) != (len(entries), head):
        report.fault(
            _name(thread),
            _("the story has {found} entries, {expected} were recorded"),
            found=len(entries),
            expected=thread.length,
        )


def _name(thread: Thread) -> str:
    return thread.number or f"{thread.kind} {thread.pk}"


def _agrees(entry: Entry) -> bool:
    """The columns repeat what the hashed text says."""
    body = json.loads(entry.body)
    shown = {
        "by": entry.by_id,
        "event": entry.event,
        "happened_at": plain(entry.happened_at),
        "recorded_at": plain(entry.recorded_at),
        "seq": entry.seq,
    }
    return all(body.get(name) == value for name, value in shown.items())


def _prove_words(
    report: Report, thread: Thread, entry: Entry, texts: list[EntryText], erased: Counter[str]
) -> None:
    sealed = json.loads(entry.body)["words"]
    for text in texts:
        report.counts["words"] += 1
        wanted = sealed.pop(text.name, None)
        if text.erased_at is not None and text.erased_under:
            erased[text.erased_under] += 1
        elif wanted is None or digest(text.salt, text.text) != wanted:
            report.fault(
                _name(thread),
                _("the words “{name}” of entry {seq} are not what was recorded"),
                name=text.name,
                seq=entry.seq,
            )
    for name in sealed:
        report.fault(
            _name(thread),
            _("the words “{name}” of entry {seq} are missing, and no rule says why"),
            name=name,
            seq=entry.seq,
        )


@proves("seals", _("Seals"), order=20)
def prove_seals(report: Report) -> None:
    """Every story is at least as long as the last seal says: no tail and no thread is missing."""
    prove_seal_chain(report)
    prove_lines(report)
    prove_exported(report)


@proves("files", _("Files"), order=30)
def prove_files(report: Report) -> None:
    """Every file an action used is there and has the content it had when it came (SX.07)."""
    used = Attachment.objects.filter(thread__isnull=False)
    for keys in _batches(used):
        for file in Attachment.objects.filter(pk__in=keys).order_by("pk").select_related("thread"):
            report.counts["files"] += 1
            try:
                require_unchanged(file)
            except FilesSilent as silent:
                report.fault(_("store of files"), _("it does not answer: {silent}"), silent=silent)
                return
            except Damaged as damaged:
                where = _name(file.thread) if file.thread else file.pk
                report.fault(where, "{damaged}", damaged=damaged)
