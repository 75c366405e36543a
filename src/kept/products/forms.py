"""What the forms of products ask, in the trade's words; order, choices and first values."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.kit.forms import spec
from kept.kit.labels import declare, declare_for
from kept.parties.forms import AccountInput
from kept.parties.models import Account, AccountRole
from kept.people.models import User
from kept.products.models import Contract, Product, SerialUnit

declare(
    family=_("Family"),
    warranty_months=_("Warranty, months"),
    launched_on=_("Launched on"),
    standard_width=_("Standard width, mm"),
    standard_height=_("Standard height, mm"),
    product=_("Product"),
    serial=_("Serial number"),
    account=_("Customer"),
    unit_class=pgettext_lazy("of a unit", "Class"),
    version=_("Version"),
    licence=_("Licence or dongle"),
    made_on=_("Made on"),
    sold_on=_("Sold on"),
    delivered_on=_("Delivered on"),
    installed_on=_("Commissioned on"),
    agreed_until=_("Warranty agreed until"),
    contract_number=_("Contract number"),
    technical_agreement=_("Technical agreement"),
    covers=_("What is covered"),
    months=_("Months"),
    starts=_("Counted from"),
    serial_units=_("Serial units"),
    component=_("Bought-in part"),
    component_serial=_("Serial number of the part"),
    supplier=_("Supplier"),
    commitment=_("What the supplier commits to"),
    committed_from=_("Committed from"),
    committed_until=_("Committed until"),
    machine=_("Machine"),
    hours=_("Hours run"),
    changed_on=_("Oil changed on"),
)
declare_for(
    "products.note_usage",
    on=_("Looked at on"),
    product=_("Oil"),
    problem=_("Problem, if any"),
    advice=_("Advice given"),
)


def _own_unit(subject: Any, by: User) -> dict[str, Any]:
    return {"unit": by.unit.code} if by.unit else {}


def _products(subject: Any, by: User) -> QuerySet:
    return Product.objects.visible_to(by).current().order_by("code")


def _suppliers(serial_unit: SerialUnit, by: User) -> QuerySet:
    rows = Account.objects.alive().filter(company=serial_unit.company_id)
    return rows.in_role(AccountRole.SUPPLIER).visible_to(by).order_by("sort_key")


def _units_of(contract: Contract | None, by: User) -> QuerySet:
    """Units of the contract's customer; of everybody while there is no contract yet."""
    rows = SerialUnit.objects.visible_to(by).select_related("product")
    return rows.filter(account=contract.account_id) if contract else rows


class SerialsInput(forms.Textarea):
    """Several serial numbers, one a line or with commas between them."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 3, **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        typed = ",".join(data.getlist(name) if hasattr(data, "getlist") else [data.get(name) or ""])
        return [one.strip() for one in typed.replace("\n", ",").split(",") if one.strip()]

    def format_value(self, value: Any) -> str:
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value or ""


def _facts_now(serial_unit: SerialUnit, by: User) -> dict[str, Any]:
    names = ("version", "licence", "made_on", "sold_on", "delivered_on", "installed_on",
             "agreed_until")  # fmt: skip
    return {name: getattr(serial_unit, name) for name in names}


def _product_now(product: Product, by: User) -> dict[str, Any]:
    names = ("name", "family", "warranty_months", "standard_width", "standard_height")
    return {name: getattr(product, name) for name in names}


def _contract_now(contract: Contract, by: User) -> dict[str, Any]:
    names = ("technical_agreement", "covers", "until_on", "months", "starts")
    return {name: getattr(contract, name) for name in names}


spec("products.add_product", initial=_own_unit)
spec("products.change_product", initial=_product_now)
spec(
    "products.add_serial_unit",
    order=("product", "serial", "account", "unit_class", "sold_on", "delivered_on"),
    choices={"product": _products},
    widgets={"account": AccountInput},
    initial=_own_unit,
)
spec("products.change_serial_unit", initial=_facts_now)
spec("products.transfer", widgets={"account": AccountInput})
spec(
    "products.add_contract",
    order=("contract_number", "account", "technical_agreement", "from_on", "until_on", "months",
           "starts", "covers", "serial_units", "unit"),
    widgets={"account": AccountInput, "serial_units": SerialsInput},
    choices={"serial_units": lambda subject, by: _units_of(None, by)},
    initial=_own_unit,
)  # fmt: skip
spec(
    "products.cover_units",
    widgets={"serial_units": SerialsInput},
    choices={"serial_units": _units_of},
)
spec("products.change_contract", initial=_contract_now)
spec("products.add_component", choices={"supplier": _suppliers})
