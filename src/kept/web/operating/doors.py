"""Addresses for those who run Kept; answered before anything else looks at the request.

``/healthz``  this process serves: no session, no database, no language
``/readyz``   everything it needs is there; ``?only=database,storage`` looks at some of it
``/metrics``  figures for Prometheus, for this machine only or with KEPT_METRICS_TOKEN
"""

import ipaddress
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from kept.kit.words import Listed
from kept.web.operating.health import CHECKS, look
from kept.web.operating.scrape import CONTENT_TYPE, scrape

Door = Callable[[HttpRequest], HttpResponse]
SAFE = ("GET", "HEAD")
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]", "::1")
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Named checks; 503 with one sentence for each that fails."""
    wanted = [name for name in request.GET.get("only", "").split(",") if name]
    with translation.override(translation.get_language_from_request(request)):
        if unknown := [name for name in wanted if name not in CHECKS]:
            return _unknown_checks(len(unknown))
        found = look(wanted)
        checks = {
            name: {"ok": ill is None, **({"says": str(ill)} if ill else {})}
            for name, ill in found.items()
        }
    is_ready = not any(found.values())
    body = {"status": "ready" if is_ready else "not ready", "checks": checks}
    return JsonResponse(
        body, status=200 if is_ready else 503, json_dumps_params={"ensure_ascii": False}
    )


def _unknown_checks(count: int) -> HttpResponse:
    says = _("There are these checks: {names}.").format(names=Listed(CHECKS))
    return JsonResponse({"status": "unknown", "says": says}, status=400)


def metrics(request: HttpRequest) -> HttpResponse:
    """404 for whoever may not read them: nobody learns that they are there."""
    if not may_read_metrics(request):
        return HttpResponse("Not found\n", status=404, content_type="text/plain")
    return HttpResponse(scrape(), content_type=CONTENT_TYPE)


def may_read_metrics(request: HttpRequest) -> bool:
    """With the token, where one is set; otherwise who asks from this very machine."""
    if settings.METRICS_TOKEN:
        sent = request.headers.get("Authorization", "")
        wanted = f"Bearer {settings.METRICS_TOKEN}"
        return secrets.compare_digest(sent.encode(), wanted.encode())
    return is_from_here(request)


def is_from_here(request: HttpRequest) -> bool:
    """From this machine, and not through a proxy on it that passes on what others ask."""
    if any(name in request.headers for name in FORWARDED):
        return False
    host = request.headers.get("Host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    try:
        is_near = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return is_near and name.lower() in LOCAL_NAMES


DOORS: dict[str, Door] = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}


def answer(request: HttpRequest) -> HttpResponse | None:
    """The answer of a door, or None where the address is none."""
    door = DOORS.get(request.path_info)
    if door is None:
        return None
    response = door(request) if request.method in SAFE else HttpResponseNotAllowed(SAFE)
    response.headers["Cache-Control"] = "no-store"
    return response
