"""Cases for tests and the demo, made through actions."""

from typing import Any

from kept.cases.actions import open_case, request_service
from kept.cases.models import Case, Outcome, RequestKind, Route
from kept.cases.requests.packs import kind_from
from kept.cases.requests.values import FieldValue
from kept.people.factories import LONG_AGO
from kept.people.models import Unit, User


def make_case(
    by: User, unit: Unit | None = None, summary: str = "The program does not print", **values
) -> Case:
    """A case received by somebody in their unit, by phone unless said otherwise."""
    values.setdefault("route", Route.PHONE)
    return open_case(by=by, unit=unit or by.unit, summary=summary, **values)


def outcome(case: Case, code: str = "solved") -> Outcome:
    return Outcome.objects.in_force(case.unit).get(code=code)


def make_kind(unit: Unit, code: str = "tuning", **row: Any) -> RequestKind:
    """A kind of request in force for a unit, as a row of a pack says it."""
    row.setdefault("name", {"en": code.replace("_", " ").capitalize()})
    made = kind_from({"code": code, **row})
    made.unit, made.valid_from = unit, LONG_AGO
    made.save()
    return made


def make_request(
    by: User, kind: RequestKind | str, *, unit: Unit | None = None, fields: Any = (), **values: Any
) -> Case:
    """A request received by somebody in their unit; ``fields`` are texts by name."""
    unit = unit or by.unit
    assert unit is not None
    if isinstance(kind, str):
        kind = RequestKind.objects.in_force(unit).get(code=kind)
    given = [FieldValue(name, text) for name, text in dict(fields).items()]
    return request_service(by=by, unit=unit, request_kind=kind, values=given, **values)
