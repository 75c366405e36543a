"""Every fault of the API as a problem document (RFC 9457), worded in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from kept.kit.refusal import InvalidInput, OutOfSight, Refused

PROBLEM = "application/problem+json"

TITLES = {
    400: _("This cannot be read"),
    401: _("Sign in first"),
    403: _("Not allowed"),
    404: _("Not there"),
    405: _("Not done here in this way"),
    409: _("Refused"),
    413: _("Too large"),
    415: _("Not the kind of body asked for"),
    422: _("Something is wrong in what was sent"),
    500: _("Something went wrong on our side"),
    503: _("Not possible just now"),
}


class Problem(Schema):
    """RFC 9457: what is wrong, worded for the reader, with the rule, field and where to mend it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    rule: str | None = None
    field: str | None = None
    mend: str | None = None
    request_id: str | None = None


class Unreadable(Refused):
    """A request that is no request: broken JSON, a body cut off. 400 at the door."""

    status = 400


class WrongKind(Refused):
    """A body of another kind than the address takes. 415 at the door."""

    status = 415


def problem(
    refused: Refused, status: int | None = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A refusal as a problem document in the reader's language."""
    status = status or refused.status
    body = Problem(
        title=str(TITLES.get(status, TITLES[409])),
        status=status,
        detail=str(refused),
        rule=refused.rule,
        field=refused.field,
        mend=refused.mend,
    )
    return JsonResponse(
        body.model_dump(exclude_none=True),
        status=status,
        content_type=PROBLEM,
        headers=dict(headers or {}),
        json_dumps_params={"ensure_ascii": False},
    )


def no_such_address() -> HttpResponse:
    """404 for an address nothing stands at."""
    return problem(
        Refused(
            _(
                "There is no such address. The addresses of this API are listed in"
                " /api/v1/openapi.json; none of them ends in a slash."
            )
        ),
        404,
    )


def not_there() -> HttpResponse:
    """404 for a thing that is not there, as far as the reader is concerned."""
    return problem(OutOfSight(), 404)


def wrong_method(allowed: str) -> HttpResponse:
    """405: the address exists, but not for this method."""
    refused = Refused(_("This address answers {methods} only."), methods=allowed)
    return problem(refused, 405, {"Allow": allowed})


def handle_errors(api: NinjaAPI) -> None:
    """Whatever goes wrong behind the door is answered with a problem document."""
    for kind, answer in _HANDLERS.items():
        api.add_exception_handler(kind, answer)


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(error)


def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return not_there()


def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problem(Refused(_("You do not have the right to see or do this here.")), 403)


def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    refused = Refused(
        _("Send a valid token: Authorization: Bearer kept_… People make theirs under /tokens/."),
        mend="/tokens/",
    )
    return problem(refused, 401, {"WWW-Authenticate": "Bearer"})


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What django-ninja itself finds wrong: a body it cannot parse, or a page without its token."""
    if isinstance(error.__cause__, Refused):
        return problem(error.__cause__)
    if error.status_code == 403:
        return problem(Refused(_("Send the CSRF token of the page, or a token of the API.")), 403)
    if error.status_code == 400:
        return problem(Unreadable(_("The body is not JSON.")))
    return problem(Refused("{words}", words=error.message), error.status_code)


def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(Refused(_("The body is too large: send less in one request.")), 413)


def _cut_off(request: HttpRequest, error: UnreadablePostError) -> HttpResponse:
    return problem(Unreadable(_("The body broke off before its end. Send it again.")))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem(fault_of_body(error.errors[0] if error.errors else {}), 422)


def _unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
    """Not for the API to answer: what fails is logged and answered in one place for all of Kept."""
    raise error


_HANDLERS: dict[Any, Any] = {
    Refused: _refused,
    Http404: _not_found,
    PermissionDenied: _forbidden,
    AuthenticationError: _unknown,
    HttpError: _http,
    RequestDataTooBig: _too_large,
    UnreadablePostError: _cut_off,
    ValidationError: _invalid,
    Exception: _unforeseen,
}

_BODY_FAULTS = {
    "missing": _("Fill this in."),
    "enum": _("Choose one of the values offered."),
    "string_too_long": _("The text is too long: at most {max_length} characters."),
    "too_long": _("There are too many: at most {max_length}."),
    "extra_forbidden": _("“{name}” is not asked for here."),
    "timezone_aware": _("Say in which time zone this moment is."),
    "greater_than_equal": _("This number is too small: {ge} or more."),
    "less_than_equal": _("This number is too large: {le} or less."),
}
_OTHER_FAULT = _("This is not a value of the kind asked for.")
_NO_BODY = _("Send a JSON object, {{}} if there is nothing to say.")
_PLACES = ("body", "query", "path", "header")
_LIMITS = ("max_length", "ge", "le")


def fault_of_body(fault: dict[str, Any]) -> InvalidInput:
    """One fault of what was sent as a sentence in the reader's language, naming the field."""
    where = [str(part) for part in fault.get("loc", ()) if part not in _PLACES]
    if not where:
        return InvalidInput(_NO_BODY)
    known = {name: value for name, value in fault.get("ctx", {}).items() if name in _LIMITS}
    return InvalidInput(
        _BODY_FAULTS.get(fault.get("type", ""), _OTHER_FAULT),
        field=".".join(where),
        name=where[-1],
        **known,
    )
