"""What must be true before somebody is sent: the customer's time is known, the engineer can go."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from kept.cases.actions.intake import require_soon
from kept.cases.models import Case
from kept.cases.requests.checks import request_of
from kept.field.availability import Asked, absences, can_be_sent, is_on_duty, when
from kept.field.models import Dispatch
from kept.kit import clock
from kept.kit.locking import lock
from kept.kit.refusal import InvalidInput, Refused
from kept.people.models import User
from kept.promises import ledger
from kept.promises.models import Promise, PromiseKind

RULE = "S2.15"


def customers_promise(case: Case) -> Promise | None:
    """The open promise that says by when the customer wants somebody there: to be on site, or a
    request with a time of theirs; the soonest, None where nobody has asked them yet.
    """
    request = request_of(case)
    kinds = [PromiseKind.VISIT]
    if request is not None and request.kind.due_by:
        kinds.append(PromiseKind.FULFIL)
    return ledger.open_promises(case, kinds).filter(due_at__isnull=False).first()


def require_customers_time(case: Case) -> Promise:
    """The promise with the customer's time. Raises Refused: nobody is sent without one (S2.15)."""
    promise = customers_promise(case)
    if promise is None:
        raise Refused(
            _("Ask the customer first by when somebody must be there, and write it down."),
            rule=RULE,
            mend=f"{case.get_absolute_url()}set_visit_time/",
        )
    return promise


def require_times(agreed_from: datetime, agreed_until: datetime) -> None:
    """Raise InvalidInput for an arrival that ends before it begins, is over, or is far away."""
    if agreed_until < agreed_from:
        raise InvalidInput(_("The arrival ends before it begins."), field="agreed_until", rule=RULE)
    if agreed_until <= clock.now():
        field = "agreed_until" if agreed_until > agreed_from else "agreed_from"
        raise InvalidInput(_("This time has passed. Name a later one."), field=field, rule=RULE)
    require_soon(agreed_until, rule=RULE)


def require_can_go(dispatch: Dispatch) -> None:
    """Raise unless the engineer can be there then: at work here, sent to customers at all, not
    away, not taken by another dispatch, and on duty or asked to come outside working hours.

    The engineer's row is locked first: of two who send them at once one is refused (S2.15).
    """
    engineer = dispatch.engineer
    lock(engineer)
    _require_works_here(engineer, dispatch.case)
    asked = Asked.of(dispatch)
    _require_present(engineer, asked)
    _require_free(dispatch, asked)
    if not dispatch.outside_hours and not is_on_duty(
        engineer, asked.arrive_from, asked.arrive_until
    ):
        raise Refused(
            _("{name} is not on duty then. Tick that it was agreed outside working hours, or name"
              " another time."),
            name=engineer,
            field="outside_hours",
            rule=RULE,
        )  # fmt: skip


def _require_works_here(engineer: User, case: Case) -> None:
    if not engineer.is_active:
        raise InvalidInput(_("{name} has left."), name=engineer, field="engineer", rule=RULE)
    if engineer.company_id != case.company_id:
        raise InvalidInput(
            _("{name} belongs to another company."), name=engineer, field="engineer", rule="SX.01"
        )
    if not can_be_sent(engineer):
        raise InvalidInput(
            _("{name} is not sent to customers: no role of theirs says so."),
            name=engineer,
            field="engineer",
            rule=RULE,
            mend=engineer.get_absolute_url(),
        )


def _require_present(engineer: User, asked: Asked) -> None:
    away = absences(asked.start, asked.end).filter(user=engineer).order_by("-end_at").first()
    if away is not None:
        raise _taken(
            _("{name} is away until {moment}. Send somebody else, or name another time."),
            asked,
            name=engineer,
            moment=Moment(away.end_at),
        )


def _require_free(dispatch: Dispatch, asked: Asked) -> None:
    rows = Dispatch.objects.meeting(asked.start, asked.end).filter(engineer=dispatch.engineer_id)
    other = rows.exclude(pk=dispatch.pk).order_by("-busy_until").first()
    if other is not None:
        raise _taken(
            _("{name} is taken by {dispatch} until {moment}. Send somebody else, or name another"
              " time."),
            asked,
            name=dispatch.engineer,
            dispatch=other.number,
            moment=Moment(other.busy_until),
        )  # fmt: skip


def _taken(message: Any, asked: Asked, **values: Any) -> Refused:
    """The refusal, with the way to who else could go then."""
    local = clock.local(asked.arrive_from, values["name"].company.zone)
    query = urlencode({"at": f"{local:%Y-%m-%dT%H:%M}"})
    return Refused(message, field="engineer", rule=RULE, mend=f"/engineers/?{query}", **values)


class Moment:
    """A moment in a refusal, said as its reader writes it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __str__(self) -> str:
        return when(self.moment)


def require_agreed(
    promise: Promise, agreed_until: datetime, agreed_with: str, later_because: str
) -> bool:
    """Whether a time later than the customer's was agreed to. Raises InvalidInput for a later one
    without who agreed and why (S2.15).
    """
    if promise.due_at is None or agreed_until <= promise.due_at:
        return False
    said = {"agreed_with": agreed_with, "later_because": later_because}
    if missing := [name for name, value in said.items() if not value]:
        raise InvalidInput(
            _("The customer wants somebody there by {moment}. Come by then, or say who agreed to a"
              " later time, and why."),
            moment=Moment(promise.due_at),
            field=missing[0],
            rule=RULE,
        )  # fmt: skip
    return True
