"""The tree of units: paths when a subtree moves, and how deep it may grow."""

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput
from kept.people.models import Unit

DEEPEST = 12
"""Levels below a company: a path of keys must fit its column."""


def require_room(parent: Unit, levels: int = 1) -> None:
    """Raise InvalidInput where so many levels below a unit would be too deep."""
    if parent.depth + levels > DEEPEST:
        raise InvalidInput(_("The tree would be deeper than {n} levels."), n=DEEPEST, field="unit")


def move_subtree(unit: Unit, parent: Unit) -> None:
    """Hang a unit below another and write the paths of all below it anew."""
    subtree = list(Unit.objects.below(unit).select_for_update(no_key=True).order_by("path"))
    require_room(parent, max(one.depth for one in subtree) - unit.depth + 1)
    old_path, new_path = unit.path, f"{parent.path}{unit.pk}/"
    for one in subtree:
        one.path = new_path + one.path.removeprefix(old_path)
    Unit.objects.bulk_update(subtree, ["path"])
    unit.parent, unit.path = parent, new_path
    unit.save(update_fields=["parent", "path"])


def indented(units: list[Unit]) -> list[Unit]:
    """Units in the order of a tree: each below its parent, sisters by code."""
    by_parent: dict[int | None, list[Unit]] = {}
    known = {unit.pk for unit in units}
    for unit in sorted(units, key=lambda one: one.code):
        parent = unit.parent_id if unit.parent_id in known else None
        by_parent.setdefault(parent, []).append(unit)
    return list(_walk(by_parent, None))


def _walk(by_parent: dict[int | None, list[Unit]], parent: int | None):
    for unit in by_parent.get(parent, []):
        yield unit
        yield from _walk(by_parent, unit.pk)
