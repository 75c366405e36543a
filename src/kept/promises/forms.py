"""What the verbs of a promise ask, in words."""

from django.utils.translation import gettext_lazy as _

from kept.kit.forms import spec
from kept.kit.labels import declare_for
from kept.promises.actions import reopening_of

declare_for("promises.pause", reason=_("Waits for"), note=_("In a few words"))
declare_for("promises.resume", note=_("In a few words"))
declare_for("promises.keep", note=_("In a few words"))
declare_for(
    "promises.agree_time",
    due_at=_("New time"),
    agreed_with=_("Who agreed"),
    reason=_("Why another time"),
)
declare_for("promises.hand", person=_("To person"))
declare_for(
    "promises.excuse",
    reason=_("Why it could not be kept"),
    reference=_("Where the evidence can be seen"),
    files=_("Evidence"),
)
declare_for("promises.withdraw", reason=_("Why nothing is owed any more"))
declare_for("promises.reopen", how=_("How the clock goes on"), reason=_("Why it is opened again"))

spec("promises.pause", order=("reason", "note"))
spec(
    "promises.agree_time",
    order=("due_at", "agreed_with", "reason"),
    intro=_("What is late stays late: another time can be agreed only before the old one is over."),
)
spec(
    "promises.excuse",
    order=("reason", "files", "reference"),
    help={"reference": _("For example the number of a letter, or the address of a notice.")},
)
spec("promises.reopen", order=("how", "reason"), initial=reopening_of)
