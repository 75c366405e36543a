"""What vouchers offer below, and how they come to be: with the files that are hung on matters."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kept.kit.pages import MenuItem, menu
from kept.people.models import Unit, User
from kept.search.kinds import Findable, findable, seen_otherwise
from kept.timeline.erasing import story_erased
from kept.timeline.kinds import Fact, KindFacts, files_hung, kind_facts
from kept.timeline.models import Attachment, AttachmentKind, Thread
from kept.timeline.registers import Register, registers
from kept.timeline.retention import Kept, kept_data
from kept.vouchers.actions import enter_vouchers, erase_voucher
from kept.vouchers.findable import cards_of
from kept.vouchers.forms import (
    AMOUNT_LABEL,
    CURRENCY_LABEL,
    DATE_LABEL,
    NUMBER_LABEL,
    PLACE_LABEL,
    TYPE_LABEL,
)
from kept.vouchers.models import NUMBER_MAX, PLACE_MAX, Voucher, VoucherType, WaitingVoucher
from kept.vouchers.printed import read_facts


def _keep(attachment: Attachment, printed: dict[str, Any]) -> None:
    WaitingVoucher.objects.create(attachment=attachment, **printed)


VOUCHER_FACTS = KindFacts(
    AttachmentKind.VOUCHER,
    (
        Fact("number", NUMBER_LABEL, max=NUMBER_MAX, check_url="/vouchers/known/"),
        Fact("voucher_type", TYPE_LABEL, type="choice", choices=VoucherType.choices),
        Fact("dated_on", DATE_LABEL, type="date"),
        Fact("place", PLACE_LABEL, max=PLACE_MAX),
        Fact("amount", AMOUNT_LABEL, type="amount", max=24),
        Fact("currency", CURRENCY_LABEL, max=3),
    ),
    read_facts,
    _keep,
)


@kind_facts.fill(order=10)
def what_is_said_of_vouchers(_nobody: None) -> KindFacts:
    """A voucher has a number, a day, a place and an amount, as far as they are printed (SX.07)."""
    return VOUCHER_FACTS


@files_hung.fill(order=10)
def vouchers_are_entered(
    thread: Thread, *, files: Sequence[Attachment], seq: int, by: User
) -> None:
    """Vouchers among the files of a matter are entered with them, each of them once (SX.10)."""
    enter_vouchers(thread, files, seq=seq, by=by)


@menu.fill(order=56)
def vouchers_item(user: User) -> MenuItem | None:
    if not user.holds("vouchers.keep"):
        return None
    return MenuItem(_("Vouchers"), "/vouchers/", "receipt")


@registers.fill(order=56)
def register_of_vouchers(company: Unit) -> Register:
    """Every voucher, by number (SX.05)."""
    lines = Voucher.objects.filter(company=company)
    return Register(_("Vouchers"), lines, (Voucher.register,), "/vouchers/")


VOUCHERS_FOUND = Findable(
    Voucher.kind,
    _("Vouchers"),
    lambda: Voucher.objects.filter(number__isnull=False).select_related("attachment"),
    cards_of,
)


@findable.fill(order=60)
def vouchers_are_found(_nobody: None) -> Findable:
    """Vouchers are found by the number printed on them, their place and their file (SX.10)."""
    return VOUCHERS_FOUND


@seen_otherwise.fill(order=20)
def who_sees_vouchers(user: User) -> tuple[str, QuerySet]:
    """A voucher is seen by who sees the matter it hangs on."""
    return Voucher.kind, Voucher.objects.visible_to(user).values_list("thread_id", flat=True)


@kept_data.fill(order=60)
def old_vouchers(company: Unit) -> Kept:
    """Places and words of vouchers entered long ago (SX.15)."""
    return Kept(
        "voucher",
        _("a voucher was entered"),
        _entered_before,
        lambda voucher, by, rule: erase_voucher(voucher, by=by, ground=rule),
    )


def _entered_before(company: Unit, moment: datetime) -> QuerySet:
    rows = Voucher.objects.filter(company=company, entered_at__lt=moment, erased_at__isnull=True)
    return rows.select_related("thread")


@story_erased.fill(order=10)
def vouchers_are_erased_with_their_matter(thread: Thread, *, by: User, rule: str) -> None:
    """When all words of a matter are erased, those of its vouchers are (SX.15)."""
    for voucher in Voucher.objects.filter(about=thread, erased_at__isnull=True).order_by("pk"):
        erase_voucher(voucher, by=by, ground=rule)
