"""Rows go in while the next ones are made: a second thread waits for the database.

A bulk verb spends half its time making rows and half of it waiting until they are taken in. Inside
``behind`` what ``kept.kit.bulk`` inserts is given to a thread that copies it in on the same
connection, in the same transaction and in the same order.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from io import BytesIO
from typing import Any

from django.db import connection, models
from psycopg import Copy
from psycopg.copy import FileWriter

AT_ONCE = 500
"""Rows given to the thread at once."""
TURN = 0.0001
"""Seconds after which the thread gets its turn, when the database waits for it."""
USUAL = sys.getswitchinterval()

Model = type[models.Model]


class Behind:
    """What the thread is doing, and the keys that were asked for beforehand."""

    def __init__(self, keys: dict[Model, list[int]]) -> None:
        self._keys = keys
        self._thread = ThreadPoolExecutor(1, "kept-behind")
        self._given: list[Future] = []
        self._is_over = False

    def keys(self, model: Model, count: int) -> list[int] | None:
        """So many keys of those that are kept for a model; None when they do not suffice."""
        kept = self._keys.get(model, [])
        if len(kept) < count:
            return None
        self._keys[model] = kept[count:]
        return kept[:count]

    def copy(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Copy rows in after those before them."""
        cursor = connection.cursor().cursor  # of psycopg: Django's own belongs to one thread
        written = BytesIO()
        with Copy(cursor, binary=False, writer=FileWriter(written)) as writing:
            for row in rows:
                writing.write_row(row)
        self._given.append(self._thread.submit(self._copy, cursor, statement, written.getvalue()))

    def _copy(self, cursor: Any, statement: str, written: bytes) -> None:
        if self._is_over:
            return
        try:
            with cursor, cursor.copy(statement) as copy:
                copy.write(written)
        except BaseException:
            self._is_over = True
            raise

    def wait(self) -> None:
        """Return when everything given was taken in. Raises what the database says of it."""
        given, self._given = self._given, []
        with connection.wrap_database_errors:
            for one in given:
                one.result()

    def asked(self, execute: Any, *args: Any) -> Any:
        """Whoever asks the database something meanwhile waits for what it was given before."""
        self.wait()
        return execute(*args)

    def end(self) -> None:
        """Stop: what the thread has not begun is not begun any more."""
        self._is_over = True
        self._thread.shutdown(wait=True, cancel_futures=True)


_now: ContextVar[Behind | None] = ContextVar("behind", default=None)


def writer() -> Behind | None:
    """Who copies rows in behind, inside ``behind``."""
    return _now.get()


@contextmanager
def behind(new: Mapping[Model, int]) -> Iterator[None]:
    """Inside, rows are copied in while the next ones are made; at the end all of them are in. Keys
    for so many ``new`` rows of each model are taken beforehand.

    Each table must come after those it refers to: references are proved as the rows go in and not
    all at once when the transaction ends, so that this too is done meanwhile. Raises what the
    database says of any of them. SQLite has nothing to wait for: there it does nothing.
    """
    if connection.vendor != "postgresql" or writer() is not None:
        yield
        return
    line = Behind(_keys(new))
    token = _now.set(line)
    with ExitStack() as after:
        after.callback(line.end)
        after.callback(_now.reset, token)
        after.callback(sys.setswitchinterval, USUAL)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        sys.setswitchinterval(TURN)
        with connection.execute_wrapper(line.asked):
            yield
            line.wait()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _keys(new: Mapping[Model, int]) -> dict[Model, list[int]]:
    """Keys for new rows of several models, in one question."""
    keys: dict[Model, list[int]] = {model: [] for model in new}
    models, parts, params = [*new], [], []
    for place, (model, count) in enumerate(new.items()):
        parts.append(
            f"SELECT {place}, nextval((SELECT pg_get_serial_sequence(%s, %s))::regclass)"
            " FROM generate_series(1, %s)"
        )
        params += [f'"{model._meta.db_table}"', model._meta.pk.column, count]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for place, key in cursor.fetchall():
            keys[models[place]].append(key)
    return keys
