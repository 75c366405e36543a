"""Units whose roster has a hole, or that promise to be there day and night without one (S4.15)."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from kept.kit import clock
from kept.kit.remembered import remembered
from kept.people.models import Unit, User
from kept.promises.clockwork.coverage import within, without
from kept.promises.clockwork.zones import to_utc
from kept.promises.models import DutyPolicy, Roster
from kept.promises.roster import Hole, Holes, active_rosters, covered_periods, needed, time_of

AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Uncovered:
    """A unit with holes in the time ahead, and the roster they are in, where there is one."""

    unit: Unit
    holes: Holes
    roster: Roster | None = None

    @property
    def first(self) -> Hole:
        return self.holes[0]

    @property
    def url(self) -> str:
        return self.roster.get_absolute_url() if self.roster else "/rosters/"


def promises_day_and_night(unit: Unit) -> bool:
    """Whether units of this kind promise to be there at every hour (S4.15)."""
    rows = remembered(
        ("duty policy", unit.path),
        lambda: list(DutyPolicy.objects.from_above(unit).ever_in_force()),
    )
    row = next((one for one in rows if one.holds_at(clock.now())), None)
    return row is not None and unit.kind in row.kinds


def uncovered(unit: Unit) -> Uncovered | None:
    """The holes of a unit in the coming days: in the hours of its rosters, or at any hour where it
    promises day and night. None where nothing is missing.
    """
    start = to_utc(clock.now())
    end = start + AHEAD
    zone = ZoneInfo(unit.zone)
    rosters = active_rosters(unit, start.astimezone(zone).date(), end.astimezone(zone).date())
    wanted = [span for one in rosters for span in _asked_by(one)]
    if promises_day_and_night(unit):
        wanted.append((start, end))
    wanted = within(wanted, start, end)
    if not wanted:
        return None
    left = without(wanted, covered_periods(unit, start, end))
    holes = Holes(Hole(first, last, zone) for first, last in left)
    return Uncovered(unit, holes, rosters[0] if rosters else None) if holes else None


def _asked_by(roster: Roster) -> list[tuple]:
    return needed(roster, *time_of(roster))


def concerns(reader: User) -> list[Uncovered]:
    """What a manager is warned of: the units they lead that are not covered; one query for whoever
    leads none.
    """
    led = Unit.objects.active().filter(manager=reader).select_related("company")
    return [found for unit in led if (found := uncovered(unit)) is not None]


def uncovered_units(company: Unit) -> list[Uncovered]:
    """Every unit of a company not covered as it promises: what ``policy check`` warns of."""
    units = Unit.objects.active().filter(company=company).select_related("company").order_by("path")
    with_roster = set(
        Roster.objects.activated().filter(unit__company=company).values_list("unit", flat=True)
    )
    asked = [one for one in units if one.pk in with_roster or promises_day_and_night(one)]
    return [found for unit in asked if (found := uncovered(unit)) is not None]
