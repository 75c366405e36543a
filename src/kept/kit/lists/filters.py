"""Filters for lists. Each can say itself in words and takes anything without falling over.

``FilterSet`` is django-filter's; its own filters work too. What is checked here beyond it: days
are days on the reader's calendar, choices never load a large table, and a search box takes at
most a line.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache, reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.db.models import DateTimeField, Model, Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

MOST_CHOICES = 100
MOST_SUGGESTIONS = 20


class OneOf(django_filters.MultipleChoiceFilter):
    """Any of some fixed values: ``OneOf("status", choices=Status.choices)``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("distinct", False)
        super().__init__(*args, **kwargs)

    def is_noop(self, qs: QuerySet, value: Any) -> bool:
        return not value

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        """One IN condition, which an index can walk, instead of a chain of ORs."""
        if not value:
            return qs
        return self.get_method(qs)(**{f"{self.field_name}__in": value})


class YesNo(django_filters.ChoiceFilter):
    """A truth, asked for with words: any, yes, no."""

    phrase = _("{label}: {value}")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("choices", [("yes", _("Yes")), ("no", _("No"))])
        kwargs.setdefault("empty_label", _("Any"))
        super().__init__(*args, **kwargs)

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if value not in {"yes", "no"}:
            return qs
        return self.get_method(qs)(**{f"{self.field_name}__{self.lookup_expr}": value == "yes"})


class Contains(django_filters.CharFilter):
    """A few letters anywhere in one of some short columns; whole texts are for the search.

    ``guarded`` are columns and the right each needs: who lacks it cannot guess a masked value by
    asking for pieces of it (SX.15).
    """

    phrase = _("{label}: “{value}”")

    def __init__(
        self, *fields: str, guarded: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        self.columns, self.guarded = fields, dict(guarded or {})
        kwargs.setdefault("lookup_expr", "icontains")
        kwargs.setdefault("max_length", 100)
        super().__init__(field_name=fields[0], **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        return qs.filter(any_contains([*self.columns, *self._opened()], value))

    def _opened(self) -> list[str]:
        """The guarded columns the reader may compare with."""
        request = self.parent.request if self.guarded else None
        return [
            name for name, right in self.guarded.items() if request and request.user.holds(right)
        ]


def any_contains(columns: Iterable[str], text: str) -> Q:
    """Rows with the text in any of the columns."""
    return reduce(or_, (Q(**{f"{column}__icontains": text}) for column in columns))


class _DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class _Day(django_filters.DateFilter):
    """A day on the reader's calendar; against moments it is that day's first instant there."""

    in_form: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", _DayInput)
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"])
        super().__init__(*args, **kwargs)

    @property
    def end(self) -> Any:
        """Which end of a span of days it asks for, in the words of a form."""
        return format_lazy(self.in_form, label=self.label) if self.label else self.label

    @property
    def field(self) -> Any:
        """The field of a form, which says which end it is: both ends stand side by side there."""
        field = super().field
        field.label = self.end
        return field

    def bound(self, day: date, qs: QuerySet) -> date | datetime:
        return start_of_day(day) if _is_moment(qs, self.field_name) else day


class FromDay(_Day):
    """On that day or later."""

    phrase = _("{label} from {value}")
    in_form = _("{label}: from")

    def filter(self, qs: QuerySet, value: date | None) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__gte": self.bound(value, qs)}) if value else qs


class UntilDay(_Day):
    """On that day, to its end, or earlier."""

    phrase = _("{label} until {value}")
    in_form = _("{label}: until")

    def filter(self, qs: QuerySet, value: date | None) -> QuerySet:
        if not value:
            return qs
        return qs.filter(**{f"{self.field_name}__lt": self.bound(value + timedelta(days=1), qs)})


def start_of_day(day: date) -> datetime:
    """The first instant of a day where the reader is."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _is_moment(qs: QuerySet, path: str) -> bool:
    if (annotation := qs.query.annotations.get(path)) is not None:
        return isinstance(annotation.output_field, DateTimeField)
    model: Any = qs.model
    for name in path.split("__"):
        field = model._meta.get_field(name)
        model = field.related_model
    return isinstance(field, DateTimeField)


class _FewIterator(ModelChoiceIterator):
    """The first hundred rows: a longer table belongs in a Lookup."""

    def __iter__(self) -> Any:
        field: Any = self.field
        if field.empty_label is not None:
            yield ("", field.empty_label)
        if field.null_label is not None:
            yield (field.null_value, field.null_label)
        for one in self.queryset[:MOST_CHOICES]:
            yield self.choice(one)


class _FewField(django_filters.fields.ModelChoiceField):
    iterator = _FewIterator


class FewChoices(django_filters.ModelChoiceFilter):
    """One row of a short table (units, request kinds): one query for its choices. With
    ``null_label`` also the rows that have none, asked for as "null".
    """

    field_class = _FewField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("Any"))
        super().__init__(*args, **kwargs)


class LookupInput(forms.TextInput):
    """A text box that suggests while typing and takes a number or name typed in full without it."""

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        box = f"{(attrs or {}).get('id', f'id_{name}')}_suggestions"
        asking = {
            "list": box,
            "hx-get": f"?lookup={name}",
            "hx-trigger": "input changed delay:200ms",
            "hx-target": f"#{box}",
            "hx-swap": "innerHTML",
            "hx-push-url": "false",
        }
        field = super().render(name, value, {**(attrs or {}), **asking}, renderer)
        return format_html('{}<datalist id="{}"></datalist>', field, box)


class _LookupField(forms.ModelChoiceField):
    widget = LookupInput

    def __init__(self, *args: Any, null_label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.error_messages["invalid_choice"] = _("Nothing goes by this here. Choose one offered.")


class Lookup(django_filters.ModelChoiceFilter):
    """One row of a large table, found by typing: ``Lookup(queryset=…, search=("name",))``.

    ``queryset`` is a queryset or ``function(request)``, limited to what the reader may see. The
    address carries the model's public reference (``ref``). The list's own address answers with
    suggestions: ``?lookup=<filter>&<filter>=<letters>``.
    """

    field_class = _LookupField

    def __init__(
        self,
        *args: Any,
        queryset: QuerySet | Callable[[Any], QuerySet],
        search: Sequence[str],
        ref: str = "",
        **kwargs: Any,
    ) -> None:
        self.search, self.ref = search, ref
        kwargs.setdefault("to_field_name", ref or None)
        super().__init__(*args, queryset=queryset, **kwargs)

    @property
    def field(self) -> Any:
        if not hasattr(self, "_field") and not self.extra.get("to_field_name"):
            self.extra["to_field_name"] = self._ref(self.get_queryset(self.get_request()).model)
        return super().field

    def _ref(self, model: type[Model]) -> str:
        return self.ref or getattr(model, "ref", model._meta.pk.name)

    def suggestions(self, typed: str) -> list[tuple[str, str]]:
        """(reference, label) of the rows that match what was typed; at most twenty."""
        rows = self.get_queryset(self.get_request())
        if typed := typed.strip():
            rows = rows.filter(any_contains(self.search, typed))
        ref = self._ref(rows.model)
        return [(str(getattr(one, ref)), str(one)) for one in rows[:MOST_SUGGESTIONS]]


@lru_cache(maxsize=500)
def parts_of(whole: type[FilterSet], names: frozenset[str]) -> type[FilterSet]:
    """A filter with these parts of it alone: making all of them takes longer than reading the rows,
    and only a form shows them.
    """
    parts: Any = type(whole.__name__, (whole,), {})
    parts.base_filters = {name: one for name, one in whole.base_filters.items() if name in names}
    return parts


LARGE_CHOICES = (django_filters.ModelChoiceFilter, django_filters.ModelMultipleChoiceFilter)
BOUNDED_CHOICES = (FewChoices, Lookup)


def refuse_unbounded(filterset: type[FilterSet]) -> None:
    """TypeError for a filter that would load a whole table into its choices."""
    for name, one in filterset.base_filters.items():
        if isinstance(one, LARGE_CHOICES) and not isinstance(one, BOUNDED_CHOICES):
            raise TypeError(
                f"{filterset.__name__}.{name} loads every row as a choice: "
                "use FewChoices for a short table, Lookup for a large one"
            )


__all__ = [
    "Contains",
    "FewChoices",
    "FilterSet",
    "FromDay",
    "Lookup",
    "OneOf",
    "UntilDay",
    "YesNo",
    "refuse_unbounded",
]
