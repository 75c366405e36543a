"""``kept worker``."""

import click

from kept.cli.asking import require_database
from kept.web.worker import run_worker


@click.command()
def worker() -> None:
    """Run a worker alone: notices, promises, seals, clean-ups and long jobs.

    ``kept serve`` has one already. Any number may run beside it on PostgreSQL.
    """
    require_database()
    run_worker()
