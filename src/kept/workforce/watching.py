"""Warning where consultants are too few: once when it begins, and shown until it ends (S1.02)."""

from collections.abc import Iterable

from django.db.models import Q

from kept.kit import clock
from kept.people.models import Grant, Unit, UnitKind, User
from kept.timeline.notices import tell
from kept.timeline.recorder import thread_of
from kept.workforce.capacity import Capacity, capacities
from kept.workforce.models import Shortage, ShortageLevel

WATCH = "workforce.watch_capacity"
#: How a shortage is recorded and told.
EVENTS = {
    "none": "unit.consultants_none",
    "minimum": "unit.consultants_below_minimum",
    "target": "unit.consultants_below_target",
}


def watch(company: Unit, *, by: User) -> None:
    """Look at every unit of a company: begin what is short now, end what is short no more.

    Whoever is concerned is told once for each shortage, also who becomes so while it lasts.
    """
    standing = {one.unit_id: one for one in _standing(company)}
    for capacity in capacities(company):
        _watch(capacity, standing.pop(capacity.unit.pk, None), by)
    for shortage in standing.values():
        _end(shortage)


def _standing(company: Unit) -> list[Shortage]:
    rows = Shortage.objects.current().filter(unit__company=company)
    return list(rows.select_related("unit"))


def _watch(capacity: Capacity, shortage: Shortage | None, by: User) -> None:
    is_same = shortage is not None and (shortage.level, shortage.wanted) == (
        capacity.level,
        capacity.wanted,
    )
    if shortage is not None and not is_same:
        _end(shortage)
        if capacity.level is None:
            capacity.unit.record("unit.consultants_enough", by=by, count=capacity.count)
    if capacity.level is not None:
        _tell(capacity, shortage if is_same and shortage else _begin(capacity, by))


def _begin(capacity: Capacity, by: User) -> Shortage:
    begun = Shortage.objects.create(
        unit=capacity.unit,
        level=capacity.level or "",
        wanted=capacity.wanted,
        rule=capacity.rule,
        began_at=clock.now(),
    )
    event = EVENTS[_how(capacity)]
    capacity.unit.record(
        event, by=by, unit=capacity.unit, wanted=capacity.wanted, count=capacity.count
    )
    return begun


def _end(shortage: Shortage) -> None:
    shortage.ended_at = clock.now()
    shortage.save(update_fields=["ended_at"])


def _tell(capacity: Capacity, shortage: Shortage) -> None:
    event = EVENTS[_how(capacity)]
    tell(
        concerned(capacity.unit),
        event,
        about=thread_of(capacity.unit),
        key=f"consultants:{shortage.pk}",
        unit=capacity.unit,
        wanted=capacity.wanted,
        count=capacity.count,
    )


def _how(capacity: Capacity) -> str:
    """Which of the events it is: nobody where one is a must reads differently from too few."""
    if capacity.level == ShortageLevel.TARGET:
        return "target"
    return "none" if capacity.rule.minimum == 1 else "minimum"


def concerned(unit: Unit) -> list[User]:
    """The unit's manager, and headquarters: whoever leads or watches there or above the unit."""
    places = [unit, *headquarters_of(unit, _leading([unit.company_id]))]
    leaders = [place.manager for place in places if place.manager]
    rows = Grant.objects.current().filter(
        scope__in=[place.scope_id for place in places], user__is_active=True
    )
    watchers = [row.user for row in rows.select_related("user", "role") if WATCH in row.role.rights]
    return list(dict.fromkeys([*leaders, *watchers]))


def headquarters_of(unit: Unit, units: list[Unit]) -> list[Unit]:
    """Every unit above, and the headquarters of the company, out of those that lead."""
    above = unit.ancestor_ids[:-1]
    return [
        one
        for one in units
        if one.company_id == unit.company_id
        and (one.pk in above or one.kind == UnitKind.HEADQUARTERS)
    ]


def _leading(companies: Iterable[int | None]) -> list[Unit]:
    """Units of companies under which, or beside which, branches stand; one query."""
    units = Unit.objects.active().filter(company__in=companies).select_related("manager")
    return list(units.filter(Q(kind=UnitKind.HEADQUARTERS) | Q(children__isnull=False)).distinct())


def concerns(reader: User) -> list[Shortage]:
    """The shortages that last and somebody is to be warned of, the serious ones first."""
    rows = Shortage.objects.current().filter(unit__company__in=reader.staff_company_ids)
    shortages = list(rows.select_related("unit"))
    if not shortages:
        return []
    leading = _leading({one.unit.company_id for one in shortages})
    watched = set(reader.scopes_with(WATCH))
    found = [
        one
        for one in shortages
        if any(
            place.manager_id == reader.pk or place.scope_id in watched
            for place in [one.unit, *headquarters_of(one.unit, leading)]
        )
    ]
    return sorted(found, key=lambda one: (one.level != ShortageLevel.MINIMUM, one.unit.code))
