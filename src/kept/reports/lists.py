"""The register of reports."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kept.kit.lists import (
    Column,
    Contains,
    Empty,
    FewChoices,
    FilterSet,
    FromDay,
    List,
    OneOf,
    Order,
    UntilDay,
    YesNo,
)
from kept.people.models import Unit
from kept.people.reader import reader_of
from kept.reports.models import Report, ReportStatus


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(request.user).active()


class ReportFilter(FilterSet):
    """What the register of reports can be narrowed by."""

    q = Contains("number", "row__code", "account__name", label=_("Find"))
    status = OneOf(label=_("Status"), choices=ReportStatus.choices)
    unit = FewChoices(label=_("Unit"), queryset=_units)
    late = YesNo(label=_("Sent late"), method="filter_late")
    period_from = FromDay(label=_("Period"), field_name="from_on")
    period_until = UntilDay(label=_("Period"), field_name="until_on")

    class Meta:
        model = Report
        fields: list[str] = []

    def filter_late(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        late = {"submitted_at__gt": F("due_at")}
        return rows.filter(**late) if value == "yes" else rows.exclude(**late)


def _kind(report: Report) -> str:
    return str(report.row.name)


def _period(report: Report) -> str:
    return str(report.period)


def _late(report: Report) -> str:
    return str(_("sent late")) if report.late_since else ""


class ReportList(List):
    """Every report: what it is about, for which period, and when it was sent."""

    name, title = "reports", _("Reports")
    right = "reports.see"
    filter = ReportFilter
    order = {"newest": Order("-from_on", "-pk"), "number": Order("number")}
    default_order = "newest"
    columns = [
        Column("number", _("Number"), link=True, width="fit", order="number"),
        Column("kind", _("Report"), value=_kind, raw="row.code"),
        Column("period", _("Period"), value=_period, raw="from_on", order="newest"),
        Column("unit", _("Unit")),
        Column("account", _("Customer"), value="account.name", phone="hide"),
        Column("status", _("Status"), value="get_status_display", raw="status", phone="state"),
        Column("version", _("Version"), phone="hide", width="fit"),
        Column("submitted", _("Sent"), value="submitted_at", phone="hide"),
        Column("late", _("Late"), value=_late, raw="due_at", phone="hide"),
        Column("by", _("By"), value="submitted_by", phone="hide"),
    ]
    empty = Empty(
        _("No reports yet"),
        _("Figures come from the registers by themselves: prepare a report and look."),
        "/reports/prepare/",
        _("Prepare report"),
        icon="file-text",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows: Any = Report.objects.visible_to(reader_of(request))
        return rows.select_related("row", "unit", "account", "submitted_by")

    def row_state(self, row: Report) -> str:
        if row.late_since:
            return "late"
        return "running" if row.is_draft else "done"
