"""Warranty terms and other policy on products, in policy packs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.kit import packs
from kept.kit.pack_words import describe, labels
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed
from kept.people.loading import own_rows
from kept.people.models import Unit
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
            known=Listed(Start.values),
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


@packs.writer("warranty_terms")
def write_warranty_terms(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    """The terms, named after what they cover and when they start: that is what tells them apart."""
    return [
        {
            "code": f"{row.family or 'all'}-{row.starts}",
            "family": row.family,
            "months": row.months,
            "starts": row.starts,
        }
        for row in own_rows(WarrantyTerm, company, moment, "pk")
    ]


@packs.writer("products")
def write_product_policy(company: Unit, moment: datetime) -> dict[str, Any] | None:
    rows = own_rows(ProductPolicy, company, moment)
    if not rows:
        return None
    return {"needs_contract": rows[0].needs_contract, "needs_serial": rows[0].needs_serial}


def _term(row: Any) -> str:
    """A term in words: "battery: 6 months from the sale"."""
    words = ngettext("{n} month from “{start}”", "{n} months from “{start}”", row["months"])
    said = words.format(n=row["months"], start=labels(Start)(row["starts"]))
    return f"{row['family']}: {said}" if row.get("family") else said


describe(
    "warranty_terms",
    _("Warranty"),
    keys={"months": _("Months"), "family": _("Product family"), "starts": _("Counted from")},
    values={"starts": labels(Start)},
    row=_term,
)
describe(
    "products",
    _("Products"),
    keys={
        "needs_contract": _("Equipment is served under a contract"),
        "needs_serial": _("A serial number is asked for"),
    },
)
