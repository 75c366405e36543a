"""What the worker does with waiting jobs, for tests: the next one, in this thread."""

from django_tasks_db.models import DBTaskResult

from kept.imports.attempts import work_through
from kept.imports.models import ImportRun


def waiting() -> list[list[int]]:
    """What the jobs that wait are given, the oldest first."""
    jobs = DBTaskResult.objects.ready().filter(task_path=work_through.module_path)
    return [job.args_kwargs["args"] for job in jobs.order_by("enqueued_at")]


def work() -> None:
    """Do every job that waits, as the worker would."""
    jobs = DBTaskResult.objects.ready().filter(task_path=work_through.module_path)
    for job in jobs.order_by("enqueued_at"):
        job.claim("test")
        job.task.call(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])
        job.set_successful(None)


def again(run: ImportRun) -> ImportRun:
    """The import as it stands now."""
    run.refresh_from_db()
    return run
