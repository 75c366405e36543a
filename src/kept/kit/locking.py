"""Locking the row of a thing while it is changed; each model's statement is written once."""

from functools import cache
from typing import Any

from django.db import connection, models

from kept.kit.prepared import Given, Prepared


def lock(subject: models.Model) -> None:
    """Lock the subject's row and read it again, in place. Raises DoesNotExist when it is gone."""
    model = type(subject)
    rows: Any = for_update(model) if subject.get_deferred_fields() else _Locked(model)
    subject.refresh_from_db(from_queryset=rows)


def locked(model: Any, pk: Any) -> Any:
    """The row under a key, locked; with none of what it points to. Raises DoesNotExist."""
    for row in _locking(model).rows(pk=pk):
        return row
    raise model.DoesNotExist(f"{model.__name__} {pk} is gone")


def for_update(model: type[models.Model]) -> models.QuerySet:
    """Rows that stay locked until the action ends, each itself and not what it points to; SQLite
    lets one write at a time anyway.
    """
    rows = model._base_manager.all()
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",), no_key=True)
    return rows


@cache
def _locking(model: type[models.Model]) -> Prepared:
    key = Given("pk", model._meta.pk)
    return Prepared(lambda: for_update(model).filter(pk=key))


class _Locked:
    """What ``refresh_from_db`` asks of a queryset."""

    def __init__(self, model: type[models.Model], pk: Any = None) -> None:
        self._model, self._pk = model, pk

    def filter(self, *, pk: Any) -> "_Locked":
        return _Locked(self._model, pk)

    def get(self) -> Any:
        return locked(self._model, self._pk)
