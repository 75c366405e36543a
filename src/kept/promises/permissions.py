"""The rights this module owns, beyond those named after its verbs."""

from django.utils.translation import gettext_lazy as _

#: Who leads people sees how they keep their duties, and what else their appraisal counts.
SEE_OTHERS = "promises.see_figures"

RIGHTS = {
    "promises.see": _("See promises and their explanation"),
    SEE_OTHERS: _("See how far others keep their duties"),
    "promises.what_if": _("Ask what if a promise rule were another"),
    "promises.set_rule": _("Set promise rules"),
    "promises.set_calendar": _("Decide about days of the calendar"),
}
