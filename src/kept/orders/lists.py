"""The price list."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
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
    YesNo,
)
from kept.orders.models import Price
from kept.people.models import Unit


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(request.user).active()


class PriceFilter(FilterSet):
    """What the price list can be narrowed by."""

    q = Contains("product__code", "product__name", "product__family", label=_("Find"))
    unit = FewChoices(
        label=_("Unit and below"), queryset=_units, to_field_name="code", method="in_unit"
    )
    replaced = YesNo(label=_("Corrected since"), method="filter_replaced")
    valid_after = FromDay(label=_("Valid from"), field_name="valid_from")
    valid_until = UntilDay(label=_("Valid from"), field_name="valid_from")

    class Meta:
        model = Price
        fields: list[str] = []

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(unit__path__startswith=unit.path) if unit else rows

    def filter_replaced(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(superseded_at__isnull=value == "no")


class PriceList(List):
    """What a square metre costs, where, and from when (S3.08)."""

    name, title = "prices", _("Price list")
    row_address = "/products/{product__code}/"
    right = "orders.see_prices"
    filter = PriceFilter
    defaults = {"replaced": "no"}
    order = {
        "product": Order("product__code", "-valid_from", "-pk", label=_("By product")),
        "newest": Order("-valid_from", "-pk", label=_("Newest first")),
    }
    default_order = "product"
    columns = [
        Column("code", _("Product"), value="product.code", link=True, cell="code", order="product"),
        Column("name", _("Name"), value="product.name"),
        Column("family", _("Family"), value="product.family", phone="hide"),
        Column("size", _("Standard size"), value="product.standard_size", phone="hide"),
        Column("unit", _("Unit")),
        Column("price", _("Price of a square metre"), value="amount", align="end", money=True),
        Column("valid_from", _("Valid from"), order="newest"),
        Column("set_by", _("Set by"), phone="hide"),
    ]
    empty = Empty(
        _("The price list is empty"),
        _("Bring in a table of prices, or set the price on the page of a product."),
        "/products/",
        _("Products"),
        icon="tag",
    )

    def context(self) -> dict[str, Any]:
        return {"above": "orders/prices_above.html"}

    def queryset(self, request: HttpRequest) -> QuerySet:
        reader: Any = request.user
        rows = Price.objects.visible_to(reader)
        return rows.select_related("product", "unit", "set_by")
