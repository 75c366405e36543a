"""``kept serve``: the web server is begun first and loads while the database is looked at.

Nothing here may import models: what does is loaded by ``get_ready``, beside the server.
"""

import errno
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from kept.cli.setting_up import set_up
from kept.web.serving import serve, why_not

LOCAL = {"127.0.0.1", "localhost", "::1"}


def serving_options(command: Any) -> Any:
    """What every command that serves can be told."""
    for option in reversed(
        [
            click.option("--host", default="127.0.0.1", show_default=True, help="Listen here."),
            click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535)),
            click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64)),
            click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 128)),
        ]
    ):
        command = option(command)
    return command


@click.command("serve")
@serving_options
@click.option("--reload", is_flag=True, help="Start anew at every change of a source file.")
@click.option("--no-migrate", is_flag=True, help="Leave the tables as they are.")
def serve_pages(no_migrate: bool, **how: Any) -> None:
    """Serve pages and run the worker, until Ctrl-C.

    On SQLite one process serves (two would only wait for each other), on PostgreSQL as many as
    asked for.
    """

    def get_ready(stop: Callable[[], None]) -> None:
        set_up()
        import_module("kept.cli.readying").get_ready(stop, migrate=not no_migrate, **how)

    if is_first_start():
        get_ready(lambda: None)
        serve_until_told(**how)
    serve_until_told(get_ready=get_ready, **how)


def is_first_start() -> bool:
    """Whether the secret key is still to be made: two processes must not both make one."""
    home = Path(os.environ.get("KEPT_HOME", "var"))
    return "KEPT_SECRET_KEY" not in os.environ and not (home / "secret-key").exists()


def is_on_sqlite() -> bool:
    return os.environ.get("KEPT_DATABASE_URL", "sqlite:").startswith("sqlite:")


def serve_until_told(*, host: str, port: int, processes: int, **how: Any) -> None:
    """Serve with what fits the database; ends the program."""
    if error := why_not(host, port):
        set_up()
        raise click.ClickException(_not_listening(error).format(port=port, host=host))
    count = 1 if is_on_sqlite() else processes
    raise SystemExit(serve(host=host, port=port, processes=count, say=say, **how))


def _not_listening(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return _("Port {port} of {host} is taken. Choose another with --port.")
    if error.errno == errno.EACCES:
        return _("Port {port} is for the system's own services. Choose another with --port.")
    return _("This machine has no address {host}. Name one of its own with --host.")


def say(text: Any) -> None:
    click.echo(str(text), err=True)
