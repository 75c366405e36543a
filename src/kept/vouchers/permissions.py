"""The rights this module owns, beyond those named after its verbs."""

from django.utils.translation import gettext_lazy as _

RIGHTS = {
    "vouchers.see": _("See vouchers"),
    "vouchers.keep": _("Correct and withdraw vouchers"),
}
