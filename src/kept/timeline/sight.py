"""Who sees a thread: written once by the actions that change it, read by everything."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from kept.kit import clock
from kept.kit.actions import ending
from kept.kit.bulk import insert_few
from kept.people.models import Unit, User
from kept.timeline import heads
from kept.timeline.models import Sight, Thread


def open_thread(
    *, kind: str, unit: Unit, title: str, scopes: Iterable[int] = (), is_open: bool = True
) -> Thread:
    """Begin a story in a unit; the unit, every unit above it and ``scopes`` see it."""
    thread = Thread.objects.create(
        kind=kind,
        unit=unit,
        company=unit.company,
        title=title[:200],
        is_open=is_open,
        created_at=clock.now(),
    )
    heads.begin(thread)
    wanted = scopes_above(unit) | set(scopes)
    if (new := ending(NewSights)) is None:
        insert_few(Sight, COLUMNS, rows_of(thread, wanted))
    else:
        new.of[thread.pk] = (thread, wanted)
    return thread


class NewSights:
    """Who sees the threads begun in one action: written once, at its end, as they then stand."""

    order = -10

    def __init__(self) -> None:
        self.of: dict[int, tuple[Thread, set[int]]] = {}

    def finish(self) -> None:
        rows = [row for thread, scopes in self.of.values() for row in rows_of(thread, scopes)]
        insert_few(Sight, COLUMNS, rows)
        self.of.clear()


def _new(thread: Thread) -> "NewSights | None":
    """Those not written yet, if the thread's are among them."""
    new = ending(NewSights)
    return new if new is not None and thread.pk in new.of else None


def scopes_above(unit: Unit) -> set[int]:
    """The scope of the unit and of each unit above it."""
    return unit.scopes_above()


def set_sight(thread: Thread, *, unit: Unit, scopes: Iterable[int] = ()) -> None:
    """Let exactly these see the thread: the unit, every unit above it, and ``scopes``."""
    wanted = scopes_above(unit) | set(scopes)
    if (new := _new(thread)) is not None:
        new.of[thread.pk] = (thread, wanted)
        return
    present = set(thread.sights.values_list("scope_id", flat=True))
    if gone := present - wanted:
        thread.sights.filter(scope__in=gone).delete()
    if wanted - present:
        insert_few(Sight, COLUMNS, rows_of(thread, wanted - present))


def add_sight(thread: Thread, scopes: Iterable[int]) -> None:
    """Let these see the thread as well."""
    if (new := _new(thread)) is not None:
        new.of[thread.pk] = (thread, new.of[thread.pk][1] | set(scopes))
        return
    insert_few(Sight, COLUMNS, rows_of(thread, set(scopes)), or_leave=True)


COLUMNS = ("thread_id", "scope_id", "kind", "is_open", "due_at")


def rows_of(thread: Thread, scopes: Iterable[int]) -> list[tuple[Any, ...]]:
    """The rows that let these scopes see a thread, as COLUMNS: they repeat its state."""
    shown = thread.kind, thread.is_open, thread.next_due_at
    return [(thread.pk, scope, *shown) for scope in sorted(scopes)]


def sync(thread: Thread) -> None:
    """Repeat the thread's state on its sight rows, for the work lists that walk them."""
    if (new := _new(thread)) is not None:
        new.of[thread.pk] = (thread, new.of[thread.pk][1])
        return
    thread.sights.exclude(Q(is_open=thread.is_open) & _same_due(thread)).update(
        is_open=thread.is_open, due_at=thread.next_due_at
    )


def close(thread: Thread) -> None:
    """What the thread tells of is over: it leaves every work list."""
    heads.write_now([thread.pk])
    thread.refresh_from_db(fields=["next_due_at"])
    thread.is_open = False
    thread.save(update_fields=["is_open"])
    sync(thread)


def _same_due(thread: Thread) -> Q:
    if thread.next_due_at is None:
        return Q(due_at__isnull=True)
    return Q(due_at=thread.next_due_at, due_at__isnull=False)


def scopes_of(user: User, right: str) -> list[int]:
    """The scopes whose matters a person sees under a right."""
    return user.sight(right)
