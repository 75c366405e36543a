"""Warranty terms and other policy on products, in policy packs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.products.models import ProductPolicy, Start, WarrantyTerm


@packs.section("warranty_terms", order=36)
def read_warranty_terms(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[warranty_terms]] code, family, months, starts``; no family is for all of them."""
    for row in rows:
        made = WarrantyTerm.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            family=row.get("family", ""),
            months=row["months"],
            starts=_start(row["starts"]),
        )
        loading.remember("warranty_terms", row["code"], made)


def _start(value: str) -> Start:
    try:
        return Start(value)
    except ValueError:
        raise InvalidInput(
            _("“{value}” is not known here. There are: {known}."),
            value=value,
            known=", ".join(Start.values),
        ) from None


@packs.section("products", order=37)
def read_product_policy(loading: Loading, row: dict[str, Any]) -> None:
    """``[products] needs_contract, needs_serial``."""
    ProductPolicy.objects.create(
        unit=loading.company,
        valid_from=loading.valid_from,
        needs_contract=row.get("needs_contract", False),
        needs_serial=row.get("needs_serial", False),
    )
    loading.done["products"] = 1
