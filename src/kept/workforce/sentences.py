"""What happens to consultants and to the capacity of units, in words."""

from django.utils.translation import gettext_lazy as _

from kept.timeline.sentences import declare

declare("person.consultant_named", _("May advise on solutions in {unit}: {solutions}"),
        icon="lightbulb")  # fmt: skip
declare("person.consultant_ended",
        _("No longer advises on solutions in {unit}; warning seen: {warning_seen}"),
        icon="circle-minus")  # fmt: skip
declare("unit.consultant_named", _("{person} may advise on solutions: {solutions}"),
        icon="lightbulb")  # fmt: skip
declare("unit.consultant_ended",
        _("{person} no longer advises on solutions here; warning seen: {warning_seen}"),
        icon="circle-minus")  # fmt: skip
declare("unit.consultants_none",
        _("{unit} is below {wanted} consulting technician: {count} there"),
        icon="triangle-alert", state="late")  # fmt: skip
declare("unit.consultants_below_minimum",
        _("{unit} is below {wanted} consulting technicians: {count} there"),
        icon="triangle-alert", state="late")  # fmt: skip
declare("unit.consultants_below_target",
        _("{unit} is below the target of {wanted} consulting technicians: {count} there"),
        icon="triangle-alert", state="warned")  # fmt: skip
declare("unit.consultants_enough", _("Enough consulting technicians again: {count}"),
        icon="circle-check", state="good")  # fmt: skip
