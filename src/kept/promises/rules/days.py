"""The company's own days in a calendar: decided, and taken back (SX.03)."""

from datetime import date
from itertools import pairwise
from typing import Annotated

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import TextRule
from kept.kit.words import Listed, Words
from kept.people.models import User
from kept.promises.clockwork import Shift
from kept.promises.models import Calendar, CalendarDay
from kept.promises.rules.recount import count_again

#: Shifts, one on a line: ``08:30-12:00``.
ShiftLines = Annotated[str, TextRule(400)]
MOST_SHIFTS = 6


def _holds(calendar: Calendar, by: User) -> bool:
    return calendar.holds_at(clock.now())


@action(
    "promises.decide_day",
    label=_("Decide about a day"),
    right="promises.set_calendar",
    offered=_holds,
    primary=True,
    icon="calendar-plus",
)
def decide_day(
    calendar: Calendar, *, by: User, on: date, name: Words, shifts: ShiftLines = ""
) -> Calendar:
    """Close a day, or open it with shifts of its own: a make-up day, a half day (SX.03).

    Open promises in time that count by the calendar are counted again; see ``rules.recount``.
    """
    hours = shifts_of(shifts)
    require_to_come(calendar, on, closes=not hours)
    _take_back(calendar, on)
    CalendarDay.objects.create(
        calendar=calendar, on=on, name=name, shifts=hours, decided_at=clock.now()
    )
    moved = count_again(calendar, by=by, on=on)
    calendar.unit.record(
        "calendar.day_decided",
        by=by,
        calendar=calendar,
        day=on,
        name=str(name),
        hours=Listed(hours) or _now("closed"),
        moved=moved,
    )
    return calendar


@action(
    "promises.withdraw_day",
    label=_("Take day back"),
    right="promises.set_calendar",
    offered=_holds,
    icon="undo-2",
)
def withdraw_day(calendar: Calendar, *, by: User, on: date) -> Calendar:
    """The calendar has the day again as if nobody had decided about it (SX.03)."""
    require_to_come(calendar, on)
    if not _take_back(calendar, on):
        raise InvalidInput(
            _("Nobody decided about {day}. Choose one of the company's own days."),
            day=on,
            field="on",
            rule="SX.03",
        )
    moved = count_again(calendar, by=by, on=on)
    calendar.unit.record("calendar.day_withdrawn", by=by, calendar=calendar, day=on, moved=moved)
    return calendar


def live_days(calendar: Calendar) -> list[CalendarDay]:
    """The company's own days that stand, whichever pack brought the row they were put on."""
    rows = CalendarDay.objects.filter(
        calendar__unit=calendar.unit_id, calendar__code=calendar.code, withdrawn_at=None
    )
    return list(rows.order_by("on", "pk"))


def _take_back(calendar: Calendar, on: date) -> bool:
    """End what was decided about a day; whether there was anything."""
    found = [day for day in live_days(calendar) if day.on == on]
    for day in found:
        day.withdrawn_at = clock.now()
        day.save(update_fields=["withdrawn_at"])
    return bool(found)


def shifts_of(lines: str) -> list[str]:
    """Shifts as typed, one on a line or parted by commas; none for a day that is closed."""
    typed = [part.strip() for line in lines.splitlines() for part in line.split(",")]
    try:
        shifts = sorted(Shift.of(one) for one in typed if one)
    except ValueError:
        raise InvalidInput(
            _("Write shifts like 08:30-12:00, one on a line. Leave it empty for a closed day."),
            field="shifts",
        ) from None
    if len(shifts) > MOST_SHIFTS:
        raise InvalidInput(_("At most {most} shifts a day."), most=MOST_SHIFTS, field="shifts")
    for before, after in pairwise(shifts):
        if after.opening < before.closing:
            raise InvalidInput(
                _("{before} and {after} run at the same time. Let one end first."),
                before=before,
                after=after,
                field="shifts",
                rule="SX.03",
            )
    return [str(one) for one in shifts]


def require_to_come(calendar: Calendar, on: date, *, closes: bool = False) -> None:
    """Refuse a day that has begun: what was counted on it stays counted. Today can be closed, which
    takes time from nobody.
    """
    today = clock.today(calendar.zone)
    if on < today or (on == today and not closes):
        raise Refused(
            _("{day} has begun, and promises have counted it. Choose a later day."),
            day=on,
            field="on",
            rule="SX.03",
        )
