"""The door: one ``NinjaAPI`` whose every answer, refusals too, is what the API promises."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from ninja import NinjaAPI

from kept.kit.api.problems import handle_errors, no_such_address, wrong_method

View = Callable[..., HttpResponseBase]


class Door(NinjaAPI):
    """Unknown addresses and wrong methods are problem documents too, in the reader's language."""

    def __init__(self, **options: Any) -> None:
        super().__init__(docs_url=None, openapi_url=None, **options)
        handle_errors(self)

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        urls: list[Any] = super()._get_urls()
        for pattern in urls:
            pattern.callback = at_the_door(pattern.callback)
        return [*urls, re_path("^.*$", at_the_door(unknown_address))]


def unknown_address(request: HttpRequest) -> HttpResponse:
    """Whatever stands nowhere in this version of the API."""
    return no_such_address()


unknown_address.csrf_exempt = True  # type: ignore[attr-defined]  # it does nothing


def at_the_door(view: View) -> View:
    """A view whose refusals before and behind the operation are problem documents."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            found = view(request, *args, **kwargs)
        except Http404:
            found = no_such_address()
        if found.status_code == 405:
            found = wrong_method(", ".join(sorted(found.headers["Allow"].split(", "))))
        found.headers["Content-Language"] = get_language() or "en"
        patch_vary_headers(found, ["Accept-Language", "Authorization"])
        return found

    return answer
