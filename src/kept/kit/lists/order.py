"""Orders, and where a page continues in them.

A page after the first starts behind the last row seen (keyset), never at an offset: page 2,000 is
as fast as page 2, and a row added meanwhile shifts nothing. Rows without a value stand last on
both databases, in both directions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.expressions import Col, OrderBy


class Order:
    """``Order("-received_at", label=_("Newest first"))``; the key is added to make it unique."""

    def __init__(self, *fields: str, label: Any = "") -> None:
        self.fields, self.label = fields, label


@dataclass(frozen=True)
class Key:
    """One field of an order on a queryset. ``name`` is what rows and filters call it."""

    name: str
    field: Field
    descending: bool
    nullable: bool

    @property
    def reversed(self) -> "Key":
        return replace(self, descending=not self.descending)


def keyed(queryset: QuerySet, order: Order, *, backwards: bool) -> tuple[QuerySet, list[Key]]:
    """The queryset able to be read in that order, and the keys of the order.

    Fields of other tables are annotated, so that every row brings its own keys along.
    """
    keys = []
    for place, written in enumerate(order.fields):
        path, descending = written.removeprefix("-"), written.startswith("-")
        if "__" in path:
            path, source = f"_order_{place}", path
            queryset = queryset.annotate(**{path: F(source)})
        keys.append(_key(queryset, path, descending != backwards))
    if not (keys and keys[-1].field.unique and not keys[-1].nullable):
        keys.append(_key(queryset, "pk", keys[-1].descending if keys else backwards))
    return queryset, keys


def _key(queryset: QuerySet, name: str, descending: bool) -> Key:
    annotation = queryset.query.annotations.get(name)
    if annotation is None:
        field = queryset.model._meta.pk if name == "pk" else _own_field(queryset.model, name)
        name = "pk" if field.primary_key else field.attname
        return Key(name, field, descending, field.null)
    return Key(name, annotation.output_field, descending, _may_be_null(annotation, queryset))


def _own_field(model: type[Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return next(field for field in model._meta.fields if field.attname == name)


def _may_be_null(annotation: Any, queryset: QuerySet) -> bool:
    """False only for a column that is never null in a table that is always joined."""
    if not isinstance(annotation, Col):
        return True
    join = queryset.query.alias_map[annotation.alias]
    return annotation.target.null or getattr(join, "join_type", None) == "LEFT OUTER JOIN"


@dataclass(frozen=True)
class Segment:
    """A part of a page: which rows, in which order."""

    where: Q
    order: list[OrderBy]

    def of(self, queryset: QuerySet) -> QuerySet:
        return queryset.filter(self.where).order_by(*self.order)


def segments(keys: Sequence[Key], after: list[Any] | None, *, upwards: bool) -> list[Segment]:
    """The rows behind ``after`` (before it when ``upwards``), as parts an index can walk.

    Where the first key may be null, rows with and without a value are read apart: one condition
    over both ("later, or none") makes SQLite sort the whole table for the second page.
    """
    first, rest = keys[0], keys[1:]
    ordered = _ordered(keys, upwards)
    if not first.nullable:
        return [Segment(_behind(keys, after, upwards) if after else Q(), ordered)]
    valued = Q(**{f"{first.name}__isnull": False})
    empty = Q(**{f"{first.name}__isnull": True})
    with_value = replace(first, nullable=False)
    valued_order = _ordered([with_value, *rest], upwards)
    empty_order = _ordered(rest, upwards)
    if after is None:
        if not first.descending:
            return [Segment(Q(), ordered)]
        return [Segment(valued, valued_order), Segment(empty, empty_order)]
    if after[0] is None:
        behind = Segment(empty & _behind(rest, after[1:], upwards), empty_order)
        return [behind, Segment(valued, valued_order)] if upwards else [behind]
    behind = Segment(valued & _behind([with_value, *rest], after, upwards), valued_order)
    return [behind] if upwards else [behind, Segment(empty, empty_order)]


def with_value(keys: Sequence[Key], after: Sequence[Any] | None, *, upwards: bool) -> Segment:
    """The rows behind a place that have a value in the first key."""
    first = replace(keys[0], nullable=False)
    valued = Q(**{f"{first.name}__isnull": False})
    if after is not None:
        valued &= _behind([first, *keys[1:]], after, upwards)
    return Segment(valued, _ordered([first, *keys[1:]], upwards))


def without_value(keys: Sequence[Key], after: Sequence[Any] | None, *, upwards: bool) -> Segment:
    """The rows that have none, behind a place among the other keys."""
    empty, rest = Q(**{f"{keys[0].name}__isnull": True}), keys[1:]
    if after is not None:
        empty &= _behind(rest, after, upwards)
    return Segment(empty, _ordered(rest, upwards))


def _ordered(keys: Sequence[Key], upwards: bool) -> list[OrderBy]:
    return [_order_by(key, upwards) for key in keys]


def _order_by(key: Key, upwards: bool) -> OrderBy:
    nulls = {} if not key.nullable else {"nulls_first": True} if upwards else {"nulls_last": True}
    down = key.descending != upwards
    return F(key.name).desc(**nulls) if down else F(key.name).asc(**nulls)


def _behind(keys: Sequence[Key], after: Sequence[Any], upwards: bool) -> Q:
    """``(a, b) > (x, y)`` spelled out, with ``a >= x`` in front for the index."""
    key, value = keys[0], after[0]
    further = _further(key, value, upwards)
    if len(keys) == 1:
        return further
    tied = Q(**{f"{key.name}__isnull": True}) if value is None else Q(**{key.name: value})
    where = further | (tied & _behind(keys[1:], after[1:], upwards))
    if value is None or key.nullable:
        return where
    bound = "lte" if key.descending != upwards else "gte"
    return Q(**{f"{key.name}__{bound}": value}) & where


def _further(key: Key, value: Any, upwards: bool) -> Q:
    if value is None:
        return Q(**{f"{key.name}__isnull": False}) if upwards else Q(pk__in=[])
    where = Q(**{f"{key.name}__{'lt' if key.descending != upwards else 'gt'}": value})
    if key.nullable and not upwards:
        where |= Q(**{f"{key.name}__isnull": True})
    return where
