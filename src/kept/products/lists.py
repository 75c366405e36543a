"""Lists of products, serial units and contracts."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.kit import clock
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
from kept.products.models import Contract, Product, SerialUnit, UnitClass, UsageNote


def _products(request: HttpRequest) -> QuerySet:
    return Product.objects.visible_to(request.user).current().order_by("code")  # type: ignore[arg-type]


class ProductFilter(FilterSet):
    """What the catalogue can be narrowed by."""

    q = Contains("code", "name", "family", label=_("Find"))
    ended = YesNo(label=_("No longer served"), method="filter_ended")

    class Meta:
        model = Product
        fields: list[str] = []

    def filter_ended(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(ended_at__isnull=value == "no")


class ProductList(List):
    """The catalogue."""

    name, title = "products", _("Products")
    row_address = "/products/{code}/"
    right = "products.see"
    filter = ProductFilter
    defaults = {"ended": "no"}
    order = {"code": Order("code", "pk"), "units": Order("-units", "pk")}
    default_order = "code"
    columns = [
        Column("code", _("Code"), link=True, order="code"),
        Column("name", _("Name")),
        Column("family", _("Family")),
        Column("size", _("Standard size"), value="standard_size", phone="hide"),
        Column("warranty", _("Warranty, months"), value="warranty_months", align="end"),
        Column("units", _("Serial units"), align="end", order="units"),
        Column("launched", _("Launched on"), value="launched_on", phone="hide"),
    ]
    empty = Empty(
        _("The catalogue is empty"), _("Enter the first product."), "/products/add_product/",
        _("Add product"), icon="package",
    )  # fmt: skip

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Product.objects.visible_to(request.user)  # type: ignore[arg-type]
        return rows.annotate(units=Count("serial_units"))

    def context(self) -> dict[str, Any]:
        return {"above": "products/equipment_above.html"}


class SerialFilter(FilterSet):
    """What serial units can be narrowed by."""

    q = Contains("serial", "licence", "account__name", label=_("Find"))
    unit_class = OneOf(label=pgettext_lazy("of a unit", "Class"), choices=UnitClass.choices)
    product = FewChoices(label=_("Product"), queryset=_products)
    contract = YesNo(label=_("Under a contract"), method="filter_contract")
    covered = YesNo(label=_("Covered today"), method="filter_covered")
    ends_from = FromDay(label=_("Cover ends"), field_name="warranty_until")
    ends_until = UntilDay(label=_("Cover ends"), field_name="warranty_until")

    class Meta:
        model = SerialUnit
        fields: list[str] = []

    def filter_contract(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        linked = Contract.objects.filter(ended_at__isnull=True).values("serial_units")
        return (
            rows.filter(pk__in=linked)
            if value == "yes"
            else rows.exclude(pk__in=linked.filter(serial_units__isnull=False))
        )

    def filter_covered(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        ended = Q(warranty_until__isnull=True) | Q(warranty_until__lt=_today(self.request))
        return rows.exclude(ended) if value == "yes" else rows.filter(ended)


def _today(request: Any) -> date:
    unit = request.user.unit
    return clock.today(unit.zone if unit else "UTC")


def _contract_numbers(unit: SerialUnit) -> str:
    return ", ".join(one.number for one in unit.contracts.all())


def _agreements(unit: SerialUnit) -> str:
    named = (one.technical_agreement for one in unit.contracts.all())
    return ", ".join(name for name in named if name)


def _parts(unit: SerialUnit) -> str:
    """Bought-in parts that are in the unit now, each with its supplier (S2.02)."""
    now_in = (part for part in unit.components.all() if part.ended_at is None)
    return "; ".join(f"{part.name} ({part.supplier.name})" for part in now_in)


class SerialList(List):
    """The installed base: what stands where, whose it is, covered until when."""

    name, title = "serials", _("Serial units")
    right = "products.see"
    filter = SerialFilter
    order = {
        "newest": Order("-pk", label=_("Newest first")),
        "serial": Order("serial", "pk"),
        "cover": Order("warranty_until", label=_("Cover ends first")),
    }
    columns = [
        Column("serial", _("Serial number"), link=True, cell="code", order="serial"),
        Column("product", _("Product")),
        Column("version", _("Version"), phone="hide"),
        Column(
            "class",
            pgettext_lazy("of a unit", "Class"),
            value="get_unit_class_display",
            phone="state",
        ),
        Column("account", _("Customer"), value="account.name"),
        Column("delivered", _("Delivered on"), value="delivered_on", phone="hide"),
        Column("contracts", _("Contract number"), value=_contract_numbers, phone="hide"),
        Column("agreements", _("Technical agreement"), value=_agreements, places=("file", "print")),
        Column("cover", _("Covered until"), value="warranty_until", order="cover"),
        Column("sold", _("Sold on"), value="sold_on", places=("file", "print")),
        Column("installed", _("Commissioned on"), value="installed_on", places=("file", "print")),
        Column("parts", _("Bought-in parts"), value=_parts, places=("file", "print")),
        Column("licence", _("Licence or dongle"), places=("file",)),
        Column("account_number", _("Customer number"), value="account.number", places=("file",)),
    ]
    empty = Empty(
        _("No serial units yet"), _("Enter the first one."), "/serials/add_serial_unit/",
        _("Add serial unit"), icon="package",
    )  # fmt: skip

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = SerialUnit.objects.visible_to(request.user)  # type: ignore[arg-type]
        told_of = ("contracts", "components__supplier")
        return rows.select_related("product", "account").prefetch_related(*told_of)

    def row_state(self, row: SerialUnit) -> str:
        return "warned" if row.unit_class == UnitClass.FAULTY else ""

    def context(self) -> dict[str, Any]:
        return {"above": "products/equipment_above.html"}


class ContractFilter(FilterSet):
    """What contracts can be narrowed by."""

    q = Contains("number", "technical_agreement", "account__name", label=_("Find"))
    ended = YesNo(label=_("Ended before its time"), method="filter_ended")
    until = UntilDay(label=_("Runs"), field_name="until_on")

    class Meta:
        model = Contract
        fields: list[str] = []

    def filter_ended(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(ended_at__isnull=value == "no")


class ContractList(List):
    """Contracts over equipment."""

    name, title = "contracts", _("Contracts")
    row_address = "/contracts/{number}/"
    right = "products.see"
    filter = ContractFilter
    order = {
        "newest": Order("-from_on", "-pk"),
        "until": Order("until_on"),
        "number": Order("number"),
    }
    columns = [
        Column("number", _("Contract number"), link=True, order="number"),
        Column("account", _("Customer"), value="account.name"),
        Column("agreement", _("Technical agreement"), value="technical_agreement", phone="hide"),
        Column("from", _("From"), value="from_on", order="newest"),
        Column("until", _("Until"), value="until_on", order="until"),
        Column("months", _("Months"), align="end", phone="hide"),
        Column("starts", _("Counted from"), phone="hide"),
        Column("units", _("Serial units"), align="end"),
        Column("covers", _("What is covered"), width="clip", phone="hide"),
    ]
    empty = Empty(
        _("No contracts yet"), _("Enter the first one."), "/contracts/add_contract/",
        _("Add contract"), icon="scroll-text",
    )  # fmt: skip

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Contract.objects.visible_to(request.user)  # type: ignore[arg-type]
        return rows.select_related("account").annotate(units=Count("serial_units"))

    def row_state(self, row: Contract) -> str:
        return "done" if row.ended_at else ""

    def context(self) -> dict[str, Any]:
        return {"above": "products/equipment_above.html"}


class UsageFilter(FilterSet):
    """What notes of use can be narrowed by."""

    q = Contains("account__number", "account__name", "machine", "problem", label=_("Find"))
    product = FewChoices(label=_("Oil"), queryset=_products)
    has_problem = YesNo(label=_("With a problem"), method="filter_problem")
    on_from = FromDay(label=_("Looked at on"), field_name="on")
    on_until = UntilDay(label=_("Looked at on"), field_name="on")

    class Meta:
        model = UsageNote
        fields: list[str] = []

    def filter_problem(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.exclude(problem="") if value == "yes" else rows.filter(problem="")


class UsageList(List):
    """How oils do in the machines of direct users (S4.28)."""

    name, title = "usage", _("Oil in use")
    row_address = "/accounts/{account__number}/"
    right = "parties.see"
    filter = UsageFilter
    order = {"newest": Order("-on", "-pk"), "account": Order("account__sort_key", "-on", "-pk")}
    default_order = "newest"
    columns = [
        Column("on", _("Looked at on"), order="newest"),
        Column("account", _("Customer"), value="account.name", link=True, order="account"),
        Column("machine", _("Machine")),
        Column("product", _("Oil"), value="product.name"),
        Column("hours", _("Hours run"), align="end", phone="hide"),
        Column("changed_on", _("Oil changed on"), phone="hide"),
        Column("problem", _("Problem"), width="clip"),
        Column("advice", _("Advice"), width="clip", phone="hide"),
        Column("by", _("By"), value="noted_by", phone="hide"),
    ]
    empty = Empty(
        _("Nothing noted yet"),
        _("Note how the oil does on the page of a customer."),
        "/accounts/",
        _("Customers"),
        icon="gauge",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows: Any = UsageNote.objects.visible_to(request.user)  # type: ignore[arg-type]
        return rows.select_related("account", "product", "noted_by")

    def context(self) -> dict[str, Any]:
        return {"above": "products/equipment_above.html"}
