"""The worker: everything that happens by itself, in one loop, and long jobs beside it.

Duties marked ``alone`` are done by one worker at a time, whoever holds the lease in the database.
All of it goes by real time; only what a duty does is done in the installation's business time.
"""

import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import close_old_connections, connection
from django.utils import timezone
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as JobRunner
from django_tasks_db.models import DBTaskResult

from kept.imports.actions import forget_old_tables
from kept.kit import clock
from kept.kit.outage import outage_of
from kept.people.beginning import begin_parts
from kept.people.models import Installation
from kept.promises.duties import generate as make_duties
from kept.promises.sweep import sweep
from kept.timeline.housekeeping import remove_old_receipts, remove_stray_files, remove_unused_files
from kept.timeline.models import Lease
from kept.timeline.retention import erase_expired
from kept.timeline.sealing import seal_if_due
from kept.timeline.sending import BATCH, send_waiting
from kept.web.operating import shared
from kept.web.operating.figures import count_duty, count_job
from kept.web.operating.serving import begin
from kept.workforce.sweep import look_at_all

log = structlog.get_logger()

LEASE = "periodic work"
HELD = timedelta(seconds=60)
RENEWED_EVERY = 15.0
TICK = 1.0
LONGEST_PAUSE = 300.0
OUTAGE_PAUSE = 15.0
"""Seconds until it is tried again where the disk was full or the database closed."""
JOBS_KEPT = timedelta(days=30)
MOST_WORKERS_LOST = 3
HOUR = 3_600.0
NIGHT = 24 * HOUR


@dataclass(frozen=True)
class Duty:
    """Something done again and again: every so many seconds, by one worker alone or by all."""

    name: str
    every: float
    run: Callable[[], Any]
    alone: bool = True


def send_all() -> int:
    """Send what waits, until a batch is not full."""
    total = 0
    while sent := send_waiting():
        total += sent
        if sent < BATCH:
            break
    return total


def remove_old_sessions() -> int:
    """Sessions that ran out are forgotten."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def remove_old_jobs() -> int:
    """Finished jobs are kept for a month."""
    over = timezone.now() - JOBS_KEPT
    return DBTaskResult.objects.finished().filter(finished_at__lt=over).delete()[0]


def gather_figures_of_dead() -> int:
    """What processes counted that are no more is added up, and their files are removed."""
    return shared.gather_dead(settings.FIGURES)


def take_up_lost_jobs() -> int:
    """Jobs whose worker is gone wait again: a job is a function of ids that may run twice. One
    that took several workers with it is given up.
    """
    alive = set(Lease.objects.filter(until__gt=timezone.now()).values_list("name", flat=True))
    lost = [
        job
        for job in DBTaskResult.objects.running()
        if not job.worker_ids or presence(job.worker_ids[-1]) not in alive
    ]
    for job in lost:
        if len(job.worker_ids) >= MOST_WORKERS_LOST:
            job.set_failed(RuntimeError("its worker died each time"))
        else:
            rows = DBTaskResult.objects.filter(pk=job.pk, worker_ids=job.worker_ids)
            rows.update(status=TaskResultStatus.READY, started_at=None)
    return len(lost)


DUTIES = (
    Duty("send notices", 2, send_all, alone=False),
    Duty("sweep promises", 3, sweep),
    Duty("make duties", HOUR, make_duties),
    Duty("begin what packs left for their day", 10, begin_parts),
    Duty("take up lost jobs", 30, take_up_lost_jobs),
    Duty("look at consulting capacity", HOUR, look_at_all),
    Duty("seal", 300, seal_if_due),
    Duty("gather figures of the dead", 60, gather_figures_of_dead, alone=False),
    Duty("remove old receipts", HOUR, remove_old_receipts),
    Duty("remove unused files", HOUR, remove_unused_files),
    Duty("remove stray files", NIGHT, remove_stray_files),
    Duty("forget imported tables", HOUR, forget_old_tables),
    Duty("erase what was kept long enough", NIGHT, erase_expired),
    Duty("remove old sessions", HOUR, remove_old_sessions),
    Duty("remove old jobs", HOUR, remove_old_jobs),
)


def presence(name: str) -> str:
    """The lease that says a worker is alive."""
    return f"worker {name}"[:40]


class Worker:
    """One worker process. ``run`` returns once ``stop`` was called and the last duty is done."""

    def __init__(self, duties: Iterable[Duty] = DUTIES, *, jobs: bool = True) -> None:
        self.name = f"{socket.gethostname()[:12]}-{os.getpid()}-{secrets.token_hex(3)}"
        self.duties = list(duties)
        self.jobs = Jobs(self.name) if jobs else None
        self._stop = threading.Event()
        self._due: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._renew_at, self._is_chosen = 0.0, False

    def stop(self, *_signal: Any) -> None:
        """Finish what is being done, then end."""
        self._stop.set()

    def run(self) -> None:
        """Work until told to stop."""
        log.info("worker begins", worker=self.name)
        if self.jobs:
            self.jobs.start()
        try:
            while not self._stop.is_set():
                self.tick()
                self._stop.wait(TICK)
        finally:
            if self.jobs:
                self.jobs.stop()
            self._leave()
        log.info("worker ends", worker=self.name)

    def tick(self) -> None:
        """Do whatever is due. A duty that fails is tried again with growing pauses."""
        if not connection.in_atomic_block:
            close_old_connections()
        try:
            self._renew()
        except Exception as error:
            self._wait(error)
            return
        for duty in self.duties:
            if self._stop.is_set():
                return
            if self._is_due(duty):
                self._do(duty)

    def _renew(self) -> None:
        now = time.monotonic()
        if now < self._renew_at:
            return
        Lease.objects.take(presence(self.name), self.name, HELD)
        self._is_chosen = Lease.objects.take(LEASE, self.name, HELD)
        self._renew_at = now + RENEWED_EVERY

    def _wait(self, error: Exception) -> None:
        """Without its lease a worker does nothing; a bad day of the machine ends by itself."""
        if outage := outage_of(error):
            log.warning("worker waits", worker=self.name, pause=OUTAGE_PAUSE, says=str(outage))
            self._stop.wait(OUTAGE_PAUSE)
        else:
            log.exception("lease not renewed", worker=self.name)

    def _is_due(self, duty: Duty) -> bool:
        if duty.alone and not self._is_chosen:
            return False
        return time.monotonic() >= self._due.get(duty.name, 0.0)

    def _do(self, duty: Duty) -> None:
        began = time.monotonic()
        try:
            with business_time():
                count = duty.run()
        except Exception as error:
            failures = self._failures[duty.name] = self._failures.get(duty.name, 0) + 1
            pause = min(duty.every * 2**failures, LONGEST_PAUSE)
            if outage := outage_of(error):  # the machine's bad day, which ends by itself
                pause = min(pause, OUTAGE_PAUSE)
                log.warning("duty waits", duty=duty.name, pause=pause, says=str(outage))
            else:
                log.exception("duty failed", duty=duty.name, pause=pause)
            outcome = "failed"
        else:
            self._failures.pop(duty.name, None)
            pause, outcome = duty.every, "done"
            _tell_duty(duty, count, began)
        count_duty(duty.name, outcome, time.monotonic() - began)
        self._due[duty.name] = time.monotonic() + pause

    def _leave(self) -> None:
        """Let another worker take over at once."""
        try:
            for lease in (LEASE, presence(self.name)):
                Lease.objects.give_back(lease, self.name)
        except Exception:
            log.exception("lease not given back", worker=self.name)


def _tell_duty(duty: Duty, count: Any, began: float) -> None:
    """A line where there was something to do."""
    if isinstance(count, int) and count:
        log.info("duty", duty=duty.name, count=count, ms=_ms_since(began))


def _ms_since(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 2)


@contextmanager
def business_time():
    """The block runs in the installation's time, which a test installation moves."""
    with clock.offset(Installation.the().clock_offset):
        yield


class Jobs:
    """Long jobs (``django.tasks``), one after the other in a thread of their own."""

    def __init__(self, name: str) -> None:
        self._runner = _Runner(
            queue_names=["*"],
            interval=1.0,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
            excluded_queue_names=[],
        )
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience: float = 20.0) -> None:
        """Let the running job end; one that takes longer is taken up by another worker."""
        self._runner.running = False
        self._thread.join(patience)

    def _run(self) -> None:
        while self._runner.running:
            try:
                self._runner.run()
            except Exception as error:
                if outage := outage_of(error):
                    log.warning("jobs wait", pause=OUTAGE_PAUSE, says=str(outage))
                    time.sleep(OUTAGE_PAUSE)
                else:
                    log.exception("job queue not read")
                    time.sleep(TICK)


class _Runner(JobRunner):
    def run_task(self, db_task_result: DBTaskResult) -> None:
        """One job, told by its function and the id of its row."""
        began = time.monotonic()
        with business_time():
            super().run_task(db_task_result)
        is_done = db_task_result.status == TaskResultStatus.SUCCESSFUL
        job, outcome = db_task_result.task_path, "done" if is_done else "failed"
        count_job(job, outcome, time.monotonic() - began)
        (log.info if is_done else log.error)(
            "job",
            job=job,
            job_id=str(db_task_result.pk),
            outcome=outcome,
            ms=_ms_since(began),
            error=db_task_result.exception_class_path or None,
        )


def run_worker() -> None:
    """Be a worker until SIGTERM or SIGINT."""
    begin("worker")
    worker = Worker()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
    worker.run()
