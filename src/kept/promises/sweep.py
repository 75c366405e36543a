"""The sweep: one indexed query over what is due now, never over what is open."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from kept.kit import clock
from kept.kit.bulk import update
from kept.kit.remembered import stamped
from kept.kit.wiring import heard_events
from kept.people.models import Installation, Unit, User
from kept.promises.clockwork import ImpossibleEvent, Standing
from kept.promises.folding import fold
from kept.promises.ladder import (
    BREACHED,
    TICK,
    WARNED,
    Step,
    ladder_of,
    late_calendar,
    next_of,
    reached,
    steps_of,
)
from kept.promises.models import (
    Calendar,
    ClockEvent,
    Duty,
    Escalation,
    Promise,
    PromiseKind,
    PromiseRule,
)
from kept.promises.recipients import Recipients, supervisor_of
from kept.promises.telling import Telling, tell_all
from kept.timeline.bulk import Line, append_lines
from kept.timeline.models import Thread
from kept.timeline.recorder import record

__all__ = ["BATCH", "BREACHED", "WARNED", "supervisor_of", "sweep"]

BATCH = 200
CHANGED = ("level", "next_tick_at", "breached_at", "told_at")


def sweep(now: datetime | None = None) -> int:
    """Warn of, flag and escalate every promise whose moment has come, oldest first; how many there
    were.

    All that is due is looked at in one call, however many; each stage is told once for each promise
    and due time (SX.04, defect classes 18 and 19). Every batch is a transaction of its own: a sweep
    that is killed has told and flagged what came before, and the next one goes on from there.
    """
    moment, flagged = now or clock.now(), 0
    with stamped(Installation.the().policy_stamp):
        sweeping = Sweep(moment)
        while (count := sweeping.batch()) is not None:
            flagged += count
    return flagged


class Sweep:
    """One pass over what is due at a moment, and what it has read of units, people and rules."""

    def __init__(self, now: datetime) -> None:
        self.now, self.system = now, User.objects.system()
        self.recipients = Recipients()
        self._busy: set[int] = set()
        self._known: dict[type, dict[int | None, Any]] = defaultdict(dict)

    def batch(self) -> int | None:
        """Look at the next promises that are due; how many, or None when none is left."""
        with transaction.atomic():
            keys, due = self._claim()
            if not keys:
                return None
            self._busy |= set(keys) - {promise.pk for promise in due}
            if due:
                self._look_at(due)
            return len(due)

    def _claim(self) -> tuple[list[int], list[Promise]]:
        """The next promises that are due, oldest first, with their threads locked before them, as
        actions do. What somebody works on just now is left for the next sweep.
        """
        waiting = Promise.objects.due_for_sweep(self.now).exclude(pk__in=self._busy)
        found = list(waiting.values_list("pk", "about")[:BATCH])
        if not found:
            return [], []
        keys = [key for key, _thread in found]
        threads = Thread.objects.filter(pk__in={thread for _key, thread in found}).order_by("pk")
        rows = Promise.objects.due_for_sweep(self.now).filter(pk__in=keys)
        if connection.features.has_select_for_update_skip_locked:
            threads = threads.select_for_update(of=("self",), no_key=True)
            rows = rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
        known = {thread.pk: thread for thread in threads}
        due = list(rows)
        for promise in due:
            promise.about = known[promise.about_id]
        return keys, due

    def _look_at(self, due: list[Promise]) -> None:
        self._acquaint(due)
        standings = self._standings(due)
        told_before = {
            (one.promise_id, one.code, one.due_at)
            for one in Escalation.objects.filter(promise__in=[promise.pk for promise in due])
        }
        lines: dict[int, list[Line]] = defaultdict(list)
        tellings: list[Telling] = []
        taken: list[Escalation] = []
        for promise in due:
            for step in self._taken_by(promise, standings.get(promise.pk), lines):
                place = (promise.pk, step.stage.code, promise.due_at)
                if place not in told_before and promise.due_at is not None:
                    taken.append(Escalation(promise=promise, code=step.stage.code,
                                            due_at=promise.due_at, at=self.now))  # fmt: skip
                    tellings.append(self._telling(promise, step, promise.due_at, lines))
        update(due, *CHANGED)
        Escalation.objects.bulk_create(taken, ignore_conflicts=True)
        self._tell_stories(lines, due)
        tell_all(tellings, self.now)

    def _taken_by(
        self, promise: Promise, standing: Standing | None, lines: dict[int, list[Line]]
    ) -> list[Step]:
        """The stages a promise has come to; it is flagged, and looked at again at the next one."""
        due_at = promise.due_at
        if due_at is None or promise.state != Promise.State.RUNNING:
            promise.next_tick_at = None
            return []
        ladder = ladder_of(promise.unit, self.now)
        steps = steps_of(promise, standing, ladder, late_calendar(promise))
        taken = reached(promise, steps, self.now)
        if self.now > due_at and promise.level < BREACHED:
            promise.level, promise.breached_at = BREACHED, promise.breached_at or due_at
            lines[promise.about_id].append(
                Line("promise.breached", self.now, _in_story(promise, due_at))
            )
        elif taken and promise.level < WARNED:
            promise.level = WARNED
        promise.told_at = self.now
        promise.next_tick_at = next_of(promise, steps, self.now)
        return taken

    def _telling(
        self, promise: Promise, step: Step, due_at: datetime, lines: dict[int, list[Line]]
    ) -> Telling:
        """What a stage tells whom; one that comes after the breach stands in the story as well."""
        people, values = self.recipients.of(step.stage, promise), _values(promise, due_at)
        event = "promise.warned" if step.is_before else "promise.breached"
        key = f"{event}:{promise.pk}:{due_at.isoformat()}"
        if not step.is_before and step.at > due_at + TICK:
            event = "promise.escalated"
            values = {**values, "stage": step.stage}
            key = f"{event}:{promise.pk}:{step.stage.code}:{due_at.isoformat()}"
            said = {**_in_story(promise, due_at), "stage": step.stage, "told": people}
            lines[promise.about_id].append(Line(event, self.now, said))
        return Telling(people, event, promise.about, due_at, key, values)

    def _tell_stories(self, lines: dict[int, list[Line]], due: list[Promise]) -> None:
        """Write what happened into the stories, all at once where nobody must react to it."""
        heard = heard_events() & {"promise.breached", "promise.escalated"}
        if not heard:
            if lines:
                append_lines(lines, by=self.system)
            return
        threads = {promise.about_id: promise.about for promise in due}
        for key, told in lines.items():
            for one in told:
                record(threads[key], one.event, by=self.system, happened_at=None, words={},
                       values=one.values)  # fmt: skip

    # What is read once for a sweep

    def _acquaint(self, due: list[Promise]) -> None:
        """Give the promises their units, people, rules and calendars: one copy of each."""
        self._read(Unit, (one.unit_id for one in due), "manager", "company")
        self._read(User, (one.person_id for one in due), "company")
        self._read(PromiseRule, (one.rule_id for one in due))
        rules = self._known[PromiseRule].values()
        wanted = {rule.calendar_id for rule in rules} | {one.calendar_id for one in due}
        self._read(Calendar, wanted)
        for rule in rules:
            rule.calendar = self._known[Calendar].get(rule.calendar_id)
        self._read_duties(due)
        for one in due:
            one.unit = self._known[Unit][one.unit_id]
            one.person = self._known[User].get(one.person_id)
            one.rule = self._known[PromiseRule].get(one.rule_id)
            one.calendar = self._known[Calendar].get(one.calendar_id)

    def _read_duties(self, due: list[Promise]) -> None:
        """Give the promises that are duties theirs, with the rule that names it."""
        kept = [one for one in due if one.kind == PromiseKind.DUTY]
        rows = Duty.objects.filter(promise__in=kept).select_related("rule") if kept else ()
        known = {duty.promise_id: duty for duty in rows}
        for one in kept:
            one.duty = known[one.pk]

    def _read(self, model: Any, keys: Iterable[int | None], *related: str) -> None:
        known = self._known[model]
        if wanted := {key for key in keys if key is not None} - known.keys():
            rows = model._base_manager.filter(pk__in=wanted).select_related(*related)
            known.update({row.pk: row for row in rows})

    def _standings(self, due: list[Promise]) -> dict[int, Standing]:
        """Where those stand that are not late yet: only they have stages before the due time."""
        in_time = {
            one.pk: one for one in due
            if one.state == Promise.State.RUNNING and one.due_at is not None
            and self.now <= one.due_at
        }  # fmt: skip
        if not in_time:
            return {}
        events: dict[int, list[ClockEvent]] = defaultdict(list)
        for event in ClockEvent.objects.filter(promise__in=list(in_time)).order_by(
            "promise", "seq"
        ):
            events[event.promise_id].append(event)
        standings = {}
        for key, promise in in_time.items():
            try:
                standings[key] = fold(events[key], promise)
            except ImpossibleEvent:
                continue  # its breach comes all the same; `kept verify` says what is wrong with it
        return standings


def _values(promise: Promise, due_at: datetime) -> dict[str, Any]:
    return {"kind": promise.what, "due_at": due_at, "person": promise.person}


def _in_story(promise: Promise, due_at: datetime) -> dict[str, Any]:
    """The same for the story of the matter, which says which promise it is about."""
    return {**_values(promise, due_at), "promise": promise.pk}
