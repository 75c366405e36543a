"""What happens to cases, in words."""

from django.utils.translation import gettext_lazy as _

from kept.cases.models import CaseClass, Evidence, QuestionLevel, Route
from kept.parties.checks import DeclineGround
from kept.parties.models import RemarkKind
from kept.promises.models.rule import TimeSet
from kept.timeline.sentences import declare

declare("case.opened", _("Received by {route} in {unit}"), icon="phone-incoming", route=Route)
declare("case.taken", _("Taken from the queue"), icon="hand")
declare("case.given_back", _("Given back to the queue of {unit}"), icon="undo-2")
declare(
    "case.handed_over", _("Handed over to {to}; waiting to be accepted"), icon="arrow-right-left"
)
declare("case.accepted", _("Accepted; {owner} stays the owner"), icon="check")
declare("case.declined", _("Hand-over declined"), icon="x")
declare("case.owner_reassigned", _("Owner: {old} → {new}"), icon="user-cog")
declare("case.asked", _("Asked {to} ({level})"), icon="circle-help", level=QuestionLevel)
declare(
    "case.answered",
    _("Answered ({level}); could help: {could_help}"),
    icon="message-circle-reply",
    level=QuestionLevel,
)
declare("case.replied", _("Replied by {route}"), icon="reply", route=Route)
declare("case.acknowledged", _("Receipt acknowledged; a reply is still owed"), icon="mail-check")
declare("case.mail", _("Mail to the customer"), icon="mail")
declare(
    "case.called_back", _("Called the customer; solved, they say: {solved}"), icon="phone-outgoing"
)
declare("case.not_reached", _("Called the customer; nobody was reached"), icon="phone-missed")
declare("case.called_again", _("They called again ({route})"), icon="phone-incoming", route=Route)
declare("case.result_entered", _("The result is known"), icon="lightbulb")
declare("case.customer_told", _("The customer was told by {route}"), icon="megaphone", route=Route)
declare(
    "case.special_cause",
    _("A special cause came up; the customer is told at once"),
    icon="octagon-alert",
)
declare("case.progress", _("The customer was told how far it is"), icon="activity")
declare(
    "case.solved",
    _("Solved, says the customer ({evidence})"),
    icon="badge-check",
    evidence=Evidence,
)
declare(
    "case.closed", _("Closed as {classification}"), icon="check-check", classification=CaseClass
)
declare(
    "case.service_declined",
    _("Service declined: {ground}"),
    icon="circle-slash",
    ground=DeclineGround,
)
declare("case.reopened", _("Opened again"), icon="rotate-ccw")
declare("case.merged", _("Merged into {into}"), icon="merge")
declare("case.absorbed", _("{other} was merged into this case"), icon="merge")
declare("case.noted", _("Note for colleagues"), icon="sticky-note")
declare("case.caller_known", _("Customer: {old} → {new}"), icon="user-check")
declare(
    "case.classified",
    _("Classified as {new} ({product} {version})"),
    icon="tags",
    new=CaseClass,
    old=CaseClass,
)
declare("case.caller_flagged", _("Difficult call; supervisor called: {supervisor}"), icon="flag")
declare("case.heard", _("Heard: {kind}"), icon="message-square-quote", kind=RemarkKind)
declare("case.linked", _("Linked to {other}"), icon="link")
declare("case.erased", _("Personal data erased under “{rule}”"), icon="shield-off")
declare("case.cause_named", _("Caused by {person}"), icon="user-x")
declare("case.cause_corrected", _("What {person} caused was put right"), icon="pencil")
declare("case.cause_passed", _("Caused by {new}, not by {old}"), icon="user-x")
declare("case.cause_taken_back", _("Not caused by {person} after all"), icon="undo-2")
declare("case.cause_handed_on", _("That {person} caused it now counts with {into}"), icon="user-x")
declare(
    "person.caused_complaint", _("You are named as who caused complaint {number}"), icon="user-x"
)
declare(
    "person.cause_corrected",
    _("What is said about your part in complaint {number} was put right"),
    icon="pencil",
)
declare(
    "person.complaint_taken_back",
    _("You are no longer named as who caused complaint {number}"),
    icon="undo-2",
)
declare("case.corrected", _("Corrected: {fields}"), icon="pencil")
declare("case.visited", _("Somebody was on site"), icon="map-pin-check")
declare(
    "case.time_named",
    _("To be solved by {due_at}: {how}"),
    icon="calendar-clock",
    how=TimeSet,
)
declare("case.waits_for_mail", _("Waiting for data at {mailbox}"), icon="mail-question-mark")
declare("case.cannot_send", _("The customer cannot send the data"), icon="circle-slash")
declare("case.data_received", _("The data has arrived"), icon="mail-check")
declare("case.post_hidden", _("Post taken down under the rule “{forum_rule}”"), icon="eye-off")
declare("case.ticked", _("Ticked on the checklist: {items}"), icon="list-checks")
declare("case.seen_out", _("The customer left; solved: {solved}"), icon="door-open")
declare("case.requested", _("Asked for: {kind}"), icon="clipboard-list")
declare("case.person_named", _("You are named in: {kind}"), icon="user-check")
declare("case.request_filled", _("Fields of the request changed"), icon="square-pen")
declare("case.request_finished", _("Done as asked: {kind}"), icon="clipboard-check")
declare("case.request_withdrawn", _("No longer wanted: {kind}"), icon="ban")
declare("case.items_ticked", _("Ticked off for {on}: {items}"), icon="list-checks")
declare("case.item_unticked", _("Not done after all: {items}"), icon="undo-2")
declare("case.item_added", _("On the checklist as well, by contract: {items}"), icon="circle-plus")
declare("case.request_charged", _("Fee: {fee}"), icon="banknote")
declare("case.fee_waived", _("The fee is waived"), icon="hand")
