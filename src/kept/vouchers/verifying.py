"""Proof of the vouchers: each is the file it says, and every voucher among the files is entered."""

from django.utils.translation import gettext_lazy as _

from kept.kit.verifying import Report, one_moment, proves
from kept.timeline.models import Attachment, AttachmentKind
from kept.vouchers.models import Voucher
from kept.vouchers.printed import number_key


@proves("vouchers", _("Vouchers"), order=46)
def prove_vouchers(report: Report) -> None:
    """Every voucher repeats the checksum of its file, hangs where its file hangs, and is known by
    the number printed on it; no file used as a voucher is left out (SX.07, SX.10).
    """
    with one_moment():
        rows = Voucher.objects.select_related("attachment").order_by("pk")
        for voucher in rows.iterator(chunk_size=500):
            report.counts["vouchers"] += 1
            if fault := _fault(voucher):
                report.fault(voucher.number or f"voucher {voucher.pk}", fault)
        for file in _left_out():
            report.fault(file.name, _("it hangs on a matter as a voucher and was never entered"))


def _fault(voucher: Voucher) -> object:
    file = voucher.attachment
    if (voucher.checksum, voucher.about_id, voucher.seq) != (
        file.checksum, file.thread_id, file.seq,
    ):  # fmt: skip
        return _("it does not agree with its file")
    if voucher.number_key != number_key(voucher.printed_number):
        return _("it is not known by the number printed on it")
    return None


def _left_out() -> list[Attachment]:
    used = Attachment.objects.filter(kind=AttachmentKind.VOUCHER, thread__isnull=False)
    return list(used.filter(voucher__isnull=True).order_by("pk")[:100])
