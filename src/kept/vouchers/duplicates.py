"""The same voucher twice: a warning while its number is typed, a refusal when it is named (SX.10).

The database holds the rule, so two who enter one voucher at the same moment cannot both have it.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.refusal import Refused
from kept.people.models import User
from kept.vouchers.models import Voucher
from kept.vouchers.printed import number_key


def known_by_number(user: User, number: str) -> list[Voucher]:
    """Standing vouchers of the person's companies with this number, however it is typed."""
    key = number_key(number[:200])
    if not key:
        return []
    rows = Voucher.objects.standing().filter(company__in=user.company_ids, number_key=key)
    return list(rows.select_related("about", "company").order_by("pk"))


def save_once(voucher: Voucher, *, by: User, field: str) -> None:
    """Write a voucher down. Raises Refused, saying where and when the same one was entered, when
    its content or its number stands in the company already (SX.10).
    """
    try:
        with transaction.atomic():
            voucher.save()
    except IntegrityError:
        there = _same(voucher)
        if there is None:
            raise
        raise entered_already(voucher, there, by=by, field=field) from None


def _same(voucher: Voucher) -> Voucher | None:
    alike = Q(checksum=voucher.checksum)
    if voucher.number_key:
        alike |= Q(number_key=voucher.number_key)
    rows = Voucher.objects.standing().filter(alike, company=voucher.company_id)
    rows = rows.exclude(pk=voucher.pk).select_related("about", "company", "attachment")
    return rows.order_by("pk").first()


def entered_already(voucher: Voucher, there: Voucher, *, by: User, field: str) -> Refused:
    """What is said of a voucher that stands already: where and when, to who may see it; to others
    only that it does.
    """
    called: dict[str, Any] = {"name": voucher.printed_number or voucher.attachment.name}
    if there.number is None:
        sentence = _("“{name}” is the same voucher as “{other}”, sent with it. Choose one of them.")
        return Refused(sentence, **called, other=there.attachment.name, field=field, rule="SX.10")
    if not Voucher.objects.visible_to(by).filter(pk=there.pk).exists():
        sentence = _(
            "“{name}” stands as a voucher already, in a matter you do not see. Ask who keeps the"
            " vouchers of your company, or send the file as a plain document."
        )
        return Refused(sentence, **called, field=field, rule="SX.10")
    return Refused(
        _(
            "“{name}” stands as a voucher already: {number} in {matter}, entered on {day}. Withdraw"
            " that one first, or send the file as a plain document."
        ),
        **called,
        number=there.number,
        matter=there.about.number or there.about.name,
        day=_Day(there),
        field=field,
        rule="SX.10",
        mend=there.get_absolute_url(),
    )


class _Day:
    """The day a voucher was entered, in its company's zone, as the reader writes it."""

    def __init__(self, voucher: Voucher) -> None:
        self.voucher = voucher

    def __str__(self) -> str:
        moment = clock.local(self.voucher.entered_at, self.voucher.company.zone)
        return date_format(moment.date(), "SHORT_DATE_FORMAT")
