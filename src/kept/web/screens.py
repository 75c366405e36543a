"""What the modules bring to the screen: their addresses, and the lists that stand at them."""

from importlib import import_module

from django.apps import apps
from django.urls import URLPattern, URLResolver
from django.utils.module_loading import module_has_submodule

from kept.kit.lists import List


def module_urls() -> list[URLPattern | URLResolver]:
    """The ``urls.py`` of every module that has one."""
    return [
        pattern
        for app in apps.get_app_configs()
        if app.name.startswith("kept.")
        and app.label != "web"
        and module_has_submodule(app.module, "urls")
        for pattern in import_module(f"{app.name}.urls").urlpatterns
    ]


def all_lists() -> list[type[List]]:
    """Every list that stands at an address, by name."""
    views = (getattr(pattern.callback, "view_class", None) for pattern in module_urls())
    lists = {view for view in views if view is not None and issubclass(view, List)}
    return sorted(lists, key=lambda kind: kind.name)
