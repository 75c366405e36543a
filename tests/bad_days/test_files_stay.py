"""What was handed in stays: no later step takes a signature or a file away (B25, B37, SX.07)."""

import hashlib
from datetime import timedelta

import pytest

from kept.cases.actions import (
    accept_case,
    add_note,
    attach_files,
    call_back,
    classify,
    close_case,
    correct_case,
    enter_result,
    hand_over,
    mark_solved,
    merge_case,
    reopen_case,
    tell_customer,
)
from kept.cases.factories import make_case, outcome
from kept.cases.models import CaseClass, Evidence, Route
from kept.kit.testing.refusing import refused
from kept.people.factories import give
from kept.timeline import housekeeping
from kept.timeline.factories import PNG, make_file
from kept.timeline.models import Attachment

pytestmark = pytest.mark.django_db


@pytest.mark.req("SX.07", part="no later step takes a file away")
def test_a_signed_form_stays_through_everything_that_follows(office, monkeypatch):
    lin, mei = give(office.lin, "lead", office.company), office.mei
    case = make_case(lin)
    attach_files(case, by=lin, files=[make_file(lin, "before.png", PNG)])
    enter_result(case, by=lin, result="Replaced the seal")
    tell_customer(case, by=lin, route=Route.PHONE, told="Sealed")
    form = make_file(lin, "signed.png", PNG + b"signature")
    mark_solved(case, by=lin, evidence=Evidence.SIGNED_FORM, words="Fine", file=form)
    handed_in = papers_of(case)
    assert [name for name, _checksum in handed_in] == ["before.png", "signed.png"]
    other = make_case(lin)
    with refused("SX.07"):
        attach_files(other, by=lin, files=[form])

    classify(case, by=lin, classification=CaseClass.DEFECT)
    close_case(case, by=lin, outcome=outcome(case, "solved"))
    reopen_case(case, by=lin, reason="Leaks again")
    correct_case(case, by=lin, summary="Seal leaks", reason="Mistyped")
    add_note(case, by=lin, note="Look again")
    call_back(case, by=lin, reached=True, told="We come again")
    hand_over(case, by=lin, to_person=mei, summary="Seal leaks again")
    accept_case(case, by=mei)
    survivor = make_case(lin)
    merge_case(case, by=lin, into=survivor, reason="The same seal")
    monkeypatch.setattr(housekeeping, "UNUSED_KEPT", timedelta())
    housekeeping.remove_unused_files()

    assert papers_of(case) == handed_in
    for file in Attachment.objects.filter(thread=case.thread_id):
        with file.file.open("rb") as stored:
            assert hashlib.sha256(stored.read()).hexdigest() == file.checksum


def papers_of(case) -> list[tuple[str, str]]:
    files = Attachment.objects.filter(thread=case.thread_id).order_by("pk")
    return list(files.values_list("name", "checksum"))
