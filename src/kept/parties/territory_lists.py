"""Lists about territories: churn, coverage on a day, field staff, and service across regions."""

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, DateField, DecimalField, Q, QuerySet, Value
from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from kept.kit.lists import (
    Column,
    Contains,
    Empty,
    FewChoices,
    FilterSet,
    FromDay,
    List,
    Order,
    UntilDay,
)
from kept.parties.churn import by_territory, passes, rate_of, rolling_period
from kept.parties.lists import UnitAndBelow, units
from kept.parties.models import (
    Account,
    AccountPolicy,
    AccountRole,
    AccountState,
    CrossRegionService,
    Posting,
)
from kept.parties.queries import (
    covered_on,
    regions_without_staff,
    territories_of,
    with_engineer,
)
from kept.parties.settings import account_policy, today_in
from kept.people.models import Unit


class OnDay(UntilDay):
    """The day everything is shown as of; the rows are counted by it, not filtered."""

    phrase = _("{label} {value}")

    def filter(self, qs: QuerySet, value: date | None) -> QuerySet:
        return qs


def asked_day(request: HttpRequest, name: str, usual: date) -> date:
    """The day in the address; the usual one when there is none that can be read."""
    try:
        day = parse_date(request.GET.get(name, ""))
    except ValueError:
        day = None
    return day if day and 1900 < day.year < 2200 else usual


def today_of(request: HttpRequest) -> date:
    """Today where the reader works."""
    reader: Any = request.user
    return today_in(reader.unit)


def _own(request: HttpRequest) -> QuerySet:
    reader: Any = request.user
    return territories_of(reader, "parties.see").active()  # type: ignore[attr-defined]


class ChurnFilter(FilterSet):
    """Until which day churn is counted, and for which territories."""

    until = OnDay(label=_("Twelve months until"), field_name="pk")
    unit = FewChoices(
        label=_("Unit and below"), queryset=_own, to_field_name="code", method="in_unit"
    )

    class Meta:
        model = Unit
        fields: list[str] = []

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(path__startswith=unit.path) if unit else rows


def _rate(row: Any) -> Decimal | None:
    return rate_of(row.active, row.lost)


def _passes(row: Any) -> bool:
    return passes(row.active, row.lost, row.limit)


def _verdict(row: Any) -> str:
    return str(_("passes") if passes(row.active, row.lost, row.limit) else _("FAILS"))


class ChurnList(List):
    """Customers lost per territory over the rolling period; at the limit it fails (S1.23)."""

    name, title = "churn", _("Lost customers by territory")
    row_address = "/accounts/?unit={code}&status=lost"
    right = "parties.see"
    filter = ChurnFilter
    order = {"territory": Order("path"), "lost": Order("-lost", "path")}
    default_order = "territory"
    empty = Empty(
        _("There were no customers when the period began"),
        _("Choose a later day, or enter since when your customers are customers."),
        icon="trending-down",
    )

    columns = [
        Column("territory", _("Territory"), value="name", link=True, order="territory"),
        Column("code", _("Code"), width="fit", phone="hide"),
        Column("engineer", _("Engineer"), value="answers", phone="label"),
        Column("active", _("Customers at the start"), align="end"),
        Column("lost", _("Lost"), align="end", order="lost"),
        Column("rate", _("Rate, %"), value=_rate, cell=lambda rate, row: f"{rate} %", align="end"),
        Column("limit", _("Must stay below, %"), value="limit", align="end", phone="hide"),
        Column("verdict", _("Verdict"), value=_verdict, raw=_passes, phone="state"),
        Column("from", _("From"), value="start_on", places=("file", "print")),
        Column("until", _("Until"), value="until_on", places=("file", "print")),
    ]

    @cached_property
    def policy(self) -> AccountPolicy:
        reader: Any = self.request.user
        return account_policy(reader.unit)

    @cached_property
    def period(self) -> tuple[date, date]:
        until = asked_day(self.request, "until", today_of(self.request))
        return rolling_period(until, self.policy.churn_months)

    def queryset(self, request: HttpRequest) -> QuerySet:
        reader: Any = request.user
        start_on, until_on = self.period
        rows = by_territory(territories_of(reader, self.right), start_on, until_on)
        return rows.annotate(
            answers=with_engineer(),
            limit=Value(self.policy.churn_limit, output_field=DecimalField()),
            start_on=Value(start_on, output_field=DateField()),
            until_on=Value(until_on, output_field=DateField()),
        )

    def row_url(self, row: Any) -> str:
        return f"/accounts/?unit={row.code}&status={AccountState.LOST}"

    def row_state(self, row: Any) -> str:
        return "" if passes(row.active, row.lost, row.limit) else "broken"

    def context(self) -> dict[str, Any]:
        return {"above": "parties/churn_above.html", "period": self.period, "policy": self.policy}


class CoverageFilter(FilterSet):
    """Which stations, and on which day."""

    on = OnDay(label=_("On"), field_name="pk")
    q = Contains("name", "code", label=_("Find"))
    region = Contains("region", label=_("Region"))
    unit = UnitAndBelow(label=_("Unit and below"), queryset=units, to_field_name="code")

    class Meta:
        model = Account
        fields: list[str] = []


class CoverageList(List):
    """Who covers which station on a given day (S0.02)."""

    name, title = "coverage", _("Who covers which station")
    row_address = "/accounts/{number}/"
    right = "parties.see"
    filter = CoverageFilter
    order = {"region": Order("region", "code", "sort_key"), "code": Order("code")}
    default_order = "region"
    columns = [
        Column("code", _("Code"), width="fit", order="code"),
        Column("name", _("Station"), link=True),
        Column("region", _("Region"), order="region"),
        Column("manager", _("Field manager"), value="covered_by", phone="state"),
        Column("phone", _("Phone"), value="covered_phone", cell="code"),
        Column("email", _("Mail"), value="covered_email", phone="hide"),
        Column("since", _("Since"), value="covered_since", phone="hide"),
        Column("status", _("Status"), phone="hide"),
    ]
    empty = Empty(
        _("No stations yet"), _("Appoint the first one."), "/accounts/add_station/",
        _("Appoint station"), icon="store",
    )  # fmt: skip

    @cached_property
    def day(self) -> date:
        return asked_day(self.request, "on", today_of(self.request))

    @cached_property
    def stations(self) -> QuerySet:
        stations = Account.objects.alive().in_role(AccountRole.STATION)
        return stations.visible_to(self.request.user)  # type: ignore[arg-type]

    def queryset(self, request: HttpRequest) -> QuerySet:
        return covered_on(self.stations, self.day)

    def row_state(self, row: Any) -> str:
        return "" if row.covered_by or row.status != AccountState.ACTIVE else "broken"

    def context(self) -> dict[str, Any]:
        return {
            "above": "parties/coverage_above.html",
            "day": self.day,
            "regions": regions_without_staff(self.stations, self.day),
        }


class StaffFilter(FilterSet):
    """Which postings, and on which day."""

    on = OnDay(label=_("On"), field_name="pk")
    q = Contains("person__name", "region", label=_("Find"))

    class Meta:
        model = Posting
        fields: list[str] = []


class StaffList(List):
    """The register of field staff: who is posted where, since when, how to reach them (S0.02)."""

    name, title = "field_staff", _("Field staff")
    row_address = "/users/{person__username}/"
    right = "people.see"
    filter = StaffFilter
    order = {"region": Order("region", "person__sort_key"), "from": Order("-from_on")}
    default_order = "region"
    columns = [
        Column("person", _("Name"), value="person.name", link=True),
        Column("region", _("Region"), order="region"),
        Column("phone", _("Phone"), value="person.phone", cell="code"),
        Column("email", _("Mail"), value="person.email", phone="hide"),
        Column("stations", _("Stations"), align="end"),
        Column("from", _("From"), value="from_on", order="from", phone="hide"),
        Column("until", _("Until"), value="until_on", phone="hide"),
        Column("address", _("Address"), places=("file",)),
    ]
    empty = Empty(_("Nobody is posted in the field"), _("Post somebody on their own page."),
                  "/users/", _("People"), icon="map-pin")  # fmt: skip

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Posting.objects.visible_to(request.user)  # type: ignore[arg-type]
        if request.GET.get("on"):
            rows = rows.on(asked_day(request, "on", today_of(request)))
        alive = ~Q(person__managed_accounts__status=AccountState.MERGED)
        return rows.select_related("person").annotate(
            stations=Count("person__managed_accounts", filter=alive)
        )


class AcrossFilter(FilterSet):
    """What services across regions can be narrowed by."""

    q = Contains("account__name", "account__number", "server__name", label=_("Find"))
    from_day = FromDay(label=_("Day"), field_name="served_at")
    until_day = UntilDay(label=_("Day"), field_name="served_at")

    class Meta:
        model = CrossRegionService
        fields: list[str] = []


class AcrossList(List):
    """Customers served for another territory, credited to who served them (S1.32)."""

    name, title = "cross_region", _("Served for other territories")
    row_address = "/accounts/{account__number}/"
    right = "parties.see"
    filter = AcrossFilter
    order = {"newest": Order("-served_at", "-pk")}
    columns = [
        Column("account", _("Customer"), value="account.name", link=True),
        Column("home", _("Home territory"), value="home_unit.name"),
        Column("unit", _("Served by"), value="unit.name"),
        Column("server", _("Person"), value="server.name"),
        Column("reason", _("Reason"), width="clip", phone="full"),
        Column("at", _("Time"), value="served_at", order="newest"),
    ]
    empty = Empty(_("Nobody was served for another territory yet"), icon="route")

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = CrossRegionService.objects.visible_to(request.user)  # type: ignore[arg-type]
        return rows.select_related("account", "home_unit", "unit", "server")
