"""Every way vouchers change: entered with their file, corrected, withdrawn, erased."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action, number_at_end
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, TextRule
from kept.people.models import Unit, User
from kept.search.changes import changed
from kept.timeline import sight
from kept.timeline.erasing import RuleName, erase_story
from kept.timeline.models import Attachment, AttachmentKind, Thread
from kept.vouchers.duplicates import save_once
from kept.vouchers.findable import title_of
from kept.vouchers.models import Voucher, VoucherState, VoucherType, WaitingVoucher
from kept.vouchers.printed import NUMBER, PLACE, checked

NumberText = Annotated[str, NUMBER]
PlaceText = Annotated[str, PLACE]
CurrencyText = Annotated[str, TextRule(3, many_lines=False)]
KEEP = "vouchers.keep"


def enter_vouchers(
    thread: Thread, files: Sequence[Attachment], *, seq: int, by: User
) -> list[Voucher]:
    """Write down every voucher among files that were just hung on a matter (SX.07, SX.10).

    Raises Refused for one that stands in the company already.
    """
    vouchers = [file for file in files if file.kind == AttachmentKind.VOUCHER]
    return [_enter(file, thread, seq=seq, by=by) for file in vouchers]


def _enter(file: Attachment, about: Thread, *, seq: int, by: User) -> Voucher:
    unit = _place_of(about, by)
    waiting = WaitingVoucher.objects.filter(attachment=file).first()
    voucher = Voucher(
        about=about,
        seq=seq,
        attachment=file,
        company=unit.company or unit,
        unit=unit,
        checksum=file.checksum,
        entered_by=by,
        entered_at=clock.now(),
        **(waiting.printed() if waiting else {}),
    )
    voucher.thread = sight.open_thread(
        kind=Voucher.kind, unit=unit, title=title_of(voucher), is_open=False
    )
    save_once(voucher, by=by, field="files")
    if waiting is not None:
        waiting.delete()
    number_at_end(voucher)
    voucher.record("voucher.entered", by=by, about=about, words=_words(voucher), **_values(voucher))
    changed(voucher, is_new=True)
    return voucher


def _place_of(about: Thread, by: User) -> Unit:
    unit = about.unit or by.unit
    if unit is None:
        raise Refused(
            _("A voucher belongs to a company. Hang it on a matter of one."),
            field="files",
            rule="SX.01",
        )
    return unit


def _values(voucher: Voucher) -> dict[str, Any]:
    """What of a voucher is sealed: nothing of it is about a person."""
    money = voucher.amount
    return {
        "voucher_type": voucher.voucher_type or VoucherType.OTHER,
        "dated_on": voucher.dated_on,
        "amount": f"{money.amount} {money.currency}" if money else "",
    }


def _words(voucher: Voucher) -> dict[str, str]:
    printed = (voucher.printed_number, voucher.place)
    return {"printed": " · ".join(text for text in printed if text)}


@action("vouchers.correct", label=_("Correct voucher"), right=KEEP, icon="pencil",
        on=(VoucherState.STANDING,))  # fmt: skip
def correct_voucher(
    voucher: Voucher,
    *,
    by: User,
    reason: Line,
    number: NumberText = "",
    voucher_type: VoucherType | None = None,
    dated_on: date | None = None,
    place: PlaceText = "",
    amount: Decimal | None = None,
    currency: CurrencyText = "",
) -> Voucher:
    """Say again all that is printed on a voucher; what stood there before stays in its story.

    Raises Refused when its number stands in the company already (SX.10).
    """
    new = checked(
        voucher.unit, number=number, voucher_type=voucher_type or "", dated_on=dated_on,
        place=place, amount=amount, currency=currency,
    )  # fmt: skip
    old = voucher.printed()
    if new == old:
        raise Refused(_("Nothing is different from what stands there."), rule="SX.05")
    before = _words(voucher)
    for name, value in new.items():
        setattr(voucher, name, value)
    save_once(voucher, by=by, field="number")
    words = {f"old_{name}": text for name, text in before.items()}
    voucher.record(
        "voucher.corrected",
        by=by,
        words={**_words(voucher), **words, "reason": reason},
        **_values(voucher),
    )
    _retitle(voucher)
    return voucher


def _retitle(voucher: Voucher) -> None:
    voucher.thread.title = title_of(voucher)[:200]
    voucher.thread.save(update_fields=["title"])
    changed(voucher)


@action("vouchers.withdraw", label=_("Withdraw voucher"), right=KEEP, icon="undo-2", danger=True,
        on=(VoucherState.STANDING,))  # fmt: skip
def withdraw_voucher(voucher: Voucher, *, by: User, reason: Line) -> Voucher:
    """Let a voucher no longer count. Its number and content may be entered again (SX.10); the file
    stays where it hangs, and the matter says why.
    """
    if not reason:
        raise InvalidInput(_("Fill this in."), field="reason")
    voucher.move_to(VoucherState.WITHDRAWN)
    voucher.withdrawn_at = clock.now()
    voucher.save(update_fields=["status", "withdrawn_at"])
    voucher.about.record("voucher.given_up", by=by, voucher=voucher, words={"reason": reason})
    voucher.record("voucher.withdrawn", by=by, words={"reason": reason})
    changed(voucher)
    return voucher


@action("vouchers.erase", label=_("Erase personal data"), internal=True)
def erase_voucher(voucher: Voucher, *, by: User, ground: RuleName) -> Voucher:
    """Erase the place and every word of a voucher's story under a named rule; its number, day and
    amount stay, and it still stands once (SX.15).
    """
    if voucher.erased_at is not None:
        raise Refused(_("There is nothing left to erase there."), rule="SX.15")
    voucher.place, voucher.erased_at = "", clock.now()
    voucher.save(update_fields=["place", "erased_at"])
    erase_story(voucher.thread, by=by, rule=ground)
    voucher.record("voucher.erased", by=by, rule=ground)
    changed(voucher)
    return voucher
