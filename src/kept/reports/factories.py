"""Reports for tests and the demo, made through actions."""

from datetime import date

from kept.people.models import Unit, User
from kept.reports.actions import prepare_report
from kept.reports.models import Report, ReportKind


def make_report(by: User, unit: Unit, code: str, on: date, **values) -> Report:
    """A report that is being prepared."""
    kind = ReportKind.objects.in_force(unit).get(code=code)
    return prepare_report(by=by, unit=unit, report_kind=kind, on=on, **values)
