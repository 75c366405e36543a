"""What may be printed on a voucher, read from text or taken as values, whoever sends it."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.money import CURRENCIES, Money
from kept.kit.params import EARLIEST_YEAR
from kept.kit.refusal import InvalidInput
from kept.kit.text import TextRule
from kept.people.models import Unit, User
from kept.vouchers.models import NUMBER_MAX, PLACE_MAX, VoucherType

NUMBER = TextRule(NUMBER_MAX, many_lines=False)
PLACE = TextRule(PLACE_MAX, many_lines=False)


def number_key(number: str) -> str:
    """A number however it is typed: without case, width, spaces, dashes and other signs."""
    letters = unicodedata.normalize("NFKC", number).casefold()
    return "".join(sign for sign in letters if sign.isalnum())[: NUMBER_MAX * 2]


def read_facts(facts: Mapping[str, str], by: User) -> dict[str, Any]:
    """The columns of a voucher from texts. Raises InvalidInput naming what cannot be read."""
    return checked(
        by.unit,
        number=facts.get("number", ""),
        voucher_type=facts.get("voucher_type", ""),
        dated_on=_day(facts.get("dated_on", "")),
        place=facts.get("place", ""),
        amount=_number(facts.get("amount", "")),
        currency=facts.get("currency", ""),
    )


def checked(
    unit: Unit | None,
    *,
    number: str,
    voucher_type: str,
    dated_on: date | None,
    place: str,
    amount: Decimal | None,
    currency: str,
) -> dict[str, Any]:
    """The columns of a voucher. Raises InvalidInput for what cannot be printed on one.

    Without a currency an amount is in that of the company.
    """
    number = NUMBER.clean(number, "number")
    if number and not number_key(number):
        raise InvalidInput(_("A number has digits or letters."), field="number", rule="SX.10")
    if voucher_type and voucher_type not in VoucherType.values:
        raise InvalidInput(_("Choose one of the values offered."), field="voucher_type")
    money = _money(amount, currency, unit)
    return {
        "printed_number": number,
        "number_key": number_key(number),
        "voucher_type": str(voucher_type),
        "dated_on": _past(dated_on, unit),
        "place": PLACE.clean(place, "place"),
        "amount_minor": money.minor if money else None,
        "amount_currency": money.currency if money else "",
    }


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            _("“{text}” is no day. Write it as 2026-03-31."), text=text[:40], field="dated_on"
        ) from None


def _past(day: date | None, unit: Unit | None) -> date | None:
    if day is None:
        return None
    if day.year < EARLIEST_YEAR:
        raise InvalidInput(_("The year {year} cannot be right."), year=day.year, field="dated_on")
    if day > clock.today(unit.zone if unit else "UTC"):
        raise InvalidInput(
            _("A voucher is not dated in the future. Look at its date again."), field="dated_on"
        )
    return day


def _number(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise _no_amount(text) from None


def _money(amount: Decimal | None, currency: str, unit: Unit | None) -> Money | None:
    """The amount with its currency; None where none is printed."""
    code = unicodedata.normalize("NFKC", currency).strip().upper()
    if not code and unit is not None and unit.company is not None:
        code = unit.company.currency
    if amount is None:
        return None
    if code not in CURRENCIES:
        raise InvalidInput(
            _("“{code}” is no currency. Write its three letters, as CNY."),
            code=code[:10],
            field="currency",
        )
    try:
        money = Money.of(amount, code)
    except ValueError:
        raise _no_amount(str(amount)) from None
    if money.minor <= 0:
        raise InvalidInput(_("The amount of a voucher is above nothing."), field="amount")
    return money


def _no_amount(text: str) -> InvalidInput:
    return InvalidInput(
        _("“{text}” is no amount. Write digits and at most the smallest coin, as 128.50."),
        text=text[:40],
        field="amount",
    )
