"""The fold: clock events in order make the standing of a promise. Pure, exact, repeatable.

kind         may follow                 data
start        nothing                    rule, or duration ("4 hours"), or due / day (named)
pause        running, in time           (reason; a second reason may be added while paused)
resume       paused                     only: one reason, when several hold the clock
keep         running, paused, broken    done_at, when it was done before it was recorded
break        running past due           final: true gives it up for good, also before it is due
excuse       running, paused, broken    (reason)
reopen       what has ended             policy: resume | restart | keep
change_rule  what is owed               rule or duration; counted from the start, pauses kept
set_due      running or paused in time  due (a moment) or day (its last microsecond)
cancel       waiting, what is owed      past its due time it ends broken all the same

Reopening: *resume* goes on with what was left, *restart* gives a full new term, *keep* counts as
if the clock had never stopped. A breach is undone by none of them but a restart, which files it
in `past`, and by a change of rule under which there was none.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from kept.promises.clockwork.calendar import ALWAYS, WorkCalendar
from kept.promises.clockwork.events import (
    Event,
    ImpossibleEvent,
    RuleOf,
    Rules,
    require_order,
)
from kept.promises.clockwork.standing import Standing
from kept.promises.clockwork.steps import STEPS
from kept.promises.clockwork.zones import to_utc


def fold(
    events: Iterable[Event], rule_of: RuleOf = None, calendar: WorkCalendar = ALWAYS
) -> Standing:
    """The standing after all events. Raises ImpossibleEvent."""
    standing, rules = Standing(), Rules(rule_of, calendar)
    for event in events:
        standing = _stepped(standing, event, rules)
    return standing


def step(
    standing: Standing,
    event: Event,
    rule_of: RuleOf = None,
    calendar: WorkCalendar = ALWAYS,
) -> Standing:
    """The standing after one more event. Raises ImpossibleEvent."""
    return _stepped(standing, event, Rules(rule_of, calendar))


def _stepped(standing: Standing, event: Event, rules: Rules) -> Standing:
    take = STEPS.get(event.kind)
    if take is None:
        raise ImpossibleEvent(_("A clock knows no event “{kind}”."), kind=event.kind)
    at = to_utc(event.at)
    require_order(standing, event.seq, at)
    after = take(standing, event, at, rules)
    return after.but(seq=event.seq, at=at)


def is_possible(
    standing: Standing,
    event: Event,
    rule_of: RuleOf = None,
    calendar: WorkCalendar = ALWAYS,
) -> bool:
    """Whether an event may follow."""
    try:
        step(standing, event, rule_of, calendar)
    except ImpossibleEvent:
        return False
    return True
