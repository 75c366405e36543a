"""What the forms of reports ask, in the trade's words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.forms import spec
from kept.kit.labels import declare, declare_for
from kept.people.models import User
from kept.reports.models import Answer, Report, ReportKind

declare(report_kind=_("Report"), advice=_("Advice"), support=_("Support from headquarters"))
declare_for("reports.prepare", on=_("A day of the month or quarter"), account=_("Customer"))
declare_for("reports.answer", summary=_("Summary"), problems=_("Problems"))


def _kinds(_subject: None, by: User) -> Any:
    rows = ReportKind.objects.visible_to(by).ever_in_force()
    return rows.filter(superseded_at__isnull=True).order_by("code")


def _last_month(_subject: None, by: User) -> dict[str, Any]:
    zone = by.unit.zone if by.unit else "UTC"
    today = clock.today(zone)
    return {"on": today if today.day > 20 else today.replace(day=1)}


def _as_it_stands(report: Report, by: User) -> dict[str, Any]:
    return {name: getattr(report, name) for name in Answer.values}


spec("reports.prepare", order=("unit", "report_kind", "on", "account"),
     choices={"report_kind": _kinds}, initial=_last_month)  # fmt: skip
spec("reports.answer", order=("support", "summary", "problems", "advice"), initial=_as_it_stands)
