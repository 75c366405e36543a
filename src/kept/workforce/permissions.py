"""The rights this module owns, beyond those named after its verbs."""

from django.utils.translation import gettext_lazy as _

RIGHTS = {
    "workforce.watch_capacity": _("Be warned where consultants are too few"),
    "workforce.see_training": _("See trainings"),
    "workforce.train": _("Record trainings and their results"),
}
