"""The worker tidies: old receipts and files nobody used, never one that somebody needs (B25)."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from kept.kit import clock
from kept.people.models import Draft
from kept.timeline.factories import attach_file, make_file, make_thread
from kept.timeline.housekeeping import remove_old_receipts, remove_unused_files
from kept.timeline.models import Attachment, Receipt

WEEK = timedelta(days=7)


def aged(file: Attachment, age: timedelta) -> Attachment:
    Attachment.objects.unused().filter(pk=file.pk).update(uploaded_at=timezone.now() - age)
    return file


def path_of(file: Attachment) -> Path:
    return Path(default_storage.path(file.file.name))


@pytest.mark.django_db(transaction=True)
def test_a_file_nobody_used_goes_after_a_week_with_its_content(cast):
    old = aged(make_file(cast.lin), WEEK + timedelta(minutes=1))
    young = aged(make_file(cast.lin), WEEK - timedelta(minutes=1))
    assert remove_unused_files() == 1
    assert list(Attachment.objects.all()) == [young]
    assert not path_of(old).exists() and path_of(young).exists()


def test_a_file_in_use_never_goes(cast):
    """B25: the cleaner and a live file."""
    file = attach_file(make_thread(cast.north), cast.lin)
    with clock.at(timezone.now() + timedelta(days=400)):
        assert remove_unused_files() == 0
    assert path_of(file).exists()


@pytest.mark.parametrize(
    "shape", [{"files": ["{}"]}, {"a": {"b": "{},4"}}, {"file": "{}"}], ids=str
)
def test_a_file_named_in_an_unsent_draft_stays(cast, shape):
    """B25: the form is still open on somebody's screen."""
    file = aged(make_file(cast.lin), 3 * WEEK)
    body = json.loads(json.dumps(shape).replace("{}", str(file.pk)))
    Draft.objects.create(
        user=cast.lin, form="cases.open", key="1", body=body, updated_at=clock.now()
    )
    assert remove_unused_files() == 0
    Draft.objects.all().delete()
    assert remove_unused_files() == 1


def test_business_time_removes_nothing(cast):
    """Only real time counts: the demo's year must not take its files away."""
    make_file(cast.lin)
    with clock.at(timezone.now() + timedelta(days=400)):
        assert remove_unused_files() == 0


def test_receipts_are_kept_for_seven_days(cast):
    _receipt(cast.lin, "old", WEEK + timedelta(minutes=1))
    _receipt(cast.lin, "young", WEEK - timedelta(minutes=1))
    assert remove_old_receipts() == 1
    assert Receipt.objects.get().key == "young"


def _receipt(actor, key: str, age: timedelta) -> Receipt:
    return Receipt.objects.create(
        actor=actor, key=key, verb="v", body_hash="", created_at=timezone.now() - age
    )
