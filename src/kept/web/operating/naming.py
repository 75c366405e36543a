"""To which names Kept answers: those of KEPT_HOSTS, whatever is asked and however."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


class NameMiddleware:
    """Refuses a request under another name before anything is read for it (400).

    Django asks for the name only where it writes an address; a page shown under a foreign name
    could be taken for another's. The doors of those who run Kept answer under any name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.get_host()
        return self.get_response(request)
