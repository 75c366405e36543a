"""What happens to vouchers, in words."""

from django.utils.translation import gettext_lazy as _

from kept.timeline.sentences import declare
from kept.vouchers.models import VoucherType

declare(
    "voucher.entered",
    _("Entered with {about}: {voucher_type} {printed}, {dated_on}, {amount}"),
    icon="receipt",
    voucher_type=VoucherType,
)
declare(
    "voucher.corrected",
    _("Corrected from {old_printed} to: {voucher_type} {printed}, {dated_on}, {amount}"),
    icon="pencil",
    voucher_type=VoucherType,
)
declare("voucher.withdrawn", _("Withdrawn: it no longer counts"), icon="undo-2", state="warned")
declare("voucher.given_up", _("Voucher {voucher} withdrawn"), icon="receipt", state="warned")
declare("voucher.erased", _("Personal data erased under {rule}"), icon="shield-off")
