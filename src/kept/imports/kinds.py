"""What somebody may import, and where: by the right of each kind's bulk verb."""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from kept.kit.importing.kinds import Kind, all_kinds
from kept.people.models import Scope, Unit, User


def kinds_of(user: User) -> list[Kind]:
    """The kinds somebody may import in some unit; people from outside, who have none, none."""
    return [one for one in all_kinds() if user.is_system or one.right in _rights_in_units(user)]


def _rights_in_units(user: User) -> set[str]:
    held = (one.rights for one in user.held if one.kind == Scope.Kind.UNIT)
    return {right for rights in held for right in rights}


def kind_or_404(name: str) -> Kind:
    """A kind by its name in an address."""
    for one in all_kinds():
        if one.name == name:
            return one
    raise Http404


def units_for(user: User, kinds: Iterable[Kind]) -> QuerySet[Unit]:
    """The units into which somebody may bring one of these kinds, company by company."""
    scopes = {scope for kind in kinds for scope in user.scopes_with(kind.right)}
    rows = Unit.objects.all() if user.is_system else Unit.objects.within(scopes)
    return rows.active().select_related("company").order_by("path")


def kind_choices() -> Iterator[tuple[str, Any]]:
    """Names and labels, for filters."""
    return ((one.name, one.label) for one in all_kinds())


class _KindLabels:
    """The labels of kinds as a sentence asks for them: all values, and the label of each."""

    @property
    def values(self) -> list[str]:
        return [one.name for one in all_kinds()]

    def __call__(self, name: str) -> SimpleNamespace:
        labels = dict(kind_choices())
        return SimpleNamespace(label=labels.get(name, name))


KIND_LABELS = _KindLabels()
