"""Where models point, and which tables only grow."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models

from kept.kit.testing.structural.floors import may_know
from kept.kit.testing.structural.sources import (
    Fault,
    Source,
    called_name,
    migrations_of,
    parts,
)


def part_of(model: type[models.Model]) -> str:
    """The part a model belongs to; empty for models of other people's packages."""
    package, _dot, rest = model.__module__.partition(".")
    return rest.split(".")[0] if package == "kept" else ""


def models_of(part: str) -> list[type[models.Model]]:
    """The models of one part."""
    return [model for model in apps.get_models() if part_of(model) == part]


def models_of_house() -> list[type[models.Model]]:
    """The models of all parts."""
    return [model for model in apps.get_models() if part_of(model)]


def relations_of(model: type[models.Model]) -> list[Any]:
    """Every field of a model that points at another one."""
    fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return [field for field in fields if field.is_relation and field.related_model is not None]


def pointing_at(target: type[models.Model]) -> list[Any]:
    """Every field of the house, outside the target's own part, that points at the target."""
    return [
        field
        for model in models_of_house()
        if part_of(model) != part_of(target)
        for field in relations_of(model)
        if field.related_model is target
    ]


def faults(part: str) -> list[Fault]:
    """Relations of a part's models that point upwards or beside."""
    return faults_in(models_of(part))


def faults_in(
    some: Iterable[type[models.Model]], floors: dict[str, int] | None = None
) -> list[Fault]:
    """Relations of these models that point at a part they may not know."""
    return [
        Fault(f"{model._meta.label}.{field.name}", f"points up at {field.related_model.__name__}")
        for model in some
        for field in relations_of(model)
        if (target := part_of(field.related_model)) and not may_know(part_of(model), target, floors)
    ]


@cache
def append_only_tables() -> frozenset[str]:
    """Every table that a migration of the house made append-only."""
    return frozenset(
        table for part in parts() for one in migrations_of(part) for table in guarded_by(one)
    )


def guarded_by(migration: Source) -> Iterator[str]:
    """The tables that one migration guards with ``append_only("table")``."""
    for call in migration.calls:
        if called_name(call) == "append_only" and call.args:
            table = call.args[0]
            if isinstance(table, ast.Constant) and isinstance(table.value, str):
                yield table.value


def said_to_be_append_only() -> set[str]:
    """The tables of models whose docstring says that they only grow."""
    return {
        model._meta.db_table
        for model in models_of_house()
        if "append-only" in (model.__doc__ or "").lower()
    }


def triggers_in_database() -> dict[str, set[str]]:
    """Table → the statements the database refuses on it, read from the database itself."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT c.relname, pg_get_triggerdef(t.oid) FROM pg_trigger t"
                " JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
            )
        else:
            cursor.execute("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        found: dict[str, set[str]] = {}
        for table, statement in cursor.fetchall():
            said = statement.upper().split(" ON ")[0]
            found.setdefault(table, set()).update(
                verb for verb in ("UPDATE", "DELETE") if verb in said
            )
    return found


def decorated(source: Source) -> Iterator[tuple[str, set[str]]]:
    """For every decorated function: its decorator (``open_work.fill``) and the names it uses."""
    for node in source.nodes:
        if not isinstance(node, ast.FunctionDef):
            continue
        used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        used |= {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            yield ast.unparse(called), used
