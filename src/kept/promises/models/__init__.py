"""Promises, their clock events, and the policy rows they come from."""

from kept.promises.models.calendar import Calendar, CalendarDay
from kept.promises.models.promise import (
    OPEN_STATES,
    ClockEvent,
    Promise,
    PromiseKind,
    PromiseState,
)
from kept.promises.models.rule import PromiseRule
from kept.promises.models.what_if import PromiseOutcome, WhatIf, WhatIfRow, WhatIfState

__all__ = [
    "OPEN_STATES",
    "Calendar",
    "CalendarDay",
    "ClockEvent",
    "Promise",
    "PromiseKind",
    "PromiseOutcome",
    "PromiseRule",
    "PromiseState",
    "WhatIf",
    "WhatIfRow",
    "WhatIfState",
]
