"""The rights this module owns, beyond those named after its verbs."""

from django.utils.translation import gettext_lazy as _

RIGHTS = {
    "products.see": _("See the catalogue and serial units"),
    "products.edit": _("Keep serial units"),
    "products.catalogue": _("Keep the catalogue"),
    "products.contract": _("Keep contracts"),
}
