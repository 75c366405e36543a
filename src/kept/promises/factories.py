"""Promises for tests and measurements: many running ones at once, as a working house has them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from kept.kit.bulk import insert
from kept.people.models import Unit, User
from kept.promises.models import ClockEvent, Promise, PromiseKind
from kept.timeline.bulk import Story, write_stories
from kept.timeline.models import Thread

THREADS = 50


def make_running(
    unit: Unit, person: User, due: Sequence[datetime], *, started_at: datetime
) -> list[Promise]:
    """Running promises with these due times, spread over some matters of the unit, each with the
    clock event it is folded from; the sweep looks at each at its due time.
    """
    threads = [
        Thread(
            company=unit.company, unit=unit, kind="case", title=f"Matter {n}", created_at=started_at
        )
        for n in range(min(THREADS, len(due)))
    ]
    write_stories([Story(thread, [unit.scope_id], []) for thread in threads], by=person)
    promises = [
        Promise(
            about=threads[number % len(threads)],
            kind=PromiseKind.OTHER,
            unit=unit,
            person=person,
            started_at=started_at,
            due_at=due_at,
            next_tick_at=due_at + timedelta(microseconds=1),
            length=1,
        )
        for number, due_at in enumerate(due)
    ]
    insert(promises)
    insert(
        [
            ClockEvent(
                promise_id=one.pk, seq=1, kind="start", at=started_at, recorded_at=started_at,
                data={"due": one.due_at.isoformat()} if one.due_at else {}, by=person,
            )
            for one in promises
        ]
    )  # fmt: skip
    return promises
