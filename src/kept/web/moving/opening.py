"""Stores by their URLs, and whether there is anything in them."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.people.real_time import real_now
from kept.web.database import database_from_url
from kept.web.moving.postgresql import PostgresqlStore
from kept.web.moving.sqlite import SqliteStore
from kept.web.moving.stores import Store
from kept.web.moving.tables import Table, models_at, tables_of

#: Where nothing stands, nothing was ever entered: all else hangs on these.
FIRST = {
    "people_unit": "",
    "people_user": "NOT is_system",
    "timeline_thread": "",
}
LEASES = "timeline_lease"
#: Tables besides those that are carried: of the databases and of Django, and what may be lost.
BESIDES = (
    "django_migrations", "django_session", "kept_cache", "people_presence", "search_tokens",
    "sqlite_", LEASES,
)  # fmt: skip


def url_here() -> str:
    """The URL of the database this installation uses."""
    return os.environ.get(
        "KEPT_DATABASE_URL", f"sqlite:///{quote(str(settings.DATABASES['default']['NAME']))}"
    )


def store_at(url: str) -> Store:
    return store_of(database_from_url(url))


def store_of(settings: dict[str, Any]) -> Store:
    """The store that Django's settings of a database name."""
    if settings["ENGINE"].endswith("sqlite3"):
        return SqliteStore(Path(settings["NAME"]))
    return PostgresqlStore(settings)


def shown_name(settings: dict[str, Any]) -> str:
    """A database as people are told of it, without its password."""
    where = settings.get("HOST")
    return f"{settings['NAME']} ({where})" if where else str(settings["NAME"])


def tables_in(store: Store) -> list[Table]:
    """The tables as the migrations applied there made them. Raises Refused when there are none."""
    state = store.state()
    if not state:
        raise Refused(_("There is no installation here yet: nothing to take along."))
    return tables_of(models_at(state))


def require_empty(store: Store, tables: Sequence[Table]) -> None:
    """Raise Refused unless the store holds no company, nobody and no story, and no tables of
    somebody else's.
    """
    there = store.table_names()
    for table, condition in FIRST.items():
        if table in there and store.has_rows(table, condition):
            raise Refused(
                _("There is an installation in this database already. Give an empty one.")
            )
    known = {table.name for table in [*tables, *tables_of(apps)]}
    strangers = {name for name in there - known if not name.startswith(BESIDES)}
    if strangers:
        raise Refused(
            _("This database holds tables that are not Kept's ({table} …). Give an empty one."),
            table=min(strangers),
        )


def require_idle(store: Store) -> None:
    """Raise Refused while a worker lives there."""
    if LEASES not in store.table_names():
        return
    now = f"{real_now():%Y-%m-%d %H:%M:%S}"
    if store.has_rows(LEASES, f"until > '{now}'"):
        raise Refused(_("Kept is running on this database. Stop it, wait a minute, try again."))
