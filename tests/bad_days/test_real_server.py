"""Bad day: a hundred at once at a real server, and a server that is told to end while it works."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection

from kept.people.actions import add_user, grant_role, issue_token
from kept.people.models import Role, User
from tests.bad_days.served import Served, served, until

CREATES, CLERKS = 100, 20
BODY = {"unit": "YQ-HL", "route": "phone", "summary": "Prints nothing"}


def tokens(office) -> list[str]:
    """One for each of twenty clerks."""
    system, found = User.objects.system(), []
    role = Role.objects.get(company=office.company, code="clerk")
    for number in range(CLERKS):
        clerk = add_user(by=system, unit=office.hotline, username=f"clerk-{number}", name="Clerk")
        grant_role(clerk, by=system, role=role, unit=office.hotline)
        found.append(issue_token(clerk, by=system, name="load").fresh_token)
    return found


def processes() -> int:
    """On SQLite one process serves."""
    return 1 if connection.vendor == "sqlite" else 2


def create(server: Served, token: str, key: str) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return server.ask("/api/v1/cases", BODY, **headers)


@pytest.mark.req("SX.05", part="numbers unbroken under load, through the API, by several processes")
def test_a_hundred_cases_created_at_once_are_numbered_without_a_hole(office, elsewhere):
    """B34; and every process's figures come together in one answer."""
    given = tokens(office)
    there = elsewhere()
    with served(there, "--processes", "2", "--threads", "8", "--no-migrate") as server:
        gate = threading.Barrier(CREATES)

        def one(number: int) -> tuple[int, str]:
            gate.wait()
            return create(server, given[number % CLERKS], f"key-{number}")

        with ThreadPoolExecutor(CREATES) as pool:
            answers = list(pool.map(one, range(CREATES)))
        assert {status for status, _text in answers} == {201}, answers[:3]
        again = create(server, given[0], "key-0")
        figures, lines = server.figures(), server.lines()
        web = [
            name for name in figures if name.startswith('kept_process_resident_bytes{process="w')
        ]
    assert again == answers[0], "the same key again is the same case"
    numbers = [number for (number,) in there.rows("SELECT number FROM cases_case ORDER BY number")]
    assert numbers == [f"YQ-C{numbers[0][4:6]}-{n:06d}" for n in range(1, CREATES + 1)]
    sql = "SELECT COUNT(DISTINCT number), COUNT(*) FROM cases_interaction"
    assert there.rows(sql) == [(CREATES, CREATES)]
    done = figures['kept_actions_total{outcome="done",verb="cases.open"}']
    assert done == CREATES + 1, "figures of all processes, the repeated answer counted once more"
    assert len(web) == processes() + 1, "each server process and the worker"
    asked = [line for line in lines if line["event"] == "request" and line["method"] == "POST"]
    assert len({line["process"] for line in asked}) == processes()
    assert all(line["actor"] and line["company"] == office.company.pk for line in asked)
    proved = there.kept("verify", "--quiet")
    assert proved.returncode == 0, proved.stdout


@contextmanager
def nobody_writes(there):
    """Whoever opens a case waits as long as this lasts."""
    if connection.vendor == "sqlite":
        import sqlite3

        lock = sqlite3.connect(there.file, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        yield
        lock.execute("ROLLBACK")
        lock.close()
        return
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE cases_case IN EXCLUSIVE MODE")
        yield
        cursor.execute("ROLLBACK")
    other.close()


def test_a_server_told_to_end_answers_what_it_has_begun(office, elsewhere):
    token = tokens(office)[0]
    there = elsewhere()
    with served(there, "--no-migrate") as server:
        with ThreadPoolExecutor(2) as pool, nobody_writes(there):
            answer = pool.submit(create, server, token, "slow")
            with pytest.raises(TimeoutError):
                answer.result(timeout=2)
            server.process.terminate()
            ended = pool.submit(server.process.wait, 60)
            until(lambda: not is_listening(server), "nobody new is let in")
            with pytest.raises(TimeoutError):
                answer.result(timeout=1)
            assert server.process.poll() is None, "it waits for the one it has begun"
        assert answer.result(timeout=60)[0] == 201
        assert ended.result(timeout=60) == 0
        lines = server.lines()
    assert there.rows("SELECT COUNT(*) FROM cases_case") == [(1,)]
    assert [line["status"] for line in lines if line.get("method") == "POST"] == [201]


def is_listening(server: Served) -> bool:
    try:
        return server.ask("/healthz")[0] == 200
    except OSError:
        return False
