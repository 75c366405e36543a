"""How a company rounds what it asks for its goods, in policy packs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.money import Rounding
from kept.kit.pack_words import describe, labels
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed
from kept.orders.models import PricePolicy
from kept.people.loading import own_rows
from kept.people.models import Unit

KNOWN = {"rounding", "step"}


@packs.section("prices", order=38)
def read_price_policy(loading: Loading, row: dict[str, Any]) -> None:
    """``[prices] rounding, step``: the rule, and the step in the smallest coins (S3.08)."""
    if unknown := sorted(set(row) - KNOWN):
        raise _unknown(unknown[0], sorted(KNOWN))
    rounding, step = row.get("rounding", Rounding.HALF_UP.value), row.get("step", 1)
    if rounding not in Rounding.values:
        raise _unknown(rounding, Rounding.values)
    if not isinstance(step, int) or step < 1:
        raise _unknown(str(step), ["1", "5", "10", "100"])
    PricePolicy.objects.create(
        unit=loading.company, valid_from=loading.valid_from, rounding=rounding, step=step
    )
    loading.done["prices"] = 1


def _unknown(value: str, known: list[str]) -> InvalidInput:
    return InvalidInput(
        _("“{value}” is not known here. There are: {known}."), value=value, known=Listed(known)
    )


@packs.writer("prices")
def write_price_policy(company: Unit, moment: datetime) -> dict[str, Any] | None:
    rows = own_rows(PricePolicy, company, moment)
    return {"rounding": rows[0].rounding, "step": rows[0].step} if rows else None


describe(
    "prices",
    _("Prices"),
    keys={"rounding": _("Rounded"), "step": _("Step in the smallest coins")},
    values={"rounding": labels(Rounding)},
)
