"""Threads to find things about, in two scopes that do not see each other."""

from collections.abc import Callable

import pytest

from kept.kit import clock
from kept.people.models import Scope
from kept.search import index
from kept.search.queries import find_in
from kept.timeline.models import Sight, Thread


@pytest.fixture
def ours(db) -> Scope:
    return Scope.objects.create(kind=Scope.Kind.UNIT)


@pytest.fixture
def theirs(db) -> Scope:
    return Scope.objects.create(kind=Scope.Kind.UNIT)


@pytest.fixture
def put(ours) -> Callable[..., int]:
    """Put something into the index about a new thread of ours; gives the thread's key."""

    def put(title: str = "", *, kind: str = "case", scope: Scope = ours, **found_by) -> int:
        thread = Thread.objects.create(kind=kind, created_at=clock.now())
        Sight.objects.create(thread=thread, scope=scope, kind=kind)
        index.put(thread.pk, kind=kind, title=title, **found_by)
        return thread.pk

    return put


@pytest.fixture
def found(ours) -> Callable[..., list[int]]:
    """The threads of ours found for what was typed, best first."""

    def found(typed: str, **options) -> list[int]:
        hits = find_in({"case": [ours.pk], "account": [ours.pk]}, typed, **options)
        return [hit.thread_id for hit in hits]

    return found
