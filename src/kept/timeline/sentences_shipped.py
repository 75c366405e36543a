"""Sentences for events of people and the timeline itself."""

from django.utils.translation import gettext_lazy as _

from kept.people.models import UnitKind
from kept.timeline.sentences import declare

declare("company.founded", _("Company “{name}” founded"), icon="building-2")
declare("unit.added", _("Added as {kind} under {parent}"), icon="building-2", kind=UnitKind)
declare("unit.manager_appointed", _("Manager: {old} → {new}"), icon="user-cog")
declare("unit.changed", _("Now called “{name}”: {kind}, {zone}"), icon="pencil", kind=UnitKind)
declare("unit.moved", _("Moved from {old} to {new}"), icon="arrow-right-left")
declare("unit.closed", _("Unit closed"), icon="circle-x")
declare("unit.reopened", _("Unit opened again"), icon="rotate-ccw")
declare("role.added", _("Role {role} added"), icon="shield")
declare("role.retired", _("Role {role} is no longer in use"), icon="shield-off")
declare(
    "role.rights_changed",
    _("Rights of {role}: added {added}; removed {removed}; second factor: {second_factor}"),
    icon="shield-alert",
)
declare("installation.renamed", _("The installation is now called “{new}”, before “{old}”"))
declare("installation.clock_moved", _("The test clock was moved from {old} to {new}"), icon="clock")
declare("person.added", _("Added to {unit}"), icon="user-plus")
declare("person.password_set", _("A new password was set"), icon="key-round")
declare("person.changed", _("Details changed: {fields}"), icon="pencil")
declare("person.moved", _("Moved from {old} to {new}"), icon="arrow-right-left")
declare("person.password_issued", _("A first password was given"), icon="key-round")
declare("person.password_changed", _("Chose a new password"), icon="key-round")
declare("person.second_factor_set", _("A second factor was set up"), icon="shield-check")
declare("person.second_factor_off", _("The second factor was switched off"), icon="shield-off")
declare("person.second_factor_reset", _("The second factor was taken away"), icon="shield-off")
declare("person.role_granted", _("Became {role} in {unit}"), icon="shield-check")
declare("person.role_withdrawn", _("No longer {role} in {unit}"), icon="shield-off")
declare(
    "person.absence_entered", _("Away {start_at} to {end_at}; {deputy} stands in"), icon="plane"
)
declare("person.back", _("Back before the absence was over"), icon="user-check")
declare("person.work_handed_over", _("All open work was handed over to {to}"), icon="users")
declare("person.deactivated", _("Left; the account is closed"), icon="user-minus")
declare("person.welcomed_back", _("Came back; the account is open again"), icon="user-check")
declare("person.token_issued", _("API token “{name}” issued"), icon="key-round")
declare("person.token_revoked", _("API token “{name}” revoked"), icon="key-round")
declare("file.attached", _("Attached {files}"), icon="paperclip")
declare("company.policy_loaded", _("Policy pack “{pack}” loaded ({rows})"), icon="scroll-text")
declare("words.noted", _("Note"), icon="sticky-note")
declare("words.erased", _("Words of entry {entry} erased under “{rule}”"), icon="shield-off")
