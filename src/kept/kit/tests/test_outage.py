"""What the drivers say becomes one sentence; what is about something else is left alone."""

import errno
import sqlite3

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError
from psycopg import errors

from kept.kit import outage
from kept.kit.outage import FilesSilent, Unavailable, outage_of, told


def of_sqlite(code: int, message: str = "") -> OperationalError:
    cause = sqlite3.OperationalError(message)
    cause.sqlite_errorcode = code
    return caused(OperationalError(message), cause)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


SAID = [
    (of_sqlite(sqlite3.SQLITE_FULL), outage.FULL),
    (of_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), outage.READ_ONLY),
    (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), outage.BUSY),
    (of_sqlite(sqlite3.SQLITE_IOERR_READ), outage.SILENT),
    (caused(OperationalError(), errors.DiskFull()), outage.FULL),
    (caused(DatabaseError(), errors.ReadOnlySqlTransaction()), outage.READ_ONLY),
    (caused(OperationalError(), errors.AdminShutdown()), outage.SILENT),
    (caused(OperationalError(), errors.TooManyConnections()), outage.SILENT),
    (caused(OperationalError(), errors.DeadlockDetected()), outage.BUSY),
    (caused(OperationalError(), psycopg.OperationalError("connection refused")), outage.SILENT),
    (caused(IntegrityError(), sqlite3.IntegrityError("kept takes no changes: …")), outage.CLOSED),
    (errors.DiskFull(), outage.FULL),
    (OSError(errno.ENOSPC, "No space left on device"), outage.FULL),
    (OSError(errno.EROFS, "Read-only file system"), outage.READ_ONLY),
    (FilesSilent("refused"), outage.FILES_SILENT),
]


@pytest.mark.parametrize(("error", "sentence"), SAID)
def test_every_bad_day_has_its_sentence(error, sentence):
    assert outage_of(error).message == sentence


@pytest.mark.parametrize(
    "error",
    [
        ValueError("disk full"),
        FileNotFoundError(),
        caused(IntegrityError(), errors.UniqueViolation()),
        caused(IntegrityError(), sqlite3.IntegrityError("UNIQUE constraint failed")),
        of_sqlite(sqlite3.SQLITE_ERROR),
        None,
    ],
)
def test_other_errors_are_left_alone(error):
    assert outage_of(error) is None


def test_a_deadlock_is_left_to_be_tried_again():
    deadlock = caused(OperationalError(), errors.DeadlockDetected())
    with pytest.raises(OperationalError), told():
        raise deadlock
    with pytest.raises(Unavailable) as caught, told():
        raise OSError(errno.ENOSPC, "full")
    assert caught.value.status == 503 and isinstance(caught.value.__cause__, OSError)
