"""Bad days of the machine: a full disk, a database that can only be read or does not answer.

What the drivers say is turned into one sentence here, for every door: a page, a problem document,
a line in the terminal. Nothing was changed, nothing is lost, and it is worth trying again.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import (
    SQLITE_BUSY,
    SQLITE_CANTOPEN,
    SQLITE_FULL,
    SQLITE_IOERR,
    SQLITE_LOCKED,
    SQLITE_READONLY,
)
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused

CLOSED_STATE = "KPT01"
"""SQLSTATE of a PostgreSQL that is closed for writing (see web.moving)."""
CLOSED_WORDS = "kept takes no changes"
PRIMARY = 0xFF
"""SQLite's extended codes begin with the primary one."""
DEADLOCKS = {"40P01", "40001"}


class Unavailable(Refused):
    """Not now, through no fault of the reader's: 503 at the doors, with when to try again."""

    status = 503
    retry_after = 60
    """Seconds."""


FULL = _("The disk is full. Nothing was changed and nothing is lost; try again when there is room.")
READ_ONLY = _("The database can only be read at the moment. Nothing was changed; try again later.")
CLOSED = _(
    "Kept is moving to another database and takes no changes until that is done."
    " Nothing was changed; try again in a few minutes."
)
SILENT = _("The database does not answer. Nothing was changed; try again in a minute.")
BUSY = _("Too many people are writing at this moment. Nothing was changed; try again.")
FILES_SILENT = _("The store of files does not answer. Nothing was changed; try again in a minute.")

_OF_SQLITE = {
    SQLITE_FULL: FULL,
    SQLITE_READONLY: READ_ONLY,
    SQLITE_BUSY: BUSY,
    SQLITE_LOCKED: BUSY,
    SQLITE_IOERR: SILENT,
    SQLITE_CANTOPEN: SILENT,
}
_OF_POSTGRESQL = {
    "53100": FULL,
    "25006": READ_ONLY,
    CLOSED_STATE: CLOSED,
    "55P03": BUSY,
    "57014": BUSY,
    **dict.fromkeys(DEADLOCKS, BUSY),
}
_SILENT_CLASSES = {"08", "53", "57", "58"}
"""Connection exceptions, insufficient resources, operator intervention, system errors."""
_CUT_OFF = {"OperationalError", "InterfaceError", "PoolTimeout"}
_OF_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
    errno.EROFS: READ_ONLY,
}


class FilesSilent(OSError):
    """The store of files cannot be reached, or does not do what it was asked."""


def outage_of(error: BaseException | None) -> Unavailable | None:
    """What an error says about the machine, as a sentence; None when it is about something else."""
    if isinstance(error, Unavailable):
        return error
    if is_of_database(error):
        sentence = _of_database(_of_driver(error))
    elif isinstance(error, FilesSilent):
        sentence = FILES_SILENT
    elif isinstance(error, OSError):
        sentence = _OF_SYSTEM.get(error.errno or 0)
    else:
        sentence = None
    return Unavailable(sentence) if sentence else None


def is_of_database(error: BaseException | None) -> bool:
    """Whether a database said it, through Django or through the driver itself."""
    known = (DatabaseError, InterfaceError, sqlite3.Error)
    return isinstance(error, known) or type(error).__module__.startswith("psycopg")


def _of_driver(error: Any) -> Any:
    """Django's errors have the driver's own behind them."""
    return error.__cause__ or error if isinstance(error, DatabaseError | InterfaceError) else error


def _of_database(cause: Any) -> Any:
    if CLOSED_WORDS in str(cause):
        return CLOSED
    if (code := getattr(cause, "sqlite_errorcode", None)) is not None:
        return _OF_SQLITE.get(code & PRIMARY)
    state = getattr(cause, "sqlstate", None)
    if state:
        known = _OF_POSTGRESQL.get(state)
        return known or (SILENT if state[:2] in _SILENT_CLASSES else None)
    is_of_postgresql = type(cause).__module__.startswith("psycopg")
    return SILENT if is_of_postgresql and type(cause).__name__ in _CUT_OFF else None


def is_deadlock(error: BaseException) -> bool:
    """Whether the same work, begun again, may well succeed."""
    return getattr(error.__cause__, "sqlstate", None) in DEADLOCKS


@contextmanager
def told() -> Iterator[None]:
    """Errors of the machine inside the block become sentences; deadlocks are left to be retried."""
    try:
        yield
    except Exception as error:
        outage = None if is_deadlock(error) else outage_of(error)
        if outage is None:
            raise
        raise outage from error
