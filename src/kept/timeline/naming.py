"""What the rows named in entries are called, whatever their kinds: one query for all of them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import BigAutoField, CharField, Model, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from kept.kit.prepared import Among, GivenKeys, Prepared
from kept.kit.words import Words, WordsField

#: Columns a row may be called by, the first that fit; a model says otherwise with ``told_as``.
USUAL_COLUMNS = (("name",), ("number", "summary"), ("number",), ("serial",), ("code",))

Names = dict[tuple[str, Any], str]


def names_in(all_values: Iterable[Mapping[str, Any]]) -> Names:
    """The names of all rows that stored values refer to, in the reader's language."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for values in all_values:
        for value in values.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict) and one.get("id") is not None and "row" in one:
                    wanted[one["row"]].add(one["id"])
    return names_of(wanted)


def names_of(wanted: Mapping[str, set[Any]]) -> Names:
    """Model label and key → name. Models without a usual column cost a query of their own."""
    models = {label: apps.get_model(label) for label in wanted}
    columns = {label: columns_of(model) for label, model in models.items()}
    names: Names = {}
    plain = tuple(sorted(label for label, found in columns.items() if found))
    rows = _named(plain).tuples(**{one: wanted[one] for one in plain}) if plain else ()
    for label, key, *texts in rows:
        names[label, key] = _text(models[label], columns[label], texts)
    for label in wanted.keys() - set(plain):
        rows = models[label]._base_manager.in_bulk(wanted[label])
        names.update({(label, key): str(row) for key, row in rows.items()})
    return names


def columns_of(model: type[Model]) -> tuple[str, ...]:
    """The columns that make the name of a row, at most two; none when the model has none."""
    there = {field.name for field in model._meta.fields}
    offered = (getattr(model, "told_as", ()), *USUAL_COLUMNS)
    return next((one for one in offered if one and there.issuperset(one)), ())


@lru_cache(maxsize=200)
def _named(labels: tuple[str, ...]) -> Prepared:
    """The names of rows of these kinds, their keys given by the label of the kind."""
    return Prepared(lambda: _together([_rows(apps.get_model(label), label) for label in labels]))


def _rows(model: type[Model], given: str) -> QuerySet:
    columns = columns_of(model)
    texts = [Cast(column, TextField()) for column in columns]
    blank = [Value("", TextField())] * (2 - len(texts))
    label = Value(model._meta.label_lower, CharField())
    keys = Among("pk", GivenKeys(given, BigAutoField()))
    rows = model._base_manager.filter(keys).order_by()
    return rows.values_list(label, "pk", *texts, *blank)


def _together(queries: list[QuerySet]) -> QuerySet:
    first, *others = queries
    return first.union(*others, all=True) if others else first


def _text(model: type[Model], columns: tuple[str, ...], texts: list[str | None]) -> str:
    shown = []
    for column, text in zip(columns, texts, strict=False):
        if text and isinstance(model._meta.get_field(column), WordsField):
            text = str(Words(json.loads(text)))
        shown.append(text or "")
    return " ".join(shown).strip()


def name_of(value: Mapping[str, Any], names: Names) -> str:
    """A reference as the reader sees it; one to nothing is a dash."""
    if value.get("id") is None:
        return "–"
    return names.get((value["row"], value["id"])) or _("(unknown)")
