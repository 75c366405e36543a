"""Clock events, the rules they name, and the refusal of an event that cannot be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from django.utils.translation import gettext_lazy as _

from kept.promises.clockwork.calendar import WorkCalendar
from kept.promises.clockwork.duration import Duration
from kept.promises.clockwork.standing import Standing
from kept.promises.clockwork.zones import to_utc


class ImpossibleEvent(ValueError):
    """An event that cannot follow what came before: `message` (lazy, with {names}) and `values`."""

    def __init__(self, message: Any, **values: object) -> None:
        super().__init__(message, values)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return str(self.message).format(**self.values)


class Event(Protocol):
    """One fact about a promise's clock: a `ClockEvent`, or any row with these attributes."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def reason(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class ClockEvent:
    """One fact about a promise's clock; any object with these attributes may stand for it."""

    seq: int
    kind: str
    at: datetime
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """A term, and the calendar it counts by when that is not the promise's own."""

    duration: Duration
    calendar: WorkCalendar | None = None


class Counted(NamedTuple):
    """A rule that was looked up: its term, and the calendar it counts by."""

    duration: Duration
    calendar: WorkCalendar


RuleOf = Callable[[Any], Rule | Duration] | Mapping[Any, Rule | Duration] | None


@dataclass(frozen=True, slots=True)
class Rules:
    """Where the rule named by an event is looked up."""

    rule_of: RuleOf
    calendar: WorkCalendar

    def named_by(self, data: Mapping[str, Any]) -> Counted | None:
        """The rule an event's data names, with its calendar; None when it names none."""
        if data.get("duration") is not None:
            rule: Rule | Duration = Duration.of(data["duration"])
        elif data.get("rule") is None or self.rule_of is None:
            return None
        elif callable(self.rule_of):
            rule = self.rule_of(data["rule"])
        else:
            rule = self.rule_of[data["rule"]]
        if isinstance(rule, Duration):
            return Counted(rule, self.calendar)
        return Counted(rule.duration, rule.calendar or self.calendar)


def require_order(standing: Standing, seq: int, at: datetime) -> None:
    """Events are numbered without a gap and never go back in time."""
    expected = (0, 1) if standing.seq is None else (standing.seq + 1,)
    if seq not in expected:
        raise ImpossibleEvent(
            _("Event {seq} is out of order: {expected} comes next."),
            seq=seq,
            expected=expected[-1],
        )
    if standing.at is not None and at < standing.at:
        raise ImpossibleEvent(
            _("An event at {at} cannot follow one at {last}."),
            at=at.isoformat(),
            last=standing.at.isoformat(),
        )


def moment_of(value: datetime | str) -> datetime:
    """A moment from event data, which may hold it as ISO text."""
    return to_utc(value if isinstance(value, datetime) else datetime.fromisoformat(value))


def day_of(value: date | str) -> date:
    """A day from event data, which may hold it as ISO text."""
    return value if isinstance(value, date) else date.fromisoformat(value)
