"""What each kind of clock event does to a standing, or why it cannot be (see `fold`)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.promises.clockwork.calendar import WorkCalendar
from kept.promises.clockwork.duration import due_at
from kept.promises.clockwork.events import (
    Counted,
    Event,
    ImpossibleEvent,
    Rules,
    day_of,
    moment_of,
)
from kept.promises.clockwork.standing import (
    BROKEN,
    CANCELLED,
    EXCUSED,
    KEPT,
    PAUSED,
    RUNNING,
    STOP,
    WAITING,
    Ending,
    Pause,
    Standing,
)
from kept.promises.clockwork.zones import day_end

POLICIES = ("resume", "restart", "keep")


def _started(standing: Standing, event: Event, at: datetime, rules: Rules) -> Standing:
    if standing.started_at is not None or standing.ended_at is not None:
        raise ImpossibleEvent(_("It has begun already."))
    return _begun(standing, event, at, rules)


def _begun(standing: Standing, event: Event, at: datetime, rules: Rules) -> Standing:
    """A term that begins at a moment: named by the event, else the one there was before."""
    rule = rules.named_by(event.data)
    calendar = rule.calendar if rule is not None else standing.calendar or rules.calendar
    fresh = standing.but(
        state=RUNNING,
        started_at=at,
        paused_since=None,
        holds=(),
        hold_reasons=(),
        pauses=(),
        done_at=None,
        broken_at=None,
        ended_at=None,
        reason="",
        calendar=calendar,
    )
    if rule is not None:
        fresh = _under(fresh, rule, event.data.get("rule"))
    if _names_time(event):
        return _named(fresh, event, at, calendar)
    if fresh.duration is None:
        raise ImpossibleEvent(_("It needs a rule or a time by which it is promised."))
    return fresh.but(
        is_named=False,
        names_day=fresh.duration.names_day,
        due_at=due_at(fresh.duration, at, calendar),
    )


def _under(standing: Standing, rule: Counted, key: Any) -> Standing:
    return standing.but(rule=key, duration=rule.duration, calendar=rule.calendar)


def _names_time(event: Event) -> bool:
    return event.data.get("due") is not None or event.data.get("day") is not None


def _named(standing: Standing, event: Event, at: datetime, calendar: WorkCalendar) -> Standing:
    """A deadline named by the event: a moment, or a day."""
    names_day = event.data.get("due") is None
    if names_day:
        due = day_end(day_of(event.data["day"]), calendar.tz)
    else:
        due = moment_of(event.data["due"])
    if due < at:
        raise ImpossibleEvent(_("The time promised has already passed."))
    return standing.but(is_named=True, names_day=names_day, due_at=due)


def _paused(standing: Standing, event: Event, at: datetime, rules: Rules) -> Standing:
    if standing.state == PAUSED:
        if event.reason in standing.holds:
            raise ImpossibleEvent(_("It is paused for this reason already."))
        return standing.but(
            holds=(*standing.holds, event.reason),
            hold_reasons=(*standing.hold_reasons, event.reason),
        )
    term = standing.term
    if standing.state != RUNNING or term is None:
        raise ImpossibleEvent(_("Only a running clock can be paused."))
    if at >= term.due:
        raise ImpossibleEvent(_("The time promised is over: nothing is left to pause."))
    holds = (event.reason,)
    return standing.but(state=PAUSED, paused_since=at, holds=holds, hold_reasons=holds)


def _resumed(standing: Standing, event: Event, at: datetime, rules: Rules) -> Standing:
    if standing.state != PAUSED:
        raise ImpossibleEvent(_("Only a paused clock can be resumed."))
    only = event.data.get("only")
    if only is not None:
        if only not in standing.holds:
            raise ImpossibleEvent(_("It is not paused for this reason."))
        left = tuple(reason for reason in standing.holds if reason != only)
        if left:
            return standing.but(holds=left)
    return _released(standing, at).but(state=RUNNING)


def _released(standing: Standing, at: datetime) -> Standing:
    """The pause, if there is one, ended at a moment and counted."""
    if standing.paused_since is None:
        return standing
    pause = Pause(standing.paused_since, at, tuple(dict.fromkeys(standing.hold_reasons)))
    free = standing.but(paused_since=None, holds=(), hold_reasons=())
    if pause.start == pause.end:
        return free
    return free.recounted((*standing.pauses, pause))


def _kept(standing: Standing, event: Event, at: datetime, rules: Rules) -> Standing:
    excused, term = standing.state == EXCUSED and standing.done_at is None, standing.term
    if term is None or not (excused or (standing.is_open and standing.state != WAITING)):
        raise ImpossibleEvent(_("There is nothing to keep."))
    done = moment_of(event.data.get("done_at") or at)
    if not term.start <= done <= at:
        raise ImpossibleEvent(_("It cannot have been done then."))
    ended = _as_of(standing, done).but(done_at=done)
    in_time = not ended.is_late(done)
    state = EXCUSED if excused else KEPT if in_time else BROKEN
    return ended.but(
        state=state,
        broken_at=None if in_time else ended.due_at,
        ended_at=standing.ended_at or at,
        reason=event.reason or standing.reason,
    )


def _as_of(standing: Standing, moment: datetime) -> Standing:
    """The promise with the pauses it had had by a moment, a pause then still on ended by it."""
    if standing.paused_since is not None and standing.paused_since < moment:
        return _released(standing, moment)
    free = standing.but(paused_since=None, holds=(), hold_reasons=())
    if not standing.pauses or standing.pauses[-1].end <= moment:
        return free
    had = (replace(p, end=min(p.end, moment)) for p in standing.pauses if p.start < moment)
    return free.recounted(tuple(had))


def _broken(standing: Standing, event: Event, at: datetime, rules: Rules) -> Standing:
    owed = standing.is_open and standing.state != WAITING
    if event.data.get("final"):
        if not owed:
            raise ImpossibleEvent(_("There is nothing to give up."))
        broken_at = standing.broken_at or (standing.due_at if standing.is_late(at) else at)
        ended = _as_of(standing, at)
        return ended.but(state=BROKEN, broken_at=broken_at, ended_at=at, reason=event.reason)
    if not (owed and standing.state != BROKEN):
        raise ImpossibleEvent(_("It is not owed, or broken already."))
    if not standing.is_late(at):
        raise ImpossibleEvent(_("It is not late yet."))
    free = _as_of(standing, at)
    return free.but(state=BROKEN, broken_at=free.due_at, reason=event.reason)


def _excused(standing: Standing, event: Event, at: datetime, rules: Rules) -> Standing:
    if standing.state not in (RUNNING, PAUSED, BROKEN):
        raise ImpossibleEvent(_("There is nothing to excuse."))
    if not event.reason:
        raise ImpossibleEvent(_("An excuse needs its reason."))
    ended = _as_of(standing, at) if standing.is_open else standing
    broken_at = ended.broken_at or (ended.due_at if ended.is_late(at) else None)
    return ended.but(
        state=EXCUSED,
        broken_at=broken_at,
        ended_at=standing.ended_at or at,
        reason=event.reason,
    )


def _cancelled(standing: Standing, event: Event, at: datetime, rules: Rules) -> Standing:
    if not standing.is_open:
        raise ImpossibleEvent(_("It has ended already."))
    late = standing.is_late(at)
    ended = _as_of(standing, at) if standing.started_at else standing
    return ended.but(
        state=BROKEN if late else CANCELLED,
        broken_at=ended.due_at if late else None,
        ended_at=at,
        reason=event.reason,
    )


def _reopened(standing: Standing, event: Event, at: datetime, rules: Rules) -> Standing:
    if standing.ended_at is None:
        raise ImpossibleEvent(_("Only what has ended can be reopened."))
    policy = event.data.get("policy")
    if policy not in POLICIES:
        raise ImpossibleEvent(_("Reopening needs a policy: resume, restart or keep."))
    if policy == "restart":
        return _restarted(standing, event, at, rules)
    late = standing.is_late(at)
    state = WAITING if standing.started_at is None else BROKEN if late else RUNNING
    stopped_at = standing.done_at or standing.ended_at
    again = standing.but(
        state=state,
        broken_at=standing.due_at if late else None,
        done_at=None,
        ended_at=None,
        reason=event.reason,
    )
    if policy == "keep" or state != RUNNING or stopped_at == at:
        return again
    return again.recounted((*standing.pauses, Pause(stopped_at, at, (event.reason,), STOP)))


def _restarted(standing: Standing, event: Event, at: datetime, rules: Rules) -> Standing:
    again = standing
    if standing.started_at is not None and standing.ended_at is not None:
        ending = Ending(
            standing.state,
            standing.started_at,
            standing.due_at,
            standing.done_at,
            standing.ended_at,
            standing.lateness,
        )
        again = standing.but(past=(*standing.past, ending))
    return _begun(again, event, at, rules)


def _rule_changed(standing: Standing, event: Event, at: datetime, rules: Rules) -> Standing:
    owed, term = standing.is_open and standing.state != WAITING, standing.term
    if not owed or term is None:
        raise ImpossibleEvent(_("Only a promise still owed can change its rule."))
    if standing.is_named:
        raise ImpossibleEvent(_("It was promised for a time of its own: set that instead."))
    rule = rules.named_by(event.data)
    if rule is None:
        raise ImpossibleEvent(_("It needs a rule to change to."))
    changed = _under(standing, rule, event.data.get("rule"))
    changed = changed.but(names_day=rule.duration.names_day)
    due = due_at(rule.duration, term.start, rule.calendar)
    changed = changed.but(due_at=due).recounted(changed.pauses)
    if changed.state == BROKEN:
        late = changed.is_late(at)
        state = BROKEN if late else RUNNING
        return changed.but(state=state, broken_at=changed.due_at if late else None)
    return changed


def _due_set(standing: Standing, event: Event, at: datetime, rules: Rules) -> Standing:
    if standing.state not in (RUNNING, PAUSED):
        raise ImpossibleEvent(_("Only a running promise gets a new time."))
    if standing.is_late(at):
        raise ImpossibleEvent(_("The time promised has passed: this would be a new promise."))
    if not _names_time(event):
        raise ImpossibleEvent(_("It needs the time promised."))
    return _named(standing, event, at, standing.calendar or rules.calendar)


STEPS: dict[str, Callable[[Standing, Event, datetime, Rules], Standing]] = {
    "start": _started,
    "pause": _paused,
    "resume": _resumed,
    "keep": _kept,
    "break": _broken,
    "excuse": _excused,
    "reopen": _reopened,
    "change_rule": _rule_changed,
    "set_due": _due_set,
    "cancel": _cancelled,
}
