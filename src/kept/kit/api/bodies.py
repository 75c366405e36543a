"""What a caller sends: the JSON body of a verb, drawn from its signature, and its request key."""

import json
import re
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    ValidationError,
    WithJsonSchema,
    create_model,
)

from kept.kit.actions import Action
from kept.kit.api.problems import Unreadable, WrongKind, fault_of_body
from kept.kit.pages import find_or_none
from kept.kit.params import Param, structure_params
from kept.kit.refusal import InvalidInput
from kept.kit.words import Words

KEY_HEADER = "Idempotency-Key"
KEY_MAX = 80
VERSION_MAX = 2**31 - 1


def body_of(request: HttpRequest, action: Action) -> BaseModel:
    """What was sent for a verb, checked. Raises WrongKind, Unreadable, or InvalidInput for what is
    wrong first, half characters in texts among it.
    """
    if not request.body:
        raise fault_of_body({})
    try:
        return schema_of(action).model_validate(json_of(request))
    except ValidationError as wrong:
        raise fault_of_body(dict(wrong.errors(include_url=False)[0])) from None


def json_of(request: HttpRequest) -> Any:
    """A body as JSON; what is not JSON in UTF-8 is refused with a sentence."""
    if request.content_type != "application/json":
        raise WrongKind(_("Send JSON, with the header Content-Type: application/json."))
    try:
        text = request.body.decode()
        body = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Unreadable(_("The body is not JSON.")) from None
    if "\\u" in text:
        _refuse_half_characters(body)
    return body


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number in JSON")


def _refuse_half_characters(body: Any) -> None:
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InvalidInput(
            _("The text holds a character that cannot be stored. Type it again.")
        ) from None


class _Body(BaseModel):
    model_config = {"extra": "forbid"}


@cache
def schema_of(action: Action) -> type[BaseModel]:
    """The JSON body of a verb, from its signature; made when it is first asked for, since all of
    them together take half of what Kept needs to start.
    """
    fields: dict[str, Any] = {param.name: _schema_field(param) for param in action.params}
    name = "".join(part.title() for part in action.name.replace(".", "_").split("_"))
    return create_model(f"{name}Body", __base__=_Body, **fields)


def _schema_field(param: Param) -> tuple[Any, Any]:
    kind = _schema_type(param)
    if param.many:
        kind = Annotated[list[kind], Field(max_length=1000)]  # type: ignore[valid-type]
    if param.optional or not param.required:
        return kind | None, None
    return kind, ...


def _as_text(form_of_it: str, /, **schema: Any) -> tuple[Any, ...]:
    """Marks of a type that is written as text of one form: no numbers taken for moments."""
    form = re.compile(form_of_it)

    def check(value: Any) -> Any:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise ValueError("not of that form")
        return value

    return BeforeValidator(check), WithJsonSchema({"type": "string", **schema})


def _exact(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("not a number")
    return value


DAY = r"\d{4}-\d{2}-\d{2}"
CLOCK = r"\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
MOMENT = rf"{DAY}[Tt ]{CLOCK}([Zz]|[+-]\d{{2}}:?\d{{2}})?"
NUMBER = r"-?\d{1,20}(\.\d{1,10})?"

_PLAIN: dict[Any, Any] = {
    bool: StrictBool,
    int: Annotated[StrictInt, Field(ge=-(2**53), le=2**53)],
    Decimal: Annotated[
        Decimal,
        BeforeValidator(_exact),
        Field(ge=-(10**15), le=10**15),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "number", "minimum": -(10**15), "maximum": 10**15},
                    {"type": "string", "pattern": f"^{NUMBER}$"},
                ]
            }
        ),
    ],
    datetime: Annotated[AwareDatetime, *_as_text(MOMENT, format="date-time")],
    date: Annotated[date, *_as_text(DAY, format="date")],
    time: Annotated[time, *_as_text(CLOCK, pattern=f"^{CLOCK}$")],
    Words: Annotated[dict[str, str], Field(max_length=10)],
}


def _schema_type(param: Param) -> Any:
    if param.is_model:
        words = f"The public reference of a {param.type.__name__}."
        return Annotated[str, Field(min_length=1, max_length=200, description=words)]
    if param.text is not None:
        return Annotated[str, Field(min_length=int(param.required), max_length=param.text.max)]
    if param.is_choice:
        return param.type
    if param.is_structure:
        inner: dict[str, Any] = {p.name: _schema_field(p) for p in structure_params(param.type)}
        return create_model(f"{param.type.__name__}Body", __base__=_Body, **inner)
    return _PLAIN[param.type]


def values_of(action: Action, body: BaseModel, user: Any, subject: Any = None) -> dict[str, Any]:
    """What the caller sent as the verb takes it; rows resolved through what they may see, rules by
    the code they have where the subject stands, or in the unit a new thing is made in.
    """
    sent = [
        (param, getattr(body, param.name))
        for param in action.params
        if param.name in body.model_fields_set
    ]
    where = subject if subject is not None else _place_of(sent, user)
    return {
        param.name: resolve(param, value, user, where)
        for param, value in sent
        if value is not None or param.optional
    }


def _place_of(sent: list[tuple[Param, Any]], user: Any) -> Any:
    """Where a new thing will stand, for rules named by their code: the unit sent along, if seen."""
    if not any(hasattr(param.type, "named") for param, _ref in sent):
        return None
    for param, ref in sent:
        if param.name == "unit" and param.is_model and ref:
            unit = find_or_none(param.type, ref, user)
            return SimpleNamespace(unit=unit) if unit is not None else None
    return None


def resolve(param: Param, value: Any, user: Any, subject: Any = None) -> Any:
    """One sent value. Raises InvalidInput naming the field when a row is unknown or unseen."""
    if value is None:
        return None
    if param.many:
        return tuple(_resolve_one(param, one, user, subject) for one in value)
    return _resolve_one(param, value, user, subject)


def _resolve_one(param: Param, value: Any, user: Any, subject: Any) -> Any:
    if param.is_structure:
        inner = {p.name: p for p in structure_params(param.type)}
        given = {name: getattr(value, name) for name in value.model_fields_set}
        return param.type(**{n: resolve(inner[n], v, user, subject) for n, v in given.items()})
    if not param.is_model:
        return value
    found = _named(param, value, subject) or find_or_none(param.type, value, user)
    if found is None:
        raise InvalidInput(
            _("There is no “{value}” you could name here."), value=value, field=param.name
        )
    return found


def _named(param: Param, value: str, subject: Any) -> Any:
    """The rule of that code in force where the subject stands, for models that have such."""
    named = getattr(param.type, "named", None)
    if named is None or not value.isprintable():
        return None
    unit = getattr(subject, "unit", None)
    return named(value, unit) if unit is not None else None


def key_of(request: HttpRequest, *, required: bool) -> str | None:
    """The request key: the same one sent twice is done once. Raises InvalidInput for an empty one,
    and for none where it is required.
    """
    sent = request.headers.get(KEY_HEADER)
    key = (sent or "").strip()
    if not key and (required or sent is not None):
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


def only(request: HttpRequest, *names: str) -> None:
    """Refuse anything asked for in the address but these, each once. Raises InvalidInput."""
    for name in request.GET:
        if name not in names:
            raise InvalidInput(_("“{name}” is not asked for here."), name=name, field=name)
        if len(request.GET.getlist(name)) > 1:
            raise InvalidInput(_("Say this once."), field=name)
        if not request.GET[name]:
            raise InvalidInput(_("Say what to look for, or leave this out."), field=name)


def version_of(request: HttpRequest, subject: Any) -> int | None:
    """The version the caller saw last (``?version=``). Raises InvalidInput for one that cannot be:
    not a number, larger than the story is long, or of a thing without a story.
    """
    only(request, "version")
    sent = request.GET.get("version")
    if sent is None:
        return None
    if not (sent.isascii() and sent.isdecimal() and int(sent[:20]) <= VERSION_MAX):
        raise InvalidInput(
            _("A version is the whole number you last read with the thing."), field="version"
        )
    thread = getattr(subject, "thread", None)
    if thread is None:
        raise InvalidInput(_("This has no versions. Leave the version out."), field="version")
    if int(sent) > thread.length:
        raise InvalidInput(
            _("There is no version {sent} yet; the newest is {newest}."),
            sent=sent,
            newest=thread.length,
            field="version",
        )
    return int(sent)
