"""Making models of rows, and rows of models, in a third of the time Django takes for it."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, Self

from django.db import connections
from django.db.models.base import ModelState
from django.db.models.sql import InsertQuery


class ReadQuickly:
    """Mixed into models that pages read by the hundred, before ``models.Model``.

    Django makes a row as if somebody had typed it, field by field, and tells whoever listens. Here
    what was read is put where it would stand in the end; a column that was not read stays out, as
    Django keeps one deferred. For models without an ``__init__`` of their own and without listeners
    to ``post_init``: ``kept/web/tests/test_rows.py`` holds every model to that.

    A new one goes in by the statement Django makes for it, which is made once for each table.
    """

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        *,
        fetch_mode: Any = None,
    ) -> Self:
        """The hook Django calls for every row it reads; from 6.1 on it says a ``fetch_mode``."""
        one = cls.__new__(cls)
        state = ModelState()
        state.adding, state.db = False, db
        if fetch_mode is not None:
            state.fetch_mode = fetch_mode
        kept = one.__dict__
        kept["_state"] = state
        kept.update(zip(field_names, values, strict=True))
        return one

    def _do_insert(
        self, manager: Any, using: str, fields: Any, returning_fields: Any, raw: bool
    ) -> Any:
        """The hook Django calls for a row that is new."""
        connection: Any = connections[using]
        if not returning_fields:  # its key is not the database's to give
            return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]
        values = [
            field.get_db_prep_save(
                getattr(self, field.attname) if raw else field.pre_save(self, add=True), connection
            )
            for field in fields
        ]
        if any(hasattr(value, "as_sql") for value in values):  # worked out by the database
            return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]
        model: Any = type(self)
        statement = _inserting(model, using, tuple(fields), tuple(returning_fields))
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return [connection.ops.fetch_returned_insert_columns(cursor, ())]


@lru_cache(maxsize=200)
def _inserting(model: Any, using: str, fields: tuple[Any, ...], returned: tuple[Any, ...]) -> str:
    """The statement Django makes of a new row."""
    query = InsertQuery(model)
    query.insert_values(list(fields), [model()], raw=True)
    compiler: Any = query.get_compiler(using=using)
    compiler.returning_fields = list(returned)
    [(statement, _values)] = compiler.as_sql()
    return statement
