"""What cases offers to the modules above, and what it hears."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.approvals.models import ApprovalRequest
from kept.cases.actions.customer import write_reply
from kept.cases.actions.forum import POST_REPLY
from kept.cases.models import Case, Route, findable
from kept.kit.pages import MenuItem, frame_parts, menu
from kept.kit.wiring import Slot, reaction
from kept.people.models import User
from kept.people.wiring import open_work
from kept.timeline.models import Entry

#: Panels beside a case, asked with the case and the reader: (title, template, context).
case_panels = Slot("cases.panels")


@open_work.fill(order=10)
def cases_of_leaver(user: User) -> str | None:
    count = Case.objects.open().filter(Q(owner=user) | Q(handler=user)).count()
    if not count:
        return None
    return ngettext("{n} open case", "{n} open cases", count).format(n=count)


@menu.fill(order=20)
def cases_item(user: User) -> MenuItem | None:
    return MenuItem(_("Cases"), "/cases/", "inbox") if user.holds("cases.see") else None


@frame_parts.fill()
def intake_allowed(user: User) -> dict | None:
    return {"can_intake": user.holds("cases.open")}


CHANGES_WORDS = (
    "case.replied",
    "case.called_back",
    "case.result_entered",
    "case.customer_told",
    "case.noted",
    "case.corrected",
    "case.caller_known",
    "case.asked",
    "case.answered",
    "case.visited",
    "case.data_received",
    "case.closed",
    "case.handed_over",
)


@reaction(*CHANGES_WORDS)
def find_by_new_words(case: Case, *, by: User, entry: Entry) -> None:
    """What is said in a case can be found the moment it is said."""
    findable.index(case)


@reaction("approval.granted")
def post_agreed_answer(request: ApprovalRequest, *, by: User, entry: Entry) -> None:
    """A second person agreed: the drafted answer goes up in the name of who wrote it (S1.78)."""
    if request.kind == POST_REPLY:
        case = Case.objects.get(thread=request.about)
        write_reply(case, by=request.asked_by, route=Route.FORUM, answer=request.text)
