"""Pages around stations: the sheet of a week, a figure with its corrections, an inspection."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kept.kit.pages import ActionPage, DetailPage, go_to, new_key, page_for
from kept.kit.refusal import OutOfSight, Refused
from kept.people.reader import reader_of
from kept.stations.models import Inspection, InspectionState, SalesFigure
from kept.stations.sheet import Sheet, SheetForm
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
