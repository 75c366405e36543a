"""Empty databases of one's own, on the kind of server the tests run on."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from tests.bad_days.elsewhere import Elsewhere


@contextmanager
def empty_databases(there: Elsewhere, folder: Path) -> Iterator[Callable[[str], str]]:
    """Call it with a name for the URL of an empty database; all are gone afterwards."""
    made: list[str] = []

    def make(name: str) -> str:
        if connection.vendor == "sqlite":
            return f"sqlite:///{folder / name}.sqlite3"
        database = f"kept_{name}_{os.getpid()}"
        _run(f"CREATE DATABASE {database}")
        made.append(database)
        known = connection.settings_dict["NAME"]
        return there.environment["KEPT_DATABASE_URL"].replace(f"/{known}?", f"/{database}?")

    try:
        yield make
    finally:
        for database in made:
            _run(f"DROP DATABASE {database} WITH (FORCE)")


def _run(statement: str) -> None:
    with connection.copy().cursor() as cursor:
        cursor.execute(statement)
