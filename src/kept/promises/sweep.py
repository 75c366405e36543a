"""The sweep: one indexed query over what is due now, never over what is open."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from kept.kit import clock
from kept.people.models import Unit, UnitKind, User
from kept.promises.models import Promise
from kept.timeline.notices import tell
from kept.timeline.recorder import record

BATCH = 200
WARNED, BREACHED = 1, 2


def sweep(now: datetime | None = None) -> int:
    """Warn of and flag every promise whose moment has come, oldest first; how many there were.

    All that is due is flagged in one call, however many; one notice for each promise, level and
    due time (SX.04, defect classes 18 and 19).
    """
    moment, flagged = now or clock.now(), 0
    while count := _sweep_batch(moment):
        flagged += count
    return flagged


def _sweep_batch(now: datetime) -> int:
    with transaction.atomic():
        rows = Promise.objects.due_for_sweep(now).select_related(
            "about", "person", "unit__manager", "rule", "duty__rule"
        )
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
        due = list(rows[:BATCH])
        if not due:
            return 0
        system = User.objects.system()
        for promise in due:
            _flag(promise, now, system)
        return len(due)


def _flag(promise: Promise, now: datetime, system: User) -> None:
    due_at = promise.due_at
    if due_at is None or promise.state != Promise.State.RUNNING:
        promise.next_tick_at = None
    elif now > due_at:
        promise.level, promise.next_tick_at = BREACHED, None
        promise.breached_at = promise.breached_at or due_at
        _tell(promise, "promise.breached", due_at, system)
    else:
        promise.level, promise.next_tick_at = WARNED, due_at + timedelta(microseconds=1)
        _tell(promise, "promise.warned", due_at, system)
    promise.save(update_fields=["level", "next_tick_at", "breached_at"])


def _tell(promise: Promise, event: str, due_at: datetime, system: User) -> None:
    values = {"kind": promise.what, "due_at": due_at, "person": promise.person}
    if event == "promise.breached":
        record(promise.about, event, by=system, happened_at=None, words={}, values=values)
    key = f"{event}:{promise.pk}:{due_at.isoformat()}"
    tell(_told(promise, event), event, about=promise.about, key=key, **values)


def supervisor_of(unit: Unit) -> User | None:
    """Who leads the headquarters that supervises a branch; other units have none (S1.01)."""
    if unit.kind != UnitKind.BRANCH:
        return None
    rows = Unit.objects.active().filter(company=unit.company_id, kind=UnitKind.HEADQUARTERS)
    led = rows.filter(manager__isnull=False).select_related("manager").order_by("path").first()
    return led.manager if led else None


def _told(promise: Promise, event: str) -> list[User]:
    people = [promise.person] if promise.person else []
    if event == "promise.breached":
        people += [one for one in (promise.unit.manager, supervisor_of(promise.unit)) if one]
    return people or ([promise.unit.manager] if promise.unit.manager else [])
