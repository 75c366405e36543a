"""Values as JSON holds them: numbers, times (ISO 8601, with offset), codes, references, money."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.duration import duration_iso_string

from kept.kit.money import Money
from kept.kit.words import Words

SAME = {str, int, bool, float, type(None)}
NAMES = ("name", "title", "summary")
REFS = ("number", "code")


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    kind = type(value)
    if kind in SAME:
        return value
    write = _WRITERS.get(kind)
    return write(value) if write is not None else _plain_other(value)


def _moment(value: datetime) -> str:
    """On the reader's clock, with its distance from UTC."""
    return timezone.localtime(value).isoformat()


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _money(value: Money) -> dict[str, str]:
    return {"amount": str(value.amount), "currency": value.currency}


_WRITERS: dict[type, Callable[[Any], Any]] = {
    datetime: _moment,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: duration_iso_string,
    Decimal: _number,
    Money: _money,
    Words: str,
}


def _plain_other(value: Any) -> Any:
    if isinstance(value, Model):
        return reference_of(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return str(value)


def reference(ref: Any, name: Any) -> dict[str, str | None] | None:
    """A row as others name it: its public reference, and its name where it has one."""
    if ref is None:
        return None
    return {"ref": str(ref), "name": None if name is None else str(name)}


@cache
def reference_fields(model: type[Model]) -> tuple[str, str]:
    """The columns with a model's public reference and its name; no name where it has none."""
    columns = {field.name for field in model._meta.concrete_fields}
    refs = (getattr(model, "ref", ""), *REFS)
    ref = next((name for name in refs if name in columns), "pk")
    return ref, next((name for name in NAMES if name in columns and name != ref), "")


def reference_of(thing: Model) -> dict[str, str | None] | None:
    """A row as others name it."""
    ref, name = reference_fields(type(thing))
    return reference(getattr(thing, ref), getattr(thing, name) if name else None)
