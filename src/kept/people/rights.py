"""Every right there is: those the modules name, and one for each verb."""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from kept.kit.actions import all_actions


def known_rights() -> dict[str, Any]:
    """Right → label, over all modules that are installed."""
    rights: dict[str, Any] = {}
    for app in apps.get_app_configs():
        if app.name.startswith("kept.") and module_has_submodule(app.module, "permissions"):
            rights.update(import_module(f"{app.name}.permissions").RIGHTS)
    for action in all_actions():
        if not action.internal:
            rights.setdefault(action.right, action.label)
    return rights
