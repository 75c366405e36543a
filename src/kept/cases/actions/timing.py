"""By when a case is solved where no rule fixes it: named, set by the customer, or agreed (C02)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kept.cases.actions.intake import facts_of, require_soon
from kept.cases.actions.ownership import ALIVE
from kept.cases.models import Case, CaseStatus
from kept.cases.requests.checks import request_of
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line
from kept.people.models import User
from kept.promises import ledger
from kept.promises.models import Promise, PromiseKind, PromiseRule
from kept.promises.models.rule import TimeSet
from kept.promises.terms import rule_for

RULE = "C02"


def solve_rule(case: Case) -> PromiseRule | None:
    """The rule that says how the time for solving the case is set, if the company has one."""
    return rule_for(PromiseKind.SOLVE, case.unit, facts_of(case), case.received_at)


def solve_promise(case: Case) -> Promise | None:
    """The open promise with the time by which the case is solved."""
    return ledger.open_promises(case, [PromiseKind.SOLVE]).first()


def wants_a_time(case: Case, by: User | None = None) -> bool:
    """Whether the company's rule leaves the time to be named, and the case is not solved yet. What
    is asked for from the catalogue has the terms of its kind, or the customer's time in a field.
    """
    if case.status in (CaseStatus.SOLVED, CaseStatus.CLOSED) or request_of(case) is not None:
        return False
    rule = solve_rule(case)
    return rule is not None and not rule.is_fixed


@action(
    "cases.name_time",
    label=_("Name the time for solving"),
    on=ALIVE,
    right="cases.work",
    icon="calendar-clock",
    offered=wants_a_time,
)
def name_time(case: Case, *, by: User, due_at: datetime, agreed_with: Line = "") -> Case:
    """Name the definite time by which it is solved; where the customer sets it or it is agreed with
    them, with who said so. From now on it is promised (C02).

    Refused where the company's rule fixes a term, and where a time is promised already.
    """
    rule = _require_open_time(case)
    if due_at <= clock.now():
        raise InvalidInput(_("This time has passed. Name a later one."), field="due_at", rule=RULE)
    require_soon(due_at, rule=RULE)
    if rule.time_set != TimeSet.PROMISED and not agreed_with:
        raise InvalidInput(
            _("“{name}” asks for {how}: say who of theirs said so."),
            name=rule,
            how=rule.get_time_set_display(),
            field="agreed_with",
            rule=RULE,
        )
    case.record("case.time_named", by=by, how=rule.time_set, due_at=due_at,
                words={"agreed_with": agreed_with})  # fmt: skip
    ledger.promise_by_moment(
        case,
        PromiseKind.SOLVE,
        by=by,
        unit=case.unit,
        person=case.handler or case.owner,
        to=case.customers_thread,
        due_at=due_at,
        text=agreed_with,
    )
    ledger.keep_open(case, [PromiseKind.NAME_TIME], by=by)
    return case


def _require_open_time(case: Case) -> PromiseRule:
    """The rule that leaves the time to be named. Raises Refused where there is nothing to name."""
    promise, rule = solve_promise(case), solve_rule(case)
    if promise is not None:
        raise Refused(
            _("By when it is solved is promised already. Agree on a new time there."),
            rule=RULE,
            mend=f"{promise.get_absolute_url()}agree_time/",
        )
    if rule is None or rule.is_fixed or request_of(case) is not None:
        raise Refused(
            _("No rule of the company leaves the time for solving this to be named. Promise"
              " something else to the customer."),
            rule=RULE,
            mend=f"{case.get_absolute_url()}promise/",
        )  # fmt: skip
    return rule


def customers_time_is_known(case: Case, *, by: User) -> None:
    """The customer said by when somebody must be there: where they set the time, it is named with
    that (C02, S2.15).
    """
    for promise in ledger.open_promises(case, [PromiseKind.NAME_TIME]):
        if promise.rule is not None and promise.rule.time_set == TimeSet.CUSTOMER:
            ledger.keep(promise, by=by, subject=case)
