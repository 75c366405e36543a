"""Being there: set out, arrived, done. One tap each, on a phone."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from kept.cases.actions.site import keep_arrival, report_visit
from kept.cases.settings import case_policy
from kept.field.availability import when
from kept.field.checks import RULE
from kept.field.models import AHEAD, Dispatch, DispatchState
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Text
from kept.people.models import User

RIGHT = "field.report"
#: Clocks of phones run a little ahead.
AHEAD_OF_US = timedelta(minutes=1)


def _is_ahead(dispatch: Dispatch, by: User) -> bool:
    return dispatch.status in AHEAD


@action(
    "field.set_out",
    label=_("Set out"),
    on=(DispatchState.PLANNED,),
    right=RIGHT,
    icon="truck",
    shown=True,
)
def set_out(dispatch: Dispatch, *, by: User) -> Dispatch:
    """The engineer is on the way."""
    _require_theirs(dispatch, by)
    dispatch.move_to(DispatchState.UNDER_WAY)
    dispatch.set_out_at = clock.now()
    dispatch.save(update_fields=["status", "set_out_at"])
    dispatch.case.record("dispatch.set_out", by=by, engineer=dispatch.engineer)
    return dispatch


@action(
    "field.arrive",
    label=_("Report arrival"),
    on=AHEAD,
    right=RIGHT,
    icon="map-pin-check",
    primary=_is_ahead,
)
def arrive(dispatch: Dispatch, *, by: User, arrived_at: datetime | None = None) -> Dispatch:
    """The engineer is on site, now or when they say: the promise is kept, or broken by so much
    (S2.15).
    """
    _require_theirs(dispatch, by)
    moment = _arrived_when(dispatch, arrived_at)
    be_there(dispatch, moment, by=by)
    keep_arrival(dispatch.case, by=by, arrived_at=moment)
    return dispatch


def be_there(dispatch: Dispatch, moment: datetime, *, by: User) -> None:
    """On site since a moment; taken for as long as the work was estimated at, from then."""
    dispatch.move_to(DispatchState.ARRIVED)
    dispatch.arrived_at = moment
    dispatch.busy_from = min(dispatch.busy_from, moment)
    dispatch.busy_until = moment + timedelta(minutes=dispatch.minutes)
    dispatch.save(update_fields=["status", "arrived_at", "busy_from", "busy_until"])
    dispatch.case.record(
        "dispatch.arrived",
        by=by,
        happened_at=moment,
        engineer=dispatch.engineer,
        arrived_at=moment,
    )


def _require_theirs(dispatch: Dispatch, by: User) -> None:
    """The one who was sent says so, or a dispatcher who heard from them."""
    is_dispatcher = by.holds_over("field.dispatch", dispatch.case.unit)
    if by != dispatch.engineer and not is_dispatcher:
        raise Refused(
            _("{name} was sent: they report it, or a dispatcher."),
            name=dispatch.engineer,
            rule=RULE,
        )


def _arrived_when(dispatch: Dispatch, arrived_at: datetime | None) -> datetime:
    """Now, or what was said: not ahead, not before anybody was sent, within the reach back."""
    now = clock.now()
    if arrived_at is None:
        return now
    if arrived_at > now + AHEAD_OF_US:
        raise InvalidInput(_("This has not happened yet."), field="arrived_at", rule=RULE)
    reach = case_policy(dispatch.case.unit).reach_back_hours
    earliest = max(dispatch.dispatched_at, now - timedelta(hours=reach))
    if arrived_at < earliest:
        raise InvalidInput(
            _("They arrived between {earliest} and now."),
            earliest=when(earliest),
            field="arrived_at",
            rule=RULE,
        )
    return min(arrived_at, now)


@action(
    "field.finish_dispatch",
    label=_("Work on site done"),
    on=(DispatchState.ARRIVED,),
    right=RIGHT,
    icon="clipboard-check",
    primary=True,
)
def finish_dispatch(dispatch: Dispatch, *, by: User, result: Text) -> Dispatch:
    """What was found and done on site: the visit is reported with it, and the engineer is free."""
    _require_theirs(dispatch, by)
    end(dispatch, by=by)
    values = {"visited_at": dispatch.arrived_at, "result": result}
    report_visit.perform(dispatch.case, by=by, values=values)
    return dispatch


def end(dispatch: Dispatch, *, by: User) -> None:
    """The work on site is done; the engineer is free from now on."""
    dispatch.move_to(DispatchState.DONE)
    dispatch.done_at = clock.now()
    dispatch.busy_until = min(dispatch.busy_until, dispatch.done_at)
    dispatch.save(update_fields=["status", "done_at", "busy_until"])
    dispatch.case.record("dispatch.done", by=by, engineer=dispatch.engineer)
