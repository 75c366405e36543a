"""What is counted while it happens. Names, labels and buckets stand here and in docs/monitoring.md.

A label takes few values, all of them ours: addresses with places for keys, verbs, outcomes.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
LONG_SECONDS = (0.1, 1, 10, 60, 600)
STATEMENTS = (0, 2, 5, 10, 14, 20, 30, 50, 100)


class Figures:
    """Every figure that is counted as it happens."""

    def __init__(self) -> None:
        disable_created_metrics()
        self.registry = CollectorRegistry(auto_describe=False)
        self.requests = self._counter("requests", "Requests answered.", "route", "method", "status")
        self.request_seconds = self._histogram(
            "request_seconds", "How long requests took.", SECONDS, "route"
        )
        self.statements = self._counter(
            "request_statements", "Database statements asked by requests.", "route"
        )
        self.statements_each = self._histogram(
            "statements_per_request", "Database statements in one request.", STATEMENTS, "door"
        )
        self.actions = self._counter(
            "actions", "Verbs that ended: done, refused or failed.", "verb", "outcome"
        )
        self.retries = self._counter(
            "deadlock_retries", "Verbs tried once more after a deadlock.", "verb"
        )
        self.duties = self._counter(
            "duty_runs", "What the worker does again and again.", "duty", "outcome"
        )
        self.duty_seconds = self._histogram(
            "duty_seconds", "How long duties of the worker took.", LONG_SECONDS, "duty"
        )
        self.jobs = self._counter("job_runs", "Long jobs that ended.", "job", "outcome")
        self.job_seconds = self._histogram(
            "job_seconds", "How long jobs took.", LONG_SECONDS, "job"
        )
        self.import_rows = self._counter(
            "import_rows", "Rows of imported files.", "verb", "outcome"
        )

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"kept_{name}", text, labels, registry=self.registry)

    def _histogram(
        self, name: str, text: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        return Histogram(f"kept_{name}", text, labels, buckets=buckets, registry=self.registry)


@cache
def figures() -> Figures:
    """The figures of this process, made at the first use."""
    return Figures()


def counting(count: Callable[..., None]) -> Callable[..., None]:
    """Counting never stops anybody's work: a full disk leaves a figure uncounted."""

    def counted(*args: Any) -> None:
        with suppress(OSError, ValueError):
            count(*args)

    return counted


@counting
def count_request(
    route: str, door: str, method: str, status: int, seconds: float, statements: int
) -> None:
    our = figures()
    our.requests.labels(route, method, f"{status // 100}xx").inc()
    our.request_seconds.labels(route).observe(seconds)
    our.statements.labels(route).inc(statements)
    our.statements_each.labels(door).observe(statements)


@counting
def count_action(verb: str, outcome: str) -> None:
    figures().actions.labels(verb, outcome).inc()


@counting
def count_retry(verb: str) -> None:
    figures().retries.labels(verb).inc()


@counting
def count_duty(duty: str, outcome: str, seconds: float) -> None:
    figures().duties.labels(duty, outcome).inc()
    figures().duty_seconds.labels(duty).observe(seconds)


@counting
def count_job(job: str, outcome: str, seconds: float) -> None:
    figures().jobs.labels(job, outcome).inc()
    figures().job_seconds.labels(job).observe(seconds)


@counting
def count_import_rows(verb: str, outcome: str, rows: int) -> None:
    if rows:
        figures().import_rows.labels(verb, outcome).inc(rows)
