"""The test's data behind a real server, as ``kept serve`` runs it."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from tests.bad_days.elsewhere import Elsewhere

PATIENCE = 90.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(found: Callable[[], Any], what: str) -> Any:
    """Wait for something to become true."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.2)
    raise AssertionError(f"{what}: waited {PATIENCE:.0f} s in vain")


class Served:
    """A running server: what it answers and what it logs."""

    def __init__(self, there: Elsewhere, *options: str) -> None:
        self.there, self.port, self.log = there, free_port(), there.folder / "serve.log"
        command = [sys.executable, "-m", "kept.cli", "serve", "--port", str(self.port), *options]
        with self.log.open("w") as out:
            environment = {
                **there.environment,
                "KEPT_LOG": "info",
                "KEPT_LOG_FORMAT": "json",
                "KEPT_SECRET_KEY": settings.SECRET_KEY,  # tokens of the test are good there
            }
            self.process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_ready(self) -> None:
        """Pages answer, and the worker has been heard."""
        until(lambda: "ready at " in self.log.read_text(), "the address is printed")
        until(lambda: self.ask("/readyz")[0] == 200, "the worker is heard")

    def ask(self, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
        """Status and text; a body is sent as JSON."""
        sent = None if body is None else json.dumps(body).encode()
        headers |= {"Content-Type": "application/json"} if sent else {}
        request = urllib.request.Request(self.address + path, sent, headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def figures(self) -> dict[str, float]:
        """Every figure with its labels, as Prometheus reads it."""
        _status, text = self.ask("/metrics")
        found = re.findall(r"^(kept_\S+?(?:\{.*\})?) (\S+)$", text, re.M)
        return {name: float(value) for name, value in found}

    def lines(self) -> list[dict[str, Any]]:
        """Every line of the log that is one of ours."""
        text = self.log.read_text().splitlines()
        return [json.loads(line) for line in text if line.startswith("{")]

    def stop(self) -> int:
        """Ask it to end, and wait for that."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextmanager
def served(there: Elsewhere, *options: str) -> Iterator[Served]:
    server = Served(there, *options)
    try:
        server.wait_until_ready()
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
        server.process.kill()
        server.process.wait()
