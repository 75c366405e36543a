"""Statements asked with every request, put together once instead of each time.

Django writes the SQL of a queryset anew whenever it is asked, which takes longer than the database
takes to answer. A Prepared statement is written once in a process; what differs from one time to
the next stands in it as Given.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import ModelIterable

M = TypeVar("M", bound=Model)


class Given(Expression):
    """A value that is said each time a Prepared statement is asked; of the kind of a field."""

    def __init__(self, name: str, output_field: Field) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def of(self, values: Mapping[str, Any]) -> Any:
        """The value said for it, as the database takes it."""
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Prepared(Generic[M]):
    """A queryset of models that ``make`` builds with Given values in it, asked many times."""

    def __init__(self, make: Callable[[], QuerySet[M]]) -> None:
        self._make = make
        self._written: dict[str, tuple[Any, str, tuple[Any, ...]]] = {}

    def rows(self, **values: Any) -> list[M]:
        """What the statement finds with these values: one for every Given, by its name."""
        return list(ModelIterable(self._asked(values)))  # type: ignore[arg-type]

    def tuples(self, **values: Any) -> Iterator[tuple[Any, ...]]:
        """The same for a queryset of values: the columns of each row."""
        compiler = self._asked(values).compiler
        rows: Iterator[tuple[Any, ...]] = compiler.results_iter(tuple_expected=True)
        return rows

    def _asked(self, values: Mapping[str, Any]) -> "_Asked":
        compiler, sql, given = self._written.get(connection.vendor) or self._write()
        params = tuple(one.of(values) if isinstance(one, Given) else one for one in given)
        compiler = copy(compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **options: (sql, params)
        return _Asked(compiler)

    def _write(self) -> tuple[Any, str, tuple[Any, ...]]:
        compiler = self._make().query.get_compiler(connection=connection)
        written = (compiler, *compiler.as_sql())
        self._written[connection.vendor] = written
        return written


class _Asked:
    """What Django reads of a queryset to make models of what its statement finds."""

    _known_related_objects: Mapping[Any, Any] = {}

    def __init__(self, compiler: Any) -> None:
        self.compiler, self.db, self.query = compiler, compiler.connection.alias, self

    def get_compiler(self, using: str) -> Any:
        """The one that is written already."""
        return self.compiler
