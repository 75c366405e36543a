"""Running records through rules: when each would have been due, and what would be said of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from kept.promises.clockwork.duration import due_at, due_with_pauses
from kept.promises.replay.recorded import BROKEN, KEPT, NONE, OPEN, Recorded
from kept.promises.replay.rules import ReplayPolicy, ReplayRule

Progress = Callable[[int], None]
TELL_EVERY = 500


@dataclass(frozen=True, slots=True)
class Replayed:
    """A record, the rule that fits it, and what the rule says: due (UTC) and verdict."""

    matter: Recorded
    rule: ReplayRule | None
    due: datetime | None
    verdict: str


@dataclass(frozen=True)
class Run:
    """How records are run: the policy, how the other system writes closing times, as of when."""

    policy: ReplayPolicy
    as_of: datetime
    closing_time_as_next_opening: bool = False

    def all(self, matters: Iterable[Recorded], progress: Progress | None = None) -> list[Replayed]:
        """Every record in the order given."""
        done = []
        for count, matter in enumerate(matters):
            if progress and count % TELL_EVERY == 0:
                progress(count)
            done.append(self.one(matter))
        return done

    def one(self, matter: Recorded) -> Replayed:
        """One record by the rule that fits it."""
        rule = self.policy.rule_for(matter.facts)
        if rule is None:
            return Replayed(matter, None, None, NONE)
        due = self.due_of(rule, matter)
        return Replayed(matter, rule, due, verdict_of(due, matter.closed, self.as_of))

    def due_of(self, rule: ReplayRule, matter: Recorded) -> datetime:
        """When the matter is due by a rule (UTC), with its pauses."""
        if matter.pauses:
            due = due_with_pauses(rule.duration, matter.received, matter.pauses, rule.calendar)
        else:
            due = due_at(rule.duration, matter.received, rule.calendar)
        return self.written(rule, due)

    def written(self, rule: ReplayRule, due: datetime) -> datetime:
        """The due time as the other system writes it: one that falls on closing time as the next
        opening, where it does so.
        """
        if self.closing_time_as_next_opening and rule.duration.measure == "open":
            return rule.calendar.next_open(due)
        return due


def verdict_of(due: datetime, closed: datetime | None, as_of: datetime) -> str:
    """Kept, broken, or still open and in time."""
    if closed is not None:
        return KEPT if closed <= due else BROKEN
    return BROKEN if due < as_of else OPEN
