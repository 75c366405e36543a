"""The fold of clock events: pauses, changed rules, reopening, endings, what cannot be."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kept.promises.clockwork import (
    ClockEvent,
    Duration,
    ImpossibleEvent,
    Rule,
    Standing,
    WorkCalendar,
    always,
    fold,
    is_possible,
    share_at,
    step,
    week_of,
)

ZONE = "Asia/Shanghai"
OFFICE = WorkCalendar(ZONE, week_of({"mon-fri": ["09:00-17:00"]}))
RULES = {
    "reply": Duration.of("24 hours"),
    "solve": Duration.of("16 working_hours"),
    "urgent": Duration.of("4 working_hours"),
    "kit": Duration.of("10 calendar_days"),
    "answer": Duration.of("3 working_days"),
    "report": Duration.of("4 nth_of_next_month"),
    "hotline": Rule(Duration.of("4 hours"), always(ZONE)),
}
TICK = timedelta(microseconds=1)

Told = tuple[str, str] | tuple[str, str, dict[str, Any]]


def at(text: str) -> datetime:
    """A moment of May 2026 (the 4th is a Monday): "4 09:30"."""
    day, _, clock = text.partition(" ")
    return datetime.fromisoformat(f"2026-05-{int(day):02}T{clock}").replace(tzinfo=ZoneInfo(ZONE))


def told(*events: Told) -> Standing:
    """The standing after events told as (kind, moment, data with an optional reason)."""
    made = []
    for seq, (kind, moment, *more) in enumerate(events, start=1):
        data = dict(more[0]) if more else {}
        made.append(ClockEvent(seq, kind, at(moment), data.pop("reason", ""), data))
    return fold(made, RULES, OFFICE)


def after(standing: Standing, kind: str, moment: str, reason: str = "", **data: Any) -> Standing:
    event = ClockEvent(standing.seq + 1, kind, at(moment), reason, data)
    return step(standing, event, RULES, OFFICE)


def start(rule: str, moment: str = "4 09:00") -> Told:
    return ("start", moment, {"rule": rule})


@pytest.mark.req("S2.16", part="pauses")
def test_a_pause_over_a_weekend_adds_only_open_minutes():
    """Row 1: pause Friday 17:00 to Monday 09:00 adds nothing; a minute more adds a minute."""
    running = told(start("solve", "8 10:00"))
    plain = told(start("solve", "8 10:00"), ("pause", "8 17:00"), ("resume", "11 09:00"))
    assert plain.due_at == running.due_at == at("12 10:00")
    longer = told(start("solve", "8 10:00"), ("pause", "8 16:59"), ("resume", "11 09:01"))
    assert longer.due_at == at("12 10:02")
    assert longer.paused_total == timedelta(days=2, hours=16, minutes=2)


def test_clock_hours_and_days_carry_in_their_own_measure():
    pause = ("pause", "8 17:00"), ("resume", "11 09:00")
    assert told(start("reply", "8 10:00"), *pause).due_at == at("12 02:00")
    assert told(start("kit", "8 10:00"), *pause).due_at == at("22 00:00") - TICK
    assert told(start("answer", "8 10:00"), *pause).due_at == at("15 00:00") - TICK


def test_changing_the_rule_while_paused_and_after_keeps_every_pause():
    """Row 3: the new rule counts from the start, less all that was paused under the old one."""
    first = (start("reply"), ("pause", "4 10:00"), ("resume", "4 12:00"))
    changed = told(*first, ("change_rule", "4 13:00", {"rule": "urgent"}))
    assert changed.due_at == at("4 15:00") and changed.rule == "urgent"
    paused = told(*first, ("pause", "4 13:00"), ("change_rule", "4 14:00", {"rule": "urgent"}))
    assert paused.state == "paused"
    resumed = after(paused, "resume", "5 09:30")
    assert resumed.due_at == at("5 11:30")
    assert len(resumed.pauses) == 2
    back = after(resumed, "change_rule", "5 10:00", rule="reply")
    assert back.due_at == at("5 09:00") + timedelta(hours=2 + 20, minutes=30)


def test_a_rule_may_bring_its_own_calendar():
    standing = told(start("urgent", "8 16:00"), ("change_rule", "8 16:30", {"rule": "hotline"}))
    assert standing.due_at == at("8 20:00")
    assert after(standing, "change_rule", "8 17:00", rule="urgent").due_at == at("11 12:00")


def test_a_rule_that_was_late_when_paused_is_late_at_once():
    paused = told(
        start("reply"), ("pause", "4 15:00"), ("change_rule", "4 16:00", {"rule": "urgent"})
    )
    assert paused.due_at == at("4 13:00") and paused.state_at(at("4 16:00")) == "late"
    assert paused.alarm_at == paused.due_at
    assert after(paused, "resume", "5 10:00").due_at == at("4 13:00")


@pytest.mark.req("S2.16", part="reopening")
def test_reopening_under_three_policies():
    """Row 4: closed with 2 of 4 hours left, reopened a day later."""
    closed = told(start("urgent"), ("keep", "4 11:00"))
    resumed = after(closed, "reopen", "5 10:00", policy="resume")
    restarted = after(closed, "reopen", "5 10:00", policy="restart")
    kept = after(closed, "reopen", "5 10:00", policy="keep")
    assert [s.due_at for s in (resumed, restarted, kept)] == [
        at("5 12:00"), at("5 14:00"), at("4 13:00"),
    ]  # fmt: skip
    assert {s.state for s in (resumed, restarted, kept)} == {"running"}
    assert kept.is_late(at("5 10:00")) and not resumed.is_late(at("5 10:00"))
    assert restarted.past[0].state == "kept" and restarted.past[0].lateness.by == -timedelta(
        hours=2
    )
    assert after(kept, "keep", "5 10:30").state == "broken"
    assert resumed.paused_total == timedelta(0)
    with pytest.raises(ImpossibleEvent):
        after(closed, "reopen", "5 10:00")


def test_no_reopening_undoes_a_breach():
    """Row 4: the old breach stays, but a restart files it and begins afresh."""
    late = told(start("urgent"), ("break", "4 13:01"), ("keep", "4 15:00"))
    for policy in ("resume", "keep"):
        again = after(late, "reopen", "5 09:00", policy=policy)
        assert (again.state, again.due_at, again.broken_at) == (
            "broken", at("4 13:00"), at("4 13:00"),
        )  # fmt: skip
        assert again.is_open and after(again, "keep", "5 09:10").state == "broken"
    fresh = after(late, "reopen", "5 09:00", policy="restart")
    assert fresh.broken_at is None and fresh.past[0].state == "broken"
    assert after(fresh, "keep", "5 12:00").state == "kept"


def test_what_was_paused_when_it_ended_goes_on_with_what_was_left():
    closed = told(start("urgent"), ("pause", "4 10:00"), ("keep", "4 12:00"))
    assert closed.state == "kept" and closed.lateness.by == -timedelta(hours=3)
    again = after(closed, "reopen", "5 09:00", policy="resume")
    assert again.due_at == at("5 12:00")
    assert [span.kind for span in again.spans] == ["running", "pause", "stop", "running"]


def test_a_pause_and_the_stop_that_follows_are_one():
    """Kept in the pause with nothing left to wait for but the opening, reopened hours later."""
    closed = told(
        ("start", "9 10:00", {"duration": "same_time_next_working_day"}),
        ("pause", "11 18:00"),
        ("keep", "12 10:00"),
    )
    assert closed.state == "kept" and closed.due_at == at("12 10:00")
    assert after(closed, "reopen", "12 12:00", policy="resume").due_at == at("12 12:00")


def test_what_was_given_up_in_time_can_go_on():
    given_up = told(start("urgent"), ("break", "4 10:00", {"final": True, "reason": "no part"}))
    assert given_up.state == "broken" and not given_up.is_open and given_up.lateness is None
    again = after(given_up, "reopen", "5 09:00", policy="resume")
    assert (again.state, again.due_at) == ("running", at("5 12:00"))


@pytest.mark.req("S1.52", part="the time named")
def test_a_moment_named_is_moved_by_no_pause():
    called = told(("start", "4 09:00", {"due": at("4 09:50").isoformat()}))
    paused = after(called, "pause", "4 09:10")
    assert paused.alarm_at == at("4 09:50") and paused.state_at(at("4 09:51")) == "late"
    resumed = after(paused, "resume", "4 09:40")
    assert resumed.due_at == at("4 09:50") and not resumed.names_day
    assert share_at(resumed, 0.8) == at("4 09:40")
    moved = after(resumed, "set_due", "4 09:45", due=at("4 14:00"))
    assert after(moved, "keep", "4 14:00").state == "kept"
    with pytest.raises(ImpossibleEvent):
        after(moved, "change_rule", "4 10:00", rule="urgent")
    with pytest.raises(ImpossibleEvent):
        after(moved, "set_due", "4 14:01", due=at("4 18:00"))


def test_a_day_named_ends_with_its_last_microsecond():
    named = told(start("urgent"), ("set_due", "4 10:00", {"day": "2026-05-06"}))
    assert named.names_day and named.due_at == at("7 00:00") - TICK
    assert after(named, "keep", "6 23:59").lateness.days == 0
    assert after(named, "keep", "8 01:00").lateness.days == 2
    report = told(start("report"), ("pause", "5 09:00"), ("resume", "20 09:00"))
    assert OFFICE.day_of(report.due_at) == date(2026, 6, 4)


@pytest.mark.req("S2.14", part="the figure")
def test_lateness_is_a_figure():
    early = told(start("reply"), ("keep", "5 08:50"))
    assert (early.state, early.lateness.by) == ("kept", -timedelta(minutes=10))
    late = told(start("reply"), ("keep", "6 01:00"))
    assert (late.state, late.lateness.by, late.lateness.days) == (
        "broken", timedelta(hours=16), None,
    )  # fmt: skip
    assert told(start("reply"), ("keep", "5 09:00")).state == "kept"
    after_due = [ClockEvent(1, "start", at("4 09:00"), data={"rule": "reply"})]
    after_due.append(ClockEvent(2, "keep", at("5 09:00") + TICK))
    assert fold(after_due, RULES, OFFICE).state == "broken"
    assert told(start("kit"), ("keep", "16 10:00")).lateness.days == 2
    assert told(start("kit"), ("keep", "12 10:00")).lateness.days == -2


def test_late_is_one_comparison():
    running = told(start("reply"))
    assert not running.is_late(at("5 09:00")) and running.is_late(at("5 09:00") + TICK)
    assert running.state_at(at("5 09:01")) == "late" and running.alarm_at == at("5 09:00")
    assert not is_possible(running, ClockEvent(2, "break", at("5 09:00")), RULES, OFFICE)
    broken = after(running, "break", "5 09:01")
    assert (broken.state, broken.broken_at, broken.alarm_at) == ("broken", at("5 09:00"), None)
    assert broken.is_open and broken.lateness_at(at("5 10:00")).by == timedelta(hours=1)


@pytest.mark.parametrize("flagged", [False, True])
@pytest.mark.parametrize(
    ("kind", "reason", "data", "state"),
    [
        ("keep", "", {}, "broken"),
        ("cancel", "", {}, "broken"),
        ("excuse", "flood", {}, "excused"),
        ("break", "", {"final": True}, "broken"),
        ("change_rule", "", {"rule": "solve"}, "running"),
        ("pause", "", {}, None),
        ("set_due", "", {"due": "2026-05-06T12:00+08:00"}, None),
        ("reopen", "", {"policy": "keep"}, None),
    ],
)
def test_it_makes_no_difference_whether_the_sweep_came_first(flagged, kind, reason, data, state):
    standing = told(start("urgent"))
    if flagged:
        standing = after(standing, "break", "4 13:05")
    if state is None:
        with pytest.raises(ImpossibleEvent):
            after(standing, kind, "4 14:00", reason, **data)
        return
    ended = after(standing, kind, "4 14:00", reason, **data)
    assert ended.state == state
    assert ended.broken_at == (None if kind == "change_rule" else at("4 13:00"))


def test_done_before_it_was_recorded():
    """An engineer without network: done at 12:30, flagged at 13:05, recorded at 14:00."""
    flagged = told(start("urgent"), ("break", "4 13:05"))
    kept = after(flagged, "keep", "4 14:00", done_at=at("4 12:30").isoformat())
    assert (kept.state, kept.lateness.by, kept.broken_at) == (
        "kept", -timedelta(minutes=30), None,
    )  # fmt: skip
    paused = told(start("urgent"), ("pause", "4 11:00"), ("resume", "4 12:00"))
    within = after(paused, "keep", "4 12:10", done_at=at("4 11:30"))
    assert within.due_at == at("4 13:30") and within.paused_total == timedelta(minutes=30)
    for wrong in ("4 08:59", "4 12:11"):
        with pytest.raises(ImpossibleEvent):
            after(paused, "keep", "4 12:10", done_at=at(wrong))


def test_several_reasons_hold_one_clock():
    held = told(
        start("urgent"),
        ("pause", "4 10:00", {"reason": "parts"}),
        ("pause", "4 11:00", {"reason": "customer"}),
        ("resume", "4 12:00", {"only": "parts"}),
    )
    assert held.state == "paused" and held.holds == ("customer",)
    assert held.paused_since == at("4 10:00")
    assert held.due_if_resumed(at("4 13:00")) == at("4 16:00")
    free = after(held, "resume", "4 13:00")
    assert free.due_at == at("4 16:00") and free.pauses[0].reasons == ("parts", "customer")
    with pytest.raises(ImpossibleEvent):
        after(held, "pause", "4 12:30", "customer")
    with pytest.raises(ImpossibleEvent):
        after(held, "resume", "4 12:30", only="parts")


def test_an_excuse_has_a_reason_and_lets_the_thing_be_done_later():
    late = told(start("urgent"), ("break", "4 13:05"))
    with pytest.raises(ImpossibleEvent):
        after(late, "excuse", "4 14:00")
    excused = after(late, "excuse", "4 14:00", "road closed by flood")
    assert excused.state == "excused" and not excused.is_open
    done = after(excused, "keep", "5 09:00")
    assert done.state == "excused" and done.lateness.by == timedelta(hours=20)
    with pytest.raises(ImpossibleEvent):
        after(told(start("urgent"), ("keep", "4 10:00")), "excuse", "4 14:00", "why")


def test_a_promise_withdrawn_counts_neither_way():
    for events in ([("cancel", "4 10:00")], [start("urgent"), ("cancel", "4 10:00")]):
        withdrawn = told(*events)
        assert withdrawn.state == "cancelled" and withdrawn.lateness is None
    again = after(withdrawn, "reopen", "4 11:00", policy="resume")
    assert again.due_at == at("4 14:00")


def test_warnings_wait_while_a_pause_holds():
    running = told(start("urgent"))
    assert share_at(running, 0.5) == at("4 11:00")
    paused = after(running, "pause", "4 10:00")
    assert share_at(paused, 0.5) is None and share_at(paused, 0.2) == at("4 09:48")
    assert paused.alarm_at is None and not paused.is_late(at("20 09:00"))
    assert share_at(after(paused, "resume", "4 12:00"), 0.5) == at("4 13:00")
    in_days = told(start("answer", "8 10:00"))
    assert OFFICE.is_open(share_at(in_days, 0.8) - TICK)
    assert share_at(Standing(), 0.8) is None


@pytest.mark.req("SX.06", part="clock events")
@pytest.mark.parametrize(
    "events",
    [
        [("pause", "4 10:00")],
        [("keep", "4 10:00")],
        [("start", "4 10:00")],
        [("start", "4 10:00", {"due": "2026-05-04T09:00+08:00"})],
        [start("urgent"), start("urgent", "4 10:00")],
        [start("urgent"), ("resume", "4 10:00")],
        [start("urgent"), ("pause", "4 10:00"), ("pause", "4 10:30")],
        [start("urgent"), ("pause", "4 13:00")],
        [start("urgent"), ("keep", "4 10:00"), ("keep", "4 10:30")],
        [start("urgent"), ("keep", "4 10:00"), ("cancel", "4 10:30")],
        [start("urgent"), ("keep", "4 10:00"), ("change_rule", "4 10:30", {"rule": "solve"})],
        [start("urgent"), ("reopen", "4 10:00", {"policy": "keep"})],
        [start("urgent"), ("change_rule", "4 10:00")],
        [start("urgent"), ("set_due", "4 10:00")],
        [start("urgent"), ("set_due", "4 10:00", {"due": "2026-05-04T09:30+08:00"})],
        [start("urgent"), ("forget", "4 10:00")],
        [start("urgent"), ("pause", "4 08:59")],
    ],
)
def test_an_event_that_cannot_be_is_refused(events):
    with pytest.raises(ImpossibleEvent) as refused:
        told(*events)
    assert str(refused.value).endswith(".")


def test_events_are_numbered_without_a_gap():
    begun = ClockEvent(1, "start", at("4 09:00"), data={"rule": "urgent"})
    for seq in (1, 3):
        with pytest.raises(ImpossibleEvent, match="2 comes next"):
            fold([begun, ClockEvent(seq, "pause", at("4 10:00"))], RULES, OFFICE)
    with pytest.raises(ValueError, match="needs a zone"):
        fold([ClockEvent(1, "start", datetime(2026, 5, 4), data={})])  # noqa: DTZ001


def test_a_standing_is_the_same_however_often_it_is_folded():
    """Row 15: the stored figure and the one recomputed from the events are equal."""
    events = (start("solve"), ("pause", "4 10:00"), ("resume", "4 12:00"), ("keep", "6 11:00"))
    assert told(*events) == told(*events)
    assert told(*events).due_at == at("6 11:00") == told(*events).done_at
    assert told(*events).due_at.tzinfo is UTC
