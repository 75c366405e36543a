"""The rights this module owns, beyond those named after its verbs."""

from django.utils.translation import gettext_lazy as _

RIGHTS = {
    "stations.see": _("See inspections of stations and settlement talks"),
    "stations.see_sales": _("See weekly sales"),
    "stations.see_fraud": _("See fraud cases"),
    "stations.report_fraud": _("Suspect and report fraud at stations"),
    "stations.inspect": _("Inspect stations"),
}
