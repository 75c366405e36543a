"""Dispatches as pages show them: beside a case, on the desk, on their own page."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from kept.cases.models import Case
from kept.field.lists import late_words
from kept.field.models import AHEAD, Dispatch, DispatchState
from kept.kit import clock
from kept.people.models import User
from kept.people.personal import personal
from kept.promises.clockwork.zones import day_start

TAGS = {
    DispatchState.PLANNED: "plain",
    DispatchState.UNDER_WAY: "warned",
    DispatchState.ARRIVED: "warned",
    DispatchState.DONE: "good",
    DispatchState.WITHDRAWN: "plain",
}
MOST = 20


def line(dispatch: Dispatch, reader: User) -> dict[str, Any]:
    """One dispatch in a panel, with the one thing to tap now."""
    mine = dispatch.engineer_id == reader.pk and reader.holds("field.report")
    late = late_words(dispatch)
    return {
        "dispatch": dispatch,
        "url": dispatch.get_absolute_url(),
        "state": "late" if late else TAGS[DispatchState(dispatch.status)],
        "row": "is-late" if late and dispatch.is_open else "" if dispatch.is_open else "is-done",
        "late": late,
        "can_arrive": mine and dispatch.status in AHEAD,
        "can_finish": mine and dispatch.status == DispatchState.ARRIVED,
    }


def of_case(case: Case, reader: User) -> list[dict[str, Any]]:
    """The dispatches of a case, the newest first."""
    rows = Dispatch.objects.visible_to(reader).filter(case=case).select_related("engineer", "case")
    return [line(one, reader) for one in rows.order_by("-dispatched_at", "-pk")[:MOST]]


def today_of(reader: User) -> list[dict[str, Any]]:
    """Where the reader must be by the end of today, and where they are now."""
    rows = Dispatch.objects.open().filter(engineer=reader, agreed_from__lt=tomorrow(reader))
    rows = rows.select_related("engineer", "case__thread", "case__account")
    return [line(one, reader) for one in rows.order_by("agreed_from", "pk")[:MOST]]


def tomorrow(reader: User) -> datetime:
    """When the reader's next day begins."""
    zone = reader.unit.zone if reader.unit else "UTC"
    return day_start(clock.today(zone) + timedelta(days=1), ZoneInfo(zone))


def facts(dispatch: Dispatch, reader: User) -> list[dict[str, Any]]:
    """What the page and the slip of a dispatch show at a glance."""
    case = dispatch.case
    phone = personal(case.caller_phone, reader)
    return [
        {"label": _("Case"), "value": case, "url": case.get_absolute_url()},
        {"label": _("Customer"), "value": case.customer_name,
         "url": case.account.get_absolute_url() if case.account else ""},
        {"label": _("Caller"), "value": case.caller_name},
        {"label": _("Phone"), "value": phone},
        {"label": _("Where"), "value": dispatch.place},
        {"label": _("Product"), "value": case.product},
        {"label": _("Serial"), "value": case.serial_unit},
        {"label": _("Engineer"), "value": dispatch.engineer,
         "url": dispatch.engineer.get_absolute_url()},
        {"label": _("Unit"), "value": dispatch.unit},
        {"label": _("Customer's time"), "value": dispatch.required_by},
        {"label": _("Arrival agreed from"), "value": dispatch.agreed_from},
        {"label": _("Arrival agreed until"), "value": dispatch.agreed_until},
        {"label": _("Hours on site"), "value": f"{dispatch.minutes / 60:g}"},
        {"label": _("Outside working hours"),
         "value": _("Yes") if dispatch.outside_hours else ""},
        {"label": _("Set out"), "value": dispatch.set_out_at},
        {"label": _("Arrived"), "value": dispatch.arrived_at},
        {"label": _("Late"), "value": late_words(dispatch)},
        {"label": _("Done on site"), "value": dispatch.done_at},
        {"label": _("Withdrawn"), "value": dispatch.withdrawn_at},
        {"label": _("Dispatched by"), "value": dispatch.dispatched_by},
    ]  # fmt: skip
