"""The list of orders stations dispute in settlement talks."""

from typing import Any

from django.db.models import QuerySet
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
from kept.parties.lists import UnitAndBelow, units
from kept.people.reader import reader_of
from kept.stations.lists import around
from kept.stations.models import SettlementDispute

STATES = [("open", _("open")), ("answered", _("answered"))]


class DisputeFilter(FilterSet):
    """What disputed orders can be narrowed by."""

    q = Contains("number", "talk__account__name", "talk__account__code", label=_("Find"))
    status = OneOf(label=_("Status"), choices=STATES, method="filter_status")
    known = YesNo(label=_("Order in Kept"), method="filter_known")
    unit = UnitAndBelow(label=_("Unit and below"), field_name="talk__account__unit",
                        queryset=units, to_field_name="code")  # fmt: skip
    from_day = FromDay(label=_("Held on"), field_name="talk__held_on")
    until_day = UntilDay(label=_("Held on"), field_name="talk__held_on")

    class Meta:
        model = SettlementDispute
        fields: list[str] = []

    def filter_status(self, rows: QuerySet, name: str, value: list[str]) -> QuerySet:
        if len(set(value)) != 1:
            return rows
        return rows.filter(answered_at__isnull="open" in value)

    def filter_known(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(order__isnull=value == "no")


def status_of(row: SettlementDispute) -> str:
    """Whether the station had its answer about the order, as data."""
    return "open" if row.answered_at is None else "answered"


def status_words(row: SettlementDispute) -> str:
    """Whether the station had its answer about the order, in a word."""
    return str(dict(STATES)[status_of(row)])


def known_words(row: SettlementDispute) -> str:
    """Whether Kept has the order, in words."""
    return row.order.title if row.order else str(_("no order of this number is in Kept"))


class DisputeList(List):
    """Every order a station disputes: which, since when, and what it was answered (S0.15)."""

    name, title = "settlement_disputes", _("Disputed orders")
    row_address = "/settlement_talks/{talk_id}/"
    right = "stations.see"
    filter = DisputeFilter
    defaults = {"status": "open"}
    order = {
        "oldest": Order("talk__held_on", "pk", label=_("Oldest first")),
        "newest": Order("-talk__held_on", "-pk", label=_("Newest first")),
        "station": Order("talk__account__sort_key", "pk", label=_("By station")),
    }
    default_order = "oldest"
    columns = [
        Column("number", _("Number"), link=True, cell="code", width="fit"),
        Column("station", _("Station"), value="talk.account.name", order="station", phone="full"),
        Column("order", _("Order in Kept"), value=known_words, raw="order.number", width="clip"),
        Column("held", _("Held on"), value="talk.held_on", order="newest", width="fit"),
        Column("by", _("Held by"), value="talk.by.name", phone="hide"),
        Column("answer", _("What they were answered"), width="clip", phone="hide"),
        Column("answered", _("Answered on"), value="answered_at", phone="hide"),
        Column("status", _("Status"), value=status_words, raw=status_of, phone="state"),
    ]
    empty = Empty(
        _("No order is disputed"),
        _("Orders appear here when a station disputes them in a settlement talk."),
        icon="check-check",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = SettlementDispute.objects.visible_to(reader_of(request))
        return rows.select_related("talk__account", "talk__by", "order")

    def context(self) -> dict[str, Any]:
        return around(self.request)

    def row_state(self, row: SettlementDispute) -> str:
        return "warned" if row.answered_at is None else ""
