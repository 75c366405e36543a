"""Making duties ahead of time: the same set however often, by however many, and if killed midway.

What is missing is found by comparing what the rules ask for with what is there. Each small batch
is one transaction; a company's row is locked meanwhile, and a constraint keeps out a second one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.db import transaction

from kept.kit import clock
from kept.kit.locking import lock
from kept.kit.refusal import Refused
from kept.kit.remembered import stamped
from kept.people.models import Installation, Unit
from kept.promises.duties.planning import Occurrence, is_owed_by, occurrences
from kept.promises.duties.sets import DutySubject, gathered
from kept.promises.duties.writing import make_duties, withdraw_duties
from kept.promises.models import OPEN_STATES, Duty, DutyRule

BATCH = 100
"""Subjects in one transaction."""
T = TypeVar("T")


class Place(NamedTuple):
    """Where a duty stands: about which thread, in which period, the how-manieth of it."""

    thread: int
    first: date
    number: int


class Known(NamedTuple):
    """A duty that is there."""

    key: int
    rule: int
    last: date
    due_at: datetime | None
    has_begun: bool
    is_open: bool


@dataclass
class Plan:
    """What one code of a company asks for at a moment, and what is there of it."""

    company: Unit
    code: str
    moment: datetime
    wanted: dict[Place, tuple[Occurrence, DutySubject]] = field(default_factory=dict)
    known: dict[Place, Known] = field(default_factory=dict)

    def missing(self) -> list[Place]:
        return [place for place in self.wanted if place not in self.known]

    def outdated(self) -> list[Place]:
        """Not begun yet, and no longer asked for, or asked for otherwise."""
        open_ones = (
            (place, one) for place, one in self.known.items() if one.is_open and not one.has_begun
        )
        return [place for place, one in open_ones if not self._agrees(place, one)]

    def _agrees(self, place: Place, one: Known) -> bool:
        if place not in self.wanted:
            return False
        occurrence, _subject = self.wanted[place]
        return (occurrence.period.last, occurrence.due_at) == (one.last, one.due_at)

    def moved(self) -> dict[int, list[int]]:
        """Rule → duties not begun that a new row of policy asks for in the very same way."""
        rules: dict[int, list[int]] = defaultdict(list)
        for place, one in self.known.items():
            if place in self.wanted and one.is_open and not one.has_begun:
                rule = self.wanted[place][0].rule.pk
                if rule != one.rule and self._agrees(place, one):
                    rules[rule].append(one.key)
        return rules


def generate(at: datetime | None = None) -> int:
    """Make every duty that begins within the next weeks, and withdraw what is not begun of those
    who left their set; how many duties were made (S0.44). A set nobody knows is raised, as
    InvalidInput, after everything else was made.
    """
    moment = at or clock.now()
    companies = Unit.objects.companies().active().order_by("pk")
    faults: list[Refused] = []
    with stamped(Installation.the().policy_stamp):
        made = sum(_generate_for(company, moment, faults) for company in companies)
    if faults:
        raise faults[0]
    return made


def _generate_for(company: Unit, moment: datetime, faults: list[Refused]) -> int:
    rows: dict[str, list[DutyRule]] = defaultdict(list)
    rules = DutyRule.objects.filter(unit=company).ever_in_force().select_related("calendar")
    for row in rules.order_by("valid_from", "pk"):
        rows[row.code].append(row)
    sets: dict[str, list[DutySubject]] = {}
    made = 0
    for code in sorted(rows):
        try:
            plan = _planned(company, code, rows[code], sets, moment)
        except Refused as fault:
            faults.append(fault)
            continue
        made += _carry_out(plan)
    return made


def _planned(
    company: Unit,
    code: str,
    rows: Sequence[DutyRule],
    sets: dict[str, list[DutySubject]],
    moment: datetime,
) -> Plan:
    plan = Plan(company, code, moment)
    today = clock.local(moment, company.zone).date()
    asked = occurrences(rows, company, today)
    since = min((one.period.first for one in asked), default=today)
    plan.known = dict(_known(company, code, since, moment))
    firsts = _first_known(plan.known)
    for occurrence in asked:
        name = occurrence.rule.subjects
        if name not in sets:
            sets[name] = gathered(name, company, moment)
        for subject in sets[name]:
            if _is_wanted(occurrence, subject, firsts, today):
                for number in range(1, occurrence.rule.times + 1):
                    place = Place(subject.thread.pk, occurrence.period.first, number)
                    plan.wanted[place] = (occurrence, subject)
    return plan


def _is_wanted(
    occurrence: Occurrence, subject: DutySubject, firsts: dict[int | None, date], today: date
) -> bool:
    """Whether a subject owes an occurrence. One that is over is made up for only where duties were
    made before it: nobody is late with what nobody could have told them.
    """
    if not is_owed_by(occurrence, subject):
        return False
    if occurrence.period.last >= today:
        return True
    begun = firsts.get(None if subject.since else subject.thread.pk)
    return begun is not None and begun <= occurrence.period.first


def _first_known(known: Iterable[Place]) -> dict[int | None, date]:
    """The first day of the earliest duty there is: about each thread, and (None) of all."""
    firsts: dict[int | None, date] = {}
    for place in known:
        for key in (place.thread, None):
            firsts[key] = min(place.first, firsts.get(key, place.first))
    return firsts


def _known(
    company: Unit, code: str, since: date, moment: datetime, threads: Iterable[int] | None = None
) -> Iterator[tuple[Place, Known]]:
    rows = Duty.objects.standing().filter(company=company, code=code, period_from__gte=since)
    if threads is not None:
        rows = rows.filter(thread__in=list(threads))
    columns = rows.values_list(
        "thread", "period_from", "number", "pk", "rule", "period_until",
        "promise__due_at", "promise__started_at", "promise__state",
    )  # fmt: skip
    for thread, first, number, key, rule, last, due_at, begins_at, state in columns:
        known = Known(key, rule, last, due_at, begins_at <= moment, state in OPEN_STATES)
        yield Place(thread, first, number), known


def _carry_out(plan: Plan) -> int:
    """Withdraw, move and make, batch by batch; how many were made."""
    for places in _batches(plan.outdated(), BATCH):
        with transaction.atomic():
            lock(plan.company)
            withdraw_duties([plan.known[place].key for place in places], plan.moment)
        for place in places:
            del plan.known[place]
    for rule, keys in plan.moved().items():
        for some in _batches(keys, BATCH):
            Duty.objects.filter(pk__in=some).update(rule=rule)
    by_thread: dict[int, list[Place]] = defaultdict(list)
    for place in plan.missing():
        by_thread[place.thread].append(place)
    return sum(_make_batch(plan, by_thread, some) for some in _batches(sorted(by_thread), BATCH))


def _make_batch(plan: Plan, missing: dict[int, list[Place]], threads: Sequence[int]) -> int:
    with transaction.atomic():
        lock(plan.company)
        places = [place for thread in threads for place in missing[thread]]
        since = min(place.first for place in places)
        there = dict(_known(plan.company, plan.code, since, plan.moment, threads))
        asked: list[Any] = [
            (*plan.wanted[place], place.number) for place in places if place not in there
        ]
        make_duties(plan.company, asked)
        return len(asked)


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some
