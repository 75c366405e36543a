"""What reports offers below: its place in the menu, its register, and its kinds in words."""

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kept.kit.pages import MenuItem, menu
from kept.kit.wiring import reaction
from kept.parties.models import Account
from kept.people.models import Unit, User
from kept.people.wiring import PolicySection, PolicySentence, policy_sentences
from kept.reports import figures
from kept.reports.models import Report, ReportKind
from kept.timeline.models import Entry
from kept.timeline.registers import Register, registers


@reaction("account.merged")
def reports_go_on_with_the_survivor(account: Account, *, by: User, entry: Entry) -> None:
    """Reports of a merged customer are the survivor's; what was sent stays as it was sent. Where
    both have one for the same period, the later versions follow the survivor's (SX.05).
    """
    into: Any = account.merged_into
    for report in Report.objects.filter(account=account).order_by("from_on", "version"):
        there = Report.objects.filter(account=into, row=report.row, from_on=report.from_on)
        if taken := there.aggregate(last=Max("version"))["last"]:
            report.version += taken
        report.account = into
        report.save(update_fields=["account", "version"])


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
