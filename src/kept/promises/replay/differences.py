"""Why a recorded target is not the one the rule gives: every difference has one kind.

The kinds are tried in the order they stand here; each is a computation that gives the recorded
target to the minute, but for the last four, which say only which way and how far it lies.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from kept.promises.clockwork import NeverOpen, WorkCalendar
from kept.promises.clockwork.duration import due_at
from kept.promises.replay.recorded import Recorded
from kept.promises.replay.rules import ReplayRule
from kept.promises.replay.running import Replayed, Run

MINUTE = timedelta(minutes=1)
FEW_MINUTES = timedelta(minutes=5)
NEAR = timedelta(minutes=30)
"""Half an hour before or after an opening or closing is near it."""
LONGEST_LOOKED_INTO = 15
"""In terms of more days no single day is looked for that another calendar may have had closed."""
EXAMPLES = 3


class Kind(StrEnum):
    """Every kind of difference."""

    NO_RULE = "no_rule"
    NO_TARGET = "no_target"
    NO_TERM = "no_term"
    HOLIDAY_WORKED = "holiday_worked"
    CLOSING_TIME = "closing_time"
    COUNTED_OPEN = "counted_open"
    COUNTED_CLOSED = "counted_closed"
    DAY_CLOSED = "day_closed"
    CLOCK_CHANGE = "clock_change"
    OTHER_RULE = "other_rule"
    FEW_MINUTES = "few_minutes"
    DAYS_LATER = "days_later"
    DAYS_EARLIER = "days_earlier"
    LATER = "later"
    EARLIER = "earlier"


SENTENCES = {
    Kind.NO_RULE: _("It has a target, but no rule of the policy fits it."),
    Kind.NO_TARGET: _("A rule fits it, but no target was recorded."),
    Kind.NO_TERM: _("Recorded as due the moment it came in: no time was counted at all."),
    Kind.HOLIDAY_WORKED: _("Due as if a holiday of our calendar had been a working day there."),
    Kind.CLOSING_TIME: _(
        "Falls on closing time, which one writes as that time and the other as the next opening."
    ),
    Kind.COUNTED_OPEN: _(
        "Came in while closed, near a closing or opening, and was counted as open."
    ),
    Kind.COUNTED_CLOSED: _(
        "Came in while open, near a closing or opening, and was counted as closed."
    ),
    Kind.DAY_CLOSED: _("Due as if a working day of our calendar had been a holiday there."),
    Kind.CLOCK_CHANGE: _("Off by as much as the clocks were changed before the target."),
    Kind.OTHER_RULE: _("The target of another rule: it was taken for something else at first."),
    Kind.FEW_MINUTES: _("Off by less than five minutes: counted from another moment."),
    Kind.DAYS_LATER: _("Whole days later at the same time of day: moved later by hand."),
    Kind.DAYS_EARLIER: _(
        "Whole days earlier at the same time of day: counted from before it came in."
    ),
    Kind.LATER: _("Later at another time of day: moved later by hand, or counted anew."),
    Kind.EARLIER: _("Earlier at another time of day: moved by hand, or by a rule we do not know."),
}


@dataclass(frozen=True)
class Example:
    """One difference: what was recorded, what the rule says, and the day it hangs on, if any."""

    matter: Recorded
    due: datetime | None
    zone: str
    day: date | None = None


@dataclass
class Difference:
    """All differences of one kind: how many, the first three, and the days they hang on."""

    kind: Kind
    count: int = 0
    examples: list[Example] = field(default_factory=list)
    days: Counter = field(default_factory=Counter)


def is_equal(one: datetime, other: datetime) -> bool:
    """Whether two due times are the same to the minute."""
    return abs(one - other) < MINUTE


class Differences:
    """Sorts what differs into kinds; ``kinds`` says that of each record, by its id."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.found: dict[Kind, Difference] = {}
        self.kinds: dict[str, Kind] = {}
        self._without_holidays: dict[int, WorkCalendar] = {}
        self._closed: dict[tuple[int, date], WorkCalendar] = {}

    def sort(self, done: Iterable[Replayed]) -> list[Difference]:
        """Every difference, the most frequent kind first."""
        for one in done:
            self.look_at(one)
        return sorted(self.found.values(), key=lambda found: (-found.count, found.kind.name))

    def look_at(self, one: Replayed) -> Kind | None:
        """Enter one record; None when its target is the rule's to the minute, or it has neither."""
        recorded, due = one.matter.due, one.due
        if recorded is None and due is None:
            return None
        if recorded is not None and due is not None and is_equal(recorded, due):
            return None
        kind, day = self._kind_of(one)
        found = self.found.setdefault(kind, Difference(kind))
        found.count += 1
        self.kinds[one.matter.id] = kind
        if day is not None:
            found.days[day] += 1
        if len(found.examples) < EXAMPLES:
            zone = one.rule.calendar.zone if one.rule else "UTC"
            found.examples.append(Example(one.matter, due, zone, day))
        return kind

    def _kind_of(self, one: Replayed) -> tuple[Kind, date | None]:
        recorded, due, rule = one.matter.due, one.due, one.rule
        if rule is None or due is None:
            return Kind.NO_RULE, None
        if recorded is None:
            return Kind.NO_TARGET, None
        if is_equal(recorded, one.matter.received):
            return Kind.NO_TERM, None
        for kind, looked in self._proofs:
            try:
                day = looked(self, one.matter, rule, recorded)
            except (NeverOpen, ValueError):
                continue
            if day is not None:
                return kind, day if isinstance(day, date) else None
        return _by_distance(recorded - due), None

    # Each answers with the day it hangs on, or True; None when it does not explain the target.

    def _holiday_worked(self, matter: Recorded, rule: ReplayRule, recorded: datetime):
        calendar = rule.calendar
        plain = self._without_holidays.get(id(calendar))
        if plain is None:
            plain = WorkCalendar(calendar.zone, calendar.week)
            self._without_holidays[id(calendar)] = plain
        if not self._gives(replace(rule, calendar=plain), matter, recorded):
            return None
        first, last = calendar.day_of(matter.received), calendar.day_of(recorded)
        between = (day for day in calendar.closed if first <= day <= last)
        return min(between, default=True)

    def _day_closed(self, matter: Recorded, rule: ReplayRule, recorded: datetime):
        calendar, day = rule.calendar, rule.calendar.day_of(matter.received)
        last = calendar.day_of(recorded)
        if calendar.is_always_open or (last - day).days > LONGEST_LOOKED_INTO:
            return None
        while day <= last:
            if calendar.is_working_day(day):
                closed = self._with_closed(calendar, day)
                if self._gives(replace(rule, calendar=closed), matter, recorded):
                    return day
            day += timedelta(days=1)
        return None

    def _with_closed(self, calendar: WorkCalendar, day: date) -> WorkCalendar:
        key = (id(calendar), day)
        known = self._closed.get(key)
        if known is None:
            known = self._closed[key] = calendar.with_days(closed={day: ""})
        return known

    def _counted_open(self, matter: Recorded, rule: ReplayRule, recorded: datetime):
        calendar = rule.calendar
        if calendar.is_open(matter.received):
            return None
        opening = calendar.next_open(matter.received)
        if calendar.is_open(matter.received - NEAR):
            moments = (matter.received - part for part in _parts(NEAR))
            moment = next((one for one in moments if calendar.is_open(one)), None)
            if moment and self._from(rule, moment, recorded, matter.received - moment):
                return True
        if opening - matter.received <= NEAR and _same_clock(recorded, matter.received, calendar):
            return True
        return None

    def _from(
        self, rule: ReplayRule, moment: datetime, recorded: datetime, shift: timedelta
    ) -> bool:
        """Whether a term from a moment gives the target when as much is added as it was moved."""
        due = due_at(rule.duration, moment, rule.calendar)
        return is_equal(due + shift, recorded) or is_equal(due, recorded)

    def _counted_closed(self, matter: Recorded, rule: ReplayRule, recorded: datetime):
        calendar = rule.calendar
        if calendar.is_always_open or not calendar.is_open(matter.received):
            return None
        if calendar.is_open(matter.received - NEAR) and calendar.is_open(matter.received + NEAR):
            return None
        for moment in self._openings(calendar, matter.received):
            due = self.run.written(rule, due_at(rule.duration, moment, calendar))
            if is_equal(due, recorded):
                return True
        return None

    def _openings(self, calendar: WorkCalendar, moment: datetime) -> list[datetime]:
        """The opening of the day, and the next one after it has closed."""
        day = timedelta(days=1)
        spans = list(calendar.open_periods(moment - day, moment + 8 * day))
        begun = max(start for start, _end in spans if start <= moment)
        later = [start for start, _end in spans if start > moment]
        return [begun, *later[:1]]

    def _closing_time(self, matter: Recorded, rule: ReplayRule, recorded: datetime):
        due = due_at(rule.duration, matter.received, rule.calendar)
        ways = (due, rule.calendar.next_open(due))
        return True if any(is_equal(one, recorded) for one in ways) else None

    def _clock_change(self, matter: Recorded, rule: ReplayRule, recorded: datetime):
        zone = rule.calendar.tz
        before = matter.received.astimezone(zone).utcoffset() or timedelta()
        after = recorded.astimezone(zone).utcoffset() or timedelta()
        due = self.run.due_of(rule, matter)
        shift = after - before
        shifted = shift and (is_equal(recorded, due + shift) or is_equal(recorded, due - shift))
        return True if shifted else None

    def _other_rule(self, matter: Recorded, rule: ReplayRule, recorded: datetime):
        for other in self.run.policy.rules:
            if other is not rule and self._gives(other, matter, recorded):
                return True
        return None

    def _few_minutes(self, matter: Recorded, rule: ReplayRule, recorded: datetime):
        near = abs(recorded - self.run.due_of(rule, matter)) < FEW_MINUTES
        return True if near else None

    def _gives(self, rule: ReplayRule, matter: Recorded, recorded: datetime) -> bool:
        return is_equal(self.run.due_of(rule, matter), recorded)

    _proofs: tuple[tuple[Kind, Callable], ...] = (
        (Kind.HOLIDAY_WORKED, _holiday_worked),
        (Kind.CLOSING_TIME, _closing_time),
        (Kind.COUNTED_OPEN, _counted_open),
        (Kind.COUNTED_CLOSED, _counted_closed),
        (Kind.DAY_CLOSED, _day_closed),
        (Kind.CLOCK_CHANGE, _clock_change),
        (Kind.OTHER_RULE, _other_rule),
        (Kind.FEW_MINUTES, _few_minutes),
    )


def _parts(span: timedelta) -> Iterable[timedelta]:
    """One minute, two minutes … until a span is over."""
    return (MINUTE * count for count in range(1, span // MINUTE + 1))


def _same_clock(one: datetime, other: datetime, calendar: WorkCalendar) -> bool:
    """Whether two moments show the same time of day."""
    shown = [moment.astimezone(calendar.tz) for moment in (one, other)]
    apart = abs((shown[0].hour - shown[1].hour) * 60 + shown[0].minute - shown[1].minute)
    return apart == 0


def _by_distance(distance: timedelta) -> Kind:
    """Which way a target lies that nothing explains, and whether by whole days."""
    over = distance % timedelta(days=1)
    is_whole = min(over, timedelta(days=1) - over) < MINUTE
    if distance > timedelta():
        return Kind.DAYS_LATER if is_whole else Kind.LATER
    return Kind.DAYS_EARLIER if is_whole else Kind.EARLIER
