"""What if a rule were another: records under the present rules and under changed ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kept.promises.clockwork import WorkCalendar, always
from kept.promises.replay.recorded import KEPT, NONE, OPEN
from kept.promises.replay.running import Replayed, Run
from kept.promises.replay.spread import Duty, Outcome, Result, Spread

OUTCOMES = {KEPT: Outcome.KEPT, OPEN: Outcome.OPEN, NONE: Outcome.LEFT_OUT}


@dataclass(frozen=True)
class Compared:
    """Figures under the present rules and under the changed ones (see ``Spread.figures``)."""

    today: dict[str, Any]
    changed: dict[str, Any]
    zone: str


def result_of(one: Replayed) -> Result:
    """A replayed record as a promise that was counted."""
    outcome = OUTCOMES.get(one.verdict)
    if outcome is None:
        outcome = Outcome.LATE if one.matter.closed is not None else Outcome.OVERDUE
    names_day = one.rule is not None and one.rule.duration.names_day
    return Result(outcome, one.due, names_day, one.matter.closed)


def compare(
    before: Iterable[Replayed], changed: Run, *, zone: str, duty: WorkCalendar | None = None
) -> Compared:
    """The same records under both: those a rule fits today, each run through the changed rules."""
    on_duty = Duty(duty or always(zone))
    today, then = Spread(zone, on_duty), Spread(zone, on_duty)
    for one in before:
        if one.rule is None:
            continue
        today.add(result_of(one))
        then.add(result_of(changed.one(one.matter)))
    return Compared(today.figures(), then.figures(), zone)
