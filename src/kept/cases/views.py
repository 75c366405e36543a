"""Pages of cases: the case, its paper, intake."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kept.approvals.models import ApprovalRequest, RequestState
from kept.cases.actions.ownership import open_offer
from kept.cases.models import Case, CaseStatus, HandOver, HandOverState, Question
from kept.cases.story import facts_shown, promises_of, story_of
from kept.cases.wiring import case_panels
from kept.kit import clock
from kept.kit.pages import DetailPage, find_visible
from kept.people.reader import reader_of

TAG_STATES = {
    CaseStatus.OPEN: "plain",
    CaseStatus.WAITING: "warned",
    CaseStatus.RESULT: "warned",
    CaseStatus.SOLVED: "good",
    CaseStatus.CLOSED: "plain",
}
SHOWN_WITH = (
    "thread",
    "company",
    "unit",
    "account",
    "contact",
    "owner",
    "handler",
    "product",
    "serial_unit",
    "outcome",
    "request__kind",
)


OFFERED = HandOverState.OFFERED
UNANSWERED = Question.objects.filter(answered_at__isnull=True).select_related(
    "to_person", "to_unit", "by"
)
UNDECIDED = ApprovalRequest.objects.filter(status=RequestState.WAITING).select_related(
    "asked_by", "to"
)


class CasePage(DetailPage):
    """One page: who owns it, who works on it, its clocks, its whole story, and the steps that are
    allowed now.
    """

    model = Case
    template_name = "cases/case.html"
    related = SHOWN_WITH
    annotated = {
        "has_offer": Exists(HandOver.objects.filter(case=OuterRef("pk"), state=OFFERED)),
        "has_questions": Exists(UNANSWERED.filter(case=OuterRef("pk"))),
        "has_waiting": Exists(UNDECIDED.filter(about=OuterRef("thread"))),
        "has_merged": Exists(Case.objects.filter(duplicate_of=OuterRef("pk"))),
        "has_related": Exists(Case.related.through.objects.filter(from_case=OuterRef("pk"))),
    }

    def context(self, subject: Any) -> dict[str, Any]:
        reader = reader_of(self.request)
        related = subject.related.visible_to(reader) if subject.has_related else ()
        return {
            "case": subject,
            "state": TAG_STATES[CaseStatus(subject.status)],
            "entries": story_of(subject, reader),
            "promises": promises_of(subject),
            "facts": facts_shown(subject, reader),
            "related": related,
            **(self._among_colleagues(subject) if reader.is_own_staff else {}),
            "panels": case_panels.ask(subject, reader),
            "print_url": f"{subject.get_absolute_url()}print/",
            "people_here_url": f"/presence/?at={subject.get_absolute_url()}",
        }

    def _among_colleagues(self, case: Any) -> dict[str, Any]:
        """What own staff ask each other about it: people from outside read none of it."""
        return {
            "offer": open_offer(case),
            "questions": UNANSWERED.filter(case=case) if case.has_questions else (),
            "waiting": UNDECIDED.filter(about=case.thread_id) if case.has_waiting else (),
        }


class CasePaper(DetailPage):
    """The case on A4."""

    model = Case
    template_name = "cases/case_paper.html"
    related = SHOWN_WITH

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        reader = reader_of(request)
        case = find_visible(Case, ref, reader, related=self.related)
        return self.show(
            {
                "case": case,
                "facts": facts_shown(case, reader),
                "entries": [one for one in story_of(case, reader) if not one.is_own],
                "promises": promises_of(case),
                "paper_title": _("Service request"),
                "number": case.number,
                "back_url": case.get_absolute_url(),
                "printed_at": clock.now(),
                "printed_by": request.user,
            }
        )
