"""What reports count: cases, complaints, requests, visits, promises, and what was used."""

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from kept.cases.models import Case, CaseKind, Request, RequestKind
from kept.products.models import UsageNote
from kept.promises.models import Duty, Promise, PromiseKind, PromiseState
from kept.reports.figures import Asked, Counted, address, figure, percent


def _cases(asked: Asked) -> QuerySet:
    begin, end = asked.moments
    rows = Case.objects.filter(received_at__gte=begin, received_at__lt=end)
    if asked.account is not None:
        return rows.filter(account=asked.account)
    return rows.filter(unit__path__startswith=asked.unit.path)


def _case_address(asked: Asked, **filters: Any) -> str:
    days = {
        "received_from": asked.period.from_on.isoformat(),
        "received_until": asked.period.until_on.isoformat(),
    }
    who = {"q": asked.account.name} if asked.account else {"within": asked.unit.code}
    return address("/cases/", all=1, **who, **days, **filters)


@figure("cases.services", label=_("Services"))
def services(asked: Asked) -> Counted:
    """Cases received in the period that are no complaints."""
    kinds = [kind.value for kind in CaseKind if kind != CaseKind.COMPLAINT]
    rows = _cases(asked).filter(case_kind__in=kinds)
    return Counted(rows.count(), _case_address(asked, case_kind=kinds))


@figure("cases.complaints", label=_("Complaints"))
def complaints(asked: Asked) -> Counted:
    """Complaints received in the period."""
    rows = _cases(asked).filter(case_kind=CaseKind.COMPLAINT)
    return Counted(rows.count(), _case_address(asked, case_kind=CaseKind.COMPLAINT.value))


def _due(asked: Asked) -> QuerySet:
    """Promises that fell due in the period and were not withdrawn."""
    begin, end = asked.moments
    rows = Promise.objects.filter(due_at__gte=begin, due_at__lt=end)
    rows = rows.exclude(state__in=[PromiseState.CANCELLED, PromiseState.EXCUSED])
    if asked.account is not None:
        return rows.filter(to=asked.account.thread)
    return rows.filter(unit__path__startswith=asked.unit.path)


def _promise_address(asked: Asked, **filters: Any) -> str:
    days = {
        "due_from": asked.period.from_on.isoformat(),
        "due_until": asked.period.until_on.isoformat(),
    }
    return address("/promises/", all=1, **days, **filters)


@figure("promises.due", label=_("Promises due"))
def promises_due(asked: Asked) -> Counted:
    """Promises whose time came in the period."""
    return Counted(_due(asked).count(), _promise_address(asked))


@figure("promises.late", label=_("Promises late or broken"))
def promises_late(asked: Asked) -> Counted:
    """Promises due in the period that were kept late, broken, or still are late."""
    rows = _due(asked).filter(breached_at__isnull=False)
    return Counted(rows.count(), _promise_address(asked))


@figure("promises.kept", label=_("Deadlines kept"))
def promises_kept(asked: Asked) -> Counted:
    """Which share of the promises due in the period was kept in time."""
    due = _due(asked)
    kept = due.filter(done_at__isnull=False, done_at__lte=F("due_at")).count()
    return Counted(percent(kept, due.count()), _promise_address(asked))


def _word_of_duty(word: str, unit: Any) -> Any:
    from_rule = Duty.objects.filter(company=unit.company_id, code=word).select_related("rule")
    found = from_rule.first()
    return found.rule.name if found else word


@figure("duties", label=_word_of_duty)
def duties_done(asked: Asked) -> Counted:
    """Of the recurring promises with a code that belong to the period, how many were done."""
    rows = Duty.objects.standing().filter(
        company=asked.unit.company_id,
        code=asked.word,
        period_from__gte=asked.period.from_on,
        period_until__lte=asked.period.until_on,
        promise__unit__path__startswith=asked.unit.path,
    )
    done = rows.filter(promise__done_at__isnull=False).count()
    where = address("/duties/", all=1, code=asked.word, month=f"{asked.period.from_on:%Y-%m}")
    return Counted(f"{done} / {rows.count()}", where)


def _word_of_request(word: str, unit: Any) -> Any:
    kind = RequestKind.named(word, unit)
    return kind.name if kind else word


def _late_request(word: str, unit: Any) -> Any:
    return _("{name}, late").format(name=_word_of_request(word, unit))


def _requests(asked: Asked) -> QuerySet:
    begin, end = asked.moments
    rows = Request.objects.filter(
        kind__code=asked.word, started_at__gte=begin, started_at__lt=end, withdrawn_at__isnull=True
    )
    if asked.account is not None:
        return rows.filter(case__account=asked.account)
    return rows.filter(case__unit__path__startswith=asked.unit.path)


def _request_address(asked: Asked) -> str:
    kind = RequestKind.named(asked.word, asked.unit)
    days = {
        "started_from": asked.period.from_on.isoformat(),
        "started_until": asked.period.until_on.isoformat(),
    }
    who = {"q": asked.account.name} if asked.account else {"unit": asked.unit.code}
    return address("/requests/register/", all=1, kind=kind.pk if kind else "", **who, **days)


@figure("requests", label=_word_of_request)
def requests(asked: Asked) -> Counted:
    """Requests of a kind whose clock began in the period."""
    return Counted(_requests(asked).count(), _request_address(asked))


@figure("requests_late", label=_late_request)
def requests_late(asked: Asked) -> Counted:
    """Those of them whose promise was broken, or is late now."""
    broken = Promise.objects.filter(
        about=OuterRef("case__thread"), kind=PromiseKind.FULFIL, breached_at__isnull=False
    )
    return Counted(_requests(asked).filter(Exists(broken)).count(), _request_address(asked))


def _usage(asked: Asked) -> QuerySet:
    rows = UsageNote.objects.filter(on__gte=asked.period.from_on, on__lte=asked.period.until_on)
    if asked.account is not None:
        return rows.filter(account=asked.account)
    return rows.filter(account__unit__path__startswith=asked.unit.path)


def _usage_address(asked: Asked) -> str:
    who = asked.account.number if asked.account else ""
    return address(
        "/usage/",
        q=who or "",
        on_from=asked.period.from_on.isoformat(),
        on_until=asked.period.until_on.isoformat(),
    )


@figure("usage.notes", label=_("Usage looked at"))
def usage_notes(asked: Asked) -> Counted:
    """How often the use of the oil was looked at."""
    return Counted(_usage(asked).count(), _usage_address(asked))


@figure("usage.oil_changes", label=_("Oil changes"))
def oil_changes(asked: Asked) -> Counted:
    """Oil changes noted in the period."""
    return Counted(_usage(asked).filter(changed_on__isnull=False).count(), _usage_address(asked))


@figure("usage.problems", label=_("Problems in use"))
def usage_problems(asked: Asked) -> Counted:
    """Notes that tell of a problem."""
    return Counted(_usage(asked).exclude(problem="").count(), _usage_address(asked))
