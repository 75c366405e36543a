"""The rights this module owns, beyond those named after its verbs."""

from django.utils.translation import gettext_lazy as _

RIGHTS = {
    "orders.see_prices": _("See the price list"),
    "orders.set_prices": _("Keep the price list"),
}
