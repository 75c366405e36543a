"""``kept verify`` finds whatever somebody with the keys to the database changed."""

import json
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from kept.kit.verifying import verify
from kept.people.models import User
from kept.timeline.canonical import digest
from kept.timeline.erasing import erase_words
from kept.timeline.factories import attach_file, make_thread
from kept.timeline.models import Entry, EntryText, Seal, Thread
from kept.timeline.sealing import export_path, seal_if_due, seal_now
from kept.timeline.tests.tampering import without_guards

pytestmark = pytest.mark.req("SX.05", part="audit trail proves itself")
TABLES = ("timeline_entry", "timeline_entrytext", "timeline_seal", "timeline_sealline")


@pytest.fixture
def thread(cast) -> Thread:
    made = make_thread(cast.north, phone="138 0013 8000")
    for number in range(3):
        made.record("words.noted", by=cast.lin, number=number, words={"text": f"Note {number}"})
    return made


def faults() -> list[str]:
    return [str(fault) for fault in verify().faults]


def test_what_was_recorded_proves_itself(thread, cast):
    attach_file(thread, cast.lin)
    seal_now()
    report = verify()
    assert faults() == []
    assert report.counts["entries"] == Entry.objects.count()
    assert report.counts["files"] == 1 and report.counts["seals"] == 1


def test_changed_values_are_found(thread):
    entry = thread.entries.get(seq=2)
    with without_guards(*TABLES):
        Entry.objects.filter(pk=entry.pk).update(
            body=entry.body.replace('"number":0', '"number":9')
        )
    assert faults() == [f"{thread.number}: entry 2 is not what was recorded"]


def test_a_changed_column_is_found(thread, cast):
    with without_guards(*TABLES):
        thread.entries.filter(seq=3).update(by=cast.wang)
    assert faults() == [f"{thread.number}: entry 3 disagrees with its sealed text"]


def test_a_rewritten_entry_breaks_the_next_one(thread):
    """A new hash for changed words does not help: the next entry holds the old one."""
    before, entry = thread.entries.get(seq=1), thread.entries.get(seq=2)
    body = entry.body.replace('"number":0', '"number":9')
    with without_guards(*TABLES):
        Entry.objects.filter(pk=entry.pk).update(body=body, hash=digest(before.hash, body))
    assert faults() == [f"{thread.number}: entry 3 is not what was recorded"]


def test_a_missing_entry_is_found(thread):
    with without_guards(*TABLES):
        EntryText.objects.filter(entry__thread=thread, entry__seq=2).delete()
        thread.entries.filter(seq=2).delete()
    assert faults()[0] == f"{thread.number}: entry 2 is missing"


def test_a_missing_tail_is_found_by_the_length(thread):
    _cut_tail(thread)
    assert faults() == [f"{thread.number}: the story has 3 entries, 4 were recorded"]


def test_a_tail_cut_off_cleanly_is_seen_by_the_seal_alone(thread):
    _cut_tail(thread)
    last = thread.entries.get(seq=3)
    Thread.objects.filter(pk=thread.pk).update(length=3, head=last.hash)
    assert faults() == []


def test_the_seal_sees_a_missing_tail(thread):
    seal_now()
    _cut_tail(thread)
    last = thread.entries.get(seq=3)
    Thread.objects.filter(pk=thread.pk).update(length=3, head=last.hash)
    on = Seal.objects.get().on
    assert faults() == [f"thread {thread.pk}: entry 4, sealed on {on}, is missing or another"]


def test_the_seal_sees_a_missing_thread(thread):
    seal_now()
    with without_guards(*TABLES):
        EntryText.objects.filter(entry__thread=thread).delete()
        thread.entries.all().delete()
        Thread.objects.filter(pk=thread.pk).delete()
    assert any("is missing or another" in fault for fault in faults())


def _cut_tail(thread: Thread) -> None:
    with without_guards(*TABLES):
        EntryText.objects.filter(entry__thread=thread, entry__seq=4).delete()
        thread.entries.filter(seq=4).delete()


def test_seals_are_chained(thread, cast):
    first = seal_now()
    thread.record("words.noted", by=cast.lin)
    with without_guards(*TABLES):
        Seal.objects.filter(pk=first.pk).update(on="2020-01-01")
    second = seal_now()
    assert faults() == []
    with without_guards(*TABLES):
        Seal.objects.filter(pk=first.pk).update(body=first.body.replace('"no":1', '"no": 1'))
    assert "seal 1: this seal is not what was recorded" in faults()
    assert second.lines.count() == 1, "only what grew is sealed again"


def test_the_exported_seals_catch_a_chain_made_anew(thread):
    seal = seal_now()
    export_path().write_text(
        json.dumps({"no": seal.no, "body": seal.body, "hash": seal.hash}) + "\nnonsense\n"
    )
    assert faults() == ["seals.jsonl: line 2 is not a seal of this database"]
    with without_guards(*TABLES):
        body = seal.body.replace('"threads":', '"threads": ')
        Seal.objects.update(body=body, hash=digest("", body))
    assert "seals.jsonl: line 1 is not a seal of this database" in faults()


@pytest.mark.django_db(transaction=True)
def test_the_worker_seals_once_a_day_and_exports_it(cast):
    make_thread(cast.north)
    assert seal_if_due() is not None
    assert seal_if_due() is None
    line = json.loads(Path(export_path()).read_text())
    assert line["hash"] == Seal.objects.get().hash


def test_changed_words_are_found(thread):
    with without_guards(*TABLES):
        EntryText.objects.filter(name="phone").update(text="139 0000 0000")
    assert faults() == [f"{thread.number}: the words “phone” of entry 1 are not what was recorded"]


def test_missing_words_are_found(thread):
    with without_guards(*TABLES):
        EntryText.objects.filter(name="phone").delete()
    assert faults() == [
        f"{thread.number}: the words “phone” of entry 1 are missing, and no rule says why"
    ]


def test_words_added_later_are_found(thread):
    EntryText.objects.create(
        entry=thread.entries.get(seq=2), name="late", salt="s", text="Never said"
    )
    assert faults() == [f"{thread.number}: the words “late” of entry 2 are not what was recorded"]


@pytest.mark.req("SX.15", part="words are erased under a named rule")
def test_erased_words_are_named_by_their_rule(thread):
    erase_words(thread, by=User.objects.system(), seq=1, rule="Removal request", names=["phone"])
    report = verify()
    assert [str(fault) for fault in report.faults] == []
    assert report.remarks == ["1 words erased under “Removal request”"]
    gone = EntryText.objects.get(name="phone")
    assert (gone.text, gone.salt) == ("", "")
    told = thread.entries.get(seq=5)
    assert told.event == "words.erased" and "Removal request" in told.body


@pytest.mark.req("SX.07", part="checksum")
def test_a_damaged_and_a_missing_file_are_found(thread, cast):
    damaged = attach_file(thread, cast.lin, name="a.png")
    missing = attach_file(thread, cast.lin, name="b.png")
    Path(default_storage.path(damaged.file.name)).write_bytes(b"changed")
    Path(default_storage.path(missing.file.name)).unlink()
    assert faults() == [
        f"{thread.number}: “a.png” is not what was uploaded",
        f"{thread.number}: “b.png” is gone",
    ]
