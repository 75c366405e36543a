"""Lists around stations: weekly sales, inspections, settlement talks, and what is overdue."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.lists import (
    Column,
    Contains,
    Empty,
    FewChoices,
    FilterSet,
    FromDay,
    List,
    Lookup,
    OneOf,
    Order,
    UntilDay,
    YesNo,
)
from kept.kit.lists.filters import any_contains
from kept.parties.lists import UnitAndBelow, units
from kept.parties.models import Account, AccountRole, AccountState
from kept.parties.settings import today_in
from kept.people.models import User
from kept.people.reader import reader_of
from kept.people.views.frame import creating_verbs
from kept.products.models import Product
from kept.promises.models import Duty, PromiseState
from kept.promises.shown import due_text
from kept.stations.actions import enter_week
from kept.stations.duties import WEEKLY_SALES
from kept.stations.models import (
    Inspection,
    InspectionMethod,
    InspectionState,
    SalesFigure,
    SettlementDispute,
    SettlementTalk,
    StationPolicy,
)
from kept.stations.models.policy import station_policy
from kept.stations.owed import is_late, with_inspections
from kept.stations.weeks import monday_of, week_text


def around(request: HttpRequest) -> dict[str, Any]:
    """The tabs over every list of stations, as far as the reader may open them, and the button."""
    reader = reader_of(request)
    links = [
        ("stations.see_sales", _("Weekly sales"), "/sales_figures/", "table"),
        ("stations.see_sales", _("Sales not told"), "/sales_owed/", "clock-alert"),
        ("stations.inspect", _("Stations to inspect"), "/stations_to_inspect/", "store"),
        ("stations.see", _("Inspections"), "/inspections/", "clipboard-check"),
        ("stations.see", _("Settlement talks"), "/settlement_talks/", "scale"),
        ("stations.see", _("Disputed orders"), "/settlement_disputes/", "octagon-alert"),
        ("stations.see_fraud", _("Fraud cases"), "/fraud_cases/", "shield-alert"),
    ]  # fmt: skip
    tabs = [
        SimpleNamespace(label=label, url=url, icon=icon, is_active=url == request.path, count=None)
        for right, label, url, icon in links
        if reader.holds(right)
    ]
    verbs = creating_verbs(reader, enter_week)
    return {"above": "stations/stations_above.html", "tabs": tabs, "verbs": verbs}


def _people(request: HttpRequest) -> QuerySet:
    return User.objects.visible_to(reader_of(request))


def _products(request: HttpRequest) -> QuerySet:
    return Product.objects.visible_to(reader_of(request)).order_by("code")


class SalesFilter(FilterSet):
    """What weekly sales can be narrowed by."""

    q = Contains("region", "product__code", "product__name", "source", label=_("Find"))
    region = Contains("region", label=_("Region"))
    product = Lookup(label=_("Model"), queryset=_products, search=("code", "name"))
    unit = UnitAndBelow(label=_("Unit and below"), queryset=units, to_field_name="code")
    from_day = FromDay(label=_("Week"), field_name="week", method="from_week")
    until_day = UntilDay(label=_("Week"), field_name="week")
    corrected = YesNo(label=_("Corrected since"), method="filter_corrected")

    class Meta:
        model = SalesFigure
        fields: list[str] = []

    def from_week(self, rows: QuerySet, name: str, value: date | None) -> QuerySet:
        return rows.filter(week__gte=monday_of(value)) if value else rows

    def filter_corrected(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(superseded_at__isnull=value == "no")


class SalesList(List):
    """How many of each model were sold in each region, week by week (S0.32)."""

    name, title = "sales_figures", _("Weekly sales")
    row_address = "/sales_figures/{id}/"
    right = "stations.see_sales"
    filter = SalesFilter
    defaults = {"corrected": "no"}
    order = {
        "newest": Order("-week", "region", "product__code", "pk", label=_("Newest week first")),
        "region": Order("region", "-week", "product__code", "pk", label=_("By region")),
        "model": Order("product__code", "-week", "region", "pk", label=_("By model")),
    }
    default_order = "newest"
    columns = [
        Column("week", _("Week"), value="week_name", raw="week", cell="code", link=True,
               order="newest", width="fit"),
        Column("region", _("Region"), order="region"),
        Column("model", _("Model"), value="what", raw="product.code", order="model"),
        Column("sold", _("Sold"), align="end", phone="label"),
        Column("stock", _("Stock"), align="end", phone="label"),
        Column("source", _("Told by"), phone="hide"),
        Column("remarks", _("Remarks"), width="clip", phone="full"),
        Column("unit", _("Unit"), value="unit.name", places=("file", "print")),
        Column("by", _("Entered by"), value="entered_by.name", phone="hide"),
        Column("at", _("Entered"), value="entered_at", phone="hide"),
        Column("reason", _("Corrected because"), value="reason", places=("file",)),
    ]  # fmt: skip
    empty = Empty(
        _("No sales were entered yet"),
        _("Field staff enter them once a week, model by model."),
        "/sales_figures/enter_week/",
        _("Enter the week's sales"),
        icon="smartphone",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = SalesFigure.objects.visible_to(reader_of(request))
        return rows.select_related("product", "unit", "entered_by")

    def context(self) -> dict[str, Any]:
        return around(self.request)

    def row_state(self, row: SalesFigure) -> str:
        return "done" if row.superseded_at else ""


class OwedFilter(FilterSet):
    """What is owed can be narrowed by person and unit, and by whether it is late."""

    person = FewChoices(
        label=_("Person"), field_name="promise__person", queryset=_people, to_field_name="username"
    )
    unit = FewChoices(
        label=_("Unit and below"), queryset=units, to_field_name="code", method="in_unit"
    )
    late = YesNo(label=_("Overdue"), method="filter_late")

    class Meta:
        model = Duty
        fields: list[str] = []

    def in_unit(self, rows: QuerySet, name: str, unit: Any) -> QuerySet:
        return rows.filter(promise__unit__path__startswith=unit.path) if unit else rows

    def filter_late(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        late = Q(promise__due_at__lt=clock.now())
        return rows.filter(late) if value == "yes" else rows.exclude(late)


class OwedList(List):
    """Duties still owed, the most overdue first. What is shown of which set, lists of it say."""

    filter = OwedFilter
    defaults = {"late": "yes"}
    order = {
        "due": Order("promise__due_at", "pk", label=_("Soonest due first")),
        "person": Order("promise__person__sort_key", "promise__due_at", "pk", label=_("By person")),
    }
    default_order = "due"
    codes: tuple[str, ...] = ()

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Duty.objects.visible_to(reader_of(request)).open()
        rows = rows.filter(code__in=self.codes, promise__state=PromiseState.RUNNING)
        return rows.select_related("promise__person", "promise__unit", "rule", "thread")

    def row_state(self, row: Duty) -> str:
        return "late" if is_late(row.promise.due_at) else ""


def _how(row: Duty) -> str:
    return due_text(row.promise)


class SalesOwedList(OwedList):
    """Weeks nobody told the sales of: who owes them, and since when they are overdue (S0.32)."""

    name, title = "sales_owed", _("Sales not told")
    row_address = "/promises/{promise_id}/"
    right = "stations.see_sales"
    codes = (WEEKLY_SALES,)
    columns = [
        Column("person", _("Person"), value="promise.person.name", link=True, order="person"),
        Column("week", _("Week"), value=lambda row: week_text(row.period_from), raw="period_from",
               cell="code", width="fit"),
        Column("unit", _("Unit"), value="promise.unit.name", phone="hide"),
        Column("due", _("Due"), value="promise.due_at", order="due", phone="label"),
        Column("how", _("How it stands"), value=_how, raw="promise.lateness", phone="state"),
    ]  # fmt: skip
    empty = Empty(_("Every week is told"), _("Weeks without sales appear here when they are due."),
                  icon="check-check")  # fmt: skip

    def context(self) -> dict[str, Any]:
        return around(self.request)


class InspectionFilter(FilterSet):
    """What inspections can be narrowed by."""

    q = Contains("number", "account__name", "account__code", label=_("Find"))
    status = OneOf(label=_("Status"), choices=InspectionState.choices)
    method = OneOf(label=_("Method"), choices=InspectionMethod.choices)
    inspector = FewChoices(label=_("Inspected by"), queryset=_people, to_field_name="username")
    region = Contains("account__region", label=_("Region"))
    bad = YesNo(label=_("Bad score"), method="filter_bad")
    from_day = FromDay(label=_("Inspected on"), field_name="inspected_on")
    until_day = UntilDay(label=_("Inspected on"), field_name="inspected_on")

    class Meta:
        model = Inspection
        fields: list[str] = []

    def filter_bad(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        bad = Q(score__lt=F("bad_below"))
        return rows.filter(bad) if value == "yes" else rows.exclude(bad)


class InspectionList(List):
    """Every inspection of a station the reader may see (S0.06)."""

    name, title = "inspections", _("Inspections")
    row_address = "/inspections/{number}/"
    right = "stations.see"
    filter = InspectionFilter
    order = {
        "newest": Order("-planned_on", "-pk", label=_("Newest first")),
        "score": Order("score", "-pk", label=_("Lowest score first")),
        "station": Order("account__sort_key", "-planned_on", "-pk", label=_("By station")),
    }
    default_order = "newest"
    columns = [
        Column("number", _("Number"), link=True, cell="code", width="fit"),
        Column("station", _("Station"), value="account.name", order="station", phone="full"),
        Column("region", _("Region"), value="account.region", phone="hide"),
        Column("method", _("Method")),
        Column("planned", _("Planned for"), value="planned_on", order="newest", phone="hide"),
        Column("inspected", _("Inspected on"), value="inspected_on", phone="label"),
        Column("score", _("Score"), value="score_words", raw="score", align="end", order="score",
               phone="label"),
        Column("inspector", _("Inspected by"), value="inspector.name", phone="hide"),
        Column("status", _("Status"), phone="state"),
        Column("findings", _("Findings"), places=("file",)),
        Column("staff_seen", _("Staff seen"), places=("file",)),
    ]  # fmt: skip
    empty = Empty(
        _("No station was inspected yet"),
        _("Plan an inspection on the page of a station."),
        icon="clipboard-check",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Inspection.objects.visible_to(reader_of(request))
        return rows.select_related("account", "inspector")

    def context(self) -> dict[str, Any]:
        return around(self.request)

    def row_state(self, row: Inspection) -> str:
        if row.status == InspectionState.WITHDRAWN:
            return "done"
        return "late" if row.is_bad else ""


class StationFilter(FilterSet):
    """Which stations: overdue or not, of which region and field manager."""

    q = Contains("name", "number", "code", label=_("Find"))
    region = Contains("region", label=_("Region"))
    field_manager = FewChoices(label=_("Field manager"), queryset=_people, to_field_name="username")
    overdue = YesNo(label=_("Overdue"), method="filter_overdue")

    class Meta:
        model = Account
        fields: list[str] = []

    def filter_overdue(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        late = overdue(_long_ago(reader_of(self.request)))
        return rows.filter(late) if value == "yes" else rows.exclude(late)


def _long_ago(reader: User) -> date:
    """The day before which a last inspection is too long ago, by the policy of the reader's
    company.
    """
    policy = (station_policy(reader.unit) if reader.unit else None) or StationPolicy()
    return today_in(reader.unit) - timedelta(days=policy.inspect_days)


def overdue(long_ago: date) -> Q:
    """Stations whose inspection duty is late, or whose last inspection is older than a day."""
    return Q(inspection_due__isnull=False, inspection_due__lt=clock.now()) | Q(
        last_inspected__isnull=False, last_inspected__lt=long_ago
    )


class StationsToInspectList(List):
    """Active stations with their last inspection and when the next is owed; those overdue are
    shown first and alone (S0.06).
    """

    name, title = "stations_to_inspect", _("Stations to inspect")
    row_address = "/accounts/{number}/"
    right = "stations.inspect"
    filter = StationFilter
    defaults = {"overdue": "yes"}
    order = {
        "due": Order("inspection_due", "sort_key", "pk", label=_("Soonest due first")),
        "inspected": Order("last_inspected", "sort_key", "pk", label=_("Longest ago first")),
        "name": Order("sort_key", "pk", label=_("By name")),
    }
    default_order = "due"
    columns = [
        Column("code", _("Code"), width="fit", phone="hide"),
        Column("name", _("Station"), link=True, order="name"),
        Column("region", _("Region")),
        Column("manager", _("Field manager"), value="field_manager.name"),
        Column("inspected", _("Last inspected"), value="last_inspected", order="inspected",
               phone="label"),
        Column("score", _("Last score"), value="last_score", align="end", phone="label"),
        Column("planned", _("Planned"), cell="code", phone="hide"),
        Column("due", _("Inspection due"), value="inspection_due", order="due", phone="label"),
        Column("talk", _("Settlement talk due"), value="talk_due", phone="hide"),
    ]  # fmt: skip
    empty = Empty(
        _("No station is overdue"),
        _("Stations appear here when their inspection is late."),
        icon="check-check",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Account.objects.visible_to(reader_of(request)).in_role(AccountRole.STATION)  # type: ignore[attr-defined]
        rows = rows.filter(status=AccountState.ACTIVE)
        return with_inspections(rows).select_related("field_manager")

    def context(self) -> dict[str, Any]:
        return around(self.request)

    def row_state(self, row: Any) -> str:
        if is_late(row.inspection_due):
            return "late"
        is_bad = row.last_score is not None and row.last_score < (row.last_bad_below or 0)
        return "warned" if is_bad else ""


TALK_FOUND_BY = ("account__name", "account__code", "persons")


class TalkFilter(FilterSet):
    """What settlement talks can be narrowed by."""

    q = Contains(*TALK_FOUND_BY, label=_("Find"), method="find")
    by = FewChoices(label=_("Held by"), queryset=_people, to_field_name="username")
    waits = YesNo(label=_("Waits for an answer"), method="filter_waits")
    from_day = FromDay(label=_("Held on"), field_name="held_on")
    until_day = UntilDay(label=_("Held on"), field_name="held_on")

    class Meta:
        model = SettlementTalk
        fields: list[str] = []

    def find(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """By the columns, or by the number of an order that is disputed; each talk once."""
        disputed = SettlementDispute.objects.filter(talk=OuterRef("pk"), number__icontains=value)
        return rows.filter(any_contains(TALK_FOUND_BY, value) | Q(Exists(disputed)))

    def filter_waits(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(answered_at__isnull=value == "yes")


class TalkList(List):
    """What was discussed with stations about their settlement (S0.15)."""

    name, title = "settlement_talks", _("Settlement talks")
    row_address = "/settlement_talks/{id}/"
    right = "stations.see"
    filter = TalkFilter
    order = {"newest": Order("-held_on", "-pk"), "station": Order("account__sort_key", "-pk")}
    default_order = "newest"
    columns = [
        Column("station", _("Station"), value="account.name", link=True, order="station"),
        Column("held", _("Held on"), value="held_on", order="newest", width="fit"),
        Column("persons", _("With whom"), phone="hide"),
        Column("questions", _("What they asked"), width="clip", phone="full"),
        Column("disputed", _("Disputed orders"), value=lambda row: ", ".join(row.disputed),
               raw="disputed", width="clip", phone="label"),
        Column("answers", _("What they were answered"), width="clip", phone="hide"),
        Column("by", _("Held by"), value="by.name"),
        Column("answered", _("Answered"), value="answered_at", phone="hide"),
    ]  # fmt: skip
    empty = Empty(
        _("No settlement was talked over yet"),
        _("Log a talk on the page of a station."),
        icon="scale",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = SettlementTalk.objects.visible_to(reader_of(request))
        return rows.select_related("account", "by").prefetch_related("disputes")

    def context(self) -> dict[str, Any]:
        return around(self.request)

    def row_state(self, row: SettlementTalk) -> str:
        return "warned" if row.waits_for_answer else ""
