"""The rights this module owns, beyond those named after its verbs."""

from django.utils.translation import gettext_lazy as _

RIGHTS = {
    "cases.see": _("See cases"),
    "cases.work": _("Work on cases"),
    "cases.merge": _("Merge cases"),
    "cases.import": _("Take over cases"),
}
