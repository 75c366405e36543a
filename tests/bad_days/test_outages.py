"""A bad day of the machine: pages, API and terminal say so in a sentence, and lose nothing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import OperationalError, connection
from django.utils import translation
from psycopg.errors import DiskFull
from structlog.testing import capture_logs

from kept.cases.factories import make_case
from kept.cases.models import Case
from kept.cli.commands import main
from kept.kit.outage import CLOSED, FULL, READ_ONLY, Unavailable
from kept.kit.testing.refusing import state_of_everything
from kept.people.actions import issue_token
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import User
from kept.timeline.models import Lease
from kept.web.moving.opening import store_of
from kept.web.moving.tables import tables_of
from kept.web.operating import health
from kept.web.worker import LEASE, OUTAGE_PAUSE, Duty, Worker

SENTENCES = {"full": FULL, "read only": READ_ONLY, "moving": CLOSED}
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH u0 AS (UPDATE")


@pytest.fixture
def lin(transactional_db) -> User:
    unit = make_unit(make_company("YQ", "Yunqi", pack="software"), "YQ-HL")
    return make_user(unit, "lin", "clerk", name="Lin")


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite may not grow by a page; PostgreSQL's first write finds no room."""
    if connection.vendor == "postgresql":
        with connection.execute_wrapper(_no_room):
            yield
        return
    before = _pragma("max_page_count")
    _fill_free_pages()
    _pragma(f"max_page_count = {_pragma('page_count')}")
    try:
        yield
    finally:
        _pragma(f"max_page_count = {before}")
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE room")


def _no_room(execute, sql, params, many, context):
    if sql.startswith(WRITES):
        raise OperationalError("could not extend file") from DiskFull("no space left on device")
    return execute(sql, params, many, context)


def _fill_free_pages() -> None:
    """What SQLite keeps from rows that went would be room."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS room (stuff)")
        while _pragma("freelist_count"):
            cursor.execute("INSERT INTO room VALUES (zeroblob(4000))")
        for _row in range(50):
            cursor.execute("INSERT INTO room VALUES (zeroblob(10))")


def _pragma(what: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {what}")
        return (cursor.fetchone() or (0,))[0]


@contextmanager
def read_only() -> Iterator[None]:
    on, off = (
        ("PRAGMA query_only = ON", "PRAGMA query_only = OFF")
        if connection.vendor == "sqlite"
        else ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off")
    )
    with connection.cursor() as cursor:
        cursor.execute(on)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(off)


@contextmanager
def moving() -> Iterator[None]:
    """As `kept move` closes it, on the connection of the test."""
    connection.ensure_connection()
    store: Any = store_of(connection.settings_dict)
    store._connection = connection.connection
    store.close_writing(tables_of(apps))
    try:
        yield
    finally:
        assert store.open_writing()
        assert not store.is_closed()


BAD_DAYS = {"full": full_disk, "read only": read_only, "moving": moving}
bad_days = pytest.mark.parametrize("day", BAD_DAYS)
DESCRIPTION = "漏油 " * 4_000
PASSWORD = "correct-horse-battery"


@bad_days
@pytest.mark.req("SX.16", part="a full disk or a read-only database is told in a sentence")
def test_a_verb_on_a_page_is_refused_with_what_was_typed(lin, client, day):
    client.force_login(lin)
    case = make_case(lin)
    before = state_of_everything()
    with BAD_DAYS[day]():
        page = client.post(f"{case.get_absolute_url()}note/", {"note": DESCRIPTION, "_key": "a"})
        assert page.status_code == 503 and page["Retry-After"]
        assert str(SENTENCES[day]) in page.content.decode()
        assert DESCRIPTION.strip() in page.content.decode(), "nothing typed is lost"
        assert client.get(case.get_absolute_url()).status_code == 200, "reading goes on"
    assert state_of_everything() == before
    again = client.post(f"{case.get_absolute_url()}note/", {"note": "Now", "_key": "a"})
    assert again.status_code == 302, "it goes on by itself"


@bad_days
def test_a_program_gets_a_problem_in_its_language(lin, client, day):
    key = issue_token(lin, by=User.objects.system(), name="Robot").fresh_token
    body = {
        "unit": lin.unit.code,
        "route": "phone",
        "summary": "油封漏油",
        "description": DESCRIPTION,
    }
    headers = {"Authorization": f"Bearer {key}", "Accept-Language": "zh-hans"}

    def create():
        return client.post(
            "/api/v1/cases",
            body,
            content_type="application/json",
            headers={**headers, "Idempotency-Key": "the same"},
        )

    with BAD_DAYS[day]():
        answer = create()
    assert answer.status_code == 503 and answer["Retry-After"] == "60"
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer["Content-Language"] == "zh-hans"
    with translation.override("zh-hans"):
        assert answer.json()["detail"] == str(SENTENCES[day])
    assert not Case.objects.exists()
    assert create().status_code == 201


@bad_days
def test_the_terminal_says_it_in_one_line(lin, day, monkeypatch):
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    before = state_of_everything()
    with BAD_DAYS[day]():
        done = CliRunner().invoke(main, ["policy", "load", "software", "--from", "2031-01-01"])
    assert done.exit_code == 1 and str(SENTENCES[day]) in done.output
    assert state_of_everything() == before


def test_what_is_written_outside_of_verbs_is_told_too(lin, client):
    """Signing out ends a session; nobody is told that something went wrong in the program."""
    client.force_login(lin)
    with read_only():
        page = client.post("/signin/logout/")
    assert page.status_code == 503 and str(READ_ONLY) in page.content.decode()


def test_signing_in_is_not_taken_for_one_try_too_many(lin, client):
    """How often somebody tried is written as well; that it cannot be is not their fault."""
    lin.set_password(PASSWORD)
    lin.save()
    typed = {"login": "lin", "password": PASSWORD}
    with read_only():
        page = client.post("/signin/login/", typed)
    assert page.status_code == 503 and str(READ_ONLY) in page.content.decode()
    assert client.post("/signin/login/", typed).status_code == 302


def test_the_worker_waits_a_little_and_goes_on(lin):
    done: list[str] = []

    def write() -> None:
        Lease.objects.create(name="written", holder="x", until="2026-01-01T00:00Z")
        done.append("written")

    worker = Worker([Duty("write", 600.0, write)], jobs=False)
    worker.tick()
    Lease.objects.filter(name="written").delete()
    worker._due.clear()
    assert Lease.objects.filter(name=LEASE).exists()
    with read_only():
        worker.tick()
    assert done == ["written"]
    assert worker._due["write"] <= time.monotonic() + OUTAGE_PAUSE
    worker._due.clear()
    worker.tick()
    assert done == ["written", "written"]


def test_a_worker_whose_lease_cannot_be_renewed_says_why_and_waits(lin, monkeypatch):
    """One line a pause, not one a second with a traceback."""
    monkeypatch.setattr("kept.web.worker.OUTAGE_PAUSE", 0.0)
    worker = Worker([], jobs=False)
    with read_only(), capture_logs() as lines:
        worker.tick()
    assert [(one["event"], one["says"]) for one in lines] == [("worker waits", str(READ_ONLY))]
    worker.tick()
    assert Lease.objects.filter(name=LEASE).exists()


def test_readiness_says_that_everything_has_moved(lin):
    """Else nobody notices that Kept was not started on the new database."""
    assert health.check(health.moving) is None
    with moving():
        assert "moving to another database" in str(health.check(health.moving))


def test_an_outage_is_a_refusal_of_its_own(lin):
    with read_only(), pytest.raises(Unavailable) as caught:
        make_case(lin)
    assert caught.value.status == 503
