"""Every address of Kept: the few of the house itself, then what each module brings."""

from importlib import import_module

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from kept.kit.pages import verb_urls
from kept.web.api import api
from kept.web.finding import Finding
from kept.web.home import Desk, Language


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


urlpatterns = [
    path("", Desk.as_view(), name="desk"),
    path("language/", Language.as_view(), name="language"),
    path("search/", Finding.as_view(), name="search"),
    path("signin/", include("allauth.urls")),
    path("api/v1/", api.urls),
    *verb_urls(),
    *module_urls(),
]
