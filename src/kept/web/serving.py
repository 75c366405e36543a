"""Serving: a small parent with two children, the web server and the worker.

The parent forwards signals, starts a dead child again with growing pauses, and says the address
once it answers. It holds no database connection and knows no request.
"""

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from django.utils.translation import gettext as _

from kept.web.operating import presence

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds a child may take to end before it is killed."""
SETTLED = 20.0
"""Seconds after which a child counts as running: its next death begins with short pauses again."""
MOST_FAILURES = 6
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
LOOK_EVERY = 0.2
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A process the parent keeps running."""

    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float = 0.0

    def start(self) -> None:
        # Its own session: Ctrl-C in the terminal reaches the parent alone, which ends both in turn.
        self.process = subprocess.Popen(
            self.command, start_new_session=True, preexec_fn=_end_with_parent
        )
        self.started = time.monotonic()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        if self.is_running:
            assert self.process is not None
            self.process.send_signal(number)

    def kill_all(self) -> None:
        """Kill whatever is left of it: the server's own children would keep the port."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def note_death(self) -> None:
        """Plan the next start: at once after a long life, later after each short one."""
        self.kill_all()
        lived = time.monotonic() - self.started
        self.failures = 1 if lived > SETTLED else self.failures + 1
        pause = PAUSES[min(self.failures, len(PAUSES)) - 1]
        self.start_at = time.monotonic() + pause
        code = self.process.returncode if self.process else None
        told = {"child": self.name, "exit_code": code, "pause": pause}
        log.warning("child ended, starts again", extra=told)
        self.process = None


def _end_with_parent() -> None:
    """On Linux: should the parent be killed, its children are told to end."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def web_command(host: str, port: int, processes: int, threads: int) -> list[str]:
    """The web server: granian, with so many processes of so many threads, forked when loaded."""
    return [
        *(sys.executable, "-m", "kept.web.forking", "kept.web.wsgi:application"),
        *("--interface", "wsgi", "--no-ws", "--log-level", "error"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(processes), "--blocking-threads", str(threads)),
        "--respawn-failed-workers",
    ]


def worker_command() -> list[str]:
    return [sys.executable, "-m", "kept.cli", "worker"]


@dataclass
class Parent:
    """Keeps the children running until it is told to stop. ``run`` answers with an exit code."""

    children: list[Child]
    address: str
    say: Callable[[str], None]
    watched: list[Path] = field(default_factory=list)
    get_ready: Callable[[Callable[[], None]], None] | None = None
    _stopping: bool = False
    _has_answered: bool = False

    def stop(self, number: int = signal.SIGTERM, frame: FrameType | None = None) -> None:
        self._stopping = True

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.stop)
        self._get_ready()
        seen = _newest(self.watched)
        while not self._stopping:
            if self._keep_running():
                return self._end(1)
            self._announce()
            if self.watched and (now := _newest(self.watched)) != seen:
                seen = now
                self._reload()
            time.sleep(LOOK_EVERY)
        return self._end(0)

    def _get_ready(self) -> None:
        """Look after the database while the web server loads; it is ended should tables change."""
        if self.get_ready is None:
            return
        web = self.children[0]
        web.start()

        def end_web() -> None:
            web.kill_all()
            web.process = None

        try:
            self.get_ready(end_web)
        except BaseException:
            end_web()
            raise

    def _keep_running(self) -> bool:
        """Start whoever is not running; true when one fails again and again and never answered."""
        for child in self.children:
            if child.process is not None and not child.is_running:
                child.note_death()
                if child.failures >= MOST_FAILURES and not self._has_answered:
                    failed = _("“{name}” does not start; see the messages above.")
                    self.say(failed.format(name=child.name))
                    return True
            if child.process is None and self._may_start(child):
                child.start()
        return False

    def _may_start(self, child: Child) -> bool:
        """The first child goes first: both beginning at once would only make each other slow."""
        first = self.children[0]
        waits = child is not first and first.failures == 0 and not self._has_answered
        return time.monotonic() >= child.start_at and not waits

    def _announce(self) -> None:
        web = self.children[0]
        if not self._has_answered and web.is_running and answers(self.address):
            self._has_answered = True
            self.say(_("Kept is ready at {address}").format(address=self.address))

    def _reload(self) -> None:
        self.say(_("A file has changed, starting anew …"))
        self._stop_children()
        for child in self.children:
            child.process, child.start_at, child.failures = None, 0.0, 0

    def _end(self, code: int) -> int:
        self._stop_children()
        return code

    def _stop_children(self) -> None:
        for child in self.children:
            child.signal(signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while any(child.is_running for child in self.children) and time.monotonic() < until:
            time.sleep(0.05)
        for child in self.children:
            child.kill_all()


def answers(address: str) -> bool:
    """Whether a page comes back at an address: any answer but an error of the server."""
    request = urllib.request.Request(address, headers={"Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status < 500
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def _newest(folders: list[Path]) -> float:
    """When a source below these folders was last changed."""
    endings = {".py", ".html", ".toml", ".mo"}
    times = (
        entry.stat().st_mtime
        for folder in folders
        for entry in folder.rglob("*")
        if entry.suffix in endings and entry.exists()
    )
    return max(times, default=0.0)


def shown_address(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    shown = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


def why_not(host: str, port: int) -> OSError | None:
    """Why no server may listen there; None when one may."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def serve(
    *,
    host: str,
    port: int,
    processes: int,
    threads: int,
    say: Callable[[str], None],
    reload: bool = False,
    get_ready: Callable[[Callable[[], None]], None] | None = None,
) -> int:
    """Serve until told to stop; the exit code. ``get_ready`` is done while the server loads, and
    calls what it is given before it changes what the server needs.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kept.web.settings")
    presence.empty(Path(os.environ.get("KEPT_HOME", "var")) / presence.FOLDER)
    parent = Parent(
        [
            Child("web", web_command(host, port, processes, threads)),
            Child("worker", worker_command()),
        ],
        shown_address(host, port),
        say,
        watched=[Path(__file__).parents[1]] if reload else [],
        get_ready=get_ready,
    )
    return parent.run()
