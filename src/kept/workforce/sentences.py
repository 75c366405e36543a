"""What happens to consultants, to the capacity of units, and in trainings, in words."""

from django.utils.translation import gettext_lazy as _

from kept.timeline.sentences import declare
from kept.workforce.models import Topic

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
declare("training.held", _("Training held on {held_on} for {whom}: {topic}, {count} attendees"),
        icon="graduation-cap", topic=Topic)  # fmt: skip
declare("training.examined", _("Exam of {name}: {score}, passed from {pass_mark}"), icon="trophy")
declare("training.result", _("Result of {name}"), icon="pen-line")
declare("training.acknowledged", _("Acknowledged by {name}"), icon="stamp", state="good")
declare("training.done", _("Training done"), icon="check-check", state="good")
declare("training.station_merged", _("The station goes on as {new}"), icon="merge")
declare("account.trained", _("Trained on {held_on}: {topic}, {count} attendees"),
        icon="graduation-cap", topic=Topic)  # fmt: skip
declare("person.trained", _("Trained on {held_on}: {topic}"), icon="graduation-cap", topic=Topic)
