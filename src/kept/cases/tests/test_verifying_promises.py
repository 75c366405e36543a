"""``kept verify`` finds whatever somebody changed about a promise behind the actions' back."""

from datetime import timedelta

import pytest
from django.db import connection

from kept.cases.actions import promise_call_back, promise_customer, reply
from kept.cases.factories import make_case
from kept.kit import clock
from kept.kit.verifying import verify
from kept.people.factories import make_company, make_user
from kept.promises.actions import keep_promise, pause_promise, resume_promise
from kept.promises.models import Promise, PromiseKind
from kept.promises.sweep import sweep
from kept.timeline.tests.tampering import without_guards
from tests.stories.cast import moment, promise_of

pytestmark = pytest.mark.django_db
START = moment("2026-06-01 09:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def kept():
    """A letter answered after a pause, a manual sent late, and a call-back that is overdue."""
    lin = make_user(make_company("YQ", "Yunqi", pack="software"), "lin", "lead", name="Lin")
    with clock.at(START):
        case = make_case(lin, route="letter")
        answer = promise_of(case, PromiseKind.REPLY)
        pause_promise(answer, by=lin, reason="parts")
        promise_customer(case, by=lin, promised="The manual", due_at=START + HOUR)
        promise_call_back(case, by=lin, phone="13800138000", due_at=START + HOUR)
    with clock.at(START + 3 * HOUR):
        sweep()
        resume_promise(answer, by=lin)
        keep_promise(promise_of(case, PromiseKind.OTHER), by=lin)
        other = make_case(lin, route="letter")
        promise_customer(other, by=lin, promised="A call", due_at=START + 9 * HOUR)
        yield case, other


def faults() -> list[str]:
    return [str(fault) for fault in verify(only="promises").faults]


def tamper(promise: Promise, **changed) -> None:
    Promise.objects.filter(pk=promise.pk).update(**changed)


def behind_the_triggers(sql: str, *values) -> None:
    """What somebody with the database's own tools could do to an event."""
    with without_guards("promises_clockevent"), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_promises_nobody_touched_are_proved(kept):
    assert faults() == []
    report = verify(only="promises")
    assert (report.counts["promises"], report.counts["clock events"]) == (5, 8)


@pytest.mark.parametrize(
    ("kind", "changed", "word"),
    [
        ("other", {"state": "kept"}, "state is stored as kept"),
        ("other", {"due_at": START + 4 * HOUR}, "due_at is stored as"),
        ("other", {"lateness": -60}, "lateness is stored as -60"),
        ("other", {"done_at": START}, "done_at is stored as"),
        ("other", {"started_at": START - HOUR}, "started_at is stored as"),
        ("other", {"names_day": True}, "names_day is stored as"),
        ("other", {"breached_at": None}, "no breach is stored"),
        ("other", {"breached_at": START + 2 * HOUR}, "when it was not late"),
        ("call_back", {"breached_at": None}, "no breach is stored"),
        ("call_back", {"level": 0}, "nobody would be told"),
        ("reply", {"next_tick_at": None}, "nobody would be told"),
        ("reply", {"next_tick_at": START + 999 * HOUR}, "nobody would be told"),
        ("reply", {"level": 2}, "no breach is stored"),
        ("reply", {"level": 2, "breached_at": START}, "before its time is over"),
        ("reply", {"breached_at": START + 27 * HOUR}, "when it was not late"),
        ("reply", {"length": 2}, "3 clock events are there, 2 were recorded"),
    ],
)
def test_a_changed_column_is_found(kept, kind, changed, word):
    promise = promise_of(kept[0], kind)
    tamper(promise, **changed)
    found = faults()
    assert any(word in fault for fault in found), found
    assert all(f"promise {promise.pk}" in fault for fault in found)


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("DELETE FROM promises_clockevent WHERE promise_id = %s AND seq = 3", "2 clock events"),
        ("DELETE FROM promises_clockevent WHERE promise_id = %s AND seq = 2", "2 clock events"),
        ("DELETE FROM promises_clockevent WHERE promise_id = %s", "0 clock events"),
        (
            "UPDATE promises_clockevent SET at = '2026-06-01 01:30:00+00:00'"
            " WHERE promise_id = %s AND seq = 2",
            "due_at is stored as",
        ),
        (
            "UPDATE promises_clockevent SET kind = 'resume' WHERE promise_id = %s AND seq = 2",
            "its clock events cannot be",
        ),
        (
            "UPDATE promises_clockevent SET seq = 9 WHERE promise_id = %s AND seq = 3",
            "its clock events cannot be",
        ),
        (
            'UPDATE promises_clockevent SET data = \'{"duration": "99 hours"}\''
            " WHERE promise_id = %s AND seq = 1",
            "due_at is stored as",
        ),
    ],
)
def test_a_changed_or_missing_event_is_found(kept, sql, word):
    promise = promise_of(kept[0], PromiseKind.REPLY)
    behind_the_triggers(sql, promise.pk)
    assert any(word in fault for fault in faults()), faults()


def test_an_event_taken_away_with_its_count_is_found(kept):
    promise = promise_of(kept[0], PromiseKind.REPLY)
    behind_the_triggers(
        "DELETE FROM promises_clockevent WHERE promise_id = %s AND seq = 3", promise.pk
    )
    tamper(promise, length=2)
    assert any("state is stored as running" in fault for fault in faults())


def test_a_rule_that_changed_under_a_promise_is_found(kept):
    promise = promise_of(kept[0], PromiseKind.REPLY)
    rule = promise.rule
    rule.duration = "12 hours"
    rule.save()
    assert any("due_at is stored as" in fault for fault in faults())


def test_what_was_answered_late_stays_proved(kept):
    case, _other = kept
    with clock.at(START + 40 * HOUR):
        sweep()
        reply(case, by=case.owner, route="letter", answer="At last")
        assert faults() == []
