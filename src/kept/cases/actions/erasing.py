"""Erasing who called and what was said: the case, its clocks, class and outcome stay (SX.15)."""

from django.utils.translation import gettext_lazy as _

from kept.cases.models import Case, CaseStatus, Request, findable
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import Refused
from kept.kit.text import Line
from kept.people.models import User
from kept.timeline.erasing import RuleName, erase_story
from kept.timeline.models import Notice

ERASED = "–"


def _holds_data(case: Case, by: User) -> bool:
    return case.erased_at is None


@action(
    "cases.erase",
    label=_("Erase personal data"),
    on=(CaseStatus.CLOSED,),
    icon="shield-off",
    danger=True,
    offered=_holds_data,
)
def erase_case(case: Case, *, by: User, ground: RuleName, reason: Line = "") -> Case:
    """Erase the caller and every word of a closed case under a named rule; what statistics count
    stays (SX.15).
    """
    if case.erased_at is not None:
        raise Refused(_("There is nothing left to erase there."), rule="SX.15")
    erase_case_words(case, by=by, rule=ground)
    case.record("case.erased", by=by, rule=ground, words={"reason": reason})
    return case


def erase_case_words(case: Case, *, by: User, rule: str) -> None:
    """Blank the caller and all that was said, in the case and in everything that copies it."""
    case.caller_name = case.caller_phone = case.caller_email = case.address = ""
    case.description = case.result = ""
    case.contact, case.summary, case.erased_at = None, ERASED, clock.now()
    case.save()
    case.thread.title = ERASED
    case.thread.save(update_fields=["title"])
    case.interactions.update(sender="", phone="", content="", result="")
    case.questions.update(text="", answer="")
    case.hand_overs.update(summary="", suggestion="")
    case.causes.update(why="")
    Request.objects.filter(case=case).update(values={}, special_cause="")
    case.thread.promises.update(phone="", text="")
    case.thread.approvals.update(text="")
    Notice.objects.filter(thread=case.thread, event="case.mail").update(address="", values={})
    erase_story(case.thread, by=by, rule=rule)
    findable.index(case)
