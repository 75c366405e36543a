"""What cases offers to the modules above, and what it hears."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.approvals.models import ApprovalRequest
from kept.cases.actions.customer import write_reply
from kept.cases.actions.forum import POST_REPLY
from kept.cases.actions.ownership import take_over
from kept.cases.models import Case, HandOver, HandOverState, Question, Route, findable
from kept.cases.worded import case_sentences
from kept.kit.pages import MenuItem, frame_parts, menu
from kept.kit.wiring import Slot, reaction
from kept.parties.models import Account
from kept.people.leaving import colleague_of
from kept.people.models import Unit, User
from kept.people.wiring import (
    OpenWork,
    PolicySection,
    open_work,
    policy_sentences,
    unit_work,
)
from kept.timeline import sight
from kept.timeline.models import Entry

#: Panels beside a case, asked with the case and the reader: (title, template, context).
case_panels = Slot("cases.panels")


@open_work.fill(order=10)
def cases_of_leaver(user: User) -> OpenWork | None:
    """Open cases the person answers for or works on."""
    count = Case.objects.open().filter(Q(owner=user) | Q(handler=user)).count()
    if not count:
        return None
    words = ngettext("{n} open case", "{n} open cases", count).format(n=count)
    return OpenWork(words, count, f"/cases/?owner={user.pk}")


@open_work.fill(order=15)
def questions_to_leaver(user: User) -> OpenWork | None:
    """Questions and hand-overs that wait for the person's answer."""
    count = (
        Question.objects.filter(to_person=user, answered_at__isnull=True).count()
        + HandOver.objects.filter(to_person=user, state=HandOverState.OFFERED).count()
    )
    if not count:
        return None
    words = ngettext("{n} question to answer", "{n} questions to answer", count)
    return OpenWork(words.format(n=count), count)


@reaction("person.work_handed_over")
def hand_over_cases(user: User, *, by: User, entry: Entry) -> None:
    """A colleague answers for a leaver's cases and works on them from now on (SX.17, S1.48)."""
    to = colleague_of(entry)
    Question.objects.filter(to_person=user, answered_at__isnull=True).update(to_person=to)
    HandOver.objects.filter(to_person=user, state=HandOverState.OFFERED).update(to_person=to)
    for case in Case.objects.open().filter(Q(owner=user) | Q(handler=user)).order_by("pk"):
        take_over(case, old=user, new=to, by=by)


@unit_work.fill(order=10)
def cases_of_unit(unit: Unit) -> OpenWork | None:
    """Open cases of a unit that is to be closed."""
    count = Case.objects.open().filter(unit=unit).count()
    if not count:
        return None
    words = ngettext("{n} open case", "{n} open cases", count).format(n=count)
    return OpenWork(words, count, f"/cases/?unit={unit.pk}")


@policy_sentences.fill(order=20)
def how_cases_are_worked(unit: Unit, moment: datetime) -> PolicySection:
    """The company's way with cases, in sentences."""
    return PolicySection(_("Cases"), case_sentences(unit, moment), icon="inbox")


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


@reaction("account.merged")
def go_on_with_survivor(account: Account, *, by: User, entry: Entry) -> None:
    """Cases of a merged account are the survivor's from now on, open and closed ones (SX.05)."""
    into: Any = account.merged_into
    for case in Case.objects.filter(account=account).select_related("thread").order_by("pk"):
        case.account = into
        case.save(update_fields=["account"])
        sight.add_sight(case.thread, [into.scope_id])
        case.record("case.caller_known", by=by, old=account, new=into)


@reaction("approval.granted")
def post_agreed_answer(request: ApprovalRequest, *, by: User, entry: Entry) -> None:
    """A second person agreed: the drafted answer goes up in the name of who wrote it (S1.78)."""
    if request.kind == POST_REPLY:
        case = Case.objects.get(thread=request.about)
        write_reply(case, by=request.asked_by, route=Route.FORUM, answer=request.text)
