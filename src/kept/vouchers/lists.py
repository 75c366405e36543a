"""The register of vouchers."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
    Raw,
    UntilDay,
)
from kept.people.models import Unit
from kept.people.reader import reader_of
from kept.timeline.models.thread import name_of_thread
from kept.vouchers.forms import AMOUNT_LABEL, DATE_LABEL, NUMBER_LABEL, PLACE_LABEL
from kept.vouchers.models import Voucher, VoucherState, VoucherType


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(request.user).active()


class VoucherFilter(FilterSet):
    """What the register of vouchers can be narrowed by."""

    q = Contains("number", "printed_number", "place", "about__number", label=_("Find"))
    printed = Contains("number_key", label=NUMBER_LABEL)
    status = OneOf(label=_("Status"), choices=VoucherState.choices)
    voucher_type = OneOf(label=pgettext_lazy("of a voucher", "Type"), choices=VoucherType.choices)
    unit = FewChoices(
        label=_("Unit and below"), queryset=_units, to_field_name="code", method="in_unit"
    )
    dated_from = FromDay(label=DATE_LABEL, field_name="dated_on")
    dated_until = UntilDay(label=DATE_LABEL, field_name="dated_on")
    entered_from = FromDay(label=_("Entered"), field_name="entered_at")
    entered_until = UntilDay(label=_("Entered"), field_name="entered_at")

    class Meta:
        model = Voucher
        fields: list[str] = []

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(unit__path__startswith=unit.path) if unit else rows


class VoucherList(List):
    """Every voucher of the matters the reader sees, standing or withdrawn (SX.07, SX.10)."""

    name, title = "vouchers", _("Vouchers")
    row_address = "/vouchers/{number}/"
    right = "vouchers.see"
    filter = VoucherFilter
    defaults = {"status": ["standing"]}
    order = {
        "newest": Order("-entered_at", "-pk", label=_("Newest first")),
        "number": Order("number", label=_("By number")),
    }
    default_order = "newest"
    columns = [
        Column("number", _("Number"), link=True, width="fit", order="number"),
        Column("printed_number", NUMBER_LABEL, cell="code"),
        Column(
            "voucher_type",
            pgettext_lazy("of a voucher", "Type"),
            value="get_voucher_type_display",
            raw="voucher_type",
            phone="hide",
        ),
        Column("dated_on", DATE_LABEL),
        Column("place", PLACE_LABEL, phone="hide"),
        Column("amount", AMOUNT_LABEL, align="end", money=True),
        Column("about", _("About"), value="about.number", width="fit", phone="hide"),
        Column(
            "title",
            _("Matter"),
            value="about.name",
            raw=Raw(name_of_thread, "about.of_unit.name", "about.title"),
            width="wide",
            phone="full",
        ),
        Column("unit", _("Unit"), places=("file", "print")),
        Column("entered_by", _("Entered by"), places=("file", "print")),
        Column("entered_at", _("Entered"), cell="day", order="newest", phone="hide"),
        Column("status", _("Status"), value="get_status_display", raw="status", phone="state"),
    ]
    empty = Empty(
        _("No vouchers yet"),
        _("Send a file with a case or a duty and choose “voucher” as its kind."),
        "/cases/",
        _("Cases"),
        icon="receipt",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows: Any = Voucher.objects.visible_to(reader_of(request))
        return rows.select_related("about__of_unit", "unit", "entered_by")

    def row_state(self, row: Voucher) -> str:
        return "done" if row.status == VoucherState.WITHDRAWN else ""
