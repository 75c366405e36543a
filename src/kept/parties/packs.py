"""What a company decides about its customers and partners, in policy packs."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.pack_words import describe, labels
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed, Words, check_words
from kept.parties.fields import LABELS
from kept.parties.models import (
    AccountPolicy,
    AccountRole,
    DealerLevel,
    DealerType,
    TerritoryMode,
)
from kept.parties.models.policy import QuietHours
from kept.parties.noticing import FIELD_STAFF
from kept.parties.quiet import check_periods
from kept.people.loading import own_rows
from kept.people.models import Unit

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
        raise _unknown(str(Listed(unknown)), sorted(KNOWN))
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
        known=Listed(known),
    )


@packs.section("quiet_hours", order=39)
def read_quiet_hours(loading: Loading, row: dict[str, Any]) -> None:
    """``[quiet_hours] periods``: when partners are not to be disturbed (S3.21, C11)."""
    QuietHours.objects.create(
        unit=loading.company,
        valid_from=loading.valid_from,
        periods=check_periods(row["periods"]),
    )
    loading.done["quiet_hours"] = 1


@packs.writer("quiet_hours")
def write_quiet_hours(company: Unit, moment: datetime) -> dict[str, Any] | None:
    rows = own_rows(QuietHours, company, moment)
    return {"periods": list(rows[0].periods)} if rows else None


@packs.writer("accounts")
def write_account_policy(company: Unit, moment: datetime) -> dict[str, Any] | None:
    rows = own_rows(AccountPolicy, company, moment)
    if not rows:
        return None
    row = rows[0]
    return {
        "acknowledged": list(row.acknowledged),
        "notice_days": row.notice_days,
        "verify_days": row.verify_days,
        "churn_limit": str(row.churn_limit),
        "churn_months": row.churn_months,
        "phone_region": row.phone_region,
        "territory_mode": row.territory_mode,
        "mandatory": {role: list(fields) for role, fields in row.mandatory.items()},
    }


@packs.writer("dealer_types")
def write_dealer_types(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    rows = own_rows(DealerType, company, moment, "pk")
    return [{"code": row.code, "name": dict(row.name)} for row in rows]


@packs.writer("dealer_levels")
def write_dealer_levels(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "name": dict(row.name),
            "rule": dict(row.rule),
            "is_excellent": row.is_excellent,
        }
        for row in own_rows(DealerLevel, company, moment, "pk")
    ]


describe(
    "accounts",
    _("Customers and partners"),
    keys={
        "acknowledged": _("Changes that wait for somebody's word"),
        "notice_days": _("Days to report a change"),
        "verify_days": _("Days after which a file is checked again"),
        "churn_limit": _("Percent of customers that must not be lost"),
        "churn_months": _("Over so many months"),
        "phone_region": _("Country of phone numbers"),
        "territory_mode": _("Territories"),
        "mandatory": _("What a file must say"),
    },
    values={
        "territory_mode": labels(TerritoryMode),
        "acknowledged": labels(AccountRole),
        "mandatory": lambda roles: [
            f"{labels(AccountRole)(role)}: {', '.join(str(LABELS[one]) for one in fields)}"
            for role, fields in roles.items()
        ],
    },
)
describe("quiet_hours", _("Quiet hours"), keys={"periods": _("Not to be disturbed")})
describe("dealer_types", _("Types of dealers"))
describe(
    "dealer_levels",
    _("Levels of dealers"),
    keys={"rule": _("Rule"), "is_excellent": _("Counts as excellent")},
    row=lambda row: f"{Words(row['name'])}: {Words(row['rule'])}",
)
