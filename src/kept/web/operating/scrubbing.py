"""Failures and other programs' messages without what people typed.

A message of an exception may hold a name or a phone, so it is left out, unless it comes from the
database or the system, whose words are known; of those only words and identifiers are kept. What
a program's own lines say stands in the traceback anyway, since it shows them.
"""

import logging
import os
import re
import sqlite3
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db import Error as DjangoDatabaseError

from kept.kit.refusal import Refused

PACKAGES = Path(__file__).resolve().parents[3]
INSTALLED = "site-packages"
MOST_FRAMES = 25
MOST_CAUSES = 5
LARGEST_NUMBER = 999_999
"""Larger ones might be phones."""
BLANK = "…"

_QUOTED = re.compile(r"""(['"“‘«`]).*?(['"”’»`]|$)""", re.S)
_IDENTIFIER = re.compile(r"[a-z_]+(\.[a-z_]+)*[,:;.]?|[A-Z]{2,}[:;]?|[A-Z][a-z]+|[-–]|\d{1,4}")
"""Words of a database: identifiers, SQL, a word that begins a sentence, small numbers."""


def failure(error: BaseException) -> dict[str, Any]:
    """A failure as fields of a line: its kind, what may be said of it, where it happened."""
    found = {
        "error": kind_of(error),
        "says": said(error),
        "code": code_of(error),
        "constraint": constraint_of(error),
        "traceback": list(trace(error)),
    }
    return {name: value for name, value in found.items() if value not in ("", None)}


def kind_of(error: BaseException) -> str:
    """``psycopg.errors.UniqueViolation``; the plain name for what Python itself brings."""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else _full_name(kind)


def _full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def said(error: BaseException) -> str:
    """The harmless part of what an error says; nothing of most."""
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    if isinstance(error, DjangoDatabaseError | sqlite3.Error) or hasattr(error, "sqlstate"):
        return database_words(str(error))
    if isinstance(error, Refused):
        return f"rule {error.rule}" if error.rule else ""
    return ""


def database_words(text: str) -> str:
    """The first line of a database's message, without anything quoted and without other words than
    identifiers.
    """
    line = _QUOTED.sub(BLANK, text.strip().partition("\n")[0])
    words = [word if _IDENTIFIER.fullmatch(word) else BLANK for word in line.split()]
    return " ".join(words)[:200]


def code_of(error: BaseException) -> str | int | None:
    """The number by which the system, a database or a mail server names a failure."""
    for one in (error, error.__cause__):
        for name in ("sqlstate", "sqlite_errorname", "smtp_code", "errno"):
            if code := getattr(one, name, None):
                return code
    return None


def constraint_of(error: BaseException) -> str | None:
    """The rule of a PostgreSQL table that was not kept."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)


def trace(error: BaseException) -> Iterator[str]:
    """Where it happened, cause first: ``kept/cases/views.py:41 get: the line``; no values."""
    for one in reversed(list(_causes(error))):
        yield f"{kind_of(one)}: {said(one)}".rstrip(": ")
        for frame in traceback.extract_tb(one.__traceback__)[-MOST_FRAMES:]:
            yield f"  {_place(frame.filename)}:{frame.lineno} {frame.name}: {frame.line or ''}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    for _step in range(MOST_CAUSES):
        if one is None:
            return
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _place(file: str) -> str:
    """A file by its package, not by where this machine keeps it."""
    path = Path(file)
    if path.is_relative_to(PACKAGES):
        return path.relative_to(PACKAGES).as_posix()
    parts = path.parts
    at = parts.index(INSTALLED) + 1 if INSTALLED in parts else -2
    return "/".join(parts[at:])


def harmless_message(record: logging.LogRecord) -> str:
    """A message of the standard library's logging: its constant words, and small numbers in them.

    Without arguments nobody can tell constant words from what was put into them beforehand.
    """
    if not record.args:
        own = record.name.startswith("kept.")
        return str(record.msg) if own else f"message kept back ({record.module}:{record.lineno})"
    try:
        return str(record.msg) % _blanked(record.args)
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def _blanked(args: Any) -> Any:
    if isinstance(args, Mapping):
        return {name: _blank(value) for name, value in args.items()}
    return tuple(_blank(value) for value in args)


def _blank(value: Any) -> Any:
    is_small = isinstance(value, int | float) and abs(value) <= LARGEST_NUMBER
    return value if is_small else BLANK
