"""However a case changes, it is found by exactly what it is afterwards (SX.10)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kept.cases.actions import add_note, attach_files, correct_case, give_back, send_branch
from kept.cases.factories import make_case
from kept.cases.models import Case
from kept.kit import clock
from kept.kit.verifying import verify
from kept.search.models import Document
from kept.timeline.files import store

pytestmark = [pytest.mark.django_db, pytest.mark.req("SX.10", part="search")]


@pytest.fixture(autouse=True)
def in_step(db: None) -> Iterator[None]:
    """The index says of everything what its card says."""
    yield
    assert [str(fault) for fault in verify(only="search").faults] == []


def body_of(case: Case) -> str:
    """Every word of its story as the index has it."""
    return "\n".join(row.body for row in Document.objects.filter(thread=case.thread_id))


def test_notes_one_after_the_other_and_the_same_again(office):
    for note in ("Leaks at the pump.", "Leaks at the pump.", "漏油\n垫片", "垫片", "x" * 5_000):
        add_note(office.case, by=office.lin, note=note)
        assert note.splitlines()[-1][-40:] in body_of(office.case)


def test_words_behind_a_file(office):
    file = store(SimpleUploadedFile("pump.txt", b"pump"), by=office.lin)
    attach_files(office.case, by=office.lin, files=[file], note="The pump")
    add_note(office.case, by=office.lin, note="Seen on the picture.")
    assert "Seen on the picture." in body_of(office.case)


def test_a_note_with_a_file(office):
    file = store(SimpleUploadedFile("pump.txt", b"pump"), by=office.lin)
    add_note(office.case, by=office.lin, note="As on the picture.", files=[file])
    assert "pump.txt" in body_of(office.case)


def test_a_long_title(office):
    case = make_case(office.lin, summary="泵" * 199 + "。")
    add_note(case, by=office.lin, note="Once more.")


def test_facts_and_words_in_one_step(office):
    send_branch(
        office.case,
        by=office.lin,
        branch=office.branch,
        phone="13900139000",
        address="Shop 3, Wuyi Road",
        problem="Leaks at the pump",
        due_at=clock.now() + timedelta(hours=5),
    )
    row = Document.objects.get(thread=office.case.thread_id)
    assert row.personal == ["13900139000"] and "Leaks at the pump" in row.body


def test_words_about_own_staff_stay_inside(office):
    give_back(office.case, by=office.lin, reason="Mine no longer")
    add_note(office.case, by=office.mei, note="Not for the customer")
    rows = Document.objects.filter(thread=office.case.thread_id)
    assert [row.is_inside for row in rows if "Not for the customer" in row.body] == [True]


def test_corrected_and_then_noted(office):
    correct_case(office.case, by=office.lin, summary="漏油", reason="Misheard")
    add_note(office.case, by=office.lin, note="Corrected.")
    assert Document.objects.get(thread=office.case.thread_id, part=0).title == "漏油"
