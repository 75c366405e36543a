"""Statements asked with every request, put together once instead of each time.

Django writes the SQL of a queryset anew whenever it is asked, which takes longer than the database
takes to answer. A Prepared statement is written once in a process; what differs from one time to
the next stands in it as Given.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from json import dumps
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Expression, Field, Func, Model, QuerySet
from django.db.models.query import ModelIterable, RelatedPopulator, get_related_populators

M = TypeVar("M", bound=Model)

Row = tuple[Any, ...]


class Given(Expression):
    """A value that is said each time a Prepared statement is asked; of the kind of a field."""

    def __init__(self, name: str, output_field: Field) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def of(self, values: Mapping[str, Any], connection: Any) -> Any:
        """The value said for it, as the database takes it."""
        return self.output_field.get_db_prep_value(values[self.name], connection)


class GivenKeys(Given):
    """Any number of keys of rows, said as a list: the statement is the same for few and many."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if connection.vendor == "postgresql":
            return "(%s::bigint[])", [self]
        return "(SELECT value FROM json_each(%s))", [self]

    def of(self, values: Mapping[str, Any], connection: Any) -> Any:
        keys = list(values[self.name])
        return keys if connection.vendor == "postgresql" else dumps(keys)


class Among(Func):
    """``rows.filter(Among("scope_id", GivenKeys("scopes", …)))``: the column holds one of them."""

    template, output_field = "%(expressions)s", BooleanField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        operator = " = ANY" if connection.vendor == "postgresql" else " IN "
        return super().as_sql(compiler, connection, arg_joiner=operator, **extra)


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement in SQL, and how what it finds becomes values and models."""

    sql: str
    params: tuple[Any, ...]
    converters: list[tuple[int, list[Any], Any]]
    model: type[Model] | None
    columns: slice
    names: list[str]
    related: list[RelatedPopulator]
    annotated: list[tuple[str, int]]


class Prepared(Generic[M]):
    """A queryset of models that ``make`` builds with Given values in it, asked many times."""

    def __init__(self, make: Callable[[], QuerySet[M, Any]]) -> None:
        self._make = make
        self._written: dict[str, _Written] = {}

    def all(self, **values: Any) -> list[Any]:
        """Models, or the columns by their names where it is a queryset of values."""
        written, found = self._found(values)
        return self._models(written, found) if written.model else self._dicts(written, found)

    def rows(self, **values: Any) -> list[M]:
        """What the statement finds with these values: one for every Given, by its name."""
        return self._models(*self._found(values))

    def tuples(self, **values: Any) -> Iterable[Row]:
        """The same for a queryset of values: the columns of each row."""
        return self._found(values)[1]

    @staticmethod
    def _models(written: _Written, found: Iterable[Row]) -> list[M]:
        model: Any = written.model
        models = []
        for row in found:
            one = model.from_db(DEFAULT_DB_ALIAS, written.names, row[written.columns])
            for other in written.related:
                other.populate(row, one)
            for name, place in written.annotated:
                setattr(one, name, row[place])
            models.append(one)
        return models

    @staticmethod
    def _dicts(written: _Written, found: Iterable[Row]) -> list[dict[str, Any]]:
        return [dict(zip(written.names, row, strict=True)) for row in found]

    def _found(self, values: Mapping[str, Any]) -> tuple[_Written, Iterable[Row]]:
        connection = connections[DEFAULT_DB_ALIAS]
        written = self._written.get(connection.vendor) or self._write(connection)
        params = [
            one.of(values, connection) if isinstance(one, Given) else one for one in written.params
        ]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, params)
            found: Iterable[Row] = cursor.fetchall()
        if written.converters:
            found = [_converted(row, written.converters, connection) for row in found]
        return written, found

    def _write(self, connection: Any) -> _Written:
        rows = self._make()
        are_models = issubclass(rows._iterable_class, ModelIterable)
        query = rows.query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        select, kinds = compiler.select, compiler.klass_info if are_models else None
        converters = compiler.get_converters([column for column, _sql, _alias in select])
        columns, names, related = slice(None), _names_of(query), []
        if kinds is not None:
            places = kinds["select_fields"]
            columns = slice(places[0], places[-1] + 1)
            names = [column.target.attname for column, _sql, _alias in select[columns]]
            related = get_related_populators(kinds, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
        written = _Written(
            sql,
            tuple(params),
            [(place, *how) for place, how in converters.items()],
            kinds and kinds["model"],
            columns,
            names,
            related,
            list((compiler.annotation_col_map or {}).items()),
        )
        self._written[connection.vendor] = written
        return written


def _converted(row: Row, converters: list[tuple[int, list[Any], Any]], connection: Any) -> Row:
    values = list(row)
    for place, turns, column in converters:
        for turn in turns:
            values[place] = turn(values[place], column, connection)
    return tuple(values)


def _names_of(query: Any) -> list[str]:
    """The names of the columns of a queryset of values, in their order."""
    if getattr(query, "selected", None):
        return list(query.selected)
    return [*query.extra_select, *query.values_select, *query.annotation_select]
