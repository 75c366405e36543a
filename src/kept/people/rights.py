"""Every right there is: those the modules name, and one for each verb."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

from kept.kit.actions import all_actions
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed


def known_rights() -> dict[str, Any]:
    """Right → label, over all modules that are installed."""
    rights: dict[str, Any] = {}
    for permissions in _permissions():
        rights.update(permissions.RIGHTS)
    for action in all_actions():
        if not action.internal:
            rights.setdefault(action.right, action.label)
    return rights


class _RightLabels:
    """The labels of rights as a sentence asks for them: all values, and the label of each."""

    @cached_property
    def _labels(self) -> dict[str, Any]:
        return known_rights()

    @property
    def values(self) -> Iterable[str]:
        return self._labels.keys()

    def __call__(self, right: str) -> SimpleNamespace:
        return SimpleNamespace(label=self._labels.get(right, right))


RIGHT_LABELS = _RightLabels()


def headquarters_rights() -> frozenset[str]:
    """Rights that act in a step of headquarters: no outside role and no branch holds them (S0.04).

    A module names them as ``HEADQUARTERS`` in its ``permissions.py``.
    """
    found: set[str] = set()
    for permissions in _permissions():
        found |= set(getattr(permissions, "HEADQUARTERS", ()))
    return frozenset(found)


def _permissions() -> Iterator[ModuleType]:
    for app in apps.get_app_configs():
        if app.name.startswith("kept.") and module_has_submodule(app.module, "permissions"):
            yield import_module(f"{app.name}.permissions")


def rights_by_module() -> dict[str, dict[str, Any]]:
    """Module → right → label, in the order of their names."""
    grouped: dict[str, dict[str, Any]] = {}
    for right, label in sorted(known_rights().items()):
        grouped.setdefault(right.split(".", 1)[0], {})[right] = label
    return grouped


def expanded(patterns: Iterable[str]) -> set[str]:
    """The rights a list names: ``cases.close``, ``cases.*`` for all of a module, ``-cases.merge``
    to take one out again. Raises InvalidInput for a right that does not exist.
    """
    known = known_rights()
    added: set[str] = set()
    taken: set[str] = set()
    for pattern in patterns:
        if pattern.startswith("-"):
            taken |= _fitting(pattern[1:], known)
        else:
            added |= _fitting(pattern, known)
    return added - taken


def _fitting(pattern: str, known: dict[str, Any]) -> set[str]:
    module, _dot, rest = pattern.partition(".")
    if rest == "*" and (found := {one for one in known if one.startswith(f"{module}.")}):
        return found
    if pattern not in known:
        raise InvalidInput(_("There is no right “{right}”."), right=pattern, field="rights")
    return {pattern}


def require_outside(rights: Iterable[str]) -> None:
    """Raise InvalidInput where an outside role would act in a step of headquarters (S0.04)."""
    if forbidden := sorted(headquarters_rights() & set(rights)):
        labels = known_rights()
        raise InvalidInput(
            _("People from outside cannot have rights of headquarters: {rights}."),
            rights=Listed(str(labels.get(right, right)) for right in forbidden),
            field="rights",
            rule="S0.04",
        )
