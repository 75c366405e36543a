"""Pages around stations: the sheet of a week, a figure with its corrections, an inspection."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kept.kit.pages import ActionPage, DetailPage, go_to, new_key, page_for
from kept.kit.refusal import OutOfSight, Refused
from kept.kit.words import Listed
from kept.people.reader import reader_of
from kept.promises import ledger
from kept.promises.models import Promise, PromiseKind
from kept.promises.shown import due_text, state_of
from kept.stations.models import (
    FraudCase,
    FraudState,
    Inspection,
    InspectionState,
    SalesFigure,
    SettlementTalk,
)
from kept.stations.sheet import Sheet, SheetForm
from kept.timeline.models import Attachment
from kept.timeline.story import story

STATES = {
    InspectionState.OPEN: "warned",
    InspectionState.CLOSED: "good",
    InspectionState.WITHDRAWN: "plain",
}


@page_for("stations.enter_week")
class SheetPage(ActionPage):
    """All models as rows, quick from the keyboard; figures that stand there already are shown."""

    template_name = "stations/sheet.html"

    def get(self, request: HttpRequest, ref: str = "") -> HttpResponse:
        return self._sheet(SheetForm(Sheet(reader_of(request), request.GET)))

    def post(self, request: HttpRequest, ref: str = "") -> HttpResponse:
        sheet = Sheet(reader_of(request), request.POST)
        form = SheetForm(sheet, request.POST)
        if not form.is_valid():
            return self._sheet(form, status=422)
        values = {
            "unit": sheet.unit,
            "region": sheet.region,
            "week": sheet.week,
            "lines": form.lines(),
            "source": form.cleaned_data["source"],
            "remarks": form.cleaned_data["remarks"],
        }
        try:
            self.action.perform(
                by=request.user, values=values, key=request.POST.get("_key") or None
            )
        except OutOfSight:
            raise
        except Refused as refused:
            return self._sheet(form, status=refused.status, refused=refused)
        messages.success(request, _("Models entered: {n}").format(n=len(values["lines"])))
        return go_to(request, "/sales_figures/")

    def _sheet(
        self, form: SheetForm, status: int = 200, refused: Refused | None = None
    ) -> HttpResponse:
        return self.show(
            {
                "form": form,
                "sheet": form.sheet,
                "nothing": form.sheet.known.get(None),
                "action": self.action,
                "refused": refused,
                "key": self.request.POST.get("_key") or new_key(),
            },
            status=status,
        )


@page_for("stations.plan_inspection")
class PlanPage(ActionPage):
    """The form of a new inspection; it leads to the inspection, not back to the station."""

    def done(self, subject: Any, result: Inspection) -> HttpResponse:
        messages.success(self.request, _("{number} is planned.").format(number=result.number))
        return go_to(self.request, result.get_absolute_url())


@page_for("stations.log_talk")
class LogTalkPage(ActionPage):
    """The form of a settlement talk; it leads to the talk, and says which orders nobody knows."""

    def done(self, subject: Any, result: SettlementTalk) -> HttpResponse:
        messages.success(self.request, _("The settlement talk is logged."))
        unknown = result.disputes.filter(order__isnull=True).values_list("number", flat=True)
        if unknown:
            words = _("No order of this number is in Kept: {numbers}")
            messages.warning(self.request, words.format(numbers=Listed(unknown)))
        return go_to(self.request, result.get_absolute_url())


class TalkPage(DetailPage):
    """One settlement talk: what the station asked and disputes, and what it was answered."""

    model = SettlementTalk
    template_name = "stations/talk.html"
    related = ("account__thread", "by", "answered_by")

    def context(self, subject: SettlementTalk) -> dict[str, Any]:
        account = subject.account
        reader = reader_of(self.request)
        return {
            "talk": subject,
            "disputes": list(subject.disputes.select_related("order", "answered_by")),
            "can_answer": reader.holds("stations.log_talk"),
            "facts": [
                {"label": _("Station"), "value": account, "url": account.get_absolute_url()},
                {"label": _("Held on"), "value": subject.held_on},
                {"label": _("With whom"), "value": subject.persons},
                {"label": _("Held by"), "value": subject.by},
                {"label": _("Answered"), "value": subject.answered_at},
                {"label": _("Answered by"), "value": subject.answered_by},
            ],
        }


class FigurePage(DetailPage):
    """One figure, with those it replaced and the one that replaced it."""

    model = SalesFigure
    template_name = "stations/figure.html"
    related = ("product", "unit", "entered_by")

    def context(self, subject: SalesFigure) -> dict[str, Any]:
        rows = SalesFigure.objects.filter(
            company=subject.company_id,
            region=subject.region,
            week=subject.week,
            product=subject.product_id,
        )
        return {
            "figure": subject,
            "all": list(rows.select_related("entered_by").order_by("-entered_at", "-pk")),
            "facts": [
                {"label": _("Week"), "value": subject.week_name},
                {"label": _("Region"), "value": subject.region},
                {"label": _("Unit"), "value": subject.unit},
                {"label": _("Told by"), "value": subject.source},
                {"label": _("Remarks"), "value": subject.remarks},
            ],
        }


def _facts(inspection: Inspection) -> list[dict[str, Any]]:
    """What an inspection's page and its paper show at a glance."""
    return [
        {
            "label": _("Station"),
            "value": inspection.account,
            "url": inspection.account.get_absolute_url(),
        },
        {"label": _("Code"), "value": inspection.account.code},
        {"label": _("Region"), "value": inspection.account.region},
        {"label": _("Method"), "value": inspection.get_method_display()},
        {"label": _("Planned for"), "value": inspection.planned_on},
        {"label": _("Inspected by"), "value": inspection.inspector},
        {"label": _("Inspected on"), "value": inspection.inspected_on},
        {"label": _("Score"), "value": inspection.score_words},
        {"label": _("Staff seen"), "value": inspection.staff_seen},
    ]


class InspectionPage(DetailPage):
    """One inspection: what was found, how it scores, and its story."""

    model = Inspection
    template_name = "stations/inspection.html"
    related = ("thread", "company", "unit", "account", "inspector", "closed_by")

    def context(self, subject: Inspection) -> dict[str, Any]:
        return {
            "state": "bad" if subject.is_bad else STATES[InspectionState(subject.status)],
            "facts": _facts(subject),
            "entries": story(subject.thread, reader_of(self.request)),
            "print_url": f"{subject.get_absolute_url()}print/",
        }


class InspectionPaper(DetailPage):
    """The inspection on A4, to be signed by station and inspector."""

    model = Inspection
    template_name = "stations/inspection_paper.html"
    related = InspectionPage.related

    def context(self, subject: Inspection) -> dict[str, Any]:
        return {
            "number": subject.number,
            "facts": _facts(subject),
            "back_url": subject.get_absolute_url(),
        }


FRAUD_STATES = {
    FraudState.SUSPECTED: "warned",
    FraudState.REPORTED: "warned",
    FraudState.DECIDED: "warned",
    FraudState.CLOSED: "good",
    FraudState.WITHDRAWN: "plain",
}


@page_for("stations.open_fraud_case")
class OpenFraudPage(ActionPage):
    """The form of a new fraud case; it leads to the case, where evidence is added."""

    def done(self, subject: Any, result: FraudCase) -> HttpResponse:
        messages.success(self.request, _("{number} is open.").format(number=result.number))
        return go_to(self.request, result.get_absolute_url())


def _fraud_facts(case: FraudCase) -> list[dict[str, Any]]:
    """What the page of a fraud case shows at a glance."""
    account, education = case.account, case.education
    return [
        {"label": _("Station"), "value": account, "url": account.get_absolute_url()},
        {"label": _("Code"), "value": account.code},
        {"label": _("Region"), "value": account.region},
        {"label": _("Suspected by"), "value": case.opened_by},
        {"label": _("Suspected"), "value": case.opened_at},
        {"label": _("Reported by"), "value": case.reported_by},
        {"label": _("Reported"), "value": case.reported_at},
        {"label": _("Decision"), "value": case.get_decision_display()},
        {"label": _("Decided by"), "value": case.decided_by},
        {"label": _("Decided"), "value": case.decided_at},
        {"label": _("Honesty education"), "value": education.number if education else "",
         "url": education.address if education else ""},
        {"label": _("Educated on"), "value": case.educated_on},
        {"label": _("Closed"), "value": case.closed_at},
    ]  # fmt: skip


def _owed(promise: Promise) -> dict[str, Any]:
    return {"words": promise.rule, "when": due_text(promise), "state": state_of(promise)}


class FraudPage(DetailPage):
    """One fraud case: what is suspected, about which orders, the evidence, and its story."""

    model = FraudCase
    template_name = "stations/fraud_case.html"
    related = ("thread", "company", "unit", "account", "opened_by", "reported_by", "decided_by",
               "closed_by", "education")  # fmt: skip

    def context(self, subject: FraudCase) -> dict[str, Any]:
        orders = subject.orders.filter(struck_at__isnull=True).select_related("order")
        return {
            "case": subject,
            "state": FRAUD_STATES[FraudState(subject.status)],
            "facts": _fraud_facts(subject),
            "orders": list(orders.order_by("pk")),
            "evidence": list(Attachment.objects.filter(thread=subject.thread_id).order_by("pk")),
            "owed": [_owed(one) for one in ledger.open_promises(subject, [PromiseKind.TRAIN])],
            "entries": story(subject.thread, reader_of(self.request)),
        }
