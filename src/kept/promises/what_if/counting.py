"""All promises of a question counted under both rules, in batches, in constant memory."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kept.kit import clock
from kept.people.models import Unit
from kept.promises.models import ClockEvent, Promise, WhatIfRow
from kept.promises.models.promise import PromiseQuerySet
from kept.promises.replay.spread import Duty, Result, Spread, band_of
from kept.promises.replay.what_if import Compared
from kept.promises.what_if.changing import Change, Refolding, result_of

BATCH = 500
Progress = Callable[[int, int], None]
Keep = Callable[[list[WhatIfRow]], None]


@dataclass(frozen=True)
class Question:
    """Promises of a unit and those below it, made from one day to another, under a change."""

    unit: Unit
    change: Change
    first: date
    last: date
    duty: Duty

    @property
    def zone(self) -> str:
        return self.unit.zone

    def promises(self) -> PromiseQuerySet:
        """The promises it asks about; days are those of the unit."""
        zone = ZoneInfo(self.zone)
        begins = datetime.combine(self.first, time(), zone)
        ends = datetime.combine(self.last + timedelta(days=1), time(), zone)
        rows: PromiseQuerySet = Promise.objects.filter(
            unit__path__startswith=self.unit.path,
            rule__in=list(self.change.terms),
            started_at__gte=begins,
            started_at__lt=ends,
        )
        return rows


def _nobody(rows: list[WhatIfRow]) -> None:
    """The rows are not kept."""


def _silent(done: int, total: int) -> None:
    """Nobody looks on."""


class Counting:
    """Counts the promises of a question."""

    def __init__(self, question: Question) -> None:
        company = question.unit.company or question.unit
        self.question, self.now = question, clock.now()
        self.zone = ZoneInfo(question.zone)
        self.present = Refolding(company)
        self.changed = Refolding(company, question.change, self.present.rules)
        self.duty = question.duty
        self.today = Spread(question.zone, self.duty)
        self.then = Spread(question.zone, self.duty)
        self.skipped = 0

    def run(self, keep: Keep = _nobody, progress: Progress = _silent) -> Compared:
        """Count every promise; ``keep`` is given the rows of each batch."""
        promises = self.question.promises()
        total, done = promises.count(), 0
        for batch in _batches(promises):
            progress(done, total)
            keep([self._counted(promise, events) for promise, events in batch])
            done += len(batch)
        progress(done, total)
        return Compared(self.today.figures(), self.then.figures(), self.question.zone)

    def _counted(self, promise: Promise, events: list[ClockEvent]) -> WhatIfRow:
        before = result_of(self.present.fold(promise, events).standing, self.now)
        folded = self.changed.fold(promise, events)
        after = result_of(folded.standing, self.now)
        self.skipped += folded.skipped
        self.today.add(before, promise.unit_id)
        self.then.add(after, promise.unit_id)
        return self._row(promise, before, after)

    def _row(self, promise: Promise, before: Result, after: Result) -> WhatIfRow:
        row = WhatIfRow(promise=promise)
        for name, result in (("today", before), ("changed", after)):
            margin = result.margin
            setattr(row, f"due_{name}", result.due)
            setattr(row, f"outcome_{name}", result.outcome.value)
            setattr(row, f"margin_{name}", margin)
            setattr(row, f"band_{name}", None if margin is None else band_of(margin))
            setattr(row, f"hour_{name}", result.hour_of_week(self.zone))
            setattr(row, f"off_{name}", self.duty.is_missed_by(result, promise.unit_id))
        return row


def _batches(promises: PromiseQuerySet) -> Iterator[list[tuple[Promise, list[ClockEvent]]]]:
    """Promises with their clock events, some hundreds at a time."""
    rows = promises.select_related("unit", "calendar").order_by("pk")
    last = 0
    while found := list(rows.filter(pk__gt=last)[:BATCH]):
        last = found[-1].pk
        events: dict[int, list[ClockEvent]] = defaultdict(list)
        for event in ClockEvent.objects.filter(promise__in=found).order_by("promise", "seq"):
            events[event.promise_id].append(event)
        yield [(promise, events[promise.pk]) for promise in found]
