"""Inspections of stations: planned, closed with findings and a score, or withdrawn (S0.06)."""

from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action, number_at_end
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text, TextRule
from kept.parties.models import Account, AccountState
from kept.parties.settings import today_in
from kept.people.models import User
from kept.stations.duties import keep_inspection
from kept.stations.models import Inspection, InspectionMethod, InspectionState, StationPolicy
from kept.stations.models.policy import station_policy
from kept.timeline import sight

RIGHT = "stations.inspect"
Names = Annotated[str, TextRule(200, many_lines=False)]


def is_station(account: Account, by: User) -> bool:
    """Whether an account is a station that serves now."""
    return account.is_station and account.status == AccountState.ACTIVE


def require_station(account: Account, rule: str) -> None:
    """Raise Refused for an account that is no active service station."""
    if not account.is_station:
        raise Refused(_("{name} is no service station."), name=account, rule=rule)
    if account.status != AccountState.ACTIVE:
        raise Refused(_("{name} is not active as a service station."), name=account, rule=rule)


@action("stations.plan_inspection", label=_("Plan inspection"), right=RIGHT, offered=is_station,
        icon="clipboard-check")  # fmt: skip
def plan_inspection(
    account: Account,
    *,
    by: User,
    method: InspectionMethod,
    planned_on: date | None = None,
    inspector: User | None = None,
) -> Inspection:
    """Plan to look at how a station treats its customers, today or on a day to come (S0.06)."""
    require_station(account, "S0.06")
    _require_none_open(account)
    who = inspector or by
    if not who.is_active:
        raise InvalidInput(_("{name} has left."), name=who, field="inspector", rule="SX.17")
    inspection = Inspection(
        thread=sight.open_thread(
            kind=Inspection.kind, unit=account.unit, title=account.name, scopes=[who.scope_id]
        ),
        company=account.company,
        unit=account.unit,
        account=account,
        method=method,
        planned_on=planned_on or today_in(account.unit),
        inspector=who,
    )
    inspection.save()
    number_at_end(inspection)
    inspection.record("inspection.planned", by=by, station=account, method=method,
                      planned_on=inspection.planned_on, inspector=who)  # fmt: skip
    return inspection


def _require_none_open(account: Account) -> None:
    there = Inspection.objects.filter(account=account, status=InspectionState.OPEN).first()
    if there is not None:
        raise Refused(
            _("{number} of {name} is planned already. Close or withdraw it first."),
            number=there.number or "",
            name=account,
            rule="S0.06",
            mend=there.get_absolute_url(),
        )


@action("stations.close_inspection", label=_("Close inspection"), right=RIGHT,
        on=(InspectionState.OPEN,), primary=True, icon="check")  # fmt: skip
def close_inspection(
    inspection: Inspection,
    *,
    by: User,
    findings: Text = "",
    score: int | None = None,
    staff_seen: Names = "",
    inspected_on: date | None = None,
    method: InspectionMethod | None = None,
    hq_note: Text = "",
) -> Inspection:
    """Write down what was found and how it scores; nothing is closed without both (S0.06).

    The station sees findings and score from now on; ``hq_note`` is for own staff only.
    """
    policy = station_policy(inspection.unit) or StationPolicy()
    _require_findings(findings)
    inspection.score = _checked_score(score, policy)
    inspection.score_max, inspection.bad_below = policy.score_max, policy.bad_below
    inspection.inspected_on = _checked_day(inspection, inspected_on)
    inspection.findings, inspection.staff_seen = findings, staff_seen
    inspection.method = method or inspection.method
    inspection.closed_at, inspection.closed_by = clock.now(), by
    inspection.move_to(InspectionState.CLOSED)
    inspection.save()
    inspection.record(
        "inspection.closed",
        by=by,
        score=inspection.score,
        score_max=inspection.score_max,
        method=inspection.method,
        inspected_on=inspection.inspected_on,
        words={"text": findings},
    )
    if hq_note:
        inspection.record("inspection.noted", by=by, words={"note": hq_note})
    sight.close(inspection.thread)
    account = inspection.account
    sight.add_sight(inspection.thread, [account.scope_id])
    account.record("account.inspected", by=by, inspection=inspection.number,
                   score=inspection.score, score_max=inspection.score_max,
                   inspected_on=inspection.inspected_on)  # fmt: skip
    keep_inspection(account, inspection.inspected_on, by=by)
    return inspection


def _require_findings(findings: str) -> None:
    if not findings:
        raise InvalidInput(
            _("Write down what was found before closing the inspection."),
            field="findings",
            rule="S0.06",
        )


def _checked_score(score: int | None, policy: StationPolicy) -> int:
    if score is None:
        raise InvalidInput(
            _("Give the station a score before closing the inspection."),
            field="score",
            rule="S0.06",
        )
    if not 0 <= score <= policy.score_max:
        raise InvalidInput(
            _("A score is a number from 0 to {max}."), max=policy.score_max, field="score"
        )
    return score


def _checked_day(inspection: Inspection, day: date | None) -> date:
    today = today_in(inspection.unit)
    if day is not None and day > today:
        raise InvalidInput(_("This has not happened yet."), field="inspected_on")
    return day or today


@action("stations.withdraw_inspection", label=_("Withdraw inspection"), right=RIGHT,
        on=(InspectionState.OPEN,), danger=True, icon="x")  # fmt: skip
def withdraw_inspection(inspection: Inspection, *, by: User, reason: Line) -> Inspection:
    """A planned inspection does not take place, with the reason; it stays owed (S0.06)."""
    inspection.move_to(InspectionState.WITHDRAWN)
    inspection.closed_at, inspection.closed_by = clock.now(), by
    inspection.save(update_fields=["status", "closed_at", "closed_by"])
    inspection.record("inspection.withdrawn", by=by, words={"reason": reason})
    sight.close(inspection.thread)
    return inspection
