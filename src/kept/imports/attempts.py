"""An attempt: the worker checks a table or brings it in, and keeps what became of it.

A job is a function of keys that may run twice: what came in before is known and not brought in
again, and only the worker that holds the last attempt goes on.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from kept.imports.copies import copy_of
from kept.imports.models import UNDER_WAY, ImportRun, ImportState
from kept.imports.reading import mapping_of
from kept.imports.worded import Report, said
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.importing.running import Outcome, import_file
from kept.kit.refusal import Refused
from kept.people.models import User
from kept.people.real_time import real_now
from kept.timeline.files import store
from kept.timeline.models import Attachment

ERRORS_NAME = "{stem}.refused.xlsx"
UNFORESEEN = _(
    "It broke off because of a fault in Kept, which your administrator finds in the log. What came"
    " in before stays; nothing is brought in twice."
)


class Superseded(Exception):
    """Somebody else took the import over: this attempt ends without a word."""


@task()
def work_through(run_id: int, attempt: int) -> None:
    """Check a table or bring it in, as long as the attempt is the last one of its import."""
    rows = ImportRun.objects.select_related("unit__company", "by", "file")
    run = rows.filter(pk=run_id, attempt=attempt, status__in=UNDER_WAY).first()
    if run is None:
        return
    system = User.objects.system()
    with translation.override(run.by.language):
        try:
            report = attempted(run)
        except Superseded:
            return
        except Refused as refused:
            report = Report.stopped(attempt, refused)
        except Exception:
            keep_report(run, by=system, report=Report.stopped(attempt, Refused(UNFORESEEN)))
            raise
        keep_report(run, by=system, report=report)


def attempted(run: ImportRun) -> Report:
    """Work through the file. Raises Refused when it cannot be read, Superseded when another worker
    has it.
    """
    with copy_of(run) as path:
        errors = path.with_name(ERRORS_NAME.format(stem=Path(run.name).stem[:60]))
        outcome = import_file(
            run.kind_of,
            path,
            unit=run.unit,
            by=run.by,
            options=options_of(run),
            how=run.how,
            mapping=mapping_of(run, path),
            dry_run=run.is_dry_run,
            faults_to=errors,
            source=run.name,
            progress=telling(run),
        )
        report = Report.of(run.attempt, outcome)
        report.errors_file = _errors_kept(run, outcome, report)
    return report


def options_of(run: ImportRun) -> dict[str, Any]:
    """What the kind asks for besides, as the engine takes it."""
    options: dict[str, Any] = {name: text for name, text in run.options.items() if text}
    if "owner" in options:
        options["owner"] = User.objects.get(username=options["owner"])
    return options


def telling(run: ImportRun) -> Callable[[int, int, int], None]:
    """Writes down how far the attempt is; raises Superseded when it is no longer the last one."""

    def tell(rows: int, done: int, size: int) -> None:
        mine = ImportRun.objects.filter(pk=run.pk, attempt=run.attempt)
        if not mine.update(rows=rows, bytes_done=done, bytes_size=size, heard_at=real_now()):
            raise Superseded

    return tell


def _errors_kept(run: ImportRun, outcome: Outcome, report: Report) -> Attachment | None:
    """The refused rows as a file of whoever brought the table."""
    if outcome.faults_file is None:
        return None
    upload: Any = File(outcome.faults_file.open("rb"), name=outcome.faults_file.name)
    with upload:
        try:
            return store(upload, by=run.by, kind="import_errors")
        except Refused as refused:  # a table of refused rows may be too large to keep
            report.told.append(said(refused))
            return None


@action("imports.report", label=_("Keep what came of an import"), right="files.upload",
        internal=True)  # fmt: skip
def keep_report(run: ImportRun, *, by: User, report: Report) -> ImportRun:
    """Write down what became of an attempt, unless a later one has begun; what came in is told in
    the story of the unit.
    """
    if run.attempt != report.attempt or not run.is_under_way:
        return run
    for name, number in report.numbers.items():
        setattr(run, name, number)
    run.told, run.faults, run.notes = report.told, report.faults, report.notes
    run.errors_file, run.why_stopped = report.errors_file, report.why_stopped
    run.status = _state_after(run, report)
    run.ended_at = clock.now()
    run.save()
    if not run.is_dry_run:
        _tell_unit(run)
    return run


def _state_after(run: ImportRun, report: Report) -> ImportState:
    if report.why_stopped:
        return ImportState.STOPPED
    return ImportState.CHECKED if run.is_dry_run else ImportState.DONE


def _tell_unit(run: ImportRun) -> None:
    words, by = {"name": run.name}, run.by
    if run.status == ImportState.STOPPED:
        run.unit.record("import.stopped", by=by, kind=run.kind, words=words)
        return
    run.unit.record(
        "import.done", by=by, kind=run.kind, made=run.made, known=run.known,
        refused=run.refused, words=words,
    )  # fmt: skip
