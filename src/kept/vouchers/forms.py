"""What the forms of vouchers ask, in the trade's words."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.kit.forms import spec
from kept.kit.labels import declare, declare_for
from kept.people.models import User
from kept.vouchers.models import Voucher

NUMBER_LABEL = _("Number on it")
TYPE_LABEL = pgettext_lazy("of a voucher", "Type")
DATE_LABEL = _("Date on it")
PLACE_LABEL = _("Place")
AMOUNT_LABEL = _("Amount")
CURRENCY_LABEL = _("Currency")

declare(voucher_type=TYPE_LABEL, dated_on=DATE_LABEL)
declare_for(
    "vouchers.correct",
    number=NUMBER_LABEL,
    place=PLACE_LABEL,
    amount=AMOUNT_LABEL,
    currency=CURRENCY_LABEL,
)


def _as_it_stands(voucher: Voucher, by: User) -> dict[str, Any]:
    money = voucher.amount
    return {
        "number": voucher.printed_number,
        "voucher_type": voucher.voucher_type,
        "dated_on": voucher.dated_on,
        "place": voucher.place,
        "amount": money.amount if money else None,
        "currency": money.currency if money else "",
    }


spec(
    "vouchers.correct",
    order=("number", "voucher_type", "dated_on", "place", "amount", "currency", "reason"),
    initial=_as_it_stands,
)
