"""The test's database as other processes see it, so that they can be killed while they use it.

On PostgreSQL that is the test's own database; on SQLite, which tests keep in memory, a copy in a
file. Scripts stand beside the tests and are run with ``kept`` set up.
"""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

HERE = Path(__file__).parent
PATIENCE = 120


class Elsewhere:
    """Runs scripts and commands in processes of their own against the test's data."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "kept.sqlite3"
        self.environment = {
            **os.environ,
            "KEPT_HOME": str(folder),
            "KEPT_DATABASE_URL": self._url(),
            "DJANGO_SETTINGS_MODULE": "kept.web.settings",
            "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), *sys.path]),
        }

    def _url(self) -> str:
        if connection.vendor == "sqlite":
            self._copy()
            return f"sqlite:///{self.file}"
        known = connection.settings_dict
        host, port = quote(known["HOST"], safe=""), known["PORT"]
        who = f"{quote(known['USER'])}:{quote(known['PASSWORD'] or '')}"
        return f"postgresql://{who}@/{known['NAME']}?host={host}" + (
            f"&port={port}" if port else ""
        )

    def _copy(self) -> None:
        connection.ensure_connection()
        with sqlite3.connect(self.file) as copy:
            connection.connection.backup(copy)
        copy.close()

    def start(self, script: str, *arguments: Any) -> subprocess.Popen:
        """A script of this folder, begun."""
        command = [sys.executable, "-m", f"tests.bad_days.{script}", *map(str, arguments)]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, script: str, *arguments: Any) -> Any:
        """A script of this folder, run to its end: what it printed, as JSON."""
        process = self.start(script, *arguments)
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err[-4_000:]
        return json.loads(out)

    def kept(self, *arguments: str, **how: Any) -> subprocess.CompletedProcess:
        """A ``kept`` command, run to its end."""
        command = [sys.executable, "-m", "kept.cli", *arguments]
        return subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            **how,
        )

    def beside(self, folder: Path, url: str) -> "Elsewhere":
        """Another installation: a KEPT_HOME and a database of its own."""
        other = object.__new__(Elsewhere)
        other.folder, other.file = folder, folder / "kept.sqlite3"
        other.environment = self.environment | {
            "KEPT_HOME": str(folder),
            "KEPT_DATABASE_URL": url,
        }
        return other

    def rows(self, sql: str) -> list[tuple]:
        """What the database elsewhere says."""
        if connection.vendor == "sqlite":
            with sqlite3.connect(self.file) as database:
                found = database.execute(sql).fetchall()
            database.close()
            return found
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
