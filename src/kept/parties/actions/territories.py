"""Who answers for a territory: an engineer for all of it, others for some of its places (S1.05)."""

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, TextRule
from kept.kit.words import Listed
from kept.parties.models import TERRITORIES, TerritoryEngineer
from kept.parties.settings import today_in
from kept.people.models import Unit, User
from kept.timeline.notices import tell
from kept.timeline.recorder import thread_of

Places = Annotated[str, TextRule(2000)]
RIGHT = "parties.assign_engineer"


def _is_territory(unit: Unit, by: User) -> bool:
    return unit.kind in TERRITORIES and unit.closed_at is None


@action("parties.assign_engineer", label=_("Assign territory engineer"), offered=_is_territory,
        icon="map-pin")  # fmt: skip
def assign_engineer(
    unit: Unit, *, by: User, engineer: User, places: Places = "", from_on: date | None = None
) -> Unit:
    """Say who represents the company in a territory and answers for its quality (S1.05).

    Without places it is the whole territory, and whoever answered for it before is relieved.
    """
    if not _is_territory(unit, by):
        raise Refused(_("“{unit}” is no territory."), unit=unit, rule="S1.05")
    _require_able(unit, engineer)
    today = today_in(unit)
    if from_on is not None and from_on > today:
        raise InvalidInput(_("Enter this on the day it begins."), field="from_on", rule="S1.05")
    wanted = _places_of(unit, places)
    for row in _colliding(unit, engineer, wanted):
        _end(row, by)
    row = TerritoryEngineer.objects.create(
        unit=unit, engineer=engineer, places="\n".join(wanted), from_on=from_on or today
    )
    _begin(row, by)
    return unit


def _require_able(unit: Unit, engineer: User) -> None:
    if not engineer.is_active:
        raise InvalidInput(_("{name} has left."), name=engineer, field="engineer", rule="S1.05")
    if engineer.company_id != unit.company_id:
        raise InvalidInput(
            _("{name} belongs to another company."), name=engineer, field="engineer", rule="SX.01"
        )


def _places_of(unit: Unit, text: str) -> list[str]:
    places = list(dict.fromkeys(one for line in text.splitlines() if (one := line.strip())))
    if unit.territory and (unknown := [one for one in places if one not in unit.territory]):
        raise InvalidInput(
            _("“{place}” is no place of {unit}."), place=unknown[0], unit=unit, field="places"
        )
    return places


def _colliding(unit: Unit, engineer: User, wanted: list[str]) -> list[TerritoryEngineer]:
    """The rows that end with this: the one for the whole; for places, the engineer's own. A place
    somebody else answers for is refused.
    """
    rows = list(unit.territory_engineers.current().select_related("engineer", "unit"))
    if not wanted:
        return [row for row in rows if not row.places or row.engineer == engineer]
    for row in rows:
        if row.engineer != engineer and (taken := set(row.place_list) & set(wanted)):
            raise Refused(
                _("{name} answers for {place}. End that first."),
                name=row.engineer,
                place=Listed(sorted(taken)),
                rule="S1.05",
                field="places",
                mend=f"{unit.get_absolute_url()}end_engineer/",
            )
    return [row for row in rows if row.engineer == engineer and row.places]


def _begin(row: TerritoryEngineer, by: User) -> None:
    """Into the history of the territory and of the engineer, who is told."""
    values: dict[str, Any] = {"places": row.place_list} if row.places else {}
    of_unit = "unit.places_assigned" if row.places else "unit.engineer_assigned"
    of_person = "person.places_assigned" if row.places else "person.territory_assigned"
    row.unit.record(of_unit, by=by, engineer=row.engineer, **values)
    row.engineer.record(of_person, by=by, unit=row.unit, **values)
    tell(
        [row.engineer] if row.engineer != by else [],
        of_person,
        about=thread_of(row.unit),
        key=f"territory:{row.pk}",
        unit=row.unit,
        **values,
    )


def _end(row: TerritoryEngineer, by: User, reason: str = "") -> None:
    row.until_on = max(row.from_on, today_in(row.unit))
    row.save(update_fields=["until_on"])
    words = {"reason": reason}
    row.unit.record("unit.engineer_ended", by=by, engineer=row.engineer, words=words)
    row.engineer.record("person.territory_ended", by=by, unit=row.unit, words=words)


def _has_engineer(unit: Unit, by: User) -> bool:
    return unit.kind in TERRITORIES and unit.territory_engineers.current().exists()


@action("parties.end_engineer", label=_("End territory engineer"), right=RIGHT,
        offered=_has_engineer, icon="map-pin", danger=True)  # fmt: skip
def end_engineer(unit: Unit, *, by: User, engineer: User, reason: Line) -> Unit:
    """Say that an engineer no longer answers for a territory; its figures stay theirs for the time
    they did (S1.05).
    """
    rows = unit.territory_engineers.current().filter(engineer=engineer)
    found = list(rows.select_related("engineer", "unit"))
    if not found:
        raise InvalidInput(
            _("{name} does not answer for {unit}."), name=engineer, unit=unit, field="engineer"
        )
    for row in found:
        _end(row, by, reason)
    return unit


def hand_territories(user: User, to: User, *, by: User) -> None:
    """A colleague answers for a leaver's territories from today (SX.17)."""
    for row in user.territories.current().select_related("unit", "engineer").order_by("pk"):
        _end(row, by)
        _begin(
            TerritoryEngineer.objects.create(
                unit=row.unit, engineer=to, places=row.places, from_on=today_in(row.unit)
            ),
            by,
        )
