"""What reports offers below: its place in the menu, its register, and its kinds in words."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kept.kit.pages import MenuItem, menu
from kept.people.models import Unit, User
from kept.people.wiring import PolicySection, PolicySentence, policy_sentences
from kept.reports import figures
from kept.reports.models import Report, ReportKind
from kept.timeline.registers import Register, registers


@menu.fill(order=70)
def reports_item(user: User) -> MenuItem | None:
    return MenuItem(_("Reports"), "/reports/", "file-text") if user.holds("reports.see") else None


@registers.fill(order=70)
def register_of_reports(company: Unit) -> Register:
    """Every report, by number (SX.05)."""
    lines = Report.objects.filter(unit__company=company)
    return Register(_("Reports"), lines, (Report.register,), "/reports/")


@policy_sentences.fill(order=70)
def what_is_reported(unit: Unit, moment: datetime) -> PolicySection | None:
    """Which reports a company asks for, with what they count."""
    rows = ReportKind.objects.in_force(unit, moment).select_related("unit")
    sentences = [
        PolicySentence(_worded(row, unit), row.unit, row.valid_from, row.source) for row in rows
    ]
    return PolicySection(_("Reports"), sentences, icon="file-text") if sentences else None


def _worded(row: ReportKind, unit: Unit) -> str:
    counted = ", ".join(str(figures.label_of(name, unit)) for name in row.figures)
    words = _("{name}, {every}: {figures}") if counted else _("{name}, {every}")
    return str(words).format(name=row.name, every=row.get_every_display(), figures=counted)
