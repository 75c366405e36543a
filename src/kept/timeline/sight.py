"""Who sees a thread: written once by the actions that change it, read by everything."""

from collections.abc import Iterable

from django.db.models import Q

from kept.kit import clock
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
    Sight.objects.bulk_create(_rows(thread, wanted))
    return thread


def scopes_above(unit: Unit) -> set[int]:
    """The scope of the unit and of each unit above it."""
    return unit.scopes_above()


def set_sight(thread: Thread, *, unit: Unit, scopes: Iterable[int] = ()) -> None:
    """Let exactly these see the thread: the unit, every unit above it, and ``scopes``."""
    wanted = scopes_above(unit) | set(scopes)
    present = set(thread.sights.values_list("scope_id", flat=True))
    if gone := present - wanted:
        thread.sights.filter(scope__in=gone).delete()
    if new := wanted - present:
        Sight.objects.bulk_create(_rows(thread, new))


def add_sight(thread: Thread, scopes: Iterable[int]) -> None:
    """Let these see the thread as well."""
    Sight.objects.bulk_create(_rows(thread, set(scopes)), ignore_conflicts=True)


def _rows(thread: Thread, scopes: Iterable[int]) -> list[Sight]:
    return [
        Sight(
            thread=thread,
            scope_id=scope,
            kind=thread.kind,
            is_open=thread.is_open,
            due_at=thread.next_due_at,
        )
        for scope in sorted(scopes)
    ]


def sync(thread: Thread) -> None:
    """Repeat the thread's state on its sight rows, for the work lists that walk them."""
    thread.sights.exclude(Q(is_open=thread.is_open) & _same_due(thread)).update(
        is_open=thread.is_open, due_at=thread.next_due_at
    )


def _same_due(thread: Thread) -> Q:
    if thread.next_due_at is None:
        return Q(due_at__isnull=True)
    return Q(due_at=thread.next_due_at, due_at__isnull=False)


def scopes_of(user: User, right: str) -> list[int]:
    """The scopes whose matters a person sees under a right."""
    return user.sight(right)
