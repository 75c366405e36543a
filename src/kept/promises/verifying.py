"""Proofs of the promises: every state and due time is what its clock events say (SX.04, B15)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.verifying import Report, one_moment, proves
from kept.promises.clockwork import ImpossibleEvent, Standing
from kept.promises.folding import derived, standings
from kept.promises.ladder import TICK
from kept.promises.models import ClockEvent, Promise
from kept.promises.sweep import BREACHED
from kept.timeline.models import Sight, Thread

BATCH = 200


@proves("promises", _("Promises"), order=40)
def prove_promises(report: Report) -> None:
    """Each promise folded anew from its events equals what is stored."""
    total = Promise.objects.count()
    for done, keys in enumerate(_batches(), start=1):
        with one_moment():
            _prove_batch(report, keys)
        report.progress(_("Promises"), min(done * BATCH, total), total)


def _batches() -> Iterator[list[int]]:
    last, rows = 0, Promise.objects.order_by("pk").values_list("pk", flat=True)
    while keys := list(rows.filter(pk__gt=last)[:BATCH]):
        yield keys
        last = keys[-1]


def _prove_batch(report: Report, keys: list[int]) -> None:
    events: dict[int, list[ClockEvent]] = defaultdict(list)
    for event in ClockEvent.objects.filter(promise__in=keys).order_by("promise", "seq"):
        events[event.promise_id].append(event)
    rows = Promise.objects.filter(pk__in=keys).select_related("unit", "rule", "calendar", "about")
    for promise in rows:
        report.counts["promises"] += 1
        report.counts["clock events"] += len(events[promise.pk])
        _prove(report, promise, events[promise.pk])


def _prove(report: Report, promise: Promise, events: list[ClockEvent]) -> None:
    where = f"{promise.about.number} promise {promise.pk}".strip()
    if promise.length != len(events):
        report.fault(
            where,
            _("{found} clock events are there, {expected} were recorded"),
            found=len(events),
            expected=promise.length,
        )
        return
    try:
        stood = list(standings(events, promise))
    except ImpossibleEvent as impossible:
        report.fault(where, _("its clock events cannot be: {why}"), why=impossible)
        return
    standing = stood[-1] if stood else Standing()
    for name, value in derived(standing).items():
        if (stored := getattr(promise, name)) != value:
            report.fault(
                where,
                _("{name} is stored as {stored}, the clock events say {value}"),
                name=name,
                stored=stored,
                value=value,
            )
    for sentence, values in _breach_faults(promise, events, stood):
        report.fault(where, sentence, **values)


def _breach_faults(
    promise: Promise, events: list[ClockEvent], stood: list[Standing]
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """What is wrong with what is stored about its breach, and whether the sweep would come."""
    breached_at, due_at = promise.breached_at, promise.due_at
    was_told = promise.level >= BREACHED
    if breached_at is None and (was_told or (stood and stood[-1].broken_at)):
        yield _("it was broken, but no breach is stored"), {}
    if breached_at is not None and breached_at not in _late_times(events, stood):
        yield _("a breach is stored at {moment}, when it was not late"), {"moment": breached_at}
    if not stood or (stood[-1].alarm_at is None and promise.state != Promise.State.RUNNING):
        return
    if due_at is None:
        return
    tick = promise.next_tick_at
    if not was_told and (tick is None or tick > due_at + TICK):
        yield _("nobody would be told when its time is over"), {}
    if was_told and due_at > clock.now():
        yield _("it is marked as overdue before its time is over"), {}


def _late_times(events: list[ClockEvent], stood: list[Standing]) -> set[datetime]:
    """The due times that passed while it was owed."""
    found: set[datetime] = set()
    ends = [*(event.at for event in events[1:]), clock.now()]
    for standing, end in zip(stood, ends, strict=False):
        if standing.broken_at is not None:
            found.add(standing.broken_at)
        if standing.ended_at is None and standing.due_at is not None and end > standing.due_at:
            found.add(standing.due_at)
    return found


@proves("due times", _("Due times"), order=41)
def prove_due_times(report: Report) -> None:
    """What work lists walk repeats the soonest due time of the promises."""
    running = Promise.objects.filter(
        about=OuterRef("pk"), state=Promise.State.RUNNING, due_at__isnull=False
    )
    soonest = Subquery(running.order_by("due_at").values("due_at")[:1])
    threads = Thread.objects.annotate(soonest=soonest).filter(_apart("next_due_at", "soonest"))
    for thread in threads:
        report.fault(thread.number or thread.pk, _("its due time is not that of its promises"))
    shown = _apart("due_at", "thread__next_due_at") | ~Q(is_open=F("thread__is_open"))
    for sight in Sight.objects.filter(shown).select_related("thread")[:BATCH]:
        report.fault(
            sight.thread.number or sight.thread_id, _("a work list shows another due time or state")
        )


def _apart(one: str, other: str) -> Q:
    """Two columns say different things; nothing and something differ too."""
    differ = Q(**{f"{one}__lt": F(other)}) | Q(**{f"{one}__gt": F(other)})
    first = Q(**{f"{one}__isnull": True, f"{other}__isnull": False})
    return differ | first | Q(**{f"{one}__isnull": False, f"{other}__isnull": True})
