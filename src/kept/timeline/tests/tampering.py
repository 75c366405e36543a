"""Somebody with the keys to the database, who takes the triggers away and changes what was said."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from kept.kit.testing.transactions import refusing_triggers


@contextmanager
def without_guards(*tables: str) -> Iterator[None]:
    """The block runs with no trigger in the way."""
    if connection.vendor == "postgresql":
        yield from _disabled(tables)
        return
    triggers = refusing_triggers(connection)
    _execute(f"DROP TRIGGER {name}" for name in triggers)
    yield
    _execute(triggers.values())


def _disabled(tables: tuple[str, ...]) -> Iterator[None]:
    # Deferred checks of earlier statements must be through before a table is altered.
    _execute(["SET CONSTRAINTS ALL IMMEDIATE"])
    _execute(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables)
    yield
    _execute(["SET CONSTRAINTS ALL IMMEDIATE"])
    _execute(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables)


def _execute(statements) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
