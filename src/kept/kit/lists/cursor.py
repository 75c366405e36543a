"""A cursor: the keys of one row, written into an address so that the next page can start there."""

import base64
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from kept.kit.lists.order import Key
from kept.kit.params import EARLIEST_YEAR, LATEST_YEAR

LONGEST_CURSOR = 2_000


def cursor_of(row: Model, keys: Sequence[Key]) -> str:
    """The place of a row in the order, opaque, for an address."""
    return cursor_at(getattr(row, key.name) for key in keys)


def cursor_at(place: Iterable[Any]) -> str:
    """The same for the values of the keys."""
    values = [_written(value) for value in place]
    text = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _written(value: Any) -> str | int | None:
    if value is None or isinstance(value, int):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def cursor_values(cursor: str, keys: Sequence[Key]) -> list[Any] | None:
    """What a cursor says for these keys; None when it is not a cursor of this order."""
    if not cursor or len(cursor) > LONGEST_CURSOR:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        written = json.loads(text)
        if not isinstance(written, list) or len(written) != len(keys):
            return None
        return [_read(value, key) for value, key in zip(written, keys, strict=True)]
    except (ValueError, TypeError, ValidationError, OverflowError, RecursionError):
        return None


def _read(value: Any, key: Key) -> Any:
    if value is None:
        if not key.nullable:
            raise ValueError("this key has a value in every row")
        return None
    if not isinstance(value, str | int):
        raise ValueError("not a key")
    if isinstance(value, str):
        value.encode()
        if "\0" in value:
            raise ValueError("not a key")
    value = key.field.to_python(value)
    if isinstance(value, date) and not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise ValueError("not a key")
    return value
