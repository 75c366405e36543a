"""Columns written as the last thing an action does, and in one statement where a database can.

A number once taken makes everybody else who wants one wait until the action is over; what is
written after that must be little and quick.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, models

from kept.kit.actions import ending

Change = tuple[str, list[Any]]
"""An UPDATE and its values."""


class Updates:
    """The changes of rows that are there, gathered during an action; each row is written once."""

    order = 20

    def __init__(self) -> None:
        self._changed: dict[tuple[type[models.Model], int], tuple[Any, set[str]]] = {}

    def put(self, row: models.Model, fields: tuple[str, ...]) -> None:
        key = (type(row), row.pk)
        _row, known = self._changed.get(key, (row, set()))
        self._changed[key] = (row, known | set(fields))

    def finish(self) -> None:
        changes = list(self._changes())
        self._changed.clear()
        if changes and connection.vendor == "postgresql":
            changes = [_together(changes)]
        with connection.cursor() as cursor:
            for statement, values in changes:
                cursor.execute(statement, values)

    def _changes(self) -> Iterator[Change]:
        for row, names in self._changed.values():
            meta = row._meta
            fields = [meta.get_field(name) for name in sorted(names)]
            columns = ", ".join(f'"{field.column}" = %s' for field in fields)
            values = [field.get_db_prep_save(getattr(row, field.attname), connection)
                      for field in fields]  # fmt: skip
            yield f'UPDATE "{meta.db_table}" SET {columns} WHERE "id" = %s', [*values, row.pk]


def _together(changes: list[Change]) -> Change:
    """All of them as one statement: no two are about the same row."""
    *first, (last, values) = changes
    named = ", ".join(f"u{place} AS ({statement})" for place, (statement, _v) in enumerate(first))
    front = [value for _statement, some in first for value in some]
    return (f"WITH {named} {last}" if first else last), [*front, *values]


def write_at_end(row: models.Model, *fields: str) -> None:
    """Write columns of a row that is there: at the end of the running action, at once outside."""
    if (updates := ending(Updates)) is None:
        row.save(update_fields=fields)
    else:
        updates.put(row, fields)
