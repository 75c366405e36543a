"""What vouchers are found by."""

from collections.abc import Sequence

from kept.search.index import Card
from kept.vouchers.models import Voucher


def cards_of(vouchers: Sequence[Voucher]) -> list[Card]:
    """By the number of the register, the number printed on it however it is typed, its place and
    the name of its file (SX.10).
    """
    return [
        Card(
            voucher.thread_id,
            voucher.kind,
            title=title_of(voucher),
            number=voucher.number or "",
            address=voucher.get_absolute_url(),
            codes=[one for one in (voucher.printed_number, voucher.number_key) if one],
            texts=[voucher.place, voucher.attachment.name],
        )
        for voucher in vouchers
    ]


def title_of(voucher: Voucher) -> str:
    """What it is called: the number printed on it, or else the name of its file."""
    return voucher.printed_number or voucher.attachment.name
