"""Promises stored for tests: a few through the ledger, thousands at once."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django_tasks_db.models import DBTaskResult

from kept.kit import clock
from kept.kit.refusal import Refused
from kept.people.models import Unit, User
from kept.promises import clockwork, ledger
from kept.promises.folding import derived, fold
from kept.promises.models import ClockEvent, Promise, PromiseKind, PromiseRule
from kept.promises.what_if.working import work_out

NOW = datetime(2026, 6, 1, 1, tzinfo=UTC)
MONTHS = timedelta(days=300)


def rule(unit: Unit, duration: str, kind: str = "reply", **values: Any) -> PromiseRule:
    """One more rule of a company, in force since long ago."""
    return PromiseRule.objects.create(
        unit=unit.company,
        valid_from=datetime(2020, 1, 1, tzinfo=UTC),
        kind=kind,
        name={"en": f"{kind} within {duration}"},
        duration=duration,
        **values,
    )


def lived_through(unit: Unit, by: User, rules: list[PromiseRule], count: int, seed: int) -> None:
    """Promises that were made, paused, resumed, moved to other rules, kept and excused."""
    chance = random.Random(seed)
    for _at in range(count):
        start = NOW - timedelta(minutes=chance.randrange(60 * 24 * 200))
        with clock.at(start):
            promise = ledger.promise_with(
                unit, chance.choice(rules), by=by, unit=unit, person=by, start_at=start
            )
        _live(promise, unit, by, rules, chance, start)


def _live(promise: Promise, unit: Unit, by: User, rules: list[PromiseRule], chance, start) -> None:
    """What befalls it, and every other of its kind that is about the unit."""
    kinds, moment = [PromiseKind(promise.kind)], start
    steps = {
        "pause": lambda: ledger.pause_open(unit, kinds, by=by, reason="customer"),
        "resume": lambda: ledger.resume_open(unit, kinds, by=by),
        "keep": lambda: ledger.keep_open(unit, kinds, by=by),
        "cancel": lambda: ledger.cancel_open(unit, kinds, by=by),
        "reopen": lambda: ledger.reopen_kept(unit, kinds, by=by),
    }
    for _step in range(chance.randrange(6)):
        moment += timedelta(minutes=chance.randrange(1, 2_000))
        with clock.at(moment), suppress(Refused):
            steps[chance.choice([*steps])]()


def many(unit: Unit, by: User, rules: list[PromiseRule], count: int, seed: int) -> None:
    """Thousands of promises with their clock events, as the fold says they stand."""
    chance = random.Random(seed)
    promises, events = [], []
    for _at in range(count):
        promise, happened = _one(unit, by, chance.choice(rules), chance)
        promises.append(promise)
        events += happened
    Promise.objects.bulk_create(promises, batch_size=500)
    ClockEvent.objects.bulk_create(events, batch_size=500)


def _one(unit: Unit, by: User, rule: PromiseRule, chance) -> tuple[Promise, list[ClockEvent]]:
    start = NOW - timedelta(seconds=chance.randrange(int(MONTHS.total_seconds())))
    promise = Promise(
        about=unit.thread, kind=rule.kind, unit=unit, person=by, rule=rule,
        calendar=rule.calendar, started_at=start,
    )  # fmt: skip
    events: list[ClockEvent] = []
    moment, kind, data = start, "start", {"rule": rule.pk}
    for _step in range(chance.choice([1, 2, 2, 2, 4, 4, 5, 6])):
        event = ClockEvent(
            promise=promise, seq=len(events) + 1, kind=kind, at=moment, recorded_at=moment,
            data=data, by=by, reason="customer" if kind == "pause" else "",
        )  # fmt: skip
        try:
            standing = fold([*events, event], promise)
        except clockwork.ImpossibleEvent:
            pass
        else:
            events.append(event)
            for name, value in derived(standing).items():
                setattr(promise, name, value)
            promise.length = len(events)
        moment += timedelta(seconds=chance.randrange(1, 60 * 60 * 40))
        if moment > NOW:
            break
        usual = "resume" if promise.state == "paused" else "pause"
        kind, data = chance.choice(["keep", usual, usual]), {}
    return promise, events


def work() -> None:
    """Do every job that waits, as the worker would."""
    jobs = DBTaskResult.objects.ready().filter(task_path=work_out.module_path)
    for job in jobs.order_by("enqueued_at"):
        job.claim("test")
        job.task.call(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])
        job.set_successful(None)
