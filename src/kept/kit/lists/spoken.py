"""A filter in words: "status is open or waiting · owner is Lin · received from 2026-11-01"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django_filters import FilterSet
from django_filters.utils import label_for_filter

from kept.kit.lists.asked import filter_named
from kept.kit.lists.cells import plain_words


@dataclass(frozen=True)
class Chip:
    """One condition in words, and the address of the list without it."""

    words: str
    remove_url: str
    name: str


def filter_words(filterset: FilterSet) -> str:
    """All conditions in one line; empty when there are none or the filter is not valid."""
    return " · ".join(words for _name, words in conditions(filterset))


def conditions(filterset: FilterSet) -> list[tuple[str, str]]:
    """(filter name, its condition in words) for every filter in use."""
    if not filterset.is_bound or not filterset.is_valid():
        return []
    values = filterset.form.cleaned_data
    return [
        (name, words)
        for name, one in filterset.filters.items()
        if (words := condition(one, values.get(name)))
    ]


def condition(one: django_filters.Filter, value: Any) -> str:
    """One filter's condition in words; a filter may say it itself with ``words(value)``."""
    if value is None or value == "" or (isinstance(value, list | tuple | QuerySet) and not value):
        return ""
    if hasattr(one, "words"):
        return str(one.words(value))
    label = in_sentence(_label(one))
    if isinstance(value, slice):
        return _range(label, value)
    return _phrase(one, value).format(label=label, value=_named(one, value))


def _label(one: django_filters.Filter) -> str:
    """The filter's label; where django-filter made it up, without the verb it put in."""
    made_up = hasattr(one, "model") and str(one.label) == label_for_filter(
        one.model, one.field_name, one.lookup_expr, one.exclude
    )
    return label_for_filter(one.model, one.field_name, "exact") if made_up else str(one.label)


def in_sentence(label: str) -> str:
    """A label as it stands inside a sentence: "Owner" → "owner", "SLA" stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _phrase(one: django_filters.Filter, value: Any) -> str:
    if phrase := getattr(one, "phrase", None):
        return str(phrase)
    if one.exclude:
        return _("{label} is not {value}")
    if one.lookup_expr == "isnull":
        empty = value in (True, "yes")
        return _("{label} is empty") if empty else _("{label} is not empty")
    return {
        "gt": _("{label} after {value}"),
        "gte": _("{label} from {value}"),
        "lt": _("{label} before {value}"),
        "lte": _("{label} until {value}"),
        "icontains": _("{label} contains “{value}”"),
        "contains": _("{label} contains “{value}”"),
        "istartswith": _("{label} starts with “{value}”"),
        "startswith": _("{label} starts with “{value}”"),
    }.get(one.lookup_expr, _("{label} is {value}"))


def _range(label: str, value: slice) -> str:
    parts = []
    if value.start is not None:
        parts.append(_("{label} from {value}").format(label=label, value=plain_words(value.start)))
    if value.stop is not None:
        parts.append(_("{label} until {value}").format(label=label, value=plain_words(value.stop)))
    return " · ".join(parts)


def _named(one: django_filters.Filter, value: Any) -> str:
    if isinstance(value, list | tuple | QuerySet):
        return _(" or ").join(_named(one, single) for single in value)
    if isinstance(value, Model | bool):
        return plain_words(value)
    if value == getattr(one, "null_value", None) and one.extra.get("null_label"):
        return str(one.extra["null_label"])
    choices = {} if isinstance(one, django_filters.ModelChoiceFilter) else _choices(one)
    return choices.get(str(value)) or plain_words(value)


def _choices(one: django_filters.Filter) -> dict[str, str]:
    found: dict[str, str] = {}
    for value, label in getattr(one.field, "choices", ()):
        group = label if isinstance(label, list | tuple) else [(value, label)]
        found.update({str(key): str(text) for key, text in group})
    return found


def chips(filterset: FilterSet, asked: QueryDict, kept: Mapping[str, str]) -> list[Chip]:
    """Every condition with the address that drops it; ``kept`` are parameters that stay."""
    names = list(filterset.filters)
    return [
        Chip(words, without(asked, name, names, kept), name)
        for name, words in conditions(filterset)
    ]


def without(asked: QueryDict, name: str, names: list[str], kept: Mapping[str, str]) -> str:
    """The address without a filter; when none is left it says so, or defaults would return."""
    left = [
        (parameter, value)
        for parameter, values in asked.lists()
        if filter_named(parameter, names) != name
        for value in values
        if value
    ]
    return address([*(left or [("all", "1")]), *kept.items()])


def address(pairs: Iterable[tuple[str, str]]) -> str:
    """A relative address with these parameters; the bare list for none."""
    return f"?{urlencode([(key, value) for key, value in pairs if value])}"
