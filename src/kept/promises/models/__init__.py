"""Promises, their clock events, and the policy rows they come from."""

from kept.promises.models.calendar import Calendar, CalendarDay
from kept.promises.models.promise import (
    OPEN_STATES,
    ClockEvent,
    Promise,
    PromiseKind,
    PromiseState,
)
from kept.promises.models.rule import PromiseRule, Reopening

__all__ = [
    "OPEN_STATES",
    "Calendar",
    "CalendarDay",
    "ClockEvent",
    "Promise",
    "PromiseKind",
    "PromiseRule",
    "PromiseState",
    "Reopening",
]
