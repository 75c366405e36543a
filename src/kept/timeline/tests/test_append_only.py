"""No role, no query and no cascade alters history: the database itself refuses (B43)."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from kept.kit.append_only import MESSAGE
from kept.kit.verifying import Report
from kept.people.models import User
from kept.timeline.erasing import erase_words
from kept.timeline.factories import attach_file, make_thread
from kept.timeline.models import (
    Attachment,
    AttachmentKind,
    Entry,
    EntryText,
    Seal,
    SealLine,
    Thread,
)
from kept.timeline.sealing import seal_now
from kept.timeline.verifying import prove_chains

GUARDED = (Entry, EntryText, Attachment, Seal, SealLine)


@pytest.fixture
def story(cast):
    thread = make_thread(cast.north, secret="138 0013 8000")
    attach_file(thread, cast.lin)
    seal_now()
    return thread


def refuse(change) -> None:
    with pytest.raises(DatabaseError, match=MESSAGE), transaction.atomic():
        change()


@pytest.mark.req("SX.05", part="no hard delete, no silent change")
@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model.__name__)
def test_nothing_of_history_is_deleted(story, model):
    rows = model.objects.all()
    assert rows.exists()
    refuse(lambda: rows._raw_delete("default"))
    refuse(lambda: _execute(f"DELETE FROM {model._meta.db_table}"))
    if model not in (Seal,):
        refuse(lambda: rows.first().delete())
    assert rows.exists()


@pytest.mark.req("SX.05", part="no hard delete, no silent change")
@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Entry, {"body": "{}"}),
        (Entry, {"recorded_at": "2020-01-01T00:00Z"}),
        (EntryText, {"text": "Something else"}),
        (EntryText, {"text": "", "salt": ""}),
        (Attachment, {"checksum": "0" * 64}),
        (Attachment, {"thread": None, "seq": None}),
        (Seal, {"hash": "0" * 64}),
        (SealLine, {"length": 1}),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else ",".join(value),
)
def test_nothing_of_history_is_changed(story, model, values):
    row = model.objects.first()
    refuse(lambda: model.objects.update(**values))
    for name, value in values.items():
        setattr(row, name, value)
    refuse(row.save)
    refuse(lambda: model.objects.bulk_update([row], list(values)))
    column = model._meta.get_field(next(iter(values))).column
    refuse(lambda: _execute(f"UPDATE {model._meta.db_table} SET {column} = {column}"))


@pytest.mark.req("SX.05", part="no hard delete, no silent change")
def test_no_cascade_reaches_history(story):
    for row in (story, story.unit, User.objects.system()):
        with pytest.raises(ProtectedError):
            row.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        _execute("DELETE FROM timeline_thread")
        connection.check_constraints()
    assert Thread.objects.filter(pk=story.pk).exists()


@pytest.mark.req("SX.05", part="no hard delete, no silent change")
def test_an_upsert_is_an_update(story):
    entry = story.entries.first()
    entry.body = "{}"
    refuse(
        lambda: Entry.objects.bulk_create(
            [entry], update_conflicts=True, unique_fields=["id"], update_fields=["body"]
        )
    )


def test_words_may_be_erased_once_and_never_written_again(story):
    erase_words(story, by=User.objects.system(), seq=1, rule="SX.15: asked for", names=["secret"])
    refuse(lambda: EntryText.objects.filter(name="secret").update(text="138 0013 8000"))


@pytest.mark.django_db(transaction=True)
def test_tests_may_empty_the_database_and_the_triggers_stay(cast):
    make_thread(cast.north)
    call_command("flush", interactive=False, verbosity=0)
    assert not Entry.objects.exists()
    thread = Thread.objects.create(kind="case", created_at="2026-01-01T00:00Z")
    with transaction.atomic():
        thread.record("words.noted", by=User.objects.system())
    refuse(lambda: Entry.objects.update(body="{}"))
    prove_chains(report := Report())
    assert report.is_clean


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_files_of_before_there_were_kinds_become_documents_and_stay_guarded(cast):
    """The migration lifts the guard, says the kind, and puts the guard back."""
    file = attach_file(make_thread(cast.north), cast.lin)
    _schema, lift, say, put = import_module(
        "kept.timeline.migrations.0004_kinds_of_files"
    ).Migration.operations
    with connection.cursor() as cursor:
        editor = SimpleNamespace(
            connection=connection, execute=lambda sql, params=None: cursor.execute(sql)
        )
        lift.code(apps, editor)
        Attachment.objects.filter(pk=file.pk).update(kind="")
        put.code(apps, editor)
        for step in (lift, say, put):
            step.code(apps, editor)
    file.refresh_from_db()
    assert file.kind == AttachmentKind.DOCUMENT
    used = Attachment.objects.filter(pk=file.pk)
    refuse(lambda: used.update(kind="photo"))
    refuse(lambda: used._raw_delete("default"))
