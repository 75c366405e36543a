"""On duty by who really stood by: the duty rosters of each unit, where one was in force (S4.15)."""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from kept.people.models import Unit
from kept.promises.clockwork import WorkCalendar
from kept.promises.clockwork.coverage import Span, overlaps, span_of_days
from kept.promises.clockwork.zones import TICK
from kept.promises.models import Roster
from kept.promises.replay.spread import Duty, Outcome, Result
from kept.promises.roster import covered_periods


class RosteredDuty(Duty):
    """Somebody is on duty in a unit while a person of its roster is there, absences and swaps
    counted; on days without a roster in force, in the open time of the calendar.

    Rosters are read once, who stood by when once for each unit and month.
    """

    def __init__(self, calendar: WorkCalendar, units: Iterable[Unit]) -> None:
        super().__init__(calendar)
        self._units = {unit.pk: unit for unit in units}
        self._rosters: dict[int, list[Roster]] = {}
        for roster in Roster.objects.activated().filter(unit__in=list(self._units)):
            self._rosters.setdefault(roster.unit_id, []).append(roster)
        self._months: dict[tuple[int, int, int], list[Span]] = {}

    def is_missed_by(self, result: Result, unit: int | None = None) -> bool:
        """Whether a deadline of a unit falls where nobody was on duty there; the last moment of a
        shift is still one of it, and a deadline that names a day needs anybody on that day.
        """
        if result.due is None or result.outcome == Outcome.LEFT_OUT or unit not in self._rosters:
            return super().is_missed_by(result, unit)
        zone = ZoneInfo(self._units[unit].zone)
        day = result.due.astimezone(zone).date()
        if not any(_holds(roster, day) for roster in self._rosters[unit]):
            return super().is_missed_by(result, unit)
        spans = self._spans(self._units[unit], day, zone)
        if result.names_day:
            whole = span_of_days(day, day, zone)
            return not any(overlaps(span, whole) for span in spans)
        before = bisect_right(spans, result.due, key=lambda span: span[0])
        return not before or spans[before - 1][1] < result.due

    def _spans(self, unit: Unit, day: date, zone: ZoneInfo) -> list[Span]:
        """When somebody stood by in the month of a day, and in the last moment before it."""
        key = unit.pk, day.year, day.month
        if key not in self._months:
            last = day.replace(day=monthrange(day.year, day.month)[1])
            start, end = span_of_days(day.replace(day=1), last, zone)
            self._months[key] = covered_periods(unit, start - TICK, end)
        return self._months[key]


def _holds(roster: Roster, day: date) -> bool:
    return roster.from_on <= day and (roster.until_on is None or day <= roster.until_on)
