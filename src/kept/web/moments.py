"""Moments as PostgreSQL says them, read eight times as fast as its driver reads them for Django.

The driver takes a moment apart by a pattern, in Python, and a page of a list holds hundreds. What
Python itself cannot read (years before 1 and after 9999) is left to the driver, which says why.
"""

from datetime import UTC, datetime
from typing import Any

from django.db.backends.signals import connection_created


def _read_quickly(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Called with every new connection to a database."""
    if connection.vendor == "postgresql" and connection.timezone is UTC:
        connection.connection.adapters.register_loader("timestamptz", _loader())


def _loader() -> Any:
    from django.db.backends.postgresql.psycopg_any import BaseTzLoader

    class Moment(BaseTzLoader):
        timezone = UTC

        def load(self, data: Any) -> datetime:
            try:
                moment = datetime.fromisoformat(str(data, "ascii"))
            except ValueError:
                return super().load(data)
            return moment if moment.tzinfo is UTC else super().load(data)

    return Moment


def watch() -> None:
    """Called once, when the application starts."""
    connection_created.connect(_read_quickly, dispatch_uid="kept.web.moments")
