"""Turn a database URL into Django's settings; the same code runs on SQLite and PostgreSQL."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


def database_from_url(url: str) -> dict:
    """Settings for ``sqlite:///path`` or ``postgresql://user:word@host:port/name?host=/socket``.

    SQLite opens every write transaction with BEGIN IMMEDIATE: two writers queue for the lock
    instead of failing half way.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(url.removeprefix("sqlite:///"))))
    if parts.scheme in {"postgres", "postgresql"}:
        try:
            return _postgresql(parts)
        except ValueError as error:
            raise ImproperlyConfigured(f"KEPT_DATABASE_URL cannot be read: {error}.") from None
    raise ImproperlyConfigured(
        f"KEPT_DATABASE_URL starts with {parts.scheme!r}; use sqlite:/// or postgresql://."
    )


def _sqlite(path: Path) -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS,
        },
        "TEST": {"OPTIONS": {}},
    }


def _postgresql(parts) -> dict:
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "kept",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": query.pop("port", None) or parts.port or "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_plans_kept(query.pop("prepare_threshold", "3")), **query},
    }


def _plans_kept(after: str) -> dict:
    """The server keeps the plan of a statement it was sent so often: most of what a short one costs
    is planning it. ``none`` is for a pooler in between that forgets prepared statements.
    """
    if after == "none":
        return {"server_side_binding": True, "prepare_threshold": None}
    if not after.isdecimal():
        raise ImproperlyConfigured(
            f"KEPT_DATABASE_URL says prepare_threshold={after}; use a whole number or none."
        )
    return {"server_side_binding": True, "prepare_threshold": int(after)}
