"""Verbs on duty rosters: made, filled, swapped, and put into force only without a hole (S4.15)."""

from collections.abc import Sequence
from datetime import date, time
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, TextRule
from kept.people.models import Unit, User
from kept.promises.clockwork.zones import ONE_DAY
from kept.promises.models import Calendar, Roster, RosterShift, RosterState, Weekday
from kept.promises.models.roster import MAKE_ROSTER
from kept.promises.roster import (
    Stand,
    active_rosters,
    clashes,
    holes_of,
    present,
    shifts_of,
    stands_elsewhere,
    stands_of,
    time_of,
)

RosterName = Annotated[str, TextRule(100, many_lines=False)]
OPEN = (RosterState.DRAFT, RosterState.ACTIVE)
RULE = "S4.15"


@action(MAKE_ROSTER, label=_("Make a duty roster"), creates=Roster, icon="calendar-clock")
def make_roster(
    *,
    by: User,
    unit: Unit,
    name: RosterName,
    from_on: date,
    until_on: date | None = None,
    hours: Calendar | None = None,
) -> Roster:
    """Begin a roster of who stands by in a unit, from a day on (S4.15). It counts once it is in
    force; without hours it is for day and night.
    """
    if from_on < clock.today(unit.zone):
        raise InvalidInput(_("That day has passed. Begin today or later."), field="from_on")
    if until_on is not None and until_on < from_on:
        raise InvalidInput(_("The last day lies before the first."), field="until_on")
    if unit.closed_at is not None:
        raise Refused(_("{unit} is closed."), unit=unit, field="unit")
    if hours is not None and hours.unit.company_id != unit.company_id:
        raise InvalidInput(
            _("“{thing}” belongs to another company."), thing=hours, field="hours", rule="SX.01"
        )
    roster = Roster.objects.create(
        unit=unit,
        name=name,
        from_on=from_on,
        until_on=until_on,
        hours=hours,
        made_by=by,
        made_at=clock.now(),
    )
    unit.record("roster.made", by=by, roster=roster, from_on=from_on)
    return roster


@action("promises.add_shift", label=_("Add shifts"), right=MAKE_ROSTER, on=OPEN, primary=True,
        icon="circle-plus")  # fmt: skip
def add_shift(
    roster: Roster,
    *,
    by: User,
    person: User,
    weekdays: Sequence[Weekday],
    start: time,
    end: time,
) -> Roster:
    """Let a person stand by on these weekdays, week after week; an end that is not after the start
    is on the next day (S4.15). Nobody stands in two places at once.
    """
    _require_able(person, roster)
    if not weekdays:
        raise InvalidInput(_("Choose at least one day."), field="weekdays")
    added = [
        RosterShift(
            roster=roster,
            person=person,
            weekday=Weekday(day).number,
            start=start,
            end=end,
            made_at=clock.now(),
        )
        for day in dict.fromkeys(weekdays)
    ]
    _require_free(roster, added)
    for shift in added:
        shift.save(force_insert=True)
    roster.unit.record(
        "roster.shift_added",
        by=by,
        roster=roster,
        person=person,
        days=list(dict.fromkeys(weekdays)),
        hours=added[0].hours_words,
    )
    return roster


@action("promises.end_shift", label=_("Take a shift out"), right=MAKE_ROSTER, on=OPEN,
        icon="circle-minus")  # fmt: skip
def end_shift(roster: Roster, *, by: User, shift: RosterShift) -> Roster:
    """Take a shift out of a roster (S4.15). One in force may not be left with a hole: add the other
    person first.
    """
    _require_here(roster, shift)
    before = holes_of(roster)
    shift.removed_at = clock.now()
    left = [one for one in shifts_of(roster) if one.pk != shift.pk]
    if roster.status == RosterState.ACTIVE:
        opened = [hole for hole in holes_of(roster, left) if hole not in before]
        if opened:
            raise Refused(
                _("{hole}: nobody would be on duty. Let somebody else stand there first."),
                hole=opened[0],
                field="shift",
                rule=RULE,
            )
    shift.save(update_fields=["removed_at"])
    roster.unit.record(
        "roster.shift_removed",
        by=by,
        roster=roster,
        person=shift.person,
        day=shift.day_words,
        hours=shift.hours_words,
    )
    return roster


@action("promises.swap_shift", label=_("Swap a shift"), right=MAKE_ROSTER, on=OPEN, shown=True,
        icon="arrow-right-left")  # fmt: skip
def swap_shift(
    roster: Roster, *, by: User, shift: RosterShift, on: date, person: User, reason: Line
) -> Roster:
    """Let somebody else stand by on one date, with the reason on record; the week stays as it is
    (S4.15).
    """
    _require_here(roster, shift)
    _require_able(person, roster)
    _require_day(roster, shift, on)
    if person == shift.person:
        raise InvalidInput(_("{name} stands there already."), name=person, field="person")
    swapped = RosterShift(
        roster=roster,
        person=person,
        on=on,
        start=shift.start,
        end=shift.end,
        instead_of=shift,
        reason=reason,
        made_at=clock.now(),
    )
    _require_free(roster, [swapped])
    _require_present(roster, swapped)
    roster.shifts.current().filter(instead_of=shift, on=on).update(removed_at=clock.now())
    swapped.save(force_insert=True)
    roster.unit.record(
        "roster.shift_swapped",
        by=by,
        roster=roster,
        old=shift.person,
        person=person,
        on=on,
        hours=shift.hours_words,
        words={"reason": reason},
    )
    return roster


@action("promises.activate_roster", label=_("Put into force"), right=MAKE_ROSTER,
        on=[RosterState.DRAFT], shown=True, icon="calendar-check")  # fmt: skip
def activate_roster(roster: Roster, *, by: User) -> Roster:
    """Put a roster into force; refused while it has a hole, naming the first and listing all
    (S4.15). It takes over from the roster before it on its first day.
    """
    _require_time_left(roster)
    _require_nobody_twice(roster)
    holes = holes_of(roster)
    if holes:
        raise Refused(
            _("{hole}: nobody is on duty. Holes in all: {holes}. Add shifts there."),
            hole=holes[0],
            holes=holes,
            rule=RULE,
            mend=f"{roster.get_absolute_url()}add_shift/",
        )
    _take_over(roster, by)
    roster.activated_at, roster.activated_by = clock.now(), by
    roster.save(update_fields=["activated_at", "activated_by"])
    roster.unit.record("roster.activated", by=by, roster=roster, from_on=roster.from_on)
    return roster


def _require_able(person: User, roster: Roster) -> None:
    """Somebody who works here."""
    if not person.is_active:
        raise Refused(
            _("{name} has left. Choose somebody else."), name=person, field="person", rule="SX.17"
        )
    if person.company_id != roster.company_id:
        raise InvalidInput(
            _("{name} belongs to another company."), name=person, field="person", rule="SX.01"
        )


def _require_here(roster: Roster, shift: RosterShift) -> None:
    """A shift of this roster that still stands."""
    if shift.roster_id != roster.pk or shift.removed_at is not None:
        raise InvalidInput(_("This shift does not stand in this roster."), field="shift")


def _require_day(roster: Roster, shift: RosterShift, on: date) -> None:
    """A date on which the shift comes, in the roster's time and not past."""
    if shift.weekday is None:
        raise InvalidInput(_("Choose the shift of the week that is swapped."), field="shift")
    if on.weekday() != shift.weekday:
        raise InvalidInput(
            _("{shift} does not come on that day."), shift=shift, field="on", rule=RULE
        )
    if on < max(clock.today(roster.unit.zone), roster.from_on):
        raise InvalidInput(_("That day has passed or comes before the roster."), field="on")
    if roster.until_on is not None and on > roster.until_on:
        raise InvalidInput(_("The roster ends before that day."), field="on")


def _require_time_left(roster: Roster) -> None:
    start, end = time_of(roster)
    if start >= end:
        raise Refused(_("The last day of this roster has passed."), rule=RULE)


def _stands(roster: Roster, shifts: Sequence[RosterShift]) -> list[Stand]:
    start, end = time_of(roster)
    return stands_of(roster, shifts, start.date() - ONE_DAY, end.date())


def _require_free(roster: Roster, added: Sequence[RosterShift]) -> None:
    """Nobody stands in two places at once, here or by a roster in force elsewhere."""
    new = _stands(roster, added)
    there = shifts_of(roster)
    mine = _stands(roster, [*there, *(one for one in added if one.instead_of_id)])
    others = [one for one in mine if one.shift.pk is not None]
    others += stands_elsewhere({one.person for one in added}, roster)
    _refuse_clash(new, others)


def _require_present(roster: Roster, swapped: RosterShift) -> None:
    """Whoever stands in is not away then."""
    for stand, there in present(_stands(roster, [swapped])):
        if there != [stand.span]:
            raise Refused(
                _("{name} is away on {day}. Choose somebody else."),
                name=stand.person,
                day=stand.day,
                field="person",
                rule=RULE,
            )


def _require_nobody_twice(roster: Roster) -> None:
    shifts = shifts_of(roster)
    _refuse_clash(_stands(roster, shifts), stands_elsewhere({one.person for one in shifts}, roster))


def _refuse_clash(stands: Sequence[Stand], others: Sequence[Stand]) -> None:
    for one, other in clashes(stands, others):
        raise Refused(
            _("{name} already stands by on {day}, {hours} ({roster}). Choose somebody else or other"
              " hours."),
            name=one.person,
            day=other.day,
            hours=other.shift.hours_words,
            roster=other.shift.roster,
            field="person",
            rule=RULE,
        )  # fmt: skip


def _take_over(roster: Roster, by: User) -> None:
    """The roster in force till now ends the day before; one that begins later is in the way."""
    last = roster.until_on or date.max
    for other in active_rosters(roster.unit, roster.from_on, last):
        if other.from_on >= roster.from_on:
            raise Refused(
                _("“{name}” begins on {day} and is in force. Let this one begin after it."),
                name=other,
                day=other.from_on,
                rule=RULE,
            )
        other.until_on = roster.from_on - ONE_DAY
        other.save(update_fields=["until_on"])
        other.unit.record("roster.ended", by=by, roster=other, until_on=other.until_on)


def hand_shifts(old: User, new: User, *, by: User) -> None:
    """Somebody else stands all shifts a person has left; where the other one already stands then,
    the shift is taken out (SX.17).
    """
    shifts = RosterShift.objects.still_to_come().filter(person=old)
    rosters = Roster.objects.filter(pk__in=shifts.values("roster")).select_related("unit")
    for roster in rosters.order_by("pk"):
        for shift in roster.shifts.current().filter(person=old).select_related("person"):
            _hand_shift(roster, shift, new)
        roster.unit.record("roster.handed", by=by, roster=roster, old=old, new=new)


def _hand_shift(roster: Roster, shift: RosterShift, new: User) -> None:
    shift.person = new
    others = [one for one in _stands(roster, shifts_of(roster)) if one.shift.pk != shift.pk]
    others += stands_elsewhere({new}, roster)
    if next(iter(clashes(_stands(roster, [shift]), others)), None) is not None:
        shift.removed_at = clock.now()
    shift.save(update_fields=["person", "removed_at"])
