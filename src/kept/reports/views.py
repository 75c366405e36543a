"""The page of a report: figures with the rows behind them, answers, and its story."""

from typing import Any

from kept.kit.pages import DetailPage
from kept.people.reader import reader_of
from kept.reports.counting import shown_figures
from kept.reports.models import Answer, Report
from kept.timeline.story import story


class ReportPage(DetailPage):
    """A report as it is sent: a page that prints on A4 (S4.13, SX.14)."""

    model = Report
    template_name = "reports/report.html"
    related = ("row", "unit__company", "account", "prepared_by", "submitted_by", "corrects")

    def context(self, subject: Report) -> dict[str, Any]:
        reader = reader_of(self.request)
        return {
            "figures": shown_figures(subject, by=reader),
            "answers": [_answer(subject, name) for name in Answer.values if _shows(subject, name)],
            "entries": story(subject.thread, reader),
        }


def _shows(report: Report, name: str) -> bool:
    return name in report.row.requires or bool(getattr(report, name))


def _answer(report: Report, name: str) -> dict[str, Any]:
    is_support = name == Answer.SUPPORT
    value = report.get_support_display() if is_support else getattr(report, name)
    return {"label": Answer(name).label, "text": value, "is_missing": name in report.missing}
