"""The rights this module owns, beyond those named after its verbs."""

from django.utils.translation import gettext_lazy as _

RIGHTS = {
    "field.see": _("See dispatches"),
    "field.go_out": _("Be sent to customers"),
    "field.report": _("Report setting out, arrival and end of a dispatch"),
}
