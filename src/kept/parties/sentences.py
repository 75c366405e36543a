"""What happens to accounts, in words."""

from django.utils.translation import gettext_lazy as _

from kept.parties.models import AccountRole, FilePart, RemarkKind, Skill
from kept.parties.words import Channel
from kept.timeline.sentences import declare

declare("account.added", _("Added as {roles}"), icon="building-2", roles=AccountRole)
declare("account.changed", _("File changed"), icon="pencil")
declare("account.roles_changed", _("Roles: {old} → {new}"), icon="tags")
declare("account.quiet_hours_set", _("Quiet hours: {periods}"), icon="moon")
declare("account.contact_added", _("Contact added"), icon="user-plus")
declare("account.contact_changed", _("Contact changed"), icon="user-cog")
declare("account.contact_ended", _("Contact ended"), icon="user-minus")
declare("account.phone_added", _("Phone added"), icon="phone")
declare("account.phone_ended", _("Phone ended"), icon="phone-off")
declare("account.address_changed", _("Address changed"), icon="map-pin")
declare("account.owner_assigned", _("Looked after by: {old} → {new}"), icon="user-check")
declare("account.activated", _("Active from now on; field manager: {manager}"), icon="circle-play")
declare("account.ended", _("Partnership ended"), icon="circle-slash")
declare(
    "account.field_manager_assigned",
    _("Field manager from {from_on}: {old} → {new}"),
    icon="user-cog",
)
declare(
    "account.manager_reached",
    _("{manager} is now reached at {phone} {email}"),
    icon="phone-call",
)
declare("account.verified", _("File checked: {parts}"), icon="clipboard-check", parts=FilePart)
declare("account.channels_told", _("Told our channels: {channels}"), icon="megaphone",
        channels=Channel)  # fmt: skip
declare("account.taught", _("Taught: {skill}; learned: {was_learned}"), icon="graduation-cap",
        skill=Skill)  # fmt: skip
declare("account.can_email", _("{contact} can send mail: {can_email}"), icon="mail-check")
declare("account.remark", _("Heard: {kind}"), icon="message-square-quote", kind=RemarkKind)
declare("account.level_set", _("Level since {since}: {old} → {new}; type: {dealer_type}"),
        icon="star")  # fmt: skip
declare("account.lost", _("Lost"), icon="trending-down")
declare("account.won_back", _("Won back"), icon="trending-up")
declare("account.moved", _("Territory: {old} → {new}"), icon="map")
declare("account.served_across", _("Served by {unit} for {home}"), icon="route")
declare("account.admitted", _("{person} may sign in for it as {role}"), icon="key-round")
declare("account.contact_erased", _("Personal data of a contact erased under “{rule}”"),
        icon="shield-off")  # fmt: skip
declare("account.erased", _("Personal data erased under “{rule}”; name too: {even_name}"),
        icon="shield-off")  # fmt: skip
declare("account.merged", _("Merged into {into}"), icon="merge")
declare("account.absorbed", _("{other} was merged into this one"), icon="merge")
declare("change.reported", _("Change of {whom} reported, in effect from {effective_on}"),
        icon="file-plus")  # fmt: skip
declare("change.waits", _("A change waits to be acknowledged ({notice})"), icon="hourglass")
declare("change.acknowledged", _("Acknowledged; in effect from {effective_on}"), icon="check")
declare("change.declined", _("Change declined"), icon="x")
declare("change.took_effect", _("The change is in effect"), icon="badge-check")
declare("churn.limit_reached", _("Churn of {unit} is {rate}: {lost} of {active} lost"),
        icon="trending-down")  # fmt: skip
declare("person.posted", _("Posted to {region} from {from_on}"), icon="map-pin")
declare("person.posting_ended", _("Posting to {region} ended on {until_on}"), icon="map-pin")
declare("person.contact_data_changed", _("Contact data changed"), icon="phone")
declare("unit.engineer_assigned", _("{engineer} answers for the territory"), icon="map-pin")
declare("unit.places_assigned", _("{engineer} answers for {places}"), icon="map-pin")
declare("unit.engineer_ended", _("{engineer} no longer answers here"), icon="map-pin")
declare("person.territory_assigned", _("Answers for the territory {unit}"), icon="map-pin")
declare("person.places_assigned", _("Answers for {places} in {unit}"), icon="map-pin")
declare("person.territory_ended", _("No longer answers for {unit}"), icon="map-pin")
