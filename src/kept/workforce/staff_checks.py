"""The staff check: whoever serves customers knows all products and the whole workflow (S3.07)."""

from kept.kit import clock
from kept.people.models import User
from kept.promises import ledger
from kept.promises.duties.sets import gathered
from kept.promises.models import Duty, DutyRule, Promise, PromiseKind, PromiseState
from kept.timeline.models import Thread
from kept.timeline.recorder import thread_of
from kept.workforce.models import Topic
from kept.workforce.owed import DUTY_OF, asked_of

CODE = DUTY_OF[Topic.WORKFLOW]


def ask_new_staff(user: User, *, by: User) -> Promise | None:
    """Let somebody new among those the duty asks promise to pass the exam, by the company's rule;
    None where no rule asks for it, it is promised already, or it was passed in this period.
    """
    thread = thread_of(user)
    if user.unit is None or not _is_asked(user, thread):
        return None
    if asked_of(thread, Topic.WORKFLOW) or _has_passed(thread, user):
        return None
    return ledger.promise_by_rule(
        thread,
        PromiseKind.TRAIN,
        by=by,
        unit=user.unit,
        person=user,
        facts={"topic": Topic.WORKFLOW},
    )


def ask_no_more(user: User, *, by: User) -> None:
    """Take back what was promised by somebody the duty does not ask any more."""
    thread = thread_of(user)
    if not asked_of(thread, Topic.WORKFLOW):
        return
    if not user.is_active or not _is_asked(user, thread):
        ledger.cancel_open(thread, [PromiseKind.TRAIN], by=by, reason="not_owed")


def _is_asked(user: User, thread: Thread) -> bool:
    """Whether the duty of the company asks this person for it: the pack names the roles."""
    if user.company is None:
        return False
    rows = DutyRule.objects.in_force(user.company).filter(code=CODE)
    return any(
        one.thread.pk == thread.pk
        for rule in rows
        for one in gathered(rule.subjects, user.company, clock.now())
    )


def _has_passed(thread: Thread, user: User) -> bool:
    """Whether the exam of the running period was passed."""
    today = clock.today(user.unit.zone if user.unit else "UTC")
    rows = Duty.objects.standing().filter(code=CODE, thread=thread, period_from__lte=today)
    return rows.filter(period_until__gte=today, promise__state=PromiseState.KEPT).exists()
