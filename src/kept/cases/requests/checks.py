"""What must be true of a request before it begins, and before it is done."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.cases.models import Case, Charging, Request, RequestKind, WhenNeeded
from kept.cases.requests.values import Asked, fields_of, moment_of
from kept.cases.settings import case_policy
from kept.kit import clock
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.words import Listed, Words
from kept.people.models import Unit, User


def request_of(case: Case) -> Request | None:
    """What the case asks for, if it came from the catalogue; read once with the case."""
    return getattr(case, "request", None)


def is_open_request(case: Case, by: User | None = None) -> bool:
    """Whether the case asks for something that is neither done nor withdrawn."""
    request = request_of(case)
    return request is not None and request.is_open


def open_request(case: Case) -> Request:
    """The request of the case. Raises Refused where there is none or it has ended."""
    request = request_of(case)
    if request is None:
        raise Refused(_("This case did not come from the service catalogue."), rule="SX.06")
    if request.finished_at is not None:
        raise Refused(_("This request is done already."), rule="SX.06")
    if request.withdrawn_at is not None:
        raise Refused(_("This request was withdrawn. Ask anew."), rule="SX.06", mend="/requests/")
    return request


def field_of(kind: RequestKind, name: str) -> Asked | None:
    """The field of that name; None for no name."""
    return next((field for field in fields_of(kind) if field.name == name), None)


def require_started(kind: RequestKind, values: Mapping[str, Any]) -> None:
    """Raise InvalidInput for a field that must be filled in from the beginning."""
    for field in fields_of(kind):
        if field.required == WhenNeeded.START and values.get(field.name) is None:
            raise InvalidInput(
                _("“{label}” must be filled in."),
                label=field.label,
                field=field.name,
                rule=kind.source or None,
            )


def require_has_come(kind: RequestKind, name: str, values: Mapping[str, Any], unit: Unit) -> None:
    """Raise InvalidInput when the moment the clock starts from lies ahead, or further back than
    the company allows (S2.14).
    """
    field = field_of(kind, kind.starts) if name == kind.starts else None
    moment = moment_of(field, values.get(name), unit.zone) if field else None
    if field is None or moment is None:
        return
    if moment > clock.now() + timedelta(minutes=1):
        raise InvalidInput(
            _("“{label}” has not happened yet."), label=field.label, field=name, rule="S2.14"
        )
    reach = case_policy(unit).reach_back_hours
    if moment < clock.now() - timedelta(hours=reach):
        raise InvalidInput(
            _("“{label}” may lie at most {hours} hours back."),
            label=field.label,
            hours=reach,
            field=name,
            rule="S2.14",
        )


def require_complete(request: Request) -> None:
    """Raise Refused while something of the request is still missing: its number, what its kind
    asks for by the end, an item of its checklist, its fee, or the day before which it is not over.
    """
    if (refused := missing(request)) is not None:
        raise refused


def missing(request: Request) -> Refused | None:
    """The first thing that keeps the request from being done, or nothing."""
    return next(filter(None, (check(request) for check in _CHECKS)), None)


def _number(request: Request) -> Refused | None:
    field = field_of(request.kind, request.kind.number_field)
    if field is None or request.values.get(field.name) is not None:
        return None
    return _to_fill(request, field, _("No result without “{label}”: fill it in first."))


def _needed_fields(request: Request) -> Refused | None:
    for field in fields_of(request.kind):
        if field.required != WhenNeeded.NEVER and request.values.get(field.name) is None:
            return _to_fill(request, field, _("“{label}” is still empty: fill it in first."))
    return None


def _to_fill(request: Request, field: Asked, message: Any) -> Refused:
    return Refused(
        message,
        label=field.label,
        rule=request.kind.source or None,
        mend=f"{request.get_absolute_url()}fill_request/",
    )


def _items(request: Request) -> Refused | None:
    still = request.open_items
    if not still:
        return None
    return Refused(
        _("Still open on the checklist: {items}. Tick them off first."),
        items=names_of(still),
        rule=request.kind.source or None,
        mend=f"{request.get_absolute_url()}tick_item/",
    )


def require_fulfilled(case: Case, outcome: Any) -> None:
    """Raise InvalidInput for an ending that says "done" of what nobody asked for, or is not."""
    request = request_of(case)
    if request is None or request.finished_at is None:
        raise InvalidInput(
            _("“{outcome}” is how a request from the catalogue ends that is done."),
            outcome=outcome,
            field="outcome",
            rule="S1.48",
        )


def begin_again(case: Case) -> None:
    """The case is opened again: what was asked for is not done after all."""
    request = request_of(case)
    if request is not None and request.finished_at is not None:
        request.finished_at = request.finished_by = None
        request.save(update_fields=["finished_at", "finished_by"])


def names_of(items: list[dict[str, Any]]) -> Listed:
    """The names of items, said in the language of whoever reads them."""
    return Listed(Words(item["name"]) for item in items)


def _fee(request: Request) -> Refused | None:
    is_settled = request.fee is not None or request.fee_waived_at is not None
    if request.kind.charging != Charging.CHARGED or is_settled:
        return None
    return Refused(
        _("Write down the fee first, or let it be waived."),
        rule=request.kind.source or None,
        mend=f"{request.get_absolute_url()}charge_request/",
    )


def _end(request: Request) -> Refused | None:
    field = field_of(request.kind, request.kind.ends)
    zone = request.case.company.zone
    moment = moment_of(field, request.values.get(field.name), zone) if field else None
    if field is None or moment is None or moment <= clock.now():
        return None
    return Refused(
        _("Not before “{label}”: that has not come yet."),
        label=field.label,
        rule=request.kind.source or None,
        mend=f"{request.get_absolute_url()}fill_request/",
    )


_CHECKS = (_number, _needed_fields, _items, _fee, _end)
