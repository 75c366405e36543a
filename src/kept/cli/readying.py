"""What ``kept serve`` looks after while the web server loads: tables, and what was asked for."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from kept.cli.asking import say
from kept.cli.serving import LOCAL, is_on_sqlite
from kept.web.readiness import prepare

OWN_NAMES = {"localhost", "127.0.0.1", "[::1]"}


def get_ready(
    stop: Callable[[], None], *, migrate: bool, host: str, processes: int, **how: Any
) -> None:
    """Bring the tables up to date (``stop`` ends the server first) and say what does not fit."""
    if processes > 1 and is_on_sqlite():
        say(_("On SQLite one process serves; use PostgreSQL for more."))
    if host not in LOCAL and set(settings.ALLOWED_HOSTS) <= OWN_NAMES:
        say(_("Set KEPT_HOSTS to the names browsers will use; others are refused."))
    if migrate:
        prepare(say, before=stop)
    connection.close()
