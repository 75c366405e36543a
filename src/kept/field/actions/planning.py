"""Sending somebody: the customer's time, who goes when, and what changes before they arrive."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.cases.actions.intake import require_soon
from kept.cases.actions.ownership import ALIVE
from kept.cases.actions.site import promised_on_site
from kept.cases.actions.timing import customers_time_is_known
from kept.cases.models import Case
from kept.cases.requests.checks import request_of
from kept.field.checks import (
    RULE,
    customers_promise,
    require_agreed,
    require_can_go,
    require_customers_time,
    require_times,
)
from kept.field.models import (
    AHEAD,
    Dispatch,
    DispatchState,
    dispatch_policy,
    sends_people,
)
from kept.kit import clock
from kept.kit.actions import action, number_at_end
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text
from kept.people.models import User
from kept.promises import ledger
from kept.promises.actions import agree_time
from kept.promises.models import Promise, PromiseKind
from kept.timeline import sight
from kept.timeline.notices import tell

RIGHT = "field.dispatch"
#: Hours of work on site: a quarter of one to a month of days and nights.
LEAST_HOURS, MOST_HOURS = Decimal("0.25"), Decimal(31 * 24)


def sends_for(case: Case, by: User) -> bool:
    """Whether the company of a case sends people to customers."""
    return sends_people(case.unit)


@action(
    "field.set_visit_time",
    label=_("Customer's time on site"),
    on=ALIVE,
    right="cases.work",
    icon="calendar-check",
    offered=sends_for,
)
def set_visit_time(case: Case, *, by: User, required_by: datetime, place: Line = "") -> Case:
    """Write down by when the customer wants somebody there, and where: from now on it is promised
    (S2.15). Another time is agreed anew on the promise, or when somebody is sent.
    """
    if (known := customers_promise(case)) is not None:
        raise Refused(
            _("The customer's time is known already. Agree on a new one instead."),
            rule=RULE,
            mend=f"{known.get_absolute_url()}agree_time/",
        )
    if required_by <= clock.now():
        raise InvalidInput(
            _("This time has passed. Name a later one."), field="required_by", rule=RULE
        )
    require_soon(required_by, rule=RULE)
    case.address = _place_of(case, place)
    case.save(update_fields=["address"])
    case.record("case.visit_wanted", by=by, required_by=required_by, words={"text": case.address})
    ledger.promise_by_moment(
        case,
        PromiseKind.VISIT,
        by=by,
        unit=case.unit,
        person=case.handler or case.unit.manager or case.owner,
        to=case.customers_thread,
        due_at=required_by,
        text=case.address,
    )
    customers_time_is_known(case, by=by)
    return case


def _place_of(case: Case, place: str) -> str:
    """Where to go: as said now, or as the case knows it."""
    found = place or case.address
    if not found:
        raise InvalidInput(_("Say where: nobody finds the place else."), field="place", rule=RULE)
    return found


@action(
    "field.dispatch",
    label=_("Dispatch an engineer"),
    on=ALIVE,
    icon="truck",
    offered=sends_for,
)
def dispatch_engineer(
    case: Case,
    *,
    by: User,
    engineer: User,
    agreed_from: datetime,
    agreed_until: datetime | None = None,
    hours: Decimal | None = None,
    place: Line = "",
    task: Text = "",
    outside_hours: bool = False,
    agreed_with: Line = "",
    later_because: Line = "",
) -> Dispatch:
    """Send an engineer, to arrive between two moments agreed with the customer (S2.15).

    Refused where nobody asked the customer for their time, where the arrival is later than that and
    nobody agreed to it, and where the engineer cannot be there. From now on they owe the promise.
    """
    promise = require_customers_time(case)
    require_times(agreed_from, agreed_until or agreed_from)
    dispatch = Dispatch(
        case=case,
        unit=engineer.unit or case.unit,
        engineer=engineer,
        agreed_from=agreed_from,
        agreed_until=agreed_until or agreed_from,
        minutes=_minutes(case, hours),
        place=_place_of_visit(case, place),
        task=task,
        outside_hours=outside_hours,
        dispatched_by=by,
        dispatched_at=clock.now(),
    )
    dispatch.take_engineer(dispatch_policy(case.unit))
    require_can_go(dispatch)
    dispatch.required_by = _agree(dispatch, promise, agreed_with, later_because, by=by)
    dispatch.save(force_insert=True)
    number_at_end(dispatch)
    case.record(
        "dispatch.planned",
        by=by,
        engineer=engineer,
        agreed_from=dispatch.agreed_from,
        agreed_until=dispatch.agreed_until,
        words={"text": task, "place": dispatch.place},
    )
    let_go(dispatch, by=by)
    tell_engineer(dispatch, "dispatch.planned", by=by)
    return dispatch


def _minutes(case: Case, hours: Decimal | None) -> int:
    """How long the work takes, in minutes; what the company counts with unless somebody says so."""
    if hours is None:
        return dispatch_policy(case.unit).usual_minutes
    if not LEAST_HOURS <= hours <= MOST_HOURS:
        raise InvalidInput(
            _("Work on site takes {least} to {most} hours."),
            least=LEAST_HOURS,
            most=MOST_HOURS,
            field="hours",
            rule=RULE,
        )
    return int(hours * 60)


def _place_of_visit(case: Case, place: str) -> str:
    """Where to go: said now, known of the case, or what its request says."""
    request = request_of(case)
    asked = request.values.get("place", "") if request else ""
    return place or case.address or asked or _place_of(case, "")


def _agree(
    dispatch: Dispatch, promise: Promise, agreed_with: str, later_because: str, *, by: User
) -> datetime:
    """By when they must be there: the customer's time, or the later one the customer agreed to,
    which moves the promise. What is late already stays late (C02, S2.16).
    """
    assert promise.due_at is not None  # only promises with a time are asked for
    if not require_agreed(promise, dispatch.agreed_until, agreed_with, later_because):
        return promise.due_at
    if promise.is_late:
        dispatch.case.record(
            "dispatch.later",
            by=by,
            required_by=promise.due_at,
            words={"agreed_with": agreed_with, "reason": later_because},
        )
        return promise.due_at
    values = {
        "due_at": dispatch.agreed_until,
        "agreed_with": agreed_with,
        "reason": later_because,
    }
    agree_time.perform(promise, by=by, values=values)
    return dispatch.agreed_until


def let_go(dispatch: Dispatch, *, by: User) -> None:
    """The engineer sees the case, and owes what was promised to be there in time."""
    case, engineer = dispatch.case, dispatch.engineer
    sight.add_sight(case.thread, [engineer.scope_id])
    for promise in promised_on_site(case):
        if promise.person_id != engineer.pk:
            ledger.hand_to(promise, engineer, by=by, subject=case)


def tell_engineer(dispatch: Dispatch, event: str, *, by: User, to: User | None = None) -> None:
    """Tell the engineer what was decided about their way, unless they did it themselves."""
    case, engineer = dispatch.case, to or dispatch.engineer
    if engineer != by:
        tell(
            [engineer],
            event,
            about=case.thread,
            key=f"dispatch:{case.pk}:{case.thread.length}",
            engineer=dispatch.engineer,
            agreed_from=dispatch.agreed_from,
            agreed_until=dispatch.agreed_until,
        )


@action(
    "field.reschedule",
    label=_("Agree on another arrival"),
    on=AHEAD,
    right=RIGHT,
    icon="calendar-clock",
)
def reschedule(
    dispatch: Dispatch,
    *,
    by: User,
    agreed_from: datetime,
    agreed_until: datetime | None = None,
    reason: Text,
    agreed_with: Line = "",
    outside_hours: bool = False,
) -> Dispatch:
    """Another time of arrival, with the reason; later than the customer's time only with their
    word, which moves the promise (S2.15, C02).
    """
    promise = require_customers_time(dispatch.case)
    require_times(agreed_from, agreed_until or agreed_from)
    old = dispatch.agreed_from
    dispatch.agreed_from, dispatch.agreed_until = agreed_from, agreed_until or agreed_from
    dispatch.outside_hours = outside_hours
    dispatch.take_engineer(dispatch_policy(dispatch.case.unit))
    require_can_go(dispatch)
    dispatch.required_by = _agree(dispatch, promise, agreed_with, reason[:300], by=by)
    if dispatch.status != DispatchState.PLANNED:
        dispatch.move_to(DispatchState.PLANNED)
        dispatch.set_out_at = None
    dispatch.save()
    dispatch.case.record(
        "dispatch.moved",
        by=by,
        engineer=dispatch.engineer,
        old=old,
        agreed_from=dispatch.agreed_from,
        agreed_until=dispatch.agreed_until,
        words={"reason": reason},
    )
    tell_engineer(dispatch, "dispatch.planned", by=by)
    return dispatch


@action(
    "field.send_another",
    label=_("Send another engineer"),
    on=AHEAD,
    right=RIGHT,
    icon="users",
)
def send_another(
    dispatch: Dispatch, *, by: User, engineer: User, reason: Text, outside_hours: bool = False
) -> Dispatch:
    """Somebody else goes at the time agreed: who cannot be there is refused, and what was promised
    is theirs from now on (S2.15).
    """
    if engineer == dispatch.engineer:
        raise InvalidInput(
            _("{name} goes there already."), name=engineer, field="engineer", rule=RULE
        )
    change_engineer(dispatch, engineer, by=by, reason=reason, outside_hours=outside_hours)
    return dispatch


def change_engineer(
    dispatch: Dispatch, engineer: User, *, by: User, reason: str, outside_hours: bool
) -> None:
    """Put another engineer in. Raises Refused where they cannot be there."""
    old, dispatch.engineer = dispatch.engineer, engineer
    dispatch.unit = engineer.unit or dispatch.unit
    dispatch.outside_hours = outside_hours
    require_can_go(dispatch)
    dispatch.status, dispatch.set_out_at = DispatchState.PLANNED, None
    dispatch.save()
    case = dispatch.case
    case.record("dispatch.handed", by=by, old=old, new=engineer, words={"reason": reason})
    let_go(dispatch, by=by)
    tell_engineer(dispatch, "dispatch.planned", by=by)
    tell_engineer(dispatch, "dispatch.taken_off", by=by, to=old)


@action(
    "field.withdraw_dispatch",
    label=_("Withdraw dispatch"),
    on=AHEAD,
    right=RIGHT,
    icon="x",
    danger=True,
)
def withdraw_dispatch(dispatch: Dispatch, *, by: User, reason: Text) -> Dispatch:
    """Nobody goes this time, with the reason. What the customer was promised stands: whoever
    withdraws it owes it now (S2.15).
    """
    call_off(dispatch, by=by, reason=reason)
    for promise in promised_on_site(dispatch.case):
        if promise.person_id == dispatch.engineer_id:
            ledger.hand_to(promise, by, by=by, subject=dispatch.case)
    return dispatch


def call_off(dispatch: Dispatch, *, by: User, **said: Any) -> None:
    """The engineer need not go, and is free again."""
    dispatch.move_to(DispatchState.WITHDRAWN)
    dispatch.withdrawn_at = clock.now()
    dispatch.save(update_fields=["status", "withdrawn_at"])
    dispatch.case.record("dispatch.withdrawn", by=by, engineer=dispatch.engineer, words=said)
    tell_engineer(dispatch, "dispatch.taken_off", by=by)
