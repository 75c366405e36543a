"""One machine without a network: everything of Kept is there (SX.16)."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kept.people.actions import issue_token
from kept.people.models import User
from tests.bad_days.empty import empty_databases
from tests.bad_days.served import served

GUARD = Path(__file__).parent / "alone"
OUTSIDE = re.compile(r"""(?:src|href|action|url)\s*[=(]\s*["']?(?:https?:)?//(?!127\.0\.0\.1)""")


@pytest.fixture
def alone(office, elsewhere):
    """The office on a machine that reaches nothing but itself."""
    office.key = issue_token(office.lin, by=User.objects.system(), name="Robot").fresh_token
    there = elsewhere()
    path = there.environment["PYTHONPATH"]
    there.environment["PYTHONPATH"] = os.pathsep.join([str(GUARD), path])
    return there


def tried(there) -> list[str]:
    """Addresses somebody tried to reach outside."""
    file = there.folder / "tried-outside"
    return file.read_text().split() if file.exists() else []


def test_the_guard_lets_nothing_out(alone):
    script = "import socket; socket.create_connection(('192.0.2.1', 80))"
    done = subprocess.run([sys.executable, "-c", script], env=alone.environment, check=False)
    assert done.returncode and tried(alone) == ["192.0.2.1"]


@pytest.mark.req("SX.16", part="runs, is backed up and comes back without a network")
def test_kept_works_and_is_kept_on_one_machine_without_a_network(office, alone, tmp_path):
    key = {"Authorization": f"Bearer {office.key}"}
    body = {"unit": "YQ-HL", "route": "phone", "summary": "油封漏油"}
    with served(alone, "--no-migrate") as server:
        made = server.ask("/api/v1/cases", body, **key, **{"Idempotency-Key": "one"})
        found = server.ask("/api/v1/cases?q=%E6%BC%8F%E6%B2%B9", **key)
        page = server.ask("/signin/login/")
        style = [
            server.ask(one) for one in re.findall(r'href="(/static/[^"]+\.css[^"]*)"', page[1])
        ]
    assert made[0] == 201 and json.loads(made[1])["ref"] in found[1]
    assert page[0] == 200 and style and all(status == 200 for status, _text in style)
    assert not [text for _status, text in (page, *style) if OUTSIDE.search(text)]

    file = alone.folder / "all.tar.gz"
    assert alone.kept("backup", str(file)).returncode == 0
    with empty_databases(alone, tmp_path) as make:
        (tmp_path / "new").mkdir()
        new = alone.beside(tmp_path / "new", make("machine"))
        done = new.kept("restore", str(file))
        assert done.returncode == 0, done.stderr
    assert tried(alone) == tried(new) == []
