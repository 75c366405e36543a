"""The rights this module owns, beyond those named after its verbs."""

from django.utils.translation import gettext_lazy as _

RIGHTS = {
    "reports.see": _("See reports"),
    "reports.write": _("Prepare and send reports"),
}
