"""Keeping duties, and handing them to whoever answers for their subject now."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from kept.kit import clock
from kept.kit.actions import ending
from kept.kit.locking import lock
from kept.people.models import User
from kept.promises import ledger
from kept.promises.duties.sets import gathered
from kept.promises.models import Duty, Promise
from kept.timeline.models import Thread
from kept.timeline.recorder import thread_of


def fulfil(code: str, subject: Any, *, by: User, on: date | None = None) -> Promise | None:
    """Keep the open duty with this code about a thread (or a thing that has one), now.

    The one whose period holds ``on``; without a day, or where nothing was ever owed for that day,
    the soonest that has begun. None where nothing is owed: doing more than asked is no fault.
    """
    found = _owed(code, thread_of(subject), on)
    if found is None:
        return None
    promise = found.promise
    lock(promise)
    if promise.is_open:
        ledger.keep(promise, by=by, subject=promise.about)
    return promise


def _owed(code: str, thread: Thread, on: date | None) -> Duty | None:
    begun = (
        Duty.objects.standing()
        .filter(code=code, thread=thread, promise__started_at__lte=clock.now())
        .select_related("promise__about", "promise__unit", "rule")
        .order_by("period_from", "number")
    )
    if on is not None:
        of_period = list(begun.filter(period_from__lte=on, period_until__gte=on))
        if of_period:
            return next((duty for duty in of_period if duty.promise.is_open), None)
    return begun.open().order_by("promise__due_at", "pk").first()


def follow(subject: Any, *, by: User) -> None:
    """Another person answers for a thread now: its open duties go to who the sets name today.

    Inside an action this is done once, at its end, however many threads changed hands.
    """
    thread = thread_of(subject)
    gathering = ending(Followed)
    if gathering is None:
        gathering = Followed()
        gathering.add(thread, by)
        gathering.finish()
    else:
        gathering.add(thread, by)


class Followed:
    """The threads that changed hands in the running action."""

    order = -20

    def __init__(self) -> None:
        self._threads: dict[int, User] = {}

    def add(self, thread: Thread, by: User) -> None:
        self._threads[thread.pk] = by

    def finish(self) -> None:
        open_ones = (
            Duty.objects.open()
            .filter(thread__in=self._threads)
            .select_related("promise__about", "promise__person", "rule", "company")
            .order_by("thread", "pk")
        )
        _hand_on(open_ones, self._threads)
        self._threads = {}


def _hand_on(duties: Iterable[Duty], threads: dict[int, User]) -> None:
    owed_by: dict[tuple[int, str], dict[int, User | None]] = {}
    for duty in duties:
        named = (duty.company_id, duty.rule.subjects)
        if named not in owed_by:
            found = gathered(duty.rule.subjects, duty.company, clock.now())
            owed_by[named] = {one.thread.pk: one.person for one in found}
        person = owed_by[named].get(duty.thread_id)
        promise = duty.promise
        if person is not None and promise.person != person:
            ledger.hand_to(promise, person, by=threads[duty.thread_id], subject=promise.about)
