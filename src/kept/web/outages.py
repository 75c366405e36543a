"""A bad day of the machine at the doors: 503 with a sentence, on a page and in the API.

Verbs turn it into a refusal themselves (kit.actions); here is what reading a page or the API meets.
"""

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kept.kit.outage import Unavailable, outage_of
from kept.web.failing import failed
from kept.web.operating.scrubbing import kind_of, said

log = structlog.get_logger()


class OutageMiddleware:
    """Says what is the matter and when to try again."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == Unavailable.status:
            response.headers.setdefault("Retry-After", str(Unavailable.retry_after))
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        outage = outage_of(error)
        if outage is None:
            return None
        cause = error.__cause__ or error
        log.warning("outage", error=kind_of(cause), says=said(cause))
        return answer(request, outage)


def answer(request: HttpRequest, outage: Unavailable) -> HttpResponse:
    """A fragment for a part of a page; else a page or a problem document, without the database."""
    if getattr(request, "htmx", None):
        return render(request, "kit/refusal.html", {"refused": outage}, status=outage.status)
    return failed(request, outage.status, outage)
