"""Which processes share their figures, and which of them are alive.

A process is known by a name no other ever has, and is alive while it holds the lock of that name,
which also other containers see.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

FOLDER = "metrics"
"""In KEPT_HOME."""
ALIVE, TIDYING = ".alive", "tidying"
PID_NAMESPACE = Path("/proc/self/ns/pid")
BOOT = Path("/proc/sys/kernel/random/boot_id")


class Living(NamedTuple):
    """A process that shares its figures."""

    name: str
    kind: str
    pid: int
    is_near: bool
    """Whether its id means the same process here: not so in another container."""


class Presence:
    """This process among those that share: its name, and the lock it holds while it lives."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder = kind, folder
        self.pid, self._name = 0, ""
        self._lock: IO[str] | None = None

    def name(self) -> str:
        """A name no other process has; a child that was forked takes one of its own."""
        if self.pid != os.getpid():
            self._take()
        return self._name

    def _take(self) -> None:
        if self._lock is not None:
            self._lock.close()
        self.pid = os.getpid()
        self._name = f"{self.kind}-{self.pid}-{secrets.token_hex(4)}"
        with locked(self.folder, fcntl.LOCK_EX):
            self._lock = (self.folder / f"{self._name}{ALIVE}").open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._lock.write(_namespace())
        self._lock.flush()


def _namespace() -> str:
    """Which processes this one sees by their ids."""
    try:
        return f"{os.readlink(PID_NAMESPACE)} {BOOT.read_text()}"
    except OSError:
        return ""


@contextmanager
def locked(folder: Path, how: int) -> Iterator[None]:
    """Hold the folder: alone while files are moved, with others while they are read."""
    with (folder / TIDYING).open("a") as file:
        fcntl.flock(file, how)
        yield


def living(folder: Path) -> list[Living]:
    """Every process that shares its figures just now, by name."""
    here = _namespace()
    found = []
    for path in sorted(folder.glob(f"*{ALIVE}")):
        if not is_dead(path):
            kind, pid, _random = path.stem.split("-")
            with suppress(OSError):
                found.append(Living(path.stem, kind, int(pid), path.read_text() == here))
    return found


def is_dead(path: Path) -> bool:
    """Whether nobody holds the lock."""
    try:
        with path.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def empty(folder: Path) -> None:
    """Begin anew: forget the figures of all who are dead."""
    if not folder.is_dir():
        return
    with suppress(OSError), locked(folder, fcntl.LOCK_EX):
        names = {one.name for one in living(folder)}
        for path in [*folder.glob("*.db"), *folder.glob("*.new"), *folder.glob(f"*{ALIVE}")]:
            if path.stem.partition("_")[2] not in names and path.stem not in names:
                path.unlink(missing_ok=True)
