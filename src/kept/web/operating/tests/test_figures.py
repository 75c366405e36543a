"""Figures: right, bounded in their labels, and those of all processes together."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from kept.cases.actions import close_case
from kept.cases.factories import make_case, outcome
from kept.cases.models import Route
from kept.kit import clock
from kept.kit.actions import Action
from kept.kit.outage import Unavailable
from kept.kit.refusal import NotAllowed
from kept.kit.testing.refusing import refused
from kept.promises.models import Promise
from kept.timeline.models import Notice
from kept.web.operating import figures as counted
from kept.web.operating import gauges, presence, shared, verbs
from kept.web.operating.figures import Figures, figures
from kept.web.operating.scrape import scrape
from kept.web.operating.tests.conftest import bearer
from kept.web.worker import Duty, Worker

PHONE = "13905550123"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test counts from nothing."""
    ours = Figures()
    monkeypatch.setattr(counted, "figures", lambda: ours)
    figures.cache_clear()


def value(name: str, **labels: str) -> float:
    return counted.figures().registry.get_sample_value(f"kept_{name}", labels) or 0.0


def told(name: str) -> list[tuple[dict, float]]:
    """What the database's figures say now."""
    metrics = [one for one in gauges.in_database() if one.name == f"kept_{name}"]
    return [(sample.labels, sample.value) for one in metrics for sample in one.samples]


def test_requests_are_counted_by_the_address_with_places_for_keys(office) -> None:
    case = make_case(office.lin)
    client = Client(raise_request_exception=False)
    client.force_login(office.lin)
    client.get(f"/cases/{case.number}/")
    client.get(f"/cases/{PHONE}/")
    client.get(f"/{PHONE}/?q={PHONE}")
    assert b"".join(client.get("/static/kept.svg").streaming_content)
    client.generic("BREW", "/")
    assert value("requests_total", route="/cases/<str:ref>/", method="GET", status="2xx") == 1
    assert value("requests_total", route="/cases/<str:ref>/", method="GET", status="4xx") == 1
    assert value("requests_total", route="none", method="GET", status="4xx") == 1
    assert value("requests_total", route="/static/…", method="GET", status="2xx") == 1
    assert value("requests_total", route="/", method="other", status="4xx") == 1
    assert value("request_seconds_count", route="/cases/<str:ref>/") == 2
    assert value("request_statements_total", route="/cases/<str:ref>/") > 5
    assert value("statements_per_request_count", door="page") == 4
    assert PHONE not in scrape().decode()


def test_a_file_is_counted_with_its_statements_when_its_last_piece_was_sent(office) -> None:
    make_case(office.lin)
    client = Client()
    client.force_login(office.lin)
    answer = client.get("/cases/?all=1&format=csv")
    before = value("request_statements_total", route="/cases/")
    assert b"does not print" in b"".join(answer.streaming_content)
    assert value("requests_total", route="/cases/", method="GET", status="2xx") == 1
    assert before == 0 and value("request_statements_total", route="/cases/") > 3


def test_verbs_are_counted_by_what_became_of_them(office) -> None:
    case = make_case(office.lin)
    with refused():
        close_case(case, by=office.lin, outcome=outcome(case))
    assert value("actions_total", verb="cases.open", outcome="done") == 1
    assert value("actions_total", verb="cases.close", outcome="refused") == 1


def test_a_machine_that_cannot_just_now_is_a_failure_not_a_refusal() -> None:
    assert verbs.outcome_of(Unavailable("The disk is full.")) == "failed"
    assert verbs.outcome_of(NotAllowed("cases.close")) == "refused"


def test_a_verb_tried_again_after_a_deadlock_is_counted_once_and_the_try_beside(
    office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = iter([True, False])
    outermost = Action._outermost

    def deadlocked(self, *args):
        if next(ends, False):
            raise DeadlockFound from Sqlstate()
        return outermost(self, *args)

    monkeypatch.setattr(Action, "_outermost", deadlocked)
    make_case(office.lin)
    assert value("deadlock_retries_total", verb="cases.open") == 1
    assert value("actions_total", verb="cases.open", outcome="done") == 1
    assert value("actions_total", verb="cases.open", outcome="failed") == 0


class Sqlstate(Exception):
    sqlstate = "40P01"


class DeadlockFound(OperationalError):
    pass


@pytest.mark.django_db
def test_duties_are_counted_also_when_they_fail() -> None:
    def fails() -> None:
        raise RuntimeError("no")

    worker = Worker([Duty("a", 1, lambda: 3), Duty("b", 1, fails)], jobs=False)
    worker.tick()
    assert value("duty_runs_total", duty="a", outcome="done") == 1
    assert value("duty_runs_total", duty="b", outcome="failed") == 1
    assert value("duty_seconds_count", duty="b") == 1


def test_what_waits_is_read_from_the_database(office) -> None:
    make_case(office.lin, route=Route.MAIL)
    assert told("promises_open")[0][1] == Promise.objects.open().count() > 0
    assert told("promises_overdue") == [({}, 0.0)]
    with clock.at(clock.now() + timedelta(days=30)):
        assert told("promises_overdue")[0][1] > 0
        assert told("promise_sweep_lag_seconds")[0][1] > 86_400
    told_at = clock.now() - timedelta(minutes=10)
    for number, state in enumerate(("waiting", "sending", "sent", "failed")):
        Notice.objects.create(
            to=office.lin, channel="mail", event="x", key=str(number), state=state,
            created_at=told_at, next_try_at=told_at,
        )  # fmt: skip
    assert ({"channel": "mail"}, 2.0) in told("notices_waiting")
    assert 600 <= told("notices_oldest_seconds")[0][1] < 700
    assert told("notices_failed") == [({}, 1.0)]
    assert told("jobs_waiting") == [({}, 0.0)]
    assert told("database_bytes")[0][1] > 100_000


@pytest.mark.django_db
def test_no_figure_counts_further_than_its_bound(office, monkeypatch: pytest.MonkeyPatch) -> None:
    for _case in range(4):
        make_case(office.lin, route=Route.MAIL)
    monkeypatch.setattr(gauges, "MOST", 2)
    assert told("promises_open") == [({}, 2.0)]


@pytest.mark.django_db
def test_a_reader_that_fails_leaves_the_others_alone(monkeypatch, lines) -> None:
    def fails():
        raise OperationalError("no such table: 张伟")

    monkeypatch.setattr(gauges, "promises", fails)
    assert told("promises_open") == [] and told("jobs_waiting")
    line = next(one for one in lines() if one["event"] == "figures not read")
    assert line["says"] == "no such table: …"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_leaves_the_rest_to_be_read(monkeypatch) -> None:
    def down():
        raise OperationalError("connection refused")

    monkeypatch.setattr(gauges, "database_question", gauges.Question(down))
    text = scrape().decode()
    assert "kept_database_up 0.0" in text
    assert "kept_build_info{" in text and "kept_promises_open" not in text


def test_counting_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk takes no new figure; the request is answered all the same."""

    def full():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(counted, "figures", full)
    counted.count_action("cases.open", "done")


COUNTS = """
import sys, time
from pathlib import Path
from kept.web.operating import shared
assert shared.share(sys.argv[1], Path(sys.argv[2]))
from kept.web.operating.figures import count_action, count_request
count_action("cases.open", "done")
count_request("/cases/", "page", "GET", 200, 0.003, 7)
print("counted", flush=True)
sys.stdin.read()
"""


class Processes:
    """Processes that count one verb and one request each and live until they are ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, kind: str) -> subprocess.Popen:
        command = [sys.executable, "-c", COUNTS, kind, str(self.folder)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        process = subprocess.Popen(command, env=environment, **pipes)  # type: ignore[call-overload]
        assert process.stdout.readline() == b"counted\n"
        return process

    def sums(self) -> dict[str, float]:
        """All counts of the folder, as another process scrapes them."""
        found = text_string_to_metric_families(scraped(self.folder))
        return {sample.name: sample.value for one in found for sample in one.samples}


SCRAPES = """
import sys
from pathlib import Path
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry, sys.argv[1])
sys.stdout.buffer.write(generate_latest(registry))
"""


def scraped(folder: Path) -> str:
    done = subprocess.run([sys.executable, "-c", SCRAPES, str(folder)], capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def test_processes_add_up_and_no_figure_falls_when_one_dies(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    both = [processes.begin("web"), processes.begin("web")]
    worker = processes.begin("worker")
    try:
        alive = presence.living(tmp_path)
        assert [one.kind for one in alive] == ["web", "web", "worker"]
        assert {one.pid for one in alive} == {one.pid for one in (*both, worker)}
        assert all(one.is_near for one in alive)
        assert [name for name, _pid in gauges.numbered(tmp_path)] == ["web-1", "web-2", "worker-1"]
        assert processes.sums()["kept_actions_total"] == 3
        assert shared.gather_dead(tmp_path) == 0
        both[0].kill()
        both[0].wait()
        assert processes.sums()["kept_actions_total"] == 3
        assert shared.gather_dead(tmp_path) == 1
        sums = processes.sums()
        assert sums["kept_actions_total"] == 3 and sums["kept_request_seconds_count"] == 3
        assert len(presence.living(tmp_path)) == 2
        both[1].kill()
        both[1].wait()
        assert shared.gather_dead(tmp_path) == 1
        assert processes.sums()["kept_actions_total"] == 3
        assert len(list(tmp_path.glob("counter_*"))) == 2, "the gone in one, and the worker's"
        presence.empty(tmp_path)
        assert processes.sums()["kept_actions_total"] == 1, "what lives is not forgotten"
    finally:
        for process in (*both, worker):
            process.kill()
            process.wait()


def test_room_for_figures_is_taken_before_they_are_written(tmp_path: Path) -> None:
    """A hole in a file on a full disk ends whoever writes into it."""
    file = shared.ReservedFile(str(tmp_path / "counter_x.db"))
    first = os.stat(tmp_path / "counter_x.db")
    assert first.st_blocks * 512 >= first.st_size == shared.FIRST_ROOM["counter"]
    for number in range(3_000):
        file.write_value(f"{number}" + "k" * 100, 1.0, 0.0)
    grown = os.stat(tmp_path / "counter_x.db")
    assert grown.st_blocks * 512 >= grown.st_size > first.st_size
    assert file.read_value("2999" + "k" * 100)[0] == 1.0
    file.close()


def test_a_full_disk_costs_a_figure_and_nothing_else(tmp_path: Path, monkeypatch) -> None:
    def full(*args: int) -> None:
        raise OSError(28, "No space left on device")

    # A test before may have loaded the server, which shares its figures.
    monkeypatch.setattr(shared.values, "ValueClass", shared.values.MutexValue)
    monkeypatch.setattr(shared.os, "posix_fallocate", full)
    assert shared.share("web", tmp_path) is False
    assert not shared.is_shared()


def test_every_verb_is_told_once() -> None:
    verbs.watch()
    assert verbs.observers.count(verbs.tell) == 1


def test_statements_of_the_api_are_told_apart(office) -> None:
    client = Client()
    case = make_case(office.lin)
    client.get(f"/api/v1/cases/{case.number}", headers=bearer(office.lin))
    assert value("statements_per_request_count", door="api") == 1
