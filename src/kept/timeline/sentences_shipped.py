"""Sentences for events of people and the timeline itself."""

from django.utils.translation import gettext_lazy as _

from kept.people.models import UnitKind
from kept.timeline.sentences import declare

declare("company.founded", _("Company “{name}” founded"), icon="building-2")
declare("unit.added", _("Added as {kind} under {parent}"), icon="building-2", kind=UnitKind)
declare("unit.manager_appointed", _("Manager: {old} → {new}"), icon="user-cog")
declare("person.added", _("Added to {unit}"), icon="user-plus")
declare("person.password_set", _("A new password was set"), icon="key-round")
declare("person.second_factor_set", _("A second factor was set up"), icon="shield-check")
declare("person.role_granted", _("Became {role} in {unit}"), icon="shield-check")
declare("person.role_withdrawn", _("No longer {role} in {unit}"), icon="shield-off")
declare(
    "person.absence_entered", _("Away {start_at} to {end_at}; {deputy} stands in"), icon="plane"
)
declare("person.deactivated", _("Left; the account is closed"), icon="user-minus")
declare("person.token_issued", _("API token “{name}” issued"), icon="key-round")
declare("file.attached", _("Attached {files}"), icon="paperclip")
declare("company.policy_loaded", _("Policy pack “{pack}” loaded ({rows})"), icon="scroll-text")
declare("words.noted", _("Note"), icon="sticky-note")
declare("words.erased", _("Words of entry {entry} erased under “{rule}”"), icon="shield-off")
