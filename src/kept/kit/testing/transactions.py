"""Lets transactional tests empty the database in spite of the triggers that forbid it.

``django_db(transaction=True)`` empties every table after a test. PostgreSQL truncates, which row
triggers do not see; SQLite deletes, and append-only tables refuse. Here, and only in tests, such a
flush takes the refusing triggers away and puts the same ones back in the same transaction.
"""

from typing import Any

import pytest
from django.db.backends.sqlite3.base import DatabaseWrapper

REFUSING = "RAISE(ABORT"


def pytest_configure(config: pytest.Config) -> None:
    """Teach SQLite's flush about the triggers, once for the whole run."""
    operations: Any = DatabaseWrapper.ops_class
    if not hasattr(operations, "_kept_sql_flush"):
        operations._kept_sql_flush = operations.sql_flush
        operations.sql_flush = flush_around_triggers


def flush_around_triggers(operations: Any, *args: Any, **options: Any) -> list[str]:
    """Django's statements between dropping the refusing triggers and making them again."""
    triggers = refusing_triggers(operations.connection)
    dropped = [f"DROP TRIGGER {operations.quote_name(name)}" for name in triggers]
    emptied = operations._kept_sql_flush(*args, **options)
    return [*dropped, *emptied, *triggers.values()] if emptied else []


def refusing_triggers(connection: Any) -> dict[str, str]:
    """Name → statement of every trigger that only refuses."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {name: sql for name, sql in cursor.fetchall() if REFUSING in sql}
