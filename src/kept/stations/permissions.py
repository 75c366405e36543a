"""The rights this module owns, beyond those named after its verbs."""

from django.utils.translation import gettext_lazy as _

RIGHTS = {
    "stations.see": _("See inspections of stations and settlement talks"),
    "stations.see_sales": _("See weekly sales"),
    "stations.inspect": _("Inspect stations"),
}
