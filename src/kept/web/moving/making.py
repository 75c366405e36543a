"""``python -m kept.web.moving.making``: the tables of the database that the settings name.

It reads a state of the migrations (JSON, on its input) and makes just that, or the latest when it
reads nothing. A process of its own, because migrations speak to the settings' database only.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused

URL = "KEPT_DATABASE_URL"
LONGEST = 500
"""Characters shown of what went wrong."""


def make_tables(url: str, state: Sequence[tuple[str, str]] | None = None) -> None:
    """Make the tables of a state, or of the latest, in the database of that URL."""
    run_there(url, "-m", "kept.web.moving.making", told=json.dumps(state) if state else "")


def run_there(url: str, *arguments: str, told: str = "") -> str:
    """Run Python against another database; what it said. Raises Refused when it failed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, URL: url},
        input=told,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Refused(_("The tables could not be made: {why}"), why=last_line(done))
    return done.stdout


def last_line(done: subprocess.CompletedProcess) -> str:
    """What a process said last: of an error, what it was."""
    return (done.stderr.strip() or done.stdout.strip()).rpartition("\n")[2][:LONGEST]


def main() -> None:
    """Migrate to the state that was told."""
    django.setup()
    told = sys.stdin.read().strip()
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    state = {(app, name) for app, name in json.loads(told)} if told else set(graph.nodes)
    executor.migrate(sorted(node for node in state if not _followed(graph, node, state)))


def _followed(graph: Any, node: tuple[str, str], state: set[tuple[str, str]]) -> bool:
    """Whether a later migration of the state brings this one along."""
    return any(child.key in state for child in graph.node_map[node].children)


if __name__ == "__main__":
    main()
