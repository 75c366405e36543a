"""What the verbs on promises ask for, in words."""

from django.utils.translation import gettext_lazy as _

from kept.kit.forms import spec
from kept.kit.labels import declare, declare_for

declare(files=_("Files"))
declare_for(
    "promises.do_duty",
    on=_("Done on"),
    concerned=_("Customer or partner"),
    note=_("What was done and found"),
)
spec(
    "promises.do_duty",
    order=("on", "concerned", "note", "files"),
    help={"concerned": _("Number, code or name, where it was done at one.")},
)
