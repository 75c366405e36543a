"""What forms about dispatches ask, in words."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kept.cases.models import Case
from kept.cases.requests.checks import request_of
from kept.field.availability import engineers
from kept.field.checks import customers_promise
from kept.field.models import Dispatch, dispatch_policy
from kept.kit.forms import LocalDateTimeInput, spec
from kept.kit.labels import declare, declare_for
from kept.people.models import User

declare(
    required_by=_("Customer's time"),
    task=_("What is to be done"),
    outside_hours=_("Agreed outside working hours"),
    agreed_with=_("Agreed with"),
    later_because=_("Why later than the customer's time"),
    arrived_at=_("Arrived at"),
)
for _verb in ("field.dispatch", "field.reschedule"):
    declare_for(_verb, agreed_from=_("Arrival agreed from"), agreed_until=_("Arrival agreed until"))
declare_for("field.dispatch", hours=_("Hours on site"))
LOOKS = {
    "hx-get": "/dispatches/free/",
    "hx-trigger": "change",
    "hx-target": "#who-is-free",
    "hx-swap": "innerHTML",
    "hx-include": "closest form",
}


def _engineers(subject: Any, by: User) -> QuerySet:
    case: Case = subject.case if isinstance(subject, Dispatch) else subject
    return engineers([case.company_id]).order_by("sort_key")


def _planned(case: Case, by: User) -> dict[str, Any]:
    """The customer's time, where the case is, and the hours the company counts with."""
    promise = customers_promise(case)
    request = request_of(case)
    asked = request.values if request else {}
    first: dict[str, Any] = {
        "place": case.address or asked.get("place", ""),
        "hours": f"{dispatch_policy(case.unit).usual_minutes / 60:g}",
        "engineer": asked.get("engineer", ""),
    }
    if promise is not None and promise.due_at is not None and not promise.is_late:
        first["agreed_until"] = timezone.localtime(promise.due_at)
    return first


def _planned_now(dispatch: Dispatch, by: User) -> dict[str, Any]:
    return {
        "agreed_from": timezone.localtime(dispatch.agreed_from),
        "agreed_until": timezone.localtime(dispatch.agreed_until),
        "outside_hours": dispatch.outside_hours,
    }


def _where(case: Case, by: User) -> dict[str, Any]:
    return {"place": case.address}


def _looks() -> Any:
    """An input that shows who is free at the time in the form whenever it changes."""
    return LocalDateTimeInput(attrs=LOOKS)


def _looks_by_number() -> Any:
    return forms.NumberInput(attrs={**LOOKS, "step": "0.25", "min": "0.25"})


UNTIL = _("Nothing: at the moment named above.")
OUTSIDE = _("Needed where the engineer would not be on duty then.")
LATER = _("Only where the arrival is later than the customer's time.")
spec(
    "field.dispatch",
    order=("agreed_from", "agreed_until", "hours", "engineer", "place", "task", "outside_hours",
           "agreed_with", "later_because"),
    choices={"engineer": _engineers},
    widgets={"agreed_from": _looks, "hours": _looks_by_number},
    initial=_planned,
    help={"agreed_until": UNTIL, "outside_hours": OUTSIDE, "agreed_with": LATER},
)  # fmt: skip
spec(
    "field.reschedule",
    order=("agreed_from", "agreed_until", "reason", "agreed_with", "outside_hours"),
    initial=_planned_now,
    help={"agreed_until": UNTIL, "outside_hours": OUTSIDE, "agreed_with": LATER},
)
spec(
    "field.send_another",
    choices={"engineer": _engineers},
    help={"outside_hours": OUTSIDE},
)
spec("field.set_visit_time", initial=_where)
spec("field.arrive", help={"arrived_at": _("Nothing: now.")})
