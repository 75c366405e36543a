"""The register of dispatches, and who can be sent when."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from kept.field.availability import (
    Asked,
    Availability,
    engineers,
    state_of,
    usual_moment,
    when,
    with_availability,
    words_of,
)
from kept.field.models import Dispatch, DispatchState, dispatch_policy
from kept.kit.forms import LocalDateTimeInput
from kept.kit.lists import (
    Column,
    Contains,
    Empty,
    FewChoices,
    FilterSet,
    FromDay,
    List,
    OneOf,
    Order,
    UntilDay,
    YesNo,
)
from kept.kit.templatetags.kit import span
from kept.parties.lists import UnitAndBelow
from kept.people.models import Unit, User
from kept.people.reader import reader_of

FORMATS = "%Y-%m-%dT%H:%M"


def around(request: HttpRequest) -> dict[str, Any]:
    """The tabs over the lists of dispatches."""
    links = [
        (_("Dispatches"), "/dispatches/", "truck"),
        (_("Who can be sent"), "/engineers/", "users"),
    ]
    tabs = [
        SimpleNamespace(label=label, url=url, icon=icon, is_active=url == request.path, count=None)
        for label, url, icon in links
    ]
    return {"above": "field/dispatches_above.html", "tabs": tabs}


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(reader_of(request)).active()


def _engineers(request: HttpRequest) -> QuerySet:
    return engineers(reader_of(request).staff_company_ids).order_by("sort_key")


class DispatchFilter(FilterSet):
    """What the register of dispatches can be narrowed by: engineer, unit, day, state."""

    q = Contains("number", "case__number", "case__account__name", "place", label=_("Find"))
    engineer = FewChoices(label=_("Engineer"), queryset=_engineers, to_field_name="username")
    unit = UnitAndBelow(label=_("Unit and below"), queryset=_units, to_field_name="code")
    status = OneOf(label=_("Status"), choices=DispatchState.choices)
    late = YesNo(label=_("Late"), method="filter_late")
    from_day = FromDay(label=_("Arrival"), field_name="agreed_from")
    until_day = UntilDay(label=_("Arrival"), field_name="agreed_from")

    class Meta:
        model = Dispatch
        fields: list[str] = []

    def filter_late(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        late = Dispatch.objects.late().values("pk")
        return rows.filter(pk__in=late) if value == "yes" else rows.exclude(pk__in=late)


def late_words(row: Dispatch) -> str:
    """How long after the customer's time they came, or have been missing."""
    late = row.late_by
    return _("{time} late").format(time=span(late.total_seconds())) if late else ""


class DispatchList(List):
    """Who goes where, by when the customer wants them, and when they came (S2.15)."""

    name, title = "dispatches", _("Dispatches")
    row_address = "/dispatches/{number}/"
    right = "field.see"
    filter = DispatchFilter
    defaults = {"status": [DispatchState.PLANNED, DispatchState.UNDER_WAY, DispatchState.ARRIVED]}
    order = {
        "time": Order("agreed_from", "pk"),
        "newest": Order("-dispatched_at", "-pk"),
        "engineer": Order("engineer__sort_key", "agreed_from", "pk"),
    }
    default_order = "time"
    columns = [
        Column("number", _("Number"), link=True, cell="code", width="fit"),
        Column("engineer", _("Engineer"), value="engineer.name", order="engineer"),
        Column("customer", _("Customer"), value="case.customer_name", phone="full"),
        Column("place", _("Where"), width="clip", phone="full"),
        Column("required", _("Customer's time"), value="required_by", width="fit", phone="label"),
        Column("agreed", _("Arrival agreed from"), value="agreed_from", order="time", width="fit",
               phone="label"),
        Column("until", _("Arrival agreed until"), value="agreed_until", places=("file", "print")),
        Column("arrived", _("Arrived"), value="arrived_at", width="fit", phone="label"),
        Column("late", _("Late"), value=late_words, raw="late_seconds", phone="label"),
        Column("status", _("Status"), value="get_status_display", phone="state"),
        Column("case", _("Case"), value="case.number", places=("file", "print")),
        Column("unit", _("Unit"), value="unit.name", places=("file", "print")),
        Column("minutes", _("Minutes on site"), places=("file",), align="end"),
        Column("task", _("What is to be done"), places=("file",)),
        Column("dispatched", _("Dispatched by"), value="dispatched_by.name", places=("file",)),
        Column("sent", _("Dispatched"), value="dispatched_at", order="newest", places=("file",)),
    ]  # fmt: skip
    empty = Empty(
        _("Nobody is sent to a customer"),
        _("Open a case and dispatch an engineer."),
        "/cases/",
        _("Cases"),
        icon="truck",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Dispatch.objects.visible_to(reader_of(request))
        return rows.select_related("case__account", "engineer", "unit", "dispatched_by")

    def context(self) -> dict[str, Any]:
        return around(self.request)

    def row_state(self, row: Dispatch) -> str:
        if row.late_by:
            return "broken" if row.arrived_at else "late"
        return "" if row.is_open else "done"


class AtMoment(django_filters.CharFilter):
    """The time somebody would have to arrive at; the rows are looked at by it, not filtered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=LocalDateTimeInput(), max_length=25, **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs

    def words(self, value: str) -> str:
        moment = moment_of(value)
        return str(_("to arrive {moment}")).format(moment=when(moment)) if moment else ""


class HoursOnSite(django_filters.NumberFilter):
    """How long they would be there; the same."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=0, max_value=31 * 24, **kwargs)

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs


def moment_of(text: str) -> datetime | None:
    """The moment a wall clock of the reader's shows as ``2026-06-09T14:00``; None for no moment."""
    try:
        found = parse_datetime(text[:25])
    except ValueError:
        return None
    if found is None or not 2000 <= found.year <= 2100:
        return None
    if timezone.is_naive(found):
        return found.replace(tzinfo=ZoneInfo(timezone.get_current_timezone_name()))
    return found


def asked_of(values: Any, unit: Unit | None) -> Asked:
    """The time an address or a form asks for, else the next full hour for a usual job."""
    policy = dispatch_policy(unit) if unit else None
    usual, travel = (policy.usual_minutes, policy.travel_minutes) if policy else (240, 60)
    text = values.get("hours") or ""
    try:
        minutes = int(float(text) * 60) if text else usual
    except (ValueError, OverflowError):
        minutes = usual
    moment = moment_of(values.get("at") or values.get("agreed_from") or "") or usual_moment()
    return Asked.around(moment, max(0, min(minutes, 31 * 24 * 60)), travel)


class EngineerFilter(FilterSet):
    """Who, and for which time."""

    q = Contains("name", "title", label=_("Find"))
    unit = UnitAndBelow(label=_("Unit and below"), queryset=_units, to_field_name="code")
    at = AtMoment(label=_("Arrival at"))
    hours = HoursOnSite(label=_("Hours on site"))
    taken = YesNo(label=_("Taken or away"), method="is_taken")

    class Meta:
        model = User
        fields: list[str] = []

    def is_taken(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        gone = Q(taken_until__isnull=False) | Q(away_until__isnull=False)
        return rows.filter(gone) if value == "yes" else rows.exclude(gone)


#: The mark at the edge of a row.
EDGES = {Availability.BUSY: "warned", Availability.AWAY: "late", Availability.OFF_DUTY: "done"}


def _state(row: User) -> str:
    return state_of(row).value


class EngineerList(List):
    """Everybody who can be sent to customers, and whether they are free at a time (S2.15)."""

    name, title = "engineers", _("Who can be sent")
    right = "field.see"
    filter = EngineerFilter
    order = {
        "unit": Order("unit__path", "sort_key", "pk", label=_("By unit")),
        "name": Order("sort_key", "pk", label=_("By name")),
    }
    default_order = "unit"
    columns = [
        Column("name", _("Name"), link=True, order="name"),
        Column("unit", _("Unit"), value="unit.name", order="unit", phone="full"),
        Column("state", _("At that time"), value=words_of, raw=_state, phone="state"),
        Column("taken", _("Taken by"), value="taken_by", cell="code", phone="label"),
        Column("until", _("Taken until"), value="taken_until", width="fit", phone="hide"),
        Column("away", _("Away until"), value="away_until", width="fit", phone="hide"),
        Column("phone", _("Phone"), cell="code", phone="label"),
    ]  # fmt: skip
    empty = Empty(
        _("Nobody here is sent to customers"),
        _("Give somebody the role of a service engineer."),
        "/users/",
        _("People"),
        icon="users",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        reader = reader_of(request)
        rows = engineers(reader.staff_company_ids).select_related("unit", "company")
        return with_availability(rows, asked_of(self.asked.values, reader.unit))

    def context(self) -> dict[str, Any]:
        return around(self.request)

    def row_state(self, row: User) -> str:
        return EDGES.get(state_of(row), "")
