"""The REST door: every verb of the house at one address each, drawn from its signature.

``POST /api/v1/cases/{number}/close``, creating ``POST /api/v1/cases``; ``GET`` gives one thing. The
JSON name is the parameter's name, the value of a row its public reference.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Router, Schema, Status
from ninja.errors import AuthenticationError, ValidationError
from pydantic import AwareDatetime, Field, create_model

from kept.kit.actions import Action, all_actions
from kept.kit.pages import find_or_none, find_visible, shown_to
from kept.kit.params import Param, structure_params
from kept.kit.refusal import InvalidInput, OutOfSight, Refused
from kept.kit.words import Words

KEY_HEADER = "Idempotency-Key"
KEY_MAX = 80


class Thing(Schema):
    """What every verb answers with: which thing, where it is, how it stands, which version."""

    kind: str
    ref: str
    url: str
    title: str
    status: str = ""
    version: int | None = None


class Problem(Schema):
    """RFC 9457: what is wrong, worded for the reader, with the rule, field and where to mend it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    rule: str | None = None
    field: str | None = None
    mend: str | None = None


def describe(thing: Any, reader: Any) -> Thing:
    """A row as the API shows it to somebody; what is masked on pages is masked here (SX.15)."""
    thread = getattr(thing, "thread", None)
    return Thing(
        kind=thing._meta.model_name,
        ref=str(getattr(thing, getattr(thing, "ref", "pk")) or thing.pk),
        url=thing.get_absolute_url(),
        title=shown_to(thing, reader),
        status=str(getattr(thing, "status", "") or ""),
        version=thread.length if thread is not None else None,
    )


def problem(refused: Refused, status: int | None = None) -> HttpResponse:
    """A refusal as a problem document in the reader's language."""
    body = Problem(
        title=str(_("Refused")),
        status=status or refused.status,
        detail=str(refused),
        rule=refused.rule,
        field=refused.field,
        mend=refused.mend,
    )
    return JsonResponse(
        body.model_dump(exclude_none=True),
        status=body.status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def schema_of(action: Action) -> type[Schema]:
    """The JSON body of a verb, from its signature."""
    fields: dict[str, Any] = {param.name: _schema_field(param) for param in action.params}
    name = "".join(part.title() for part in action.name.replace(".", "_").split("_"))
    return create_model(f"{name}Body", __base__=_Body, **fields)


class _Body(Schema):
    model_config = {"extra": "forbid"}


def _schema_field(param: Param) -> tuple[Any, Any]:
    kind = _schema_type(param)
    if param.many:
        kind = Annotated[list[kind], Field(max_length=1000)]  # type: ignore[valid-type]
    if param.optional or not param.required:
        return kind | None, None
    return kind, ...


_PLAIN: dict[Any, Any] = {
    bool: bool,
    int: Annotated[int, Field(ge=-(2**53), le=2**53)],
    Decimal: Decimal,
    datetime: AwareDatetime,
    date: date,
    time: time,
    Words: Annotated[dict[str, str], Field(max_length=10)],
}


def _schema_type(param: Param) -> Any:
    if param.is_model:
        return Annotated[str, Field(max_length=200, description=f"{param.type.__name__}")]
    if param.text is not None:
        return Annotated[str, Field(max_length=param.text.max)]
    if param.is_choice:
        return param.type
    if param.is_structure:
        inner: dict[str, Any] = {p.name: _schema_field(p) for p in structure_params(param.type)}
        return create_model(f"{param.type.__name__}Body", __base__=_Body, **inner)
    return _PLAIN[param.type]


def values_of(action: Action, body: Schema, user: Any, subject: Any = None) -> dict[str, Any]:
    """What the caller sent as the verb takes it; rows resolved through what they may see, rules by
    the code they have where the subject stands.
    """
    unit = getattr(subject, "unit", None)
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    by_name = {param.name: param for param in action.params}
    return {
        name: resolve(by_name[name], value, user, unit)
        for name, value in sent.items()
        if value is not None or by_name[name].optional
    }


def resolve(param: Param, value: Any, user: Any, unit: Any = None) -> Any:
    """One sent value. Raises InvalidInput naming the field when a row is unknown or unseen."""
    if value is None:
        return None
    if param.many:
        return tuple(_resolve_one(param, one, user, unit) for one in value)
    return _resolve_one(param, value, user, unit)


def _resolve_one(param: Param, value: Any, user: Any, unit: Any) -> Any:
    if param.is_structure:
        inner = {p.name: p for p in structure_params(param.type)}
        given = {name: getattr(value, name) for name in value.model_fields_set}
        return param.type(**{n: resolve(inner[n], v, user, unit) for n, v in given.items()})
    if not param.is_model:
        return value
    named = getattr(param.type, "named", None)
    found = named(value, unit) if named is not None and unit is not None else None
    found = found or find_or_none(param.type, value, user)
    if found is None:
        raise InvalidInput(
            _("There is no “{value}” you could name here."), value=value, field=param.name
        )
    return found


def _key_of(request: HttpRequest, *, required: bool) -> str | None:
    key = request.headers.get(KEY_HEADER, "").strip()
    if required and not key:
        raise InvalidInput(
            _("Send a fresh {header} with every request that creates something."),
            header=KEY_HEADER,
            field=KEY_HEADER,
        )
    if len(key) > KEY_MAX or not key.isprintable():
        raise InvalidInput(
            _("The {header} is at most {max} printable characters."),
            header=KEY_HEADER,
            max=KEY_MAX,
            field=KEY_HEADER,
        )
    return key or None


def _creating_view(action: Action) -> Callable[..., Any]:
    body_type = schema_of(action)

    def view(request: HttpRequest, body: body_type) -> Any:  # type: ignore[valid-type]
        result = action.perform(
            by=request.auth,  # type: ignore[attr-defined]
            values=values_of(action, body, request.auth),  # type: ignore[attr-defined]
            key=_key_of(request, required=True),
        )
        return Status(201, describe(result, request.auth))  # type: ignore[attr-defined]

    return view


def _verb_view(action: Action) -> Callable[..., Any]:
    body_type = schema_of(action)

    def view(request: HttpRequest, ref: str, body: body_type, version: int | None = None) -> Any:  # type: ignore[valid-type]
        subject = find_visible(action.model, ref, request.auth)  # type: ignore[attr-defined]
        result = action.perform(
            subject,
            by=request.auth,  # type: ignore[attr-defined]
            values=values_of(action, body, request.auth, subject),  # type: ignore[attr-defined]
            key=_key_of(request, required=False),
            version=version,
        )
        shown = result if result is not None else subject
        return Status(200, describe(shown, request.auth))  # type: ignore[attr-defined]

    return view


def _get_view(model: Any) -> Callable[..., Any]:
    def view(request: HttpRequest, ref: str) -> Any:
        reader: Any = request.auth  # type: ignore[attr-defined]
        return Status(200, describe(find_visible(model, ref, reader), reader))

    return view


PROBLEMS = {401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem}


def router_of_verbs() -> Router:
    """A route for every verb that has a door, and one to read each of their subjects."""
    router = Router()
    models: dict[str, Any] = {}
    for action in all_actions():
        if action.internal:
            continue
        plural = action.model.plural  # type: ignore[attr-defined]
        models[plural] = action.model
        view = _creating_view(action) if action.creates else _verb_view(action)
        where = f"/{plural}" if action.creates and action.verb in _PLAIN_CREATES else None
        where = where or (
            f"/{plural}/{action.verb}" if action.creates else f"/{plural}/{{ref}}/{action.verb}"
        )
        answer = {(201 if action.creates else 200): Thing}
        router.add_api_operation(
            where,
            ["POST"],
            view,
            response={**answer, **PROBLEMS},
            operation_id=action.name.replace(".", "_"),
            summary=action.verb.replace("_", " ").capitalize(),
            description=(action.__doc__ or "").strip(),
            tags=[plural],
        )
    for plural, model in sorted(models.items()):
        router.add_api_operation(
            f"/{plural}/{{ref}}",
            ["GET"],
            _get_view(model),
            response={200: Thing, **PROBLEMS},
            operation_id=f"get_{model._meta.model_name}",
            summary=f"One of {plural}",
            tags=[plural],
        )
    return router


_PLAIN_CREATES = {"open"}


def handle_errors(api: NinjaAPI) -> None:
    """Every refusal and every bad body as a problem document."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        return problem(error)

    @api.exception_handler(OutOfSight)
    def out_of_sight(request: HttpRequest, error: OutOfSight) -> HttpResponse:
        return problem(error, 404)

    @api.exception_handler(Http404)
    def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(OutOfSight(), 404)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(Refused(_("Sign in with a token: Authorization: Bearer …")), 401)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(_of_body(error.errors[0] if error.errors else {}), 422)


_BODY_FAULTS = {
    "missing": _("Fill this in."),
    "enum": _("Choose one of the values offered."),
    "string_too_long": _("The text is too long: at most {max_length} characters."),
    "too_long": _("There are too many: at most {max_length}."),
    "extra_forbidden": _("“{name}” is not asked for here."),
    "json_invalid": _("This is not JSON."),
    "timezone_aware": _("Say in which time zone this moment is."),
}
_OTHER_FAULT = _("This is not a value of the kind asked for.")


def _of_body(fault: dict[str, Any]) -> InvalidInput:
    """One fault of a body as a sentence in the reader's language, naming the field."""
    where = [str(part) for part in fault.get("loc", ()) if part not in ("body", "query", "path")]
    known = {name: value for name, value in fault.get("ctx", {}).items() if name == "max_length"}
    return InvalidInput(
        _BODY_FAULTS.get(fault.get("type", ""), _OTHER_FAULT),
        field=".".join(where) or None,
        name=where[-1] if where else "",
        **known,
    )
