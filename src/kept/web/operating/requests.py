"""The outermost middleware: gives every request an id, and writes down how it was answered.

It looks at nothing people typed: the route is the address with places for keys, and who asked is
known only where somebody else looked already.
"""

import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import structlog
from django.conf import settings
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from structlog.contextvars import bind_contextvars, unbind_contextvars

from kept.web.operating import doors
from kept.web.operating.figures import count_request

log = structlog.get_logger()
HEADER = "X-Request-ID"
#: Ids as proxies make them. Nothing shorter: it might be a phone or a name.
KNOWN_ID = re.compile(r"[0-9A-Za-z-]{20,64}")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
STATIC, NOWHERE = "/static/…", "none"


class BrokenStream(Exception):
    """A file could not be written to its end; why stands in the log."""


class RequestMiddleware:
    """Answers the doors of those who run Kept, and tells them of every other request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if (found := doors.answer(request)) is not None:
            return found
        asked = Asked(request)
        bind_contextvars(request_id=asked.id)
        try:
            with connection.execute_wrapper(asked):
                response = self.get_response(request)
            response.headers[HEADER] = asked.id
            asked.tell_when_sent(response)
            return response
        finally:
            unbind_contextvars("request_id")


class Asked:
    """One request: its id, when it began, how many statements the database was asked."""

    __slots__ = ("began", "id", "request", "statements")

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.statements = request, 0
        self.id = request.request_id = id_of(request)  # type: ignore[attr-defined]
        self.began = time.perf_counter()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        return execute(sql, params, many, context)

    def tell_when_sent(self, response: HttpResponseBase) -> None:
        """At once; of a file when its last piece was sent."""
        if not isinstance(response, StreamingHttpResponse):
            self.tell(response)
            return
        if not isinstance(response, FileResponse) and not response.is_async:
            response.streaming_content = self.watched(response.streaming_content)  # type: ignore[arg-type]
        response._resource_closers.append(lambda: self.tell(response))  # type: ignore[attr-defined]

    def watched(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces of a file. What fails on the way is told here, in our words: the server would
        tell it in its own, with whatever the message holds.
        """
        bind_contextvars(request_id=self.id)
        try:
            with connection.execute_wrapper(self):
                yield from pieces
        except Exception as error:
            log.error("request failed", route=route_of(self.request), exc_info=error)
            raise BrokenStream from None
        finally:
            unbind_contextvars("request_id")

    def tell(self, response: HttpResponseBase) -> None:
        """One line, and the figures."""
        seconds, request = time.perf_counter() - self.began, self.request
        route = route_of(request)
        method = request.method if request.method in METHODS else "other"
        count_request(route, door_of(route), method, response.status_code, seconds, self.statements)
        actor = actor_of(request)
        (log.debug if route == STATIC else log.info)(
            "request",
            request_id=self.id,
            method=method,
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 2),
            statements=self.statements,
            actor=getattr(actor, "pk", None),
            company=getattr(actor, "company_id", None),
        )


def id_of(request: HttpRequest) -> str:
    """The id a proxy gave, or a new one."""
    given = request.headers.get(HEADER, "")
    return given if KNOWN_ID.fullmatch(given) else secrets.token_hex(16)


def route_of(request: HttpRequest) -> str:
    """The address with places for keys; one word for all that is nowhere."""
    if request.resolver_match is not None:
        return f"/{request.resolver_match.route}"
    return STATIC if request.path_info.startswith(settings.STATIC_URL) else NOWHERE


def door_of(route: str) -> str:
    """Through which door it came: page, api or static."""
    return "api" if route.startswith("/api/") else "static" if route == STATIC else "page"


def actor_of(request: HttpRequest) -> Any:
    """Who asked, as far as somebody looked: no query is asked here."""
    return getattr(request, "auth", None) or getattr(request, "_cached_user", None)
