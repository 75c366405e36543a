"""The list of fraud cases, for headquarters and field staff."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kept.kit.lists import (
    Column,
    Contains,
    Empty,
    FilterSet,
    FromDay,
    List,
    OneOf,
    Order,
    UntilDay,
    YesNo,
)
from kept.kit.lists.filters import any_contains
from kept.parties.lists import UnitAndBelow, units
from kept.people.reader import reader_of
from kept.stations.lists import around
from kept.stations.models import FraudCase, FraudDecision, FraudOrder, FraudState

FOUND_BY = ("number", "account__name", "account__code", "suspected")


class FraudFilter(FilterSet):
    """What fraud cases can be narrowed by."""

    q = Contains(*FOUND_BY, label=_("Find"), method="find")
    status = OneOf(label=_("Status"), choices=FraudState.choices)
    decision = OneOf(label=_("Decision"), choices=FraudDecision.choices)
    unit = UnitAndBelow(label=_("Unit and below"), queryset=units, to_field_name="code")
    lacks_education = YesNo(label=_("Education missing"), method="filter_education")
    from_day = FromDay(label=_("Suspected"), field_name="opened_at")
    until_day = UntilDay(label=_("Suspected"), field_name="opened_at")

    class Meta:
        model = FraudCase
        fields: list[str] = []

    def find(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """By the columns, or by the number of an order it is about; each case once."""
        about = FraudOrder.objects.filter(case=OuterRef("pk"), struck_at__isnull=True)
        about = about.filter(number__icontains=value)
        return rows.filter(any_contains(FOUND_BY, value) | Q(Exists(about)))

    def filter_education(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        lacks = Q(decision=FraudDecision.CONFIRMED, education__isnull=True)
        return rows.filter(lacks) if value == "yes" else rows.exclude(lacks)


class FraudList(List):
    """Every fraud case the reader may see: station, state, decision, education (S0.18, S0.19)."""

    name, title = "fraud_cases", _("Fraud cases")
    row_address = "/fraud_cases/{number}/"
    right = "stations.see_fraud"
    filter = FraudFilter
    order = {
        "newest": Order("-opened_at", "-pk", label=_("Newest first")),
        "station": Order("account__sort_key", "-opened_at", "-pk", label=_("By station")),
    }
    default_order = "newest"
    columns = [
        Column("number", _("Number"), link=True, cell="code", width="fit"),
        Column("station", _("Station"), value="account.name", order="station", phone="full"),
        Column("suspected", _("What is suspected"), width="clip", phone="full"),
        Column("orders", _("Orders concerned"), value=lambda row: ", ".join(row.numbers),
               raw="numbers", phone="label"),
        Column("opened", _("Suspected"), value="opened_at", order="newest", phone="hide"),
        Column("by", _("Suspected by"), value="opened_by.name", places=("file", "print")),
        Column("reported", _("Reported"), value="reported_at", places=("file", "print")),
        Column("decision", _("Decision"), phone="label"),
        Column("educated", _("Educated on"), value="educated_on", places=("file", "print")),
        Column("statement", _("Written statement"), places=("file",)),
        Column("because", _("Reason of the decision"), value="decided_because", places=("file",)),
        Column("status", _("Status"), phone="state"),
    ]  # fmt: skip
    empty = Empty(
        _("No fraud is suspected"),
        _("Open a fraud case on the page of a station."),
        icon="shield-alert",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = FraudCase.objects.visible_to(reader_of(request))
        orders = FraudOrder.objects.filter(struck_at__isnull=True).order_by("pk")
        return rows.select_related("account", "opened_by").prefetch_related(
            Prefetch("orders", orders)
        )

    def context(self) -> dict[str, Any]:
        return around(self.request)

    def row_state(self, row: FraudCase) -> str:
        if row.status in (FraudState.CLOSED, FraudState.WITHDRAWN):
            return "done"
        return "late" if row.lacks_education else "warned"
