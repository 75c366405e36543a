"""``kept demo``: the group, or data of one's own, and the same again the next day."""

import re
from pathlib import Path

import pytest

from kept.cases.models import Case
from kept.cli import demo as demonstrating
from kept.people.models import Unit, User


@pytest.fixture
def served(monkeypatch) -> list[dict]:
    """Serving is another test's: here it is only noted."""
    calls: list[dict] = []
    monkeypatch.setattr(demonstrating, "serve_until_told", lambda **how: calls.append(how))
    return calls


def write_table(path: Path) -> str:
    path.write_text("ref,summary,received_at,route\n1,漏油,2015-03-01 09:00,电话\n")
    return str(path)


def test_the_group_is_told_with_progress_and_then_served(kept, served, monkeypatch):
    heard = []

    def load(progress):
        progress(0, 2, "begin")
        progress(2, 2, "2026-01-01")
        heard.append("told")

    monkeypatch.setattr(demonstrating, "load", load)
    done = kept("demo", "--port", "8123")
    assert done.exit_code == 0 and heard == ["told"] and "Told in" in done.output
    assert served == [{"host": "127.0.0.1", "port": 8123, "processes": 1, "threads": 4}]


def test_own_data_come_into_a_company_of_their_own(kept, served, tmp_path):
    done = kept("demo", "--import", write_table(tmp_path / "mine.csv"), "--no-serve")
    assert done.exit_code == 0, done.output
    assert "1 cases taken over, 1 of them open." in done.output and served == []
    company = Unit.objects.get(code="MY")
    assert company.settings["pack"] == "equipment" and Case.objects.get().company == company
    password = re.search(r"with the password (\S+)", done.output)[1]
    me = User.objects.get(username="me")
    assert me.check_password(password) and Case.objects.get().owner == me
    other = re.search(r"People and rules: admin, (\S+)", done.output)[1]
    assert User.objects.get(username="admin").check_password(other)


def test_looking_at_own_data_needs_no_second_factor(kept, served, tmp_path, client):
    done = kept("demo", "--import", write_table(tmp_path / "mine.csv"), "--no-serve")
    password = re.search(r"with the password (\S+)", done.output)[1]
    client.post("/signin/login/", {"login": "me", "password": password})
    assert "漏油" in client.get("/cases/").content.decode()


def test_a_demo_that_is_there_is_opened_as_it_was_left(kept, served, tmp_path, monkeypatch):
    kept("demo", "--import", write_table(tmp_path / "mine.csv"), "--no-serve")
    monkeypatch.setattr(demonstrating, "load", lambda progress: pytest.fail("told twice"))
    done = kept("demo")
    assert "is opened" in done.output and len(served) == 1 and Case.objects.count() == 1


def test_a_table_nobody_can_read_founds_nothing(kept, tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    refused = kept("demo", "--import", str(tmp_path / "x.csv"), "--no-serve")
    assert refused.exit_code == 1 and "No column says" in refused.output
    assert not Unit.objects.exists()


def test_beginning_anew_is_for_the_demo_alone(kept, settings, tmp_path, monkeypatch):
    """--fresh removes a file; never that of a real company."""
    real = tmp_path / "kept.sqlite3"
    real.write_text("everything we have")
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(real)}
    monkeypatch.setitem(settings.DATABASES, "default", database)
    refused = kept("demo", "--fresh", "--no-serve")
    assert refused.exit_code == 1 and real.exists()
    settings.HOME = tmp_path / "demo"
    demonstrating.forget()
    assert not real.exists()
