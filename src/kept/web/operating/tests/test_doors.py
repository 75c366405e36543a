"""/healthz, /readyz and /metrics: who gets what, how cheaply, and how soon when nothing answers."""

import threading
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kept.people.real_time import real_now
from kept.timeline.models import Lease
from kept.web.operating import health
from kept.web.operating.deadline import Question
from kept.web.operating.health import CHECKS
from kept.web.worker import HELD, presence

HERE = {"host": "localhost:8000"}
TOKEN = "a-token-of-the-operators"


@pytest.fixture
def beating(transactional_db: None) -> None:
    Lease.objects.take(presence("test"), "test", HELD)


def ready(query: str = "", **headers: str) -> tuple[int, dict]:
    answer = Client().get(f"/readyz{query}", headers=headers)
    return answer.status_code, answer.json()


def says(name: str, check) -> str | None:
    """What one check says, asked by itself."""
    ill = health.check(check)
    return str(ill) if ill else None


@pytest.mark.django_db
def test_a_living_process_says_so_without_asking_the_database() -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = Client(raise_request_exception=False).get("/healthz", headers={"host": "evil"})
    assert (answer.status_code, answer.content, len(queries)) == (200, b"ok\n", 0)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_only_reading_is_possible() -> None:
    assert [Client().post(door).status_code for door in ("/healthz", "/readyz", "/metrics")] == [
        405,
        405,
        405,
    ]


@pytest.mark.usefixtures("beating")
def test_ready_when_everything_is_there() -> None:
    status, body = ready()
    assert (status, body["status"]) == (200, "ready")
    assert body["checks"] == {name: {"ok": True} for name in CHECKS}


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_a_worker_and_the_sentence_is_in_the_language_asked_for() -> None:
    status, body = ready()
    assert (status, body["status"]) == (503, "not ready")
    assert body["checks"]["worker"] == {
        "ok": False,
        "says": "No worker has run yet: start kept serve, or kept worker.",
    }
    assert body["checks"]["database"] == {"ok": True}
    assert ready("?only=database,migrations")[0] == 200


@pytest.mark.usefixtures("beating")
def test_a_silent_worker_is_named_with_how_long() -> None:
    Lease.objects.update(until=real_now() - timedelta(seconds=30))
    assert says("worker", health.worker) == "The worker has been silent for 90 s."


def test_unknown_checks_are_refused_with_the_known_ones() -> None:
    status, body = ready("?only=database,wind")
    assert status == 400 and "database, migrations, moving, worker" in body["says"]


@pytest.mark.django_db
def test_missing_and_later_tables_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = health.migrations_shipped()
    assert len(shipped) > 50
    monkeypatch.setattr(
        health, "migrations_shipped", lambda: shipped | {("people", "9999_next"), ("x", "1")}
    )
    monkeypatch.setattr(health, "_is_ours", lambda label: label == "people")
    assert says("m", health.migrations) == "2 changes of the tables are still to be made."
    fewer = shipped - {max(one for one in shipped if one[0] == "people")}
    monkeypatch.setattr(health, "migrations_shipped", lambda: fewer)
    assert says("m", health.migrations) == "The tables are of a later version: 1 changes."


def test_a_full_disk_is_named_in_megabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    room = SimpleNamespace(free=3_000_000, total=9_000_000)
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: room)
    assert says("disk", health.disk) == "Only 3 MB are free on the disk of KEPT_HOME."


def test_a_place_for_files_that_cannot_be_written_is_named(monkeypatch, tmp_path: Path) -> None:
    place = FileSystemStorage(location=tmp_path / "not" / "there")
    monkeypatch.setattr(health, "default_storage", place)
    assert says("storage", health.storage) is None
    monkeypatch.setattr(health.os, "access", lambda path, how: path != tmp_path)
    assert says("storage", health.storage) == "Files cannot be written."


def test_a_store_elsewhere_that_fails_is_named_by_the_kind_of_failure(monkeypatch) -> None:
    class Store:
        def exists(self, name: str) -> bool:
            raise ConnectionRefusedError(111, "refused by s3.internal.example.com")

    monkeypatch.setattr(health, "default_storage", Store())
    assert says("storage", health.storage) == (
        "It fails with ConnectionRefusedError: Connection refused."
    )


@pytest.mark.django_db
def test_clocks_that_cannot_be_right_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    now = real_now()
    assert says("clock", health.clock) is None
    monkeypatch.setattr(health, "real_now", lambda: now)
    monkeypatch.setattr(health, "database_time", lambda: now - timedelta(seconds=20))
    apart = "This machine's clock and the database's are 20 s apart."
    assert says("clock", health.clock) == apart
    monkeypatch.setattr(health, "real_now", lambda: now.replace(year=1970))
    assert says("clock", health.clock) == "This machine's clock shows 1970."


def test_a_hanging_database_is_answered_within_a_second_and_asked_once(monkeypatch) -> None:
    """However many ask, one thread waits; nobody waits longer than the deadline."""
    released, asked = threading.Event(), []

    def hang() -> health.Found:
        asked.append(1)
        released.wait(20)
        return dict.fromkeys(health.OF_DATABASE)

    hanging = Question(hang)
    monkeypatch.setattr(health, "CHECKS", {**CHECKS, **dict.fromkeys(health.OF_DATABASE, hanging)})
    began = time.monotonic()
    found = health.look(patience=0.2)
    found = health.look(patience=0.2)
    assert time.monotonic() - began < 10
    assert str(found["database"]) == str(found["worker"]) == "The database does not answer."
    assert found["disk"] is None and asked == [1]
    released.set()
    assert health.look(["database"], patience=10)["database"] is None


def test_nothing_of_the_machine_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OSError(2, "No such file", "/srv/secret/kept.sqlite3")

    ill = health.check(broken)
    assert str(ill) == "It fails with FileNotFoundError: No such file or directory."


class TestMetrics:
    pytestmark = pytest.mark.django_db(transaction=True)

    def status(self, remote: str = "127.0.0.1", **headers: str) -> int:
        client = Client(REMOTE_ADDR=remote)
        return client.get("/metrics", headers={**HERE, **headers}).status_code

    def test_this_machine_reads_them(self) -> None:
        assert self.status() == 200
        assert self.status("::1", host="[::1]:8000") == 200

    @pytest.mark.parametrize(
        ("remote", "headers"),
        [
            ("192.0.2.7", {}),
            ("", {}),
            ("127.0.0.1", {"x-forwarded-for": "192.0.2.7"}),
            ("127.0.0.1", {"forwarded": "for=192.0.2.7"}),
            ("127.0.0.1", {"host": "kept.example.com"}),
            ("192.0.2.7", {"x-forwarded-for": "127.0.0.1"}),
            ("127.0.0.1", {"authorization": "Bearer ", "via": "1.1 proxy"}),
        ],
    )
    def test_others_learn_nothing_of_them(self, remote: str, headers: dict) -> None:
        assert self.status(remote, **headers) == 404

    def test_with_a_token_whoever_sends_it_reads_them_and_nobody_else(self, settings) -> None:
        settings.METRICS_TOKEN = TOKEN
        assert self.status("192.0.2.7", authorization=f"Bearer {TOKEN}") == 200
        assert self.status("192.0.2.7", authorization="Bearer other") == 404
        assert self.status("192.0.2.7", authorization="Bearer ümlaut") == 404
        assert self.status() == 404, "behind a proxy everybody seems to be on this machine"
