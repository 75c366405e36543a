"""Writing many duties at once: the promise, its first clock event, the duty, and who sees them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Min, OuterRef, Q, Subquery

from kept.kit import clock
from kept.kit.bulk import insert
from kept.people.models import Unit, User
from kept.promises.duties.planning import Occurrence
from kept.promises.duties.sets import DutySubject
from kept.promises.folding import derived, fold, next_tick, write_event
from kept.promises.models import ClockEvent, Duty, Promise, PromiseKind
from kept.timeline.models import Sight, Thread

Asked = tuple[Occurrence, DutySubject, int]
"""A period of a rule, who owes it, and the how-manieth of that period it is."""
PERSONAL = ("person", "unit")
"""Kinds of threads that nobody sees until something hangs on them."""


def make_duties(company: Unit, asked: Sequence[Asked]) -> None:
    """Write these duties with their promises. Call it inside a transaction."""
    if not asked:
        return
    by = User.objects.system()
    lock_threads({subject.thread.pk for _occurrence, subject, _number in asked})
    made = [_made(company, *one, by=by) for one in asked]
    insert([duty.promise for duty, _event in made])
    for duty, event in made:
        event.promise_id = duty.promise_id = duty.promise.pk
    insert([event for _duty, event in made])
    insert([duty for duty, _event in made])
    _let_see([subject for _occurrence, subject, _number in asked])
    refresh_threads({duty.thread_id for duty, _event in made})


def _made(
    company: Unit, occurrence: Occurrence, subject: DutySubject, number: int, *, by: User
) -> tuple[Duty, ClockEvent]:
    rule, period = occurrence.rule, occurrence.period
    promise = Promise(
        about=subject.thread, kind=PromiseKind.DUTY, unit=subject.unit, person=subject.person
    )
    duty = Duty(
        rule=rule,
        code=rule.code,
        company=company,
        thread=subject.thread,
        period_from=period.first,
        period_until=period.last,
        number=number,
        promise=promise,
    )
    event = ClockEvent(
        seq=1,
        kind="start",
        at=occurrence.begins_at,
        recorded_at=clock.now(),
        data=_term(occurrence, subject.unit, company),
        by=by,
    )
    standing = fold([event], promise)
    for name, value in derived(standing).items():
        setattr(promise, name, value)
    promise.length = 1
    promise.next_tick_at = next_tick(promise, standing)
    return duty, event


def _term(occurrence: Occurrence, unit: Unit, company: Unit) -> dict[str, Any]:
    """The due time as the event names it: as a day where the unit's day is the company's day."""
    calendar = occurrence.rule.calendar
    zone = calendar.zone if calendar else company.zone
    if occurrence.names_day and unit.zone == zone:
        return {"day": clock.local(occurrence.due_at, zone).date().isoformat()}
    return {"due": occurrence.due_at.isoformat()}


def lock_threads(keys: Collection[int]) -> None:
    """Hold the threads, so that nobody else reckons their soonest due time meanwhile."""
    if connection.features.has_select_for_update:
        rows = Thread.objects.filter(pk__in=keys).order_by("pk")
        list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))


def withdraw_duties(keys: Collection[int], moment: datetime) -> None:
    """Take back duties that have not begun: they count neither way."""
    by = User.objects.system()
    rows = list(Duty.objects.open().filter(pk__in=keys).select_related("promise__unit", "rule"))
    lock_threads({duty.thread_id for duty in rows})
    for duty in rows:
        write_event(duty.promise, "cancel", at=moment, by=by, reason="not_owed")
    Duty.objects.filter(pk__in=[duty.pk for duty in rows]).update(withdrawn_at=moment)
    refresh_threads({duty.thread_id for duty in rows})


def _let_see(subjects: Iterable[DutySubject]) -> None:
    """Whoever owes something sees its story; that of a person or unit, the units above too."""
    wanted: dict[tuple[int, int], Thread] = {}
    above: dict[str, set[int]] = {}
    for subject in subjects:
        thread = subject.thread
        if subject.person is not None:
            wanted[thread.pk, subject.person.scope_id] = thread
        if thread.kind in PERSONAL:
            path = subject.unit.path
            if path not in above:
                above[path] = subject.unit.scopes_above()
            wanted.update({(thread.pk, scope): thread for scope in above[path]})
    there = set(
        Sight.objects.filter(thread__in={key for key, _scope in wanted})
        .values_list("thread_id", "scope_id")
    )  # fmt: skip
    rows = [
        Sight(
            thread=thread,
            scope_id=scope,
            kind=thread.kind,
            is_open=thread.is_open,
            due_at=thread.next_due_at,
        )
        for (key, scope), thread in sorted(wanted.items(), key=lambda item: item[0])
        if (key, scope) not in there
    ]
    Sight.objects.bulk_create(rows, ignore_conflicts=True)


def refresh_threads(keys: Collection[int]) -> None:
    """Repeat the soonest due time of running promises on these threads and their sight rows."""
    running = Promise.objects.filter(about=OuterRef("pk"), state=Promise.State.RUNNING)
    soonest = running.order_by().values("about").annotate(at=Min("due_at")).values("at")
    threads = Thread.objects.filter(pk__in=keys).annotate(soonest=Subquery(soonest))
    changed = list(threads.filter(_apart("next_due_at", "soonest")).values_list("pk", flat=True))
    Thread.objects.filter(pk__in=changed).update(next_due_at=Subquery(soonest))
    shown = Thread.objects.filter(pk=OuterRef("thread")).values("next_due_at")
    rows = Sight.objects.filter(thread__in=keys).filter(_apart("due_at", "thread__next_due_at"))
    Sight.objects.filter(pk__in=rows.values("pk")).update(due_at=Subquery(shown))


def _apart(one: str, other: str) -> Q:
    """Two columns say different things; nothing and something differ too."""
    differ = Q(**{f"{one}__lt": F(other)}) | Q(**{f"{one}__gt": F(other)})
    first = Q(**{f"{one}__isnull": True, f"{other}__isnull": False})
    return differ | first | Q(**{f"{one}__isnull": False, f"{other}__isnull": True})
