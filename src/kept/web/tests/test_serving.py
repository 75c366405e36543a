"""The parent of the two children: what it starts, when it starts it again, when it gives up."""

import os
import signal
import subprocess
import sys
import time

import pytest

from kept.web import serving
from kept.web.serving import Child, Parent, shown_address, web_command, why_not

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
FAILS = [sys.executable, "-c", "raise SystemExit(3)"]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Short pauses, and the signals of the test run as they were."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    hangup = signal.getsignal(signal.SIGHUP)
    monkeypatch.setattr(serving, "PAUSES", (0.01,))
    monkeypatch.setattr(serving, "LOOK_EVERY", 0.01)
    yield
    for number, handler in {**before, signal.SIGHUP: hangup}.items():
        signal.signal(number, handler)


class Watched(Parent):
    """A parent that says what happens and is stopped by the test."""

    def __init__(self, *commands: list[str], until, **how) -> None:
        self.heard: list[str] = []
        children = [Child(name, command) for name, command in zip("ab", commands, strict=False)]
        super().__init__(children, "http://127.0.0.1:9/", self.heard.append, **how)
        self.until, self.began = until, time.monotonic()

    def _announce(self) -> None:
        if self.until(self) or time.monotonic() - self.began > 30:
            self.stop()


def pids(parent: Parent) -> list[int | None]:
    return [child.process.pid if child.process else None for child in parent.children]


def test_the_second_child_waits_for_the_first_to_answer_and_both_end(monkeypatch):
    parent = Watched(SLEEPS, SLEEPS, until=lambda parent: None not in pids(parent))
    first_look = []

    def answered(self) -> None:
        first_look.append(pids(self))
        self._has_answered = True
        if None not in pids(self):
            self.stop()

    monkeypatch.setattr(Watched, "_announce", answered)
    assert parent.run() == 0
    assert first_look[0][0] is not None and first_look[0][1] is None
    assert not any(child.is_running for child in parent.children)


def test_a_dead_child_is_started_again():
    seen = []

    def killed_twice(parent: Parent) -> bool:
        child = parent.children[0]
        if child.is_running and child.process.pid not in seen:
            seen.append(child.process.pid)
            child.process.kill()
        return len(seen) == 3

    assert Watched(SLEEPS, until=killed_twice).run() == 0
    assert len(set(seen)) == 3


def test_a_child_that_never_starts_ends_everything_with_a_sentence():
    parent = Watched(FAILS, until=lambda parent: False)
    assert parent.run() == 1
    assert "does not start" in parent.heard[-1]


def test_a_changed_file_starts_everything_anew(tmp_path):
    source = tmp_path / "a.py"
    source.write_text("1")
    seen = []

    def changed_once(parent: Parent) -> bool:
        seen.extend(pid for pid in pids(parent) if pid and pid not in seen)
        if len(seen) == 1:
            source.touch()
        return len(seen) == 2

    parent = Watched(SLEEPS, until=changed_once, watched=[tmp_path])
    assert parent.run() == 0 and len(seen) == 2
    assert parent.heard == ["A file has changed, starting anew …"]


def test_the_server_loads_while_the_database_is_looked_at_and_ends_before_it_changes():
    during = []

    def get_ready(stop) -> None:
        during.append(pids(parent)[0])
        stop()
        during.append(pids(parent)[0])

    parent = Watched(SLEEPS, until=lambda parent: pids(parent)[0], get_ready=get_ready)
    assert parent.run() == 0
    assert during[0] is not None and during[1] is None


def test_a_failure_in_getting_ready_leaves_no_server_behind():
    def get_ready(stop) -> None:
        raise RuntimeError("no database")

    parent = Watched(SLEEPS, until=lambda parent: False, get_ready=get_ready)
    with pytest.raises(RuntimeError):
        parent.run()
    assert pids(parent) == [None]


LOADED = """
import threading
from django.db import connections
from kept.web.loaded import load
application = load()
assert threading.active_count() == 1, threading.enumerate()
assert not [one for one in connections.all() if one.connection is not None]
from prometheus_client import values
assert not values.ValueClass._multiprocess, "figures are shared by who answers, not by who loads"
from kept.kit.api.bodies import schema_of
assert not schema_of.cache_info().currsize, "what a verb takes is drawn when it is first asked for"
from kept.web import wsgi
assert wsgi.application is application
assert values.ValueClass._multiprocess
"""


def test_what_is_loaded_before_the_fork_holds_nothing_that_does_not_outlive_it(tmp_path):
    environment = {**os.environ, "KEPT_HOME": str(tmp_path)}
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)  # as a test before may have left it
    done = subprocess.run(
        [sys.executable, "-c", LOADED], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_addresses_and_commands():
    assert shown_address("0.0.0.0", 80) == "http://127.0.0.1:80/"
    assert shown_address("::1", 80) == "http://[::1]:80/"
    assert "--workers" in web_command("127.0.0.1", 80, 4, 2)
    assert why_not("192.0.2.1", 80), "not an address of this machine"
