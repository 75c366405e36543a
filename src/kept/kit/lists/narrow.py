"""Applying a filter so that bad input is a sentence beside its field and an empty list."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from kept.kit.params import EARLIEST_YEAR, LATEST_YEAR


def narrow(filterset: FilterSet, refused: Mapping[str, Any]) -> QuerySet:
    """The rows the filter leaves; none when anything in it is wrong, and the form says what.

    ``refused`` are sentences by filter name about values that were dropped when reading.
    """
    form = filterset.form
    try:
        form.full_clean()
        for name, sentence in refused.items():
            form.add_error(name, sentence)
        _refuse_impossible_dates(form)
        return filterset.queryset.none() if form.errors else filterset.qs
    except (OverflowError, ValueError, ValidationError):
        form.add_error(None, _("These conditions cannot be looked for. Change them."))
        return filterset.queryset.none()


def _refuse_impossible_dates(form: Any) -> None:
    for name, value in list(form.cleaned_data.items()):
        if any(not EARLIEST_YEAR <= day.year <= LATEST_YEAR for day in _dates_in(value)):
            form.add_error(name, _("The year of this date cannot be right."))


def _dates_in(value: Any) -> Iterable[date]:
    parts = (value.start, value.stop) if isinstance(value, slice) else (value,)
    return (part for part in parts if isinstance(part, date))
