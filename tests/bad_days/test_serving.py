"""Bad day: a child of the server dies. The parent starts it again, and ends both when it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.bad_days.served import PATIENCE, free_port, until


def both(parent: int) -> set[int]:
    """The parent's two living children, web and worker; nothing while there are not two."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.add(int(status.parent.name))
    return found if len(found) == 2 else set()


def get(address: str) -> int:
    with urllib.request.urlopen(address, timeout=20) as response:
        return response.status


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes as Linux shows them")
@pytest.mark.req("SX.16", part="runs on one machine, pages and worker together")
def test_a_dead_child_is_started_again_and_all_end_together(elsewhere, tmp_path):
    there, port, log = elsewhere(), free_port(), tmp_path / "serve.log"
    command = [sys.executable, "-m", "kept.cli", "serve", "--port", str(port)]
    with log.open("w") as out:
        server = subprocess.Popen(command, env=there.environment, stdout=out, stderr=out)
    try:
        address = until(
            lambda: re.search(r"ready at (\S+)", log.read_text()), "the address is printed"
        )[1]
        assert address == f"http://127.0.0.1:{port}/" and get(address) == 200
        first = until(lambda: both(server.pid), "two children")
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        until(lambda: both(server.pid).isdisjoint(first) and both(server.pid), "two new ones")
        assert until(lambda: _answers(address), "pages come again")
        last = both(server.pid)
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in last)
    finally:
        server.kill()
        server.wait()


def _answers(address: str) -> bool:
    try:
        return get(address) == 200
    except OSError:
        return False


def test_a_port_that_is_taken_is_named(elsewhere):
    there = elsewhere()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = there.kept("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1 and "is taken" in done.stderr
