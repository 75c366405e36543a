"""What an address asks a list for: its filters, an order, how many, and where to go on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django_filters
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest, QueryDict
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from kept.kit.api.values import reference_fields
from kept.kit.lists import List
from kept.kit.lists.cursor import cursor_at, cursor_values
from kept.kit.lists.order import Key
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed

USUAL_LIMIT, MOST = 50, 200
SEAL = 12
ROWS = (django_filters.ModelChoiceFilter,)
SEVERAL = (django_filters.MultipleChoiceFilter,)


@dataclass(frozen=True)
class Asked:
    """``address`` is what the list itself is asked, ``cursor`` and ``limit`` are the API's."""

    address: QueryDict
    limit: int
    cursor: str


def names_for(kind: type[List]) -> list[str]:
    """Everything the address of a list may ask for."""
    filters = list(kind.filter.base_filters) if kind.filter is not None else []
    return [*filters, *(["all"] if kind.defaults else []), "order", "limit", "cursor"]


def asked_of(kind: type[List], request: HttpRequest) -> Asked:
    """Read the address. Raises InvalidInput naming the parameter that is wrong."""
    sent, known = request.GET, names_for(kind)
    filters = kind.filter.base_filters if kind.filter is not None else {}
    address = QueryDict(mutable=True)
    for name in sent:
        values = sent.getlist(name)
        if name not in known:
            raise InvalidInput(_("“{name}” is not asked for here."), name=name, field=name)
        if "" in values:
            raise InvalidInput(_("Say what to look for, or leave this out."), field=name)
        one = filters.get(name)
        if len(values) > 1 and not isinstance(one, SEVERAL):
            raise InvalidInput(_("Say this once."), field=name)
        if one is not None:
            address.setlist(name, [_as_the_form_takes_it(one, name, v, request) for v in values])
    _take_order(kind, sent.get("order"), address)
    if _is_true(sent.get("all")):
        address["all"] = "1"
    return Asked(address, limit_of(sent.get("limit")), sent.get("cursor", ""))


def _take_order(kind: type[List], wanted: str | None, address: QueryDict) -> None:
    if wanted is None:
        return
    if wanted.removeprefix("-") not in kind.order:
        raise InvalidInput(
            _("The orders here are: {orders}; with a - in front they are turned round."),
            orders=Listed(kind.order),
            field="order",
        )
    address["order"] = wanted


def limit_of(wanted: str | None) -> int:
    if wanted is None:
        return USUAL_LIMIT
    is_number = wanted.isascii() and wanted.isdecimal() and len(wanted) < 10
    if not is_number or not 1 <= int(wanted) <= MOST:
        raise InvalidInput(_("Ask for 1 to {most} at once."), most=MOST, field="limit")
    return int(wanted)


def _is_true(wanted: str | None) -> bool:
    if wanted not in (None, "true", "false"):
        raise InvalidInput(_("Say true or false."), field="all")
    return wanted == "true"


def _as_the_form_takes_it(one: Any, name: str, value: str, request: HttpRequest) -> str:
    """A row by its public reference, as in bodies; pages name some rows by their keys."""
    if not isinstance(one, ROWS) or one.extra.get("to_field_name"):
        return value
    rows = one.get_queryset(request)
    ref = reference_fields(rows.model)[0]
    if ref == "pk" or bool(getattr(one, "ref", "")):
        return value
    found = rows.filter(**{ref: value}).first() if _could_be(rows.model, ref, value) else None
    if found is None:
        raise InvalidInput(_("There is no “{value}” you could name here."), value=value, field=name)
    return str(found.pk)


def _could_be(model: Any, ref: str, value: str) -> bool:
    try:
        field = model._meta.get_field(ref)
    except FieldDoesNotExist:
        return False
    return value.isprintable() and len(value) <= (field.max_length or 200)


def refuse_faults(page: List) -> None:
    """Raise InvalidInput for the first thing the list's filter finds wrong."""
    if page.filterset is None:
        return
    for name, faults in page.filterset.form.errors.items():
        field = None if name == "__all__" else name
        raise InvalidInput("{words}", words=str(faults[0]), field=field)


def place_of(name: str, cursor: str, keys: list[Key]) -> list[Any] | None:
    """Where a cursor says to go on; None for the top. ``name`` is of the list and its order. Raises
    InvalidInput for a cursor that was not given out under that name.
    """
    if not cursor:
        return None
    text, _dot, seal = cursor.rpartition(".")
    place = cursor_values(text, keys) if text.isascii() else None
    if place is None or not constant_time_compare(seal, _seal(name, text)):
        raise InvalidInput(
            _("This cursor is not of this list in this order. Begin again without one."),
            field="cursor",
        )
    return place


def cursor_behind(name: str, keys: list[Key], read: Callable[[str], Any]) -> str:
    """The cursor that goes on behind a row; ``read`` gives the row's values by name."""
    text = cursor_at(read(key.name) for key in keys)
    return f"{text}.{_seal(name, text)}"


def _seal(name: str, text: str) -> str:
    """Ties a cursor to its list and order, so that no other one is taken for it."""
    return salted_hmac("kept.kit.api.cursor", f"{name} {text}").hexdigest()[:SEAL]
