"""Promises, their clock events, and the policy rows they come from."""

from kept.promises.models.calendar import Calendar, CalendarDay
from kept.promises.models.duty import Duty, DutyRule, DutyState, FirstPeriod
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
from kept.promises.models.rule import PromiseRule, Reopening
from kept.promises.models.what_if import WhatIf, WhatIfOutcome, WhatIfRow, WhatIfState

__all__ = [
    "OPEN_STATES",
    "Calendar",
    "CalendarDay",
    "ClockEvent",
    "Duty",
    "DutyPolicy",
    "DutyRule",
    "DutyState",
    "Escalation",
    "EscalationStage",
    "FirstPeriod",
    "Promise",
    "PromiseKind",
    "PromiseRule",
    "PromiseState",
    "Recipient",
    "Reopening",
    "Roster",
    "RosterShift",
    "RosterState",
    "TellingPolicy",
    "Weekday",
    "WhatIf",
    "WhatIfOutcome",
    "WhatIfRow",
    "WhatIfState",
]
