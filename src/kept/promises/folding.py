"""Writing a clock event and folding: the only place where a promise's state is set."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.refusal import Refused
from kept.people.models import User
from kept.promises import clockwork
from kept.promises.clockwork import Standing
from kept.promises.clockwork.events import Event
from kept.promises.ladder import WARNED, next_look
from kept.promises.models import ClockEvent, Promise, PromiseRule
from kept.promises.terms import calendar_of

__all__ = ["WARNED", "derived", "events_of", "fold", "standing_of", "store", "write_event"]


def write_event(
    promise: Promise, kind: str, *, at: datetime, by: User, reason: str = "", **data: Any
) -> Promise:
    """Append one clock event and store what the fold over all events says.

    Two servers' clocks may differ by a blink: an event never comes before the last one.
    Raises Refused when the event cannot follow what came before.
    """
    events = events_of(promise)
    event = ClockEvent(
        seq=len(events) + 1,
        kind=kind,
        at=max(at, events[-1].at) if events else at,
        recorded_at=clock.now(),
        reason=reason,
        data={name: _plain(value) for name, value in data.items()},
        by=by,
    )
    try:
        standing = fold([*events, event], promise)
    except clockwork.ImpossibleEvent as impossible:
        values: dict[str, Any] = impossible.values
        raise Refused(impossible.message, rule="SX.06", **values) from None
    except clockwork.NeverOpen:
        raise Refused(
            _("The calendar “{calendar}” is not open in a hundred years. Mend it in the policy."),
            calendar=promise.calendar,
            rule="SX.03",
        ) from None
    store(promise, standing, length=event.seq)
    event.promise = promise
    event.save(force_insert=True)
    return promise


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def events_of(promise: Promise, related: tuple[str, ...] = ()) -> list[ClockEvent]:
    """What happened to the clock, in order; ``related`` is read along."""
    if not promise.pk:
        return []
    rows = promise.events.order_by("seq")
    return list(rows.select_related(*related) if related else rows)


#: Events at which the whole term is counted, by the company's days as they are known then.
COUNTED_AT = frozenset({"start", "change_rule"})


def fold(events: Iterable[Event], promise: Promise) -> Standing:
    """Where the promise stands by its events alone."""
    standing = Standing()
    for standing in standings(list(events), promise):  # noqa: B007 - the last one is wanted
        pass
    return standing


def standings(events: Iterable[Event], promise: Promise) -> Iterator[Standing]:
    """Where the promise stood after each of its events, in order."""
    events = list(events)
    zone, known_at, standing = promise.unit.zone, counted_at(events), Standing()
    own_calendar = calendar_of(promise.calendar, zone, known_at)

    def rule_named(key: int) -> clockwork.Rule:
        own = promise.rule if key == promise.rule_id else None
        row = PromiseRule.objects.get(pk=key) if own is None else own
        term = clockwork.Duration.of(row.duration)
        return clockwork.Rule(term, calendar_of(row.calendar, zone, known_at))

    for event in events:
        standing = clockwork.step(standing, event, rule_named, own_calendar)
        yield standing


def counted_at(events: Iterable[Event]) -> datetime | None:
    """When the term was last counted from its beginning; later days of the calendar are not in it
    (SX.03).
    """
    moments = (getattr(one, "recorded_at", None) for one in events if one.kind in COUNTED_AT)
    return max(filter(None, moments), default=None)


def standing_of(promise: Promise) -> Standing:
    """The promise rebuilt from its events; equals what is stored (see ``kept verify``)."""
    return fold(events_of(promise), promise)


def derived(standing: Standing) -> dict[str, Any]:
    """The stored columns a standing decides."""
    lateness = standing.lateness
    state = standing.state
    if state == clockwork.standing.BROKEN and standing.ended_at is None:
        state = Promise.State.RUNNING
    return {
        "state": state,
        "started_at": standing.started_at,
        "due_at": standing.due_at,
        "names_day": standing.names_day,
        "done_at": standing.done_at,
        "lateness": round(lateness.by.total_seconds()) if lateness else None,
    }


def store(promise: Promise, standing: Standing, *, length: int) -> None:
    """Put a standing into the promise's row, with the next moment the sweep must look at it."""
    old_due = promise.due_at
    for name, value in derived(standing).items():
        setattr(promise, name, value)
    promise.length = length
    if promise.due_at != old_due:
        promise.level, promise.told_at = 0, None
    if standing.broken_at and promise.breached_at is None:
        promise.breached_at = standing.broken_at
    promise.next_tick_at = next_tick(promise, standing)
    promise.save()


def next_tick(promise: Promise, standing: Standing) -> datetime | None:
    """The next stage of the ladder, or the moment after the due time; none when nothing is to
    come, or while the clock stands still.
    """
    return next_look(promise, standing)
