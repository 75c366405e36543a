"""Who is on duty, when somebody is, and when nobody is (S4.15)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kept.kit import clock
from kept.kit.remembered import remembered
from kept.people.models import Absence, Unit, User
from kept.promises.clockwork.coverage import (
    Span,
    days_between,
    overlaps,
    span_of,
    span_of_days,
    within,
    without,
)
from kept.promises.clockwork.zones import ONE_DAY, to_utc
from kept.promises.models import Roster, RosterShift
from kept.promises.terms import calendar_of

AHEAD = timedelta(days=400)
"""How far a roster without a last day is looked at: every night in which clocks change is in it."""
MOST_NAMED = 12


@dataclass(frozen=True)
class Stand:
    """One person's time on duty by one shift on one day."""

    person: User
    shift: RosterShift
    day: date
    start: datetime
    end: datetime

    @property
    def span(self) -> Span:
        return self.start, self.end


@dataclass(frozen=True)
class Hole:
    """A stretch that must be covered and in which nobody is on duty, in the words of a zone."""

    start: datetime
    end: datetime
    zone: ZoneInfo

    def __str__(self) -> str:
        return self.words

    @property
    def pattern(self) -> tuple[int, str]:
        """Weekday and hours: what repeats week after week is named once."""
        return self._first.weekday(), self.hours

    @property
    def hours(self) -> str:
        """ "02:00–06:00", or with the day where it ends on another one."""
        first, last = self._first, self.end.astimezone(self.zone)
        ends_at_midnight = (last.hour, last.minute, last.second) == (0, 0, 0)
        day = (last - timedelta(microseconds=1)).date() if ends_at_midnight else last.date()
        ends = "24:00" if ends_at_midnight else f"{last:%H:%M}"
        if day == first.date():
            return f"{first:%H:%M}–{ends}"
        return f"{first:%H:%M} – {WEEKDAYS_ABBR[day.weekday()]} {ends}"

    @property
    def words(self) -> str:
        """ "Tue 02:00–06:00" """
        return f"{WEEKDAYS_ABBR[self._first.weekday()]} {self.hours}"

    @property
    def dated(self) -> str:
        """The same with its date, for what does not come back every week."""
        return f"{date_format(self._first.date(), 'SHORT_DATE_FORMAT')} {self.words}"

    @property
    def _first(self) -> datetime:
        return self.start.astimezone(self.zone)


class Holes(list[Hole]):
    """All holes, in order; as words each weekly one once."""

    def __str__(self) -> str:
        named = self.named
        words = _(", ").join(named[:MOST_NAMED])
        more = len(named) - MOST_NAMED
        return _("{words} and {n} more").format(words=words, n=more) if more > 0 else words

    @property
    def named(self) -> list[str]:
        """What comes every week by its weekday, the rest with its date."""
        by_pattern: dict[tuple[int, str], list[Hole]] = defaultdict(list)
        for hole in self:
            by_pattern[hole.pattern].append(hole)
        return [
            holes[0].words if len(holes) > 1 else holes[0].dated for holes in by_pattern.values()
        ]


# Who stands when


def stands_of(
    roster: Roster, shifts: Iterable[RosterShift], first: date, last: date
) -> list[Stand]:
    """Every shift of a roster that starts on a day from one to another, whoever is away or not.

    What is stood on one date by somebody else is left out of the week.
    """
    zone = ZoneInfo(roster.unit.zone)
    shifts = list(shifts)
    swapped = {(one.instead_of_id, one.on) for one in shifts if one.instead_of_id}
    stands = []
    for day in days_between(first, last):
        for shift in shifts:
            is_here = shift.on == day if shift.on else shift.weekday == day.weekday()
            if is_here and (shift.pk, day) not in swapped:
                start, end = span_of(day, shift.start, shift.end, zone)
                stands.append(Stand(shift.person, shift, day, start, end))
    return sorted(stands, key=lambda one: (one.start, one.person.pk))


def shifts_of(roster: Roster) -> list[RosterShift]:
    """What stands in a roster now."""
    return list(roster.shifts.current().select_related("person").order_by("pk"))


def present(stands: Iterable[Stand]) -> list[tuple[Stand, list[Span]]]:
    """Each stand with the time in which its person is there: not away and not gone (SX.13)."""
    stands = list(stands)
    if not stands:
        return []
    away: dict[int, list[Span]] = defaultdict(list)
    first, last = min(one.start for one in stands), max(one.end for one in stands)
    people = {one.person.pk: one.person for one in stands}
    absences = Absence.objects.filter(
        user__in=list(people), start_at__lt=last, end_at__gt=first, ended_at__isnull=True
    )
    for absence in absences:
        away[absence.user_id].append((absence.start_at, absence.end_at))
    for person in people.values():
        if not person.is_active:
            away[person.pk].append((person.left_at or first, last))
    return [(one, without([one.span], away[one.person.pk])) for one in stands]


def active_rosters(unit: Unit, first: date, last: date) -> list[Roster]:
    """The rosters in force in a unit on some day from one to another, the earliest first; copies,
    since every call asks and what they rest on is remembered.
    """
    rows = remembered(
        ("duty rosters", unit.pk),
        lambda: list(
            Roster.objects.activated().filter(unit=unit).select_related("hours").order_by(
                "from_on", "pk"
            )
        ),
    )  # fmt: skip
    found = [copy(row) for row in rows if _holds_between(row, first, last)]
    for roster in found:
        roster.unit = unit
    return found


def _holds_between(roster: Roster, first: date, last: date) -> bool:
    until = roster.until_on
    if until is not None and (until < first or until < roster.from_on):
        return False
    return roster.from_on <= last


def unit_stands(unit: Unit, start: datetime, end: datetime) -> list[Stand]:
    """Every stand by a unit's active rosters that touches the time between two moments."""
    zone = ZoneInfo(unit.zone)
    first = start.astimezone(zone).date() - ONE_DAY
    last = end.astimezone(zone).date()
    rosters = active_rosters(unit, first, last + ONE_DAY)
    stands = [one for roster in rosters for one in _held(roster, rosters, first, last)]
    return [one for one in stands if overlaps(one.span, (start, end))]


def _held(roster: Roster, rosters: list[Roster], first: date, last: date) -> list[Stand]:
    """The stands of a roster in its own time; the night before its first day is its own too where
    no other roster was in force."""
    eve = roster.from_on - ONE_DAY
    begins = roster.from_on if any(_holds(one, eve) for one in rosters) else eve
    until = min(roster.until_on or last, last)
    return stands_of(roster, shifts_of(roster), max(begins, first), until)


def _holds(roster: Roster, day: date) -> bool:
    return roster.from_on <= day and (roster.until_on is None or day <= roster.until_on)


def on_duty(unit: Unit, moment: datetime | None = None) -> list[User]:
    """Who is on duty in a unit at a moment, in the order in which they came; two queries where no
    roster is in force, a few more where one is.
    """
    at = to_utc(moment or clock.now())
    stands = unit_stands(unit, at, at + timedelta(microseconds=1))
    there = [
        one.person
        for one, spans in present(stands)
        if any(start <= at < end for start, end in spans)
    ]
    return list(dict.fromkeys(there))


def covered_periods(unit: Unit, start: datetime, end: datetime) -> list[Span]:
    """When somebody is on duty in a unit between two moments, in UTC, in order."""
    start, end = to_utc(start), to_utc(end)
    spans = [span for _one, spans in present(unit_stands(unit, start, end)) for span in spans]
    return within(spans, start, end)


# When nobody does


def needed(roster: Roster, start: datetime, end: datetime) -> list[Span]:
    """The hours of a roster that must be covered between two moments."""
    if roster.hours is None:
        return [(start, end)] if start < end else []
    return list(calendar_of(roster.hours, roster.unit.zone).open_periods(start, end))


def time_of(roster: Roster, now: datetime | None = None) -> Span:
    """From now, or its first day, to the last day of a roster, as far as it is looked at."""
    moment = to_utc(now or clock.now())
    zone = ZoneInfo(roster.unit.zone)
    first = max(roster.from_on, moment.astimezone(zone).date())
    last = min(roster.until_on or first + AHEAD, first + AHEAD)
    start, end = span_of_days(first, last, zone)
    return max(start, moment), end


def holes_of(roster: Roster, shifts: Iterable[RosterShift] | None = None) -> Holes:
    """Where nobody is on duty in the time of a roster that must be covered, also because people are
    away. The night before its first day counts by the roster in force till then, else by its own.
    """
    start, end = time_of(roster)
    zone = ZoneInfo(roster.unit.zone)
    if start >= end:
        return Holes()
    own = shifts_of(roster) if shifts is None else list(shifts)
    first, last = (
        start.astimezone(zone).date() - ONE_DAY,
        (end - timedelta(seconds=1)).astimezone(zone).date(),
    )
    eve = roster.from_on - ONE_DAY
    before = [one for one in active_rosters(roster.unit, eve, eve) if one.pk != roster.pk]
    stands = stands_of(roster, own, max(first, roster.from_on if before else eve), last)
    stands += [one for other in before for one in stands_of(other, shifts_of(other), eve, eve)]
    covered = [span for _one, spans in present(stands) for span in spans]
    return Holes(Hole(a, b, zone) for a, b in without(needed(roster, start, end), covered))


def clashes(stands: Iterable[Stand], others: Iterable[Stand]) -> Iterator[tuple[Stand, Stand]]:
    """Where one person would stand in two places at once: the stand, and the one it meets."""
    theirs: dict[int, list[Stand]] = defaultdict(list)
    for one in others:
        theirs[one.person.pk].append(one)
    for one in stands:
        for other in theirs[one.person.pk]:
            if other.shift.pk != one.shift.pk and overlaps(one.span, other.span):
                yield one, other


def stands_elsewhere(people: Iterable[User], roster: Roster) -> list[Stand]:
    """Where people stand by active rosters of other units, in the time of a roster."""
    start, end = time_of(roster)
    first, last = start.date() - ONE_DAY, end.date() + ONE_DAY
    shifts = (
        RosterShift.objects.current()
        .filter(person__in=list(people), roster__activated_at__isnull=False)
        .filter(Q(roster__until_on__isnull=True) | Q(roster__until_on__gte=first))
        .filter(roster__from_on__lte=last)
        .exclude(roster__unit=roster.unit)
    )
    rosters = {one.roster_id for one in shifts}
    stands: list[Stand] = []
    wanted = {person.pk for person in people}
    for other in Roster.objects.filter(pk__in=rosters).select_related("unit"):
        until = min(other.until_on or last, last)
        found = stands_of(other, shifts_of(other), max(first, other.from_on), until)
        stands += [one for one in found if one.person.pk in wanted]
    return stands
