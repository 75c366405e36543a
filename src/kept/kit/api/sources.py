"""Where the API reads a value: plain columns of the database, or a function of the row.

What comes from plain columns alone needs no model instance, and a page of fifty rows is one
statement and fifty tuples.
"""

import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_origin

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from kept.kit.api.values import plain, reference, reference_fields
from kept.kit.lists.columns import Raw, reader_of_path
from kept.kit.money import ScaledField
from kept.kit.words import WordsField

Schema = dict[str, Any]
REFERENCE: Schema = {"$ref": "#/components/schemas/Reference"}
MONEY: Schema = {"$ref": "#/components/schemas/Money"}
NOTHING: Schema = {"type": "null"}


@dataclass(frozen=True)
class Source:
    """``paths`` are columns to read and ``make`` makes the JSON value of them; without paths
    ``function`` makes it of the row. ``annotated`` names what only a queryset brings along.
    """

    paths: tuple[str, ...] = ()
    make: Callable[..., Any] = plain
    function: Callable[[Any], Any] | None = None
    annotated: str = ""
    schema: Schema = field(default_factory=dict)

    def of_row(self, row: Any) -> Any:
        """The value from a model instance."""
        if self.function is not None:
            return plain(self.function(row))
        return self.make(*[reader_of_path(path)(row) for path in self.paths])


def source_of(value: str | Raw | Callable[[Any], Any], model: type[models.Model] | None) -> Source:
    """What a column's value says, for rows of a model."""
    if isinstance(value, Raw):
        make = value.make
        schema = _of_annotation(typing.get_type_hints(make).get("return"))
        return Source(tuple(map(_lookup, value.paths)), _written(make), schema=schema)
    if callable(value):
        hints = typing.get_type_hints(value) if hasattr(value, "__annotations__") else {}
        return Source(function=value, schema=_of_annotation(hints.get("return")))
    return _of_path(_lookup(value), model)


def _lookup(path: str) -> str:
    return path.replace(".", "__")


def _written(make: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: plain(make(*values))


def _of_path(path: str, model: type[models.Model] | None) -> Source:
    if model is None:
        return Source(function=reader_of_path(path))
    *before, last = path.split("__")
    owner: Any = model
    nullable = False
    for name in before:
        one = _field(owner, name)
        if one is None or one.related_model is None or one.many_to_many or one.one_to_many:
            return Source(function=reader_of_path(path))
        nullable = nullable or one.null
        owner = one.related_model
    if last.startswith("get_") and last.endswith("_display"):
        last = last.removeprefix("get_").removesuffix("_display")
    return _of_field(before, last, owner, nullable)


def _of_field(before: list[str], last: str, owner: Any, nullable: bool) -> Source:
    one = _field(owner, last)
    path = "__".join([*before, last])
    if one is None:
        return _of_property(path, last, owner) if before else _own(path, owner)
    if one.is_relation:
        if not one.concrete or one.many_to_many:
            return Source(function=reader_of_path(path))
        return _reference([*before, last], one.related_model, nullable or one.null)
    if before and bool(getattr(owner, "ref", "")) and last in reference_fields(owner):
        return _reference(before, owner, nullable)
    return Source((path,), schema=schema_of_field(one, nullable=nullable))


def _own(path: str, owner: Any) -> Source:
    """Of the row itself: a property or method, or else something its queryset annotates."""
    if hasattr(owner, path):
        return _of_property(path, path, owner)
    return Source((path,), annotated=path)


def _of_property(path: str, last: str, owner: Any) -> Source:
    held = getattr(owner, last, None)
    function = getattr(held, "fget", None) or getattr(held, "func", None) or held
    hints = typing.get_type_hints(function) if callable(function) else {}
    return Source(function=reader_of_path(path), schema=_of_annotation(hints.get("return")))


def _reference(steps: list[str], model: type[models.Model], nullable: bool) -> Source:
    ref, name = reference_fields(model)
    paths = tuple("__".join([*steps, one]) for one in (ref, name) if one)
    make = reference if name else (lambda ref: reference(ref, None))
    return Source(paths, make, schema={"anyOf": [REFERENCE, NOTHING]} if nullable else REFERENCE)


def _field(model: Any, name: str) -> Any:
    try:
        return model._meta.pk if name == "pk" else model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


_FIELDS: tuple[tuple[type[models.Field], Schema], ...] = (
    (WordsField, {"type": "string"}),
    (models.BooleanField, {"type": "boolean"}),
    (ScaledField, {"type": "number"}),
    (models.IntegerField, {"type": "integer"}),
    (models.DecimalField, {"type": "number"}),
    (models.DateTimeField, {"type": "string", "format": "date-time"}),
    (models.DateField, {"type": "string", "format": "date"}),
    (models.TimeField, {"type": "string", "format": "time"}),
    (models.DurationField, {"type": "string", "format": "duration"}),
    (models.JSONField, {}),
)
_TYPES: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Decimal: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "format": "time"},
    timedelta: {"type": "string", "format": "duration"},
    type(None): NOTHING,
}


def schema_of_field(one: Any, *, nullable: bool = False) -> Schema:
    """What JSON a column's values are."""
    schema = next((known for kind, known in _FIELDS if isinstance(one, kind)), {"type": "string"})
    if one.choices and isinstance(one, models.CharField):
        codes = [str(code) for code, _label in one.flatchoices]
        schema = {
            "type": "string",
            "enum": [*codes, ""] if one.blank and "" not in codes else codes,
        }
    return _or_null(schema) if schema and (nullable or one.null) else schema


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, NOTHING]}


def _of_annotation(hint: Any) -> Schema:
    """What JSON a function makes, as far as its annotation tells."""
    if get_origin(hint) in (typing.Union, UnionType):
        parts = [_of_annotation(one) for one in get_args(hint)]
        return {"anyOf": parts} if all(parts) else {}
    return dict(_TYPES.get(hint, {}))
