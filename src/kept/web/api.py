"""REST API v1: all verbs, read with a token or from a signed-in page."""

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from ninja import NinjaAPI
from ninja.security import HttpBearer, SessionAuth

from kept import __version__
from kept.kit.api import handle_errors, router_of_verbs
from kept.people.tokens import user_of


class TokenAuth(HttpBearer):
    """``Authorization: Bearer kept_…``; answers in Accept-Language, else the person's language."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        user = user_of(token)
        if user is not None and not request.headers.get("Accept-Language"):
            translation.activate(user.language)
        return user


class PageAuth(SessionAuth):
    """The session of a signed-in page, with its CSRF token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user if request.user.is_authenticated else None


api = NinjaAPI(
    title="Kept",
    version=__version__,
    description="Every verb of Kept; refusals name the rule and the field.",
    auth=[TokenAuth(), PageAuth()],
    docs_url=None,
    urls_namespace="api",
)
handle_errors(api)
api.add_router("", router_of_verbs())
