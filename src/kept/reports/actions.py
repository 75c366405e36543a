"""Every way a report changes: prepared, answered, sent, corrected."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action, number_at_end
from kept.kit.refusal import Refused
from kept.kit.text import Text
from kept.kit.words import Listed
from kept.parties.models import Account
from kept.people.models import Unit, User
from kept.promises import duties
from kept.reports.counting import counted_values
from kept.reports.models import About, Answer, Report, ReportKind, ReportStatus, Support
from kept.reports.periods import Period
from kept.timeline import sight
from kept.timeline.models import Thread
from kept.timeline.notices import tell

WRITE = "reports.write"


@action("reports.prepare", label=_("Prepare report"), creates=Report, right=WRITE,
        icon="file-plus", primary=True)  # fmt: skip
def prepare_report(
    *, by: User, unit: Unit, report_kind: ReportKind, on: date, account: Account | None = None
) -> Report:
    """Begin the report of a kind for the month or quarter a day lies in (S1.29, S4.13, S4.28).

    There is one for each unit (or customer) and period.
    """
    _require_fitting(report_kind, unit, account)
    period = report_kind.period_of(on)
    if period.from_on > clock.today(unit.zone):
        raise Refused(_("{period} has not begun yet."), period=period, rule="S4.13", field="on")
    _require_none_yet(report_kind, unit, account, period)
    report = Report(
        row=report_kind, unit=unit, account=account, from_on=period.from_on,
        until_on=period.until_on, prepared_by=by,
    )  # fmt: skip
    return _begin(report, by=by)


def _begin(report: Report, *, by: User) -> Report:
    title = f"{report.row.name} {report.period}"
    report.thread = sight.open_thread(kind="report", unit=report.unit, title=title)
    report.save(force_insert=True)
    number_at_end(report)
    report.record("report.prepared", by=by, period=str(report.from_on))
    return report


def _require_fitting(kind: ReportKind, unit: Unit, account: Account | None) -> None:
    if kind.unit.company_id != unit.company_id:
        raise Refused(_("“{thing}” belongs to another company."), thing=kind, rule="SX.01",
                      field="report_kind")  # fmt: skip
    if kind.about == About.ACCOUNT and account is None:
        raise Refused(_("Choose the customer this report is about."), rule="S4.28", field="account")
    if kind.about == About.UNIT and account is not None:
        raise Refused(_("This report is about a unit. Leave the customer out."), rule="S4.13",
                      field="account")  # fmt: skip
    if account is not None and account.company_id != unit.company_id:
        raise Refused(_("“{thing}” belongs to another company."), thing=account, rule="SX.01",
                      field="account")  # fmt: skip


def _require_none_yet(
    kind: ReportKind, unit: Unit, account: Account | None, period: Period
) -> None:
    rows = Report.objects.filter(row__code=kind.code, from_on=period.from_on)
    rows = rows.filter(account=account) if account else rows.filter(unit=unit, account=None)
    if (there := rows.order_by("-version").first()) is not None:
        raise Refused(
            _("{number} is the report for {period} already. Open it, or correct it."),
            number=there.number,
            period=period,
            rule="SX.10",
            mend=there.get_absolute_url(),
        )


@action("reports.answer", label=_("Write answers"), right=WRITE, on=(ReportStatus.DRAFT,),
        icon="pencil", adds=True)  # fmt: skip
def answer_report(
    report: Report,
    *,
    by: User,
    summary: Text = "",
    problems: Text = "",
    advice: Text = "",
    support: Support | None = None,
) -> Report:
    """Write what figures cannot say, while the report is being prepared."""
    given = {"summary": summary, "problems": problems, "advice": advice, "support": support or ""}
    changed = {name: value for name, value in given.items() if value != getattr(report, name)}
    if not changed:
        raise Refused(_("Nothing is different from what stands there."), rule="SX.05")
    for name, value in changed.items():
        setattr(report, name, value)
    report.save(update_fields=list(changed))
    words = {name: str(value) for name, value in changed.items()}
    report.record("report.answered", by=by, words=words)
    return report


@action("reports.submit", label=_("Send report"), right=WRITE, on=(ReportStatus.DRAFT,),
        icon="send", primary=True)  # fmt: skip
def submit_report(report: Report, *, by: User) -> Report:
    """Send the report to leadership: its figures are counted once more and frozen (SX.14).

    Refused before the last day of its period, since most of what it counts would still come, and
    while an answer that is asked for is missing (S1.29). A report sent after its due time says so.
    """
    _require_last_day(report)
    _require_answers(report)
    now = clock.now()
    report.figures = counted_values(report, by=by)
    report.submitted_at, report.submitted_by = now, by
    report.move_to(ReportStatus.SUBMITTED)
    promise = _keep_duty(report, by=by)
    report.due_at = promise or (report.corrects.due_at if report.corrects else None)
    report.save(update_fields=["figures", "submitted_at", "submitted_by", "status", "due_at"])
    sight.close(report.thread)
    late = report.late_since if report.corrects_id is None else None
    report.record("report.submitted_late" if late else "report.submitted", by=by, due_at=late)
    if report.corrects is not None:
        _replace(report.corrects, report, by=by)
    tell(_leaders(report.unit, by), "report.submitted", about=report.thread,
         key=f"report.submitted:{report.pk}")  # fmt: skip
    return report


def _require_last_day(report: Report) -> None:
    """Raise Refused while days of the period are still to come (SX.14)."""
    if clock.today(report.unit.zone) < report.until_on:
        raise Refused(
            _("{period} is not over. This report can be sent from {day} on."),
            period=report.period,
            day=date_format(report.until_on, "SHORT_DATE_FORMAT"),
            rule="SX.14",
        )


def _require_answers(report: Report) -> None:
    if missing := report.missing:
        words = Listed(Answer(name).label for name in missing)
        raise Refused(
            _("Not answered yet: {words}. Write the answers first."),
            words=words,
            rule="S1.29",
            mend=f"{report.get_absolute_url()}answer/",
        )


def _keep_duty(report: Report, *, by: User) -> datetime | None:
    """Keep the recurring promise this report was; when it was due, or none where there is none."""
    if not report.row.duty:
        return None
    about = report.account.thread if report.account else Thread.objects.get(of_unit=report.unit)
    kept = duties.fulfil(report.row.duty, about, by=by, on=report.from_on)
    return kept.due_at if kept else None


def _leaders(unit: Unit, by: User) -> list[User]:
    """Who leads the unit and those above it, without the one who sent it."""
    above = Unit.objects.filter(pk__in=unit.ancestor_ids, manager__isnull=False)
    led = (one.manager for one in above.select_related("manager"))
    return [manager for manager in led if manager is not None and manager != by]


@action("reports.correct", label=_("Correct report"), right=WRITE, on=(ReportStatus.SUBMITTED,),
        icon="file-pen")  # fmt: skip
def correct_report(report: Report, *, by: User, reason: Text) -> Report:
    """Begin a corrected version of a report that was sent; what was sent stays (S1.29)."""
    if hasattr(report, "correction"):
        raise Refused(
            _("{number} corrects it already."), number=report.correction.number, rule="S1.29",
            mend=report.correction.get_absolute_url(),
        )  # fmt: skip
    other = Report(
        row=report.row, unit=report.unit, account=report.account, from_on=report.from_on,
        until_on=report.until_on, version=report.version + 1, corrects=report, prepared_by=by,
        **{name: getattr(report, name) for name in Answer.values},
    )  # fmt: skip
    _begin(other, by=by)
    other.record("report.reason", by=by, words={"reason": reason})
    return other


def _replace(report: Report, correction: Report, *, by: User) -> None:
    report.move_to(ReportStatus.CORRECTED)
    report.save(update_fields=["status"])
    report.record("report.corrected", by=by, correction=correction)
