"""The service catalogue in policy packs: ``[[requests]]``, each row read strictly."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kept.cases.models import Charging, ExcuseNeeds, FieldType, RequestKind, WhenNeeded
from kept.cases.requests.values import MOMENTS, Asked, asked_from
from kept.kit import packs
from kept.kit.pack_words import describe, labels
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed, Words, check_words
from kept.parties.models import AccountRole
from kept.people.loading import own_rows
from kept.people.models import Unit

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
#: Names the forms of a request use themselves.
TAKEN = {
    "unit", "request_kind", "route", "account", "contact", "caller_name", "caller_phone",
    "summary", "description", "values", "received_at", "files", "result", "finished_at",
    "reason",
}  # fmt: skip
ROW = {
    "code", "name", "explained", "fields", "audience", "checklist", "free", "starts", "due_by",
    "ends", "number_field", "excuse_needs", "tells", "on_site", "arises", "done_word", "source",
}  # fmt: skip
FIELD = {"name", "label", "type", "required", "choices", "stays"}


@packs.section("requests", order=44)
def read_requests(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[requests]] code, name, explained, fields = [{name, label, type, required, choices,
    stays}],
    audience = {roles, org_types}, checklist = [{code, name}], free (always, optional, charged),
    starts, due_by, ends, number_field, excuse_needs, tells, on_site, arises, done_word, source``.

    Raises InvalidInput naming the request and what is wrong with it.
    """
    for row in rows:
        made = kind_from(row)
        made.unit, made.valid_from = loading.company, loading.valid_from
        made.save()
        loading.remember("requests", made.code, made)


def kind_from(row: Mapping[str, Any]) -> RequestKind:
    """A kind of request as its row of a pack says, not saved. Raises InvalidInput."""
    code = row.get("code")
    if not isinstance(code, str) or not CODE.fullmatch(code):
        raise InvalidInput(_("A request in the pack needs a code such as “oil_test”."))
    _known(row, ROW, code)
    fields = [_field(one, code) for one in _rows(row, "fields", code)]
    _once([one["name"] for one in fields], code)
    asked = [asked_from(one) for one in fields]
    return RequestKind(
        code=code,
        name=_words(row.get("name"), code),
        explained=_words(row["explained"], code) if "explained" in row else Words(),
        fields=fields,
        audience=_audience(row.get("audience", {}), code),
        checklist=_choices(_rows(row, "checklist", code), code),
        charging=_one_of(Charging, row.get("free", Charging.ALWAYS_FREE), code, "free"),
        starts=_names(asked, row, "starts", code, MOMENTS),
        due_by=_names(asked, row, "due_by", code, (FieldType.DATETIME,)),
        ends=_names(asked, row, "ends", code, MOMENTS),
        number_field=_names(asked, row, "number_field", code, (FieldType.LINE,)),
        excuse_needs=_one_of(ExcuseNeeds, row.get("excuse_needs", ""), code, "excuse_needs"),
        tells=_truth(row, "tells", code),
        on_site=_on_site(row, code),
        arises=_arises(row, asked, code),
        done_word=_words(row["done_word"], code) if "done_word" in row else Words(),
        source=str(row.get("source", ""))[:20],
    )


def _wrong(code: str, what: Any, **values: Any) -> InvalidInput:
    return InvalidInput(
        _("Request “{code}” in the pack: {what}"), code=code, what=_Said(what, values)
    )


class _Said:
    """A sentence inside another, said in the reader's language."""

    def __init__(self, text: Any, values: Mapping[str, Any]) -> None:
        self.text, self.values = text, values

    def __str__(self) -> str:
        return str(self.text).format_map({name: str(value) for name, value in self.values.items()})


def _known(row: Any, names: set[str], code: str) -> None:
    if not isinstance(row, Mapping):
        raise _wrong(code, _("write each field and item as a table in braces."))
    if unknown := sorted(set(row) - names):
        raise _wrong(
            code,
            _("“{name}” is nothing a pack can say. What can be said: {known}."),
            name=unknown[0],
            known=Listed(sorted(names)),
        )


def _rows(row: Mapping[str, Any], name: str, code: str) -> list[Any]:
    rows = row.get(name, [])
    if not isinstance(rows, list):
        raise _wrong(code, _("“{name}” is a list in brackets."), name=name)
    return rows


def _words(value: Any, code: str) -> Words:
    try:
        return check_words(value)
    except ValidationError as error:
        raise _wrong(code, "{message}", message=error.messages[0]) from None


def _one_of(choices: Any, value: Any, code: str, name: str) -> str:
    try:
        return choices(value).value
    except ValueError:
        known = Listed(f"“{one}”" for one in choices.values if one)
        raise _wrong(
            code,
            _("“{name}” cannot be “{value}”. It is one of: {known}."),
            name=name,
            value=value,
            known=known,
        ) from None


def _truth(row: Mapping[str, Any], name: str, code: str) -> bool:
    value = row.get(name, False)
    if not isinstance(value, bool):
        raise _wrong(code, _("“{name}” is true or false."), name=name)
    return value


def _once(names: Iterable[str], code: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise _wrong(code, _("“{name}” stands there twice."), name=name)
        seen.add(name)


def _field(row: Any, code: str) -> dict[str, Any]:
    _known(row, FIELD, code)
    name = row.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name) or name in TAKEN:
        raise _wrong(
            code,
            _("“{name}” cannot name a field: small letters, and no name the form has itself."),
            name=name,
        )
    kind = _one_of(FieldType, row.get("type"), code, "type")
    choices = _choices(_rows(row, "choices", code), code)
    if (kind == FieldType.CHOICE) != bool(choices):
        raise _wrong(
            code,
            _("field “{name}”: choices belong to the type choice and no other."),
            name=name,
        )
    needed = row.get("required", WhenNeeded.NEVER)
    needed = WhenNeeded.START if needed is True else WhenNeeded.NEVER if needed is False else needed
    found: dict[str, Any] = {
        "name": name,
        "label": _words(row.get("label"), code),
        "type": kind,
        "required": _one_of(WhenNeeded, needed, code, "required"),
    }
    if choices:
        found["choices"] = choices
    if _truth(row, "stays", code):
        found["stays"] = True
    return found


def _choices(rows: list[Any], code: str) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        _known(row, {"code", "name"}, code)
        if not isinstance(row.get("code"), str) or not CODE.fullmatch(row["code"]):
            raise _wrong(code, _("each item and each choice needs a code in small letters."))
        found.append({"code": row["code"], "name": _words(row.get("name"), code)})
    _once([one["code"] for one in found], code)
    return found


def _audience(row: Any, code: str) -> dict[str, list[str]]:
    _known(row, {"roles", "org_types"}, code)
    roles = [_one_of(AccountRole, one, code, "roles") for one in _rows(row, "roles", code)]
    types = _rows(row, "org_types", code)
    if not all(isinstance(one, str) and one.strip() for one in types):
        raise _wrong(code, _("“{name}” is a list in brackets."), name="org_types")
    found = {"roles": roles, "org_types": [one.strip().casefold() for one in types]}
    return {name: values for name, values in found.items() if values}


def _names(
    asked: list[Asked], row: Mapping[str, Any], key: str, code: str, types: Iterable[FieldType]
) -> str:
    """A field another part of the row names: it is there, and of a type that can serve."""
    name = row.get(key, "")
    if name == "" or any(field.name == name and field.type in types for field in asked):
        return name
    raise _wrong(
        code,
        _("“{key}” names “{name}”, but there is no such field of the type {types}."),
        key=key,
        name=name,
        types=Listed(types),
    )


def _on_site(row: Mapping[str, Any], code: str) -> bool:
    """Nobody is on site in time unless the customer says by when (S2.15)."""
    if not _truth(row, "on_site", code):
        return False
    if not row.get("due_by"):
        raise _wrong(code, _("somebody goes there, so name in “due_by” the customer's time."))
    return True


def _arises(row: Mapping[str, Any], asked: list[Asked], code: str) -> bool:
    """By itself comes only what somebody belongs to, and what nobody has to fill in first."""
    if not _truth(row, "arises", code):
        return False
    needed = [field.name for field in asked if field.required == WhenNeeded.START]
    if needed:
        raise _wrong(
            code,
            _("it arises by itself, so nobody can fill in “{name}” when it begins."),
            name=needed[0],
        )
    if not row.get("audience"):
        raise _wrong(code, _("it arises by itself, so say for whom: an audience."))
    return True


@packs.writer("requests")
def write_requests(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    return [_said(row) for row in own_rows(RequestKind, company, moment, "code", "pk")]


def _said(row: RequestKind) -> dict[str, Any]:
    """A kind as a pack says it; what it leaves open is left out."""
    said = {
        "code": row.code,
        "name": dict(row.name),
        "explained": dict(row.explained),
        "fields": [_said_field(one) for one in row.fields],
        "audience": {name: list(values) for name, values in row.audience.items()},
        "checklist": [_said_choice(one) for one in row.checklist],
        "free": row.charging,
        "starts": row.starts,
        "due_by": row.due_by,
        "ends": row.ends,
        "number_field": row.number_field,
        "excuse_needs": row.excuse_needs,
        "tells": row.tells,
        "on_site": row.on_site,
        "arises": row.arises,
        "done_word": dict(row.done_word),
        "source": row.source,
    }
    return {name: value for name, value in said.items() if value not in ("", {}, [], False)}


def _said_field(field: Mapping[str, Any]) -> dict[str, Any]:
    said = {**field, "label": dict(field["label"])}
    if "choices" in field:
        said["choices"] = [_said_choice(one) for one in field["choices"]]
    return {name: value for name, value in said.items() if value != ""}


def _said_choice(choice: Mapping[str, Any]) -> dict[str, Any]:
    return {"code": choice["code"], "name": dict(choice["name"])}


describe(
    "requests",
    _("Service catalogue"),
    keys={
        "explained": _("In a sentence"),
        "fields": _("Fields"),
        "audience": _("Who may ask"),
        "checklist": _("Checklist"),
        "free": _("Charge"),
        "starts": _("The clock counts from"),
        "due_by": _("The customer names"),
        "ends": _("Not done before"),
        "number_field": _("No result without"),
        "excuse_needs": _("Excused only after"),
        "tells": _("Doing it tells the customer"),
        "on_site": _("Somebody goes there"),
        "arises": _("Comes by itself"),
        "done_word": _("Called when done"),
        "source": _("Source"),
    },
    values={"free": labels(Charging), "excuse_needs": labels(ExcuseNeeds)},
)
