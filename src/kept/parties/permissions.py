"""The rights this module owns, beyond those named after its verbs."""

from django.utils.translation import gettext_lazy as _

RIGHTS = {
    "parties.see": _("See customers and partners"),
    "parties.edit": _("Keep the files of customers and partners"),
    "parties.erase": _("Erase personal data"),
    "parties.acknowledge_change": _("Acknowledge changes of stations and field staff"),
    "parties.post_field_staff": _("Keep the register of field staff"),
}
