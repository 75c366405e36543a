"""Is this process ready to serve? Each check says in one sentence what is wrong.

Whatever is looked at may hang, so that all of it is asked at once, with an end: an answer comes
within a second whatever happens.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NoAnswer
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import Error, connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kept.people.real_time import real_now
from kept.timeline.models import Lease
from kept.web.operating.deadline import Question
from kept.web.operating.scrubbing import kind_of, said

PATIENCE = 0.8
"""Seconds all checks together may take."""
STATEMENT_MS = 600
LEAST_FREE_MB = 500
MOST_SKEW = timedelta(seconds=5)
BEAT_HELD = timedelta(seconds=60)
"""For how long a beat of the worker counts (see ``kept.web.worker``)."""
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows an earlier time."""
PROBE = "readiness-probe"
#: How either database knows that it is closed (see ``kept.web.moving``).
CLOSED_BY = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'kept_closed_%'",
    "postgresql": "SELECT 1 FROM pg_trigger WHERE tgname = 'kept_closed'",
}

Sentence = str | Promise
Found = dict[str, "Ill | None"]


class Ill(Exception):
    """A check that failed: one sentence, worded for the reader when it is read."""

    def __init__(self, sentence: Sentence, **values: Any) -> None:
        super().__init__(sentence)
        self.sentence, self.values = sentence, values

    def __str__(self) -> str:
        return str(self.sentence).format_map(self.values)


def look(wanted: Iterable[str] = (), patience: float = PATIENCE) -> Found:
    """Every check that is wanted (all without a word), and what is wrong with it, or None."""
    names = [name for name in CHECKS if name in wanted] or list(CHECKS)
    until = time.monotonic() + patience
    asked = {question: question.begin() for question in {CHECKS[name] for name in names}}
    answers = {one: _answered(future, until) for one, future in asked.items()}
    return {name: answers[CHECKS[name]].get(name, _not_reached(name)) for name in names}


def _answered(future: "Future[Found]", until: float) -> Found:
    try:
        return future.result(max(0.0, until - time.monotonic()))
    except NoAnswer:
        return {}


def _not_reached(name: str) -> "Ill":
    if CHECKS[name] is storage_question:
        return Ill(_("The place for files does not answer."))
    if CHECKS[name] is disk_question:
        return Ill(_("The disk does not answer."))
    return Ill(_("The database does not answer."))


def is_known(name: str) -> bool:
    return name in CHECKS


def check(run: Callable[[], None]) -> "Ill | None":
    """What a check found; what it did not foresee is named by its kind alone."""
    try:
        run()
    except Ill as ill:
        return ill
    except Exception as error:
        words = said(error)
        return Ill(_("It fails with {error}."), error=f"{kind_of(error)}: {words}".rstrip(": "))
    return None


def look_at_database() -> Found:
    """The checks that ask the database, one after the other; the rest is not asked when the first
    finds none.
    """
    found: Found = {}
    for name, run in OF_DATABASE.items():
        stops = next((ill for one, ill in found.items() if ill and one in NEEDED_FIRST), None)
        found[name] = stops or check(run)
    return found


def database() -> None:
    """Reachable, and it takes writes."""
    try:
        connection.ensure_connection()
        _writable_postgresql() if connection.vendor == "postgresql" else _writable_sqlite()
    except Error as error:
        raise Ill(_("The database cannot be used: {error}."), error=said(error)) from None


def _writable_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = {STATEMENT_MS}")
        cursor.execute(
            "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool"
        )
        if cursor.fetchone()[0]:
            raise Ill(_("The database takes no writes."))


def _writable_sqlite() -> None:
    """Whoever writes just now holds the lock; that it is held says the file can be written."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 200")
        try:
            cursor.execute("BEGIN IMMEDIATE")
        except Error as error:
            if "locked" not in str(error):
                raise Ill(_("The database takes no writes: {error}."), error=said(error)) from None
        else:
            cursor.execute("ROLLBACK")


def migrations() -> None:
    """The tables are those of this version: none missing, none of a later one."""
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            raise Ill(_("The tables are not there yet: start kept serve once, or run kept init."))
        cursor.execute("SELECT app, name FROM django_migrations")
        done = set(cursor.fetchall())
    if missing := migrations_shipped() - done:
        raise Ill(_("{count} changes of the tables are still to be made."), count=len(missing))
    own = {label for label, _name in migrations_shipped() if _is_ours(label)}
    if later := {one for one in done - migrations_shipped() if one[0] in own}:
        raise Ill(_("The tables are of a later version: {count} changes."), count=len(later))


@cache
def migrations_shipped() -> frozenset[tuple[str, str]]:
    """Every change of the tables this version brings; read from the names of files."""
    return frozenset(
        (config.label, module.name)
        for config in apps.get_app_configs()
        for module in iter_modules([str(Path(config.path) / "migrations")])
        if not module.name.startswith("_")
    )


def _is_ours(label: str) -> bool:
    return apps.get_app_config(label).name.startswith("kept.")


def moving() -> None:
    """Changes are taken: the installation is not moving to another database, nor has it moved."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSED_BY[connection.vendor])
        if cursor.fetchone():
            raise Ill(_("Changes are refused: Kept is moving to another database, or has moved."))


def worker() -> None:
    """Some worker is alive: its lease has not run out."""
    until = last_beat_until()
    if until is None:
        raise Ill(_("No worker has run yet: start kept serve, or kept worker."))
    silent = real_now() - until
    if silent > timedelta():
        raise Ill(
            _("The worker has been silent for {seconds} s."),
            seconds=int((silent + BEAT_HELD).total_seconds()),
        )


def last_beat_until() -> datetime | None:
    """Until when the worker heard last counts as alive."""
    leases = Lease.objects.filter(name__startswith="worker ").order_by("-until")
    return leases.values_list("until", flat=True).first()


def clock() -> None:
    """This machine's time can be right: not before this version was made, as the database's."""
    now = real_now()
    if now < BUILT:
        raise Ill(_("This machine's clock shows {year}."), year=now.year)
    skew = abs(database_time() - now)
    if skew > MOST_SKEW:
        raise Ill(
            _("This machine's clock and the database's are {seconds} s apart."),
            seconds=int(skew.total_seconds()),
        )
    until = last_beat_until()
    if until is not None and until > now + BEAT_HELD + MOST_SKEW:
        raise Ill(_("The worker's clock is ahead of this machine's."))


def database_time() -> datetime:
    """What time the database says it is; on SQLite that is this machine's own."""
    if connection.vendor != "postgresql":
        return real_now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


#: What the database is asked, in order; the rest waits for the first two.
OF_DATABASE: dict[str, Callable[[], None]] = {
    "database": database,
    "migrations": migrations,
    "moving": moving,
    "worker": worker,
    "clock": clock,
}
NEEDED_FIRST = ("database", "migrations")


def look_at_disk() -> Found:
    return {"disk": check(disk)}


def disk() -> None:
    """Room for the database, files and figures."""
    free = shutil.disk_usage(settings.HOME).free // 1_000_000
    if free < LEAST_FREE_MB:
        raise Ill(_("Only {free} MB are free on the disk of KEPT_HOME."), free=free)


def look_at_storage() -> Found:
    return {"storage": check(storage)}


def storage() -> None:
    """Files can be put away, on the disk or in a store somewhere else."""
    if isinstance(default_storage, FileSystemStorage):
        place = Path(default_storage.location)
        there = next(one for one in (place, *place.parents) if one.exists())
        if not os.access(there, os.W_OK | os.X_OK):
            raise Ill(_("Files cannot be written."))
    else:
        default_storage.exists(PROBE)


database_question = Question(look_at_database)
disk_question = Question(look_at_disk)
storage_question = Question(look_at_storage)

#: Every check by name, and the question that answers it.
CHECKS: dict[str, Question[Found]] = {
    **dict.fromkeys(OF_DATABASE, database_question),
    "disk": disk_question,
    "storage": storage_question,
}
