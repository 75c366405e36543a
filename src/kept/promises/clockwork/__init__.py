"""The clockwork of promises: calendars, durations, the fold of clock events, explanations.

Pure Python: no models, no database, no clock of its own. Every moment that goes in must be aware;
every moment that comes out is aware UTC. A day is a day of the calendar's zone.

Words: a *term* is how long a promise may take (`Duration`), a *rule* is a term and, if it has one
of its own, a calendar; a *standing* is where a promise stands after its events; a *line* is one
step of the explanation of a due time.
"""

from kept.promises.clockwork.calendar import ALWAYS, NeverOpen, WorkCalendar, always
from kept.promises.clockwork.duration import Duration, due_at
from kept.promises.clockwork.events import ClockEvent, ImpossibleEvent, Rule
from kept.promises.clockwork.explain import Line, explain, explain_due
from kept.promises.clockwork.fold import fold, is_possible, step
from kept.promises.clockwork.shifts import Shift, week_of
from kept.promises.clockwork.standing import Lateness, Standing, share_at

__all__ = [
    "ALWAYS",
    "ClockEvent",
    "Duration",
    "ImpossibleEvent",
    "Lateness",
    "Line",
    "NeverOpen",
    "Rule",
    "Shift",
    "Standing",
    "WorkCalendar",
    "always",
    "due_at",
    "explain",
    "explain_due",
    "fold",
    "is_possible",
    "share_at",
    "step",
    "week_of",
]
