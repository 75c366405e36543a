"""The time by which an imported case was to be solved, as a promise with its verdict."""

from kept.cases.importing.drafts import CaseDraft
from kept.kit import clock
from kept.kit.bulk import insert, insert_values
from kept.people.models import Unit, User
from kept.promises import clockwork
from kept.promises.folding import derived, fold, next_tick
from kept.promises.models import ClockEvent, Promise, PromiseKind
from kept.promises.sweep import BREACHED
from kept.timeline.bulk import Line
from kept.timeline.models import Thread

EVENT = (
    "promise_id", "seq", "kind", "at", "recorded_at", "reason", "data", "by_id",
)  # fmt: skip


class Promised:
    """One promise with its clock events, folded and not yet saved: kept or broken by the recorded
    times, or still running, and then late since it was due. Nobody is told of what was late before
    it came here: the sweep has nothing left to do.
    """

    def __init__(self, draft: CaseDraft, *, unit: Unit, by: User) -> None:
        due = draft.due_at
        assert due is not None
        self.by, self.due_at = by, due
        start = clockwork.ClockEvent(1, "start", draft.received_at, data={"due": due.isoformat()})
        self.events = [start]
        if draft.closed_at is not None:
            self.events.append(clockwork.ClockEvent(2, "keep", draft.closed_at))
        self.promise = Promise(kind=PromiseKind.SOLVE, unit=unit, length=len(self.events))
        standing = fold(self.events, self.promise)
        for name, value in derived(standing).items():
            setattr(self.promise, name, value)
        if self.is_late:
            self.promise.level, self.promise.breached_at = BREACHED, due
            self.promise.told_at = clock.now()
        self.promise.next_tick_at = next_tick(self.promise, standing)

    @property
    def is_late(self) -> bool:
        late_at = self.promise.done_at or clock.now()
        return late_at > self.due_at

    def lines(self) -> list[Line]:
        """What the story says about it."""
        promise = self.promise
        named = {"kind": promise.kind, "due_at": promise.due_at}
        made = Line("promise.made", promise.started_at, {**named, "person": None})
        if promise.done_at is None:
            late = Line("promise.breached", self.due_at, {**named, "person": None})
            return [made, late] if self.is_late else [made]
        event = "promise.broken" if self.is_late else "promise.kept"
        margin = {"seconds": abs(promise.lateness or 0)}
        return [made, Line(event, promise.done_at, {**named, "margin": margin})]


def save(promises: list[tuple[Thread, Promised]]) -> None:
    """Insert promises about saved threads, with their events."""
    for thread, promised in promises:
        promised.promise.about_id = thread.pk
    insert([promised.promise for _thread, promised in promises])
    recorded_at = clock.now()
    events = [
        (promised.promise.pk, event.seq, event.kind, event.at, recorded_at, "", event.data,
         promised.by.pk)
        for _thread, promised in promises
        for event in promised.events
    ]  # fmt: skip
    insert_values(ClockEvent, EVENT, events)
