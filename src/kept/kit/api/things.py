"""One thing as the API shows it: what it is, how it stands, and its public fields."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Model
from ninja import Schema

from kept.kit.api.rows import masking
from kept.kit.api.sources import Source, source_of
from kept.kit.pages import shown_to
from kept.kit.public import fields_of


class Thing(Schema):
    """What every verb answers with: which thing, where it is, how it stands, which version."""

    kind: str
    ref: str
    url: str
    title: str
    status: str = ""
    version: int | None = None


@dataclass(frozen=True)
class PublicField:
    """A public field of a model, ready to be read."""

    name: str
    needs: str
    source: Source

    def of(self, thing: Any, reader: Any) -> Any:
        hidden = self.needs and not reader.holds(self.needs)
        return (masking(self.source) if hidden else self.source).of_row(thing)


@cache
def public_fields(model: Any) -> tuple[PublicField, ...]:
    """The public fields of a model."""
    return tuple(
        PublicField(one.name or one.path.rsplit(".", 1)[-1], one.needs, source_of(one.path, model))
        for one in fields_of(model)
    )


@cache
def read_along(model: type[Model]) -> tuple[str, ...]:
    """The rows of other tables the public fields read, for ``select_related``."""
    paths = [path for one in public_fields(model) for path in one.source.paths]
    steps = {path.rpartition("__")[0] for path in paths if "__" in path}
    return tuple(sorted(steps | set(getattr(model, "ref_related", ()))))


def describe(thing: Any, reader: Any) -> Thing:
    """A row as the API shows it to somebody; what is masked on pages is masked here (SX.15)."""
    thread = getattr(thing, "thread", None)
    return Thing(
        kind=thing._meta.model_name,
        ref=str(getattr(thing, getattr(thing, "ref", "pk")) or thing.pk),
        url=thing.get_absolute_url(),
        title=shown_to(thing, reader),
        status=str(getattr(thing, "status", "") or ""),
        version=thread.length if thread is not None else None,
    )


def detailed(thing: Any, reader: Any) -> dict[str, Any]:
    """The same with the thing's public fields."""
    model: Any = type(thing)
    fields = {one.name: one.of(thing, reader) for one in public_fields(model)}
    return {**describe(thing, reader).model_dump(), "fields": fields}
