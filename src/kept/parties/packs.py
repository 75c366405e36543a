"""What a company decides about its customers and partners, in policy packs."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import check_words
from kept.parties.fields import LABELS
from kept.parties.models import (
    AccountPolicy,
    AccountRole,
    DealerLevel,
    DealerType,
    TerritoryMode,
)
from kept.parties.noticing import FIELD_STAFF

KNOWN = {
    "mandatory", "acknowledged", "notice_days", "verify_days", "churn_limit", "churn_months",
    "phone_region", "territory_mode",
}  # fmt: skip


@packs.section("accounts", order=33)
def read_account_policy(loading: Loading, row: dict[str, Any]) -> None:
    """``[accounts] acknowledged, notice_days, verify_days, churn_limit, churn_months,
    phone_region, territory_mode`` and ``[accounts.mandatory] <role> = [<field>, …]``.
    """
    if unknown := sorted(set(row) - KNOWN):
        raise _unknown(", ".join(unknown), sorted(KNOWN))
    AccountPolicy.objects.create(
        unit=loading.company,
        valid_from=loading.valid_from,
        mandatory=_mandatory(row.get("mandatory", {})),
        acknowledged=[_known(one, [*AccountRole.values, FIELD_STAFF])
                      for one in row.get("acknowledged", [])],
        notice_days=row.get("notice_days", 3),
        verify_days=row.get("verify_days", 31),
        churn_limit=_percent(row.get("churn_limit", "5.00")),
        churn_months=row.get("churn_months", 12),
        phone_region=row.get("phone_region", "CN"),
        territory_mode=_known(row.get("territory_mode", "off"), TerritoryMode.values),
    )  # fmt: skip
    loading.done["accounts"] = 1


def _mandatory(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    return {
        _known(role, AccountRole.values): [_known(name, list(LABELS)) for name in names]
        for role, names in rows.items()
    }


def _percent(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise _unknown(str(value), ["5.00"]) from None


@packs.section("dealer_types", order=34)
def read_dealer_types(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[dealer_types]] code, name``."""
    for row in rows:
        made = DealerType.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row["code"],
            name=check_words(row["name"]),
        )
        loading.remember("dealer_types", made.code, made)


@packs.section("dealer_levels", order=35)
def read_dealer_levels(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[dealer_levels]] code, name, rule, is_excellent`` (S3.04)."""
    for row in rows:
        made = DealerLevel.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row["code"],
            name=check_words(row["name"]),
            rule=check_words(row["rule"]),
            is_excellent=row.get("is_excellent", False),
        )
        loading.remember("dealer_levels", made.code, made)


def _known(value: str, known: list[str]) -> str:
    if value not in known:
        raise _unknown(value, known)
    return value


def _unknown(value: str, known: list[str]) -> InvalidInput:
    return InvalidInput(
        _("“{value}” is not known here. There are: {known}."),
        value=value,
        known=", ".join(known),
    )
