"""Once per request: the reader's language and zone, the installation's clock, and what the reader
must set up before anything else.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from kept.kit import clock
from kept.kit.remembered import stamped
from kept.people.models import Installation
from kept.people.second_factor import led_elsewhere

ZONE_AT_THE_DOOR = "Asia/Shanghai"


class ReaderMiddleware:
    """Speak the reader's language, show the reader's zone, and run in the installation's time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        installation = request.installation = Installation.the()  # type: ignore[attr-defined]
        with clock.offset(installation.clock_offset), stamped(installation.policy_stamp):
            language, zone = _reader(request)
            with translation.override(language), timezone.override(zone):
                response = led_elsewhere(request) or self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def _reader(request: HttpRequest) -> tuple[str, str]:
    user = request.user
    if user.is_authenticated:
        zone = user.unit.zone if user.unit_id else "UTC"  # type: ignore[union-attr]
        return user.language, zone
    chosen = request.COOKIES.get("kept_language", "")
    known = translation.check_for_language(chosen) if chosen else False
    return chosen if known else translation.get_language_from_request(request), ZONE_AT_THE_DOOR
