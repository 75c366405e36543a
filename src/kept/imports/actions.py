"""Every way an import changes: it comes up, is checked, brought in, gone on with, and forgotten."""

from dataclasses import asdict
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kept.imports.attempts import work_through
from kept.imports.copies import copy_of_upload, require_file
from kept.imports.models import (
    AT_REST,
    SILENT_AFTER,
    ImportRun,
    ImportState,
    forgotten_before,
)
from kept.imports.reading import Choice
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.importing.kinds import Kind, kind_named
from kept.kit.importing.running import look
from kept.kit.refusal import NotAllowed, Refused
from kept.kit.text import Line
from kept.people.models import Unit, User
from kept.people.real_time import real_now
from kept.timeline.files import safe_name, store
from kept.timeline.models import Attachment

BROUGHT_FROM = (ImportState.CHECKED, ImportState.DONE, ImportState.STOPPED)
GONE_ON_FROM = (ImportState.CHECKING, ImportState.RUNNING, ImportState.STOPPED)
MOST_FORGOTTEN = 500


def require_table(kind: Kind, upload: UploadedFile) -> None:
    """Raise InvalidInput when a file that comes up is no table: a picture, a web page, locked …"""
    with copy_of_upload(upload) as path:
        look(kind, path)


@action("imports.upload", label=_("Upload a table"), creates=ImportRun, right="files.upload",
        icon="upload", internal=True)  # fmt: skip
def upload_table(*, by: User, unit: Unit, kind: Line, upload: UploadedFile) -> ImportRun:
    """Keep a table that is to be brought into a unit; whoever takes it in has looked whether it is
    one (``require_table``), for that may take seconds (SX.08).
    """
    wanted = kind_named(kind)
    if not by.holds_over(wanted.right, unit):
        raise NotAllowed(wanted.right, wanted.verb.label)
    company: Any = unit.company
    return ImportRun.objects.create(
        company=company,
        unit=unit,
        kind=wanted.name,
        name=safe_name(upload.name or ""),
        file=store(upload, by=by, kind="import"),
        by=by,
        uploaded_at=clock.now(),
    )


@action("imports.check", label=_("Check"), on=AT_REST, right="files.upload", icon="clipboard-check",
        internal=True)  # fmt: skip
def check_table(run: ImportRun, *, by: User, choice: Choice) -> ImportRun:
    """Read every row as somebody chose, and write nothing: what would come in, what would be
    refused and why (SX.08).
    """
    require_file(run)
    run.reading, run.columns = asdict(choice.how), choice.columns
    run.options = choice.options
    return _begin(run, is_dry_run=True)


@action("imports.bring_in", label=_("Bring in now"), on=BROUGHT_FROM, right="files.upload",
        icon="database", internal=True)  # fmt: skip
def bring_in_table(run: ImportRun, *, by: User) -> ImportRun:
    """Bring in every sound row; a second time adds nothing, for what is here is known (SX.08)."""
    require_file(run)
    run.unit.record("import.begun", by=by, kind=run.kind, words={"name": run.name})
    return _begin(run, is_dry_run=False)


@action("imports.go_on", label=_("Go on"), on=GONE_ON_FROM, right="files.upload", icon="play",
        internal=True)  # fmt: skip
def go_on(run: ImportRun, *, by: User) -> ImportRun:
    """Take up an attempt that broke off or whose worker died; what came in is not brought in again
    (SX.08).
    """
    require_file(run)
    if run.is_under_way and not run.is_silent:
        raise Refused(_("It is still being worked on. Wait for its end."), rule="SX.08")
    return _begin(run, is_dry_run=run.is_dry_run)


def _begin(run: ImportRun, *, is_dry_run: bool) -> ImportRun:
    """Let the worker begin at the first row; a worker that still has the import ends."""
    run.attempt += 1
    run.is_dry_run = is_dry_run
    run.status = ImportState.CHECKING if is_dry_run else ImportState.RUNNING
    run.rows = run.made = run.known = run.refused = run.noted = 0
    run.bytes_done = run.bytes_size = 0
    run.counted, run.why_stopped = {}, {}
    run.told, run.faults, run.notes = [], [], []
    run.begun_at, run.ended_at, run.heard_at = clock.now(), None, real_now()
    old, run.errors_file = run.errors_file, None
    run.save()
    _remove(old)
    work_through.enqueue(run.pk, run.attempt)
    return run


@action("imports.forget", label=_("Forget an uploaded table"), right="files.upload",
        internal=True)  # fmt: skip
def forget_table(run: ImportRun, *, by: User) -> ImportRun:
    """Remove the file, the refused rows and what was said of faults; numbers stay (SX.15)."""
    files = [run.file, run.errors_file]
    run.file = run.errors_file = None
    run.faults, run.notes, run.forgotten_at = [], [], clock.now()
    run.save()
    for one in files:
        _remove(one)
    return run


def _remove(file: Attachment | None) -> None:
    """A file and its content go, unless an action hung it on a matter: there it stays."""
    if file is None or file.thread_id is not None:
        return
    content = file.file
    file.delete()
    transaction.on_commit(lambda: content.storage.delete(str(content.name)))


def forget_old_tables() -> int:
    """Tables uploaded a week ago are forgotten, unless a worker is at them; how many were."""
    at_rest = Q(status__in=AT_REST) | Q(heard_at__lt=real_now() - SILENT_AFTER)
    old = ImportRun.objects.filter(at_rest, forgotten_at=None, uploaded_at__lt=forgotten_before())
    runs = list(old.order_by("pk")[:MOST_FORGOTTEN])
    for run in runs:
        forget_table(run, by=User.objects.system())
    return len(runs)
