"""Promises, their clock events, and the policy rows they come from."""

from kept.promises.models.calendar import Calendar, CalendarDay
from kept.promises.models.duty import Duty, DutyRule, Joining
from kept.promises.models.promise import (
    OPEN_STATES,
    ClockEvent,
    Promise,
    PromiseKind,
    PromiseState,
)
from kept.promises.models.rule import PromiseRule

__all__ = [
    "OPEN_STATES",
    "Calendar",
    "CalendarDay",
    "ClockEvent",
    "Duty",
    "DutyRule",
    "Joining",
    "Promise",
    "PromiseKind",
    "PromiseRule",
    "PromiseState",
]
