"""REST API v1: all verbs, things and lists, read with a token or from a signed-in page."""

import json
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import Router
from ninja.security import HttpBearer, SessionAuth

from kept import __version__
from kept.kit.api import Door, add_lists, add_verbs, document
from kept.kit.api.lists import JSON
from kept.people.tokens import user_of
from kept.web.screens import all_lists
from kept.web.sent_files import add_files
from kept.web.similar import add_similar
from kept.web.stories import add_stories

PREFIX = "/api/v1/"


class TokenAuth(HttpBearer):
    """``Authorization: Bearer kept_…``; answers in Accept-Language, else the person's language,
    and by the clock of their unit.
    """

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        user = user_of(token)
        if user is not None:
            request.user = user
            translation.activate(_wanted(request) or user.language)
            timezone.activate(ZoneInfo(user.unit.zone if user.unit else "UTC"))
        return user


class PageAuth(SessionAuth):
    """The session of a signed-in page, with its CSRF token; whoever sends a token is judged by it
    alone.
    """

    def __call__(self, request: HttpRequest) -> Any:
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user


def _wanted(request: HttpRequest) -> str | None:
    """The first language somebody asks for that Kept speaks."""
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    for code, _quality in asked:
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return None


api = Door(
    title="Kept",
    version=__version__,
    description="Every verb and every list of Kept; refusals name the rule and the field.",
    auth=[TokenAuth(), PageAuth()],
    urls_namespace="api",
)
router = Router()
add_similar(router)
add_verbs(router)
add_lists(router, all_lists())
add_stories(router)
add_files(router)


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: HttpRequest) -> HttpResponse:
    """What the API takes and answers."""
    return HttpResponse(document_text(), content_type=JSON)


api.add_router("", router)


@cache
def document_text() -> str:
    """The OpenAPI document as it is served and kept in ``docs/``, the same at every making."""
    made = document(api, PREFIX, all_lists())
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"
