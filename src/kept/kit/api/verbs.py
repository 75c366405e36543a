"""Every verb of the house at one address, and every thing under its public reference.

``POST /api/v1/cases/{number}/close``, creating ``POST /api/v1/cases``; ``GET`` gives one thing. The
JSON name is the parameter's name, the value of a row its public reference.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from kept.kit.actions import Action, all_actions
from kept.kit.api.bodies import body_of, key_of, only, values_of, version_of
from kept.kit.api.lists import written
from kept.kit.api.things import describe, detailed, read_along
from kept.kit.pages import find_visible

#: Creating verbs whose address is the plural alone: ``POST /api/v1/cases``.
PLAIN_CREATES = {"open"}


def add_verbs(router: Router) -> None:
    """A route for every verb that has a door, and one to read each of their subjects."""
    for action in doors():
        router.add_api_operation(
            address_of(action),
            ["POST"],
            _creating_view(action) if action.creates else _verb_view(action),
            response={(201 if action.creates else 200): None},
            operation_id=action.name.replace(".", "_"),
            tags=[plural_of(action)],
        )
    for plural, model in subjects().items():
        router.add_api_operation(
            f"/{plural}/{{ref}}",
            ["GET"],
            _get_view(model),
            response={200: None},
            operation_id=f"get_{model._meta.model_name}",
            tags=[plural],
        )


def doors() -> list[Action]:
    """The verbs that have a door."""
    return [action for action in all_actions() if not action.internal]


def subjects() -> dict[str, Any]:
    """Plural → model, for everything verbs are about."""
    return dict(sorted({plural_of(action): action.model for action in doors()}.items()))


def plural_of(action: Action) -> str:
    return action.model.plural  # type: ignore[attr-defined]


def address_of(action: Action) -> str:
    """Where a verb is: ``/cases/{ref}/close``, ``/accounts/add_account``, ``/cases``."""
    plural = plural_of(action)
    if not action.creates:
        return f"/{plural}/{{ref}}/{action.verb}"
    return f"/{plural}" if action.verb in PLAIN_CREATES else f"/{plural}/{action.verb}"


def _creating_view(action: Action) -> Callable[..., Any]:
    def view(request: HttpRequest) -> HttpResponse:
        reader: Any = request.auth  # type: ignore[attr-defined]
        body = body_of(request, action)
        only(request)
        key = key_of(request, required=True)
        result = action.perform(by=reader, values=values_of(action, body, reader), key=key)
        return written(describe(result, reader).model_dump(), 201)

    return view


def _verb_view(action: Action) -> Callable[..., Any]:
    def view(request: HttpRequest, ref: str) -> HttpResponse:
        reader: Any = request.auth  # type: ignore[attr-defined]
        body = body_of(request, action)
        subject = find_visible(action.model, ref, reader)
        result = action.perform(
            subject,
            by=reader,
            values=values_of(action, body, reader, subject),
            key=key_of(request, required=False),
            version=version_of(request, subject),
        )
        return written(describe(result if result is not None else subject, reader).model_dump())

    return view


def _get_view(model: Any) -> Callable[..., Any]:
    def view(request: HttpRequest, ref: str) -> Any:
        reader: Any = request.auth  # type: ignore[attr-defined]
        only(request)
        found = find_visible(model, ref, reader, related=read_along(model))
        return written(detailed(found, reader))

    return view
