"""Which tables an installation is: those of every model at one state of the migrations."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.web.moving.plain import Form, form_of

Node = tuple[str, str]
"""A migration: module and name."""

#: Gone after a minute anyway, or keys to somebody's door that no copy may hold.
LEFT_BEHIND = {"sessions.session", "timeline.lease", "people.presence"}


@dataclass(frozen=True)
class Column:
    """A column and how its values are carried."""

    name: str
    form: Form
    is_text: bool = False


@dataclass(frozen=True)
class Table:
    """A table as it is carried: its columns in the model's order, sorted by its key."""

    name: str
    columns: tuple[Column, ...]
    key: Column

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def tables_of(apps: Any) -> list[Table]:
    """The tables of all models, those of many-to-many relations too, but what is left behind."""
    found = [
        table_of(model)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped
        if model._meta.label_lower not in LEFT_BEHIND
    ]
    return sorted(found, key=lambda table: table.name)


def table_of(model: type[models.Model]) -> Table:
    columns = {
        field: Column(str(field.column), form_of(field), _is_text(field))
        for field in model._meta.concrete_fields
    }
    return Table(model._meta.db_table, tuple(columns.values()), columns[model._meta.pk])


def _is_text(field: models.Field) -> bool:
    while field.is_relation:
        field = field.target_field  # type: ignore[attr-defined]
    return isinstance(field, models.CharField | models.TextField)


def models_at(state: Iterable[Node]) -> Apps:
    """The models as they were when just these migrations had been applied.

    Raises Refused for a migration this version does not know.
    """
    loader = MigrationLoader(None)
    state = list(state)
    unknown = [f"{app}.{name}" for app, name in state if (app, name) not in loader.graph.nodes]
    if unknown:
        raise Refused(
            _("This comes from a newer version of Kept (it has “{step}”). Use that version."),
            step=unknown[0],
        )
    return loader.project_state(state).apps


def latest_state() -> list[Node]:
    """Every migration this version has."""
    return sorted(MigrationLoader(None).graph.nodes)
