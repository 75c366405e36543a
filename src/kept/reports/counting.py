"""The figures of a report: counted from the registers, or as they were frozen when it was sent."""

from kept.people.models import User
from kept.reports import figures
from kept.reports.figures import Asked, Shown
from kept.reports.models import Report


def counted_values(report: Report, *, by: User) -> dict[str, int | str | None]:
    """What every figure of the report comes to now."""
    asked = _asked(report, by)
    return {name: figures.count(name, asked).value for name in report.row.figures}


def shown_figures(report: Report, *, by: User) -> list[Shown]:
    """The figures as they stand: a draft's counted now, a sent one's as sent, with what they would
    be today where that differs (SX.14).
    """
    asked = _asked(report, by)
    return [_shown(report, name, asked) for name in report.row.figures]


def _shown(report: Report, name: str, asked: Asked) -> Shown:
    now = figures.count(name, asked)
    label = figures.label_of(name, report.unit)
    if report.is_draft:
        return Shown(name, label, now.value, now.url)
    sent = report.figures.get(name)
    return Shown(name, label, sent, now.url, now.value if now.value != sent else None)


def _asked(report: Report, by: User) -> Asked:
    return Asked(report.unit, report.account, report.period, by)
