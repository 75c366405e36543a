"""Pages of cases: the case, its paper, intake."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kept.cases.actions.ownership import open_offer
from kept.cases.models import Case, CaseStatus
from kept.cases.story import facts_shown, promises_of, story_of
from kept.cases.wiring import case_panels
from kept.kit.pages import DetailPage, find_visible

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
    "duplicate_of",
    "public_post",
)


class CasePage(DetailPage):
    """One page: who owns it, who works on it, its clocks, its whole story, and the steps that are
    allowed now.
    """

    model = Case
    template_name = "cases/case.html"
    related = SHOWN_WITH

    def context(self, subject: Case) -> dict[str, Any]:
        return {
            "case": subject,
            "state": TAG_STATES[CaseStatus(subject.status)],
            "entries": story_of(subject),
            "promises": promises_of(subject),
            "facts": facts_shown(subject),
            "offer": open_offer(subject),
            "questions": subject.questions.filter(answered_at__isnull=True).select_related(
                "to_person", "to_unit", "by"
            ),
            "waiting": subject.thread.approvals.filter(status="waiting").select_related(
                "asked_by", "to"
            ),
            "related": subject.related.all(),
            "panels": case_panels.ask(subject, self.request.user),
            "print_url": f"{subject.get_absolute_url()}print/",
            "people_here_url": f"/presence/?at={subject.get_absolute_url()}",
        }


class CasePaper(DetailPage):
    """The case on A4."""

    model = Case
    template_name = "cases/case_paper.html"
    related = SHOWN_WITH

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        case = find_visible(Case, ref, request.user, related=self.related)
        return self.show(
            {
                "case": case,
                "facts": facts_shown(case),
                "entries": [one for one in story_of(case) if not one.is_own],
                "promises": promises_of(case),
                "paper_title": _("Service request"),
            }
        )
