"""What nobody could answer: a page in the reader's language, made without the database, with the id
under which it stands in the log. Programs get a problem document.
"""

import sys
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kept.kit.api.problems import problem
from kept.kit.outage import Unavailable, outage_of
from kept.kit.refusal import Refused

API = "/api/"
#: What programs are told; people read the same on the pages in ``templates/errors``.
SENTENCES = {
    400: _("This request could not be read"),
    500: _("Something went wrong here"),
}
OTHER_NAME = _(
    "Kept does not answer to the name in this address. Whoever runs it says to which ones it does"
    " (KEPT_HOSTS)."
)


def server_error(request: HttpRequest) -> HttpResponse:
    """An error nobody foresaw is 500; a machine that cannot just now is 503 and says why."""
    outage = outage_of(sys.exc_info()[1])
    return failed(request, outage.status if outage else 500, outage)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    is_other_name = isinstance(exception, DisallowedHost)
    return failed(request, 400, said=OTHER_NAME if is_other_name else None)


def failed(
    request: HttpRequest, status: int, outage: Unavailable | None = None, *, said: Any = None
) -> HttpResponse:
    """The answer of a failed request; ``said`` is why, where more is known than the status says."""
    with translation.override(language_of(request)):
        if request.path_info.startswith(API):
            response = problem(outage or Refused(said or SENTENCES[status]), status)
        else:
            response = HttpResponse(_page(request, status, outage, said), status=status)
        response.headers["Content-Language"] = translation.get_language() or "en"
    if outage:
        response.headers["Retry-After"] = str(outage.retry_after)
    return response


def _page(request: HttpRequest, status: int, outage: Unavailable | None, said: Any) -> str:
    """No context processor is asked: those ask the database."""
    context = {
        "request": SimpleNamespace(COOKIES=request.COOKIES),
        "request_id": getattr(request, "request_id", ""),
        "outage": outage,
        "said": said,
    }
    return loader.get_template(f"{status}.html").render(context)


def language_of(request: HttpRequest) -> str:
    """The reader's, where it is known already; else what the browser remembers or asks for."""
    if hasattr(request, "installation"):
        return translation.get_language() or "en"
    chosen = request.COOKIES.get("kept_language", "")
    if chosen and translation.check_for_language(chosen):
        return chosen
    return translation.get_language_from_request(request)
