"""What is read when somebody asks: cheap indexed queries, none counts further than MOST.

Real time where queues are meant, business time where promises are (a test installation moves it).
"""

import os
import platform
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as NoAnswer
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import structlog
from django.conf import settings
from django.db import Error, connection
from django.utils.dateparse import parse_datetime
from django_tasks_db.models import DBTaskResult
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from kept import __version__
from kept.kit import clock
from kept.people.models import Installation
from kept.people.real_time import real_now
from kept.web.operating.deadline import Question
from kept.web.operating.health import BEAT_HELD, last_beat_until
from kept.web.operating.presence import Living, living

log = structlog.get_logger()
MOST = 20_000
"""No query counts further: a gauge that shows this many means at least so many."""
RECENT = 10_000
"""How many of the newest rows are looked at for failures."""
PATIENCE = 2.0
STATEMENT_MS = 1_500

Rows = list[tuple[Any, ...]]
Figures = Iterator[Metric]


def gauge(name: str, text: str, value: Any = None, **labels: str) -> GaugeMetricFamily:
    """One figure as it is now; None leaves its value out."""
    family = GaugeMetricFamily(f"kept_{name}", text, labels=list(labels))
    if value is not None:
        family.add_metric(list(labels.values()), float(value))
    return family


def ask(sql: str, *values: Any) -> Rows:
    """Conditions stand in the text, not in values: SQLite finds its partial indexes only so."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall()


def age(since: datetime | str | None, now: datetime) -> float:
    """Seconds since a moment as a database gives it (SQLite: text, in UTC); 0 for none."""
    if isinstance(since, str):
        since = parse_datetime(since)
    if since is None:
        return 0.0
    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    return max(0.0, (now - since).total_seconds())


def everything() -> Figures:
    """All figures that are read when asked for. What the database does not tell in time is left
    out, and ``kept_database_up`` is 0.
    """
    yield build()
    yield from disk()
    yield from processes(settings.FIGURES)
    began = time.perf_counter()
    try:
        found = database_question.begin().result(PATIENCE)
    except (NoAnswer, Error):
        found = None
    yield gauge("database_up", "Whether the database answered in time.", found is not None)
    taken = time.perf_counter() - began
    yield gauge("database_read_seconds", "How long reading these figures took.", taken)
    yield from found or ()


def in_database() -> list[Metric]:
    """Every figure the database knows."""
    if connection.vendor == "postgresql":
        ask(f"SELECT set_config('statement_timeout', '{STATEMENT_MS}', false)")
    return [one for read in (notices, promises, jobs, workers, size) for one in told(read)]


def told(read: Callable[[], Figures]) -> list[Metric]:
    """What one reader finds; one that fails leaves the others alone."""
    try:
        return list(read())
    except Error as error:
        log.warning("figures not read", exc_info=error)
        return []


def notices() -> Figures:
    now = real_now()
    rows = ask(
        "SELECT channel, COUNT(*), MIN(created_at) FROM ("
        "SELECT channel, created_at FROM timeline_notice"
        f" WHERE state IN ('waiting', 'sending') ORDER BY next_try_at LIMIT {MOST}"
        ") AS waiting GROUP BY channel"
    )
    waiting = gauge("notices_waiting", "Notices not sent yet.")
    waiting._labelnames = ("channel",)
    for channel, count, _oldest in rows:
        waiting.add_metric([channel], count)
    yield waiting
    oldest = max((age(since, now) for _channel, _count, since in rows), default=0.0)
    yield gauge("notices_oldest_seconds", "Age of the oldest notice not sent yet.", oldest)
    failed = ask(
        "SELECT COUNT(*) FROM timeline_notice WHERE state = 'failed'"
        f" AND id > (SELECT COALESCE(MAX(id), 0) - {RECENT} FROM timeline_notice)"
    )
    yield gauge("notices_failed", "Notices given up, of the newest 10,000.", failed[0][0])


def promises() -> Figures:
    with clock.offset(Installation.the().clock_offset):
        now = clock.now()
    open_ones = (
        "SELECT state, due_at FROM promises_promise"
        f" WHERE state IN ('running', 'paused') LIMIT {MOST}"
    )
    late = "SUM(CASE WHEN state = 'running' AND due_at < %s THEN 1 ELSE 0 END)"
    moment = connection.ops.adapt_datetimefield_value(now)
    ((count, overdue),) = ask(f"SELECT COUNT(*), {late} FROM ({open_ones}) AS open_ones", moment)
    yield gauge("promises_open", "Promises running or paused.", count)
    yield gauge("promises_overdue", "Running promises past their due time.", overdue or 0)
    ((next_tick,),) = ask(
        "SELECT MIN(next_tick_at) FROM promises_promise WHERE next_tick_at IS NOT NULL"
    )
    yield gauge(
        "promise_sweep_lag_seconds",
        "How long the promise that has waited longest for the sweep was due before.",
        age(next_tick, now),
    )


def jobs() -> Figures:
    now = real_now()
    ((count, oldest),) = ask(
        "SELECT COUNT(*), MIN(run_after) FROM ("
        f"SELECT run_after FROM {DBTaskResult._meta.db_table}"
        f" WHERE status = 'READY' LIMIT {MOST}) AS waiting"
    )
    yield gauge("jobs_waiting", "Long jobs that wait for the worker.", count)
    yield gauge("jobs_oldest_seconds", "How long the oldest has waited.", age(oldest, now))


def workers() -> Figures:
    now, until = real_now(), last_beat_until()
    moment = connection.ops.adapt_datetimefield_value(now)
    alive = "SELECT COUNT(*) FROM timeline_lease WHERE name LIKE 'worker %%' AND until > %s"
    yield gauge("workers_alive", "Workers whose last beat still counts.", ask(alive, moment)[0][0])
    since = age(until - BEAT_HELD, now) if until else None
    yield gauge("worker_beat_seconds", "Seconds since a worker was heard last.", since)


def size() -> Figures:
    if connection.vendor == "postgresql":
        rows = ask("SELECT pg_database_size(current_database())")
    else:
        rows = ask("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    yield gauge("database_bytes", "Size of the database.", rows[0][0])


def build() -> Metric:
    return gauge(
        "build_info",
        "Always 1; what is running stands in the labels.",
        1,
        version=__version__,
        python=platform.python_version(),
        django=django.get_version(),
        database=connection.vendor,
    )


def disk() -> Figures:
    try:
        room = shutil.disk_usage(settings.HOME)
    except OSError:
        return
    yield gauge("disk_free_bytes", "Free on the disk of KEPT_HOME.", room.free)
    yield gauge("disk_bytes", "Size of the disk of KEPT_HOME.", room.total)


def processes(folder: Path) -> Figures:
    """Memory, time and files of every process that shares its figures, as Linux tells them."""
    memory = GaugeMetricFamily("kept_process_resident_bytes", "Memory in use.", labels=["process"])
    seconds = CounterMetricFamily(
        "kept_process_cpu_seconds", "Processor time used.", labels=["process"]
    )
    files = GaugeMetricFamily("kept_process_open_files", "Files open.", labels=["process"])
    for name, pid in numbered(folder):
        proc = Path(f"/proc/{pid}")
        try:
            stat = (proc / "stat").read_text().rsplit(")", 1)[1].split()
            opened = len(os.listdir(proc / "fd"))
        except OSError:
            continue
        memory.add_metric([name], int(stat[21]) * os.sysconf("SC_PAGE_SIZE"))
        seconds.add_metric([name], (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK"))
        files.add_metric([name], opened)
    yield from (memory, seconds, files)


def numbered(folder: Path) -> list[tuple[str, int]]:
    """``web-1``, ``web-2``, ``worker-1`` and their process ids: few names that come again."""
    near = [one for one in living(folder) if one.is_near] if folder.is_dir() else []
    found, counts = [], dict.fromkeys((one.kind for one in near), 0)
    for one in near or [Living("", "web", os.getpid(), True)]:
        counts[one.kind] = counts.get(one.kind, 0) + 1
        found.append((f"{one.kind}-{counts[one.kind]}", one.pid))
    return found


database_question = Question(in_database)
