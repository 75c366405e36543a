"""Promises, their clock events, and the policy rows they come from."""

from kept.promises.models.calendar import Calendar, CalendarDay
from kept.promises.models.ladder import (
    EscalationStage,
    Recipient,
    TellingPolicy,
)
from kept.promises.models.promise import (
    OPEN_STATES,
    ClockEvent,
    Escalation,
    Promise,
    PromiseKind,
    PromiseState,
)
from kept.promises.models.roster import (
    DutyPolicy,
    Roster,
    RosterShift,
    RosterState,
    Weekday,
)
from kept.promises.models.rule import PromiseRule

__all__ = [
    "OPEN_STATES",
    "Calendar",
    "CalendarDay",
    "ClockEvent",
    "DutyPolicy",
    "Escalation",
    "EscalationStage",
    "Promise",
    "PromiseKind",
    "PromiseRule",
    "PromiseState",
    "Recipient",
    "Roster",
    "RosterShift",
    "RosterState",
    "TellingPolicy",
    "Weekday",
]
