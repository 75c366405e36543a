"""Consultants: who may advise on solutions is named, changed and ended here (S1.02)."""

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, TextRule
from kept.people.models import Unit, User
from kept.workforce.capacity import Capacity, left_short
from kept.workforce.models import Consultant
from kept.workforce.watching import watch

Solutions = Annotated[str, TextRule(2000)]
RIGHT = "workforce.name_consultant"


def _is_here(user: User, by: User) -> bool:
    return user.is_active and user.unit_id is not None


@action("workforce.name_consultant", label=_("Name as consulting technician"), offered=_is_here,
        icon="lightbulb")  # fmt: skip
def name_consultant(
    user: User, *, by: User, solutions: Solutions, from_on: date | None = None
) -> User:
    """Say that a person may advise on solutions, and which they know, one a line (S1.02).

    Naming somebody again says what they know from now on.
    """
    if not user.is_active:
        raise InvalidInput(_("{name} has left."), name=user, field="solutions", rule="S1.02")
    if user.unit is None:
        raise InvalidInput(_("{name} does not work here."), name=user, field="solutions")
    known = "\n".join(
        dict.fromkeys(one for line in solutions.splitlines() if (one := line.strip()))
    )
    start = _begin(user.unit, from_on)
    before = consulting_of(user)
    if before is not None and before.solutions == known:
        raise Refused(
            _("{name} may advise on just that already."), name=user, field="solutions", rule="S1.02"
        )
    if before is not None:
        _end(before)
    row = Consultant.objects.create(person=user, unit=user.unit, solutions=known, from_on=start)
    _record(row, by)
    watch(_company(user), by=by)
    return user


def _begin(unit: Unit, from_on: date | None) -> date:
    today = clock.today(unit.zone)
    if from_on is not None and from_on > today:
        raise InvalidInput(_("Enter this on the day it begins."), field="from_on", rule="S1.02")
    return from_on or today


def _record(row: Consultant, by: User) -> None:
    """One line on the person's page and one on the unit's."""
    words = {"solutions": row.solutions_in_words}
    row.person.record("person.consultant_named", by=by, unit=row.unit, words=words)
    row.unit.record("unit.consultant_named", by=by, person=row.person, words=words)


def _is_consultant(user: User, by: User) -> bool:
    return shown_consulting(user) is not None


@action("workforce.end_consultant", label=_("End as consulting technician"), right=RIGHT,
        offered=_is_consultant, danger=True, icon="circle-minus")  # fmt: skip
def end_consultant(user: User, *, by: User, reason: Line = "", warning_seen: bool = False) -> User:
    """Say that a person no longer advises on solutions (S1.02).

    Who leaves a unit below its minimum is refused, unless they say they have seen the warning;
    that they did stays on record.
    """
    row = consulting_of(user)
    if row is None:
        raise Refused(_("{name} is no consulting technician."), name=user, rule="S1.02")
    short = left_short(row.unit)
    if short is not None and not warning_seen:
        raise warning(user, short)
    end_row(row, by=by, reason=reason, warning_seen=short is not None)
    return user


def warning(user: User, short: Capacity, *, mend: str | None = None) -> Refused:
    """The refusal that is the warning: what the unit is left with (S1.02)."""
    message = (
        _(
            "{name} is the last consulting technician of {unit}. Name another one first, or end it"
            " and say that you have seen this warning."
        )
        if short.count == 0
        else _(
            "Without {name}, {unit} has fewer consulting technicians than it must have: {n} of"
            " {wanted}. Name another one first, or end it and say that you have seen this warning."
        )
    )
    return Refused(
        message,
        name=user,
        unit=short.unit,
        n=short.count,
        wanted=short.wanted,
        rule="S1.02",
        field="warning_seen",
        mend=mend,
    )


def end_row(row: Consultant, *, by: User, reason: str = "", warning_seen: bool = False) -> None:
    """End it today, with a line on the person's page and on the unit's."""
    _end(row)
    words = {"reason": reason}
    row.person.record(
        "person.consultant_ended", by=by, unit=row.unit, warning_seen=warning_seen, words=words
    )
    row.unit.record(
        "unit.consultant_ended", by=by, person=row.person, warning_seen=warning_seen, words=words
    )
    watch(_company(row.person), by=by)


def move_row(row: Consultant, unit: Unit, *, by: User) -> None:
    """Whoever belongs to another unit advises there from today."""
    _end(row)
    moved = Consultant.objects.create(
        person=row.person, unit=unit, solutions=row.solutions, from_on=clock.today(unit.zone)
    )
    row.unit.record("unit.consultant_ended", by=by, person=row.person, warning_seen=False, words={})
    _record(moved, by)
    watch(_company(row.person), by=by)


def _end(row: Consultant) -> None:
    row.until_on = max(row.from_on, clock.today(row.unit.zone))
    row.save(update_fields=["until_on"])


def consulting_of(user: User) -> Consultant | None:
    """The row by which somebody may advise now; one query."""
    return Consultant.objects.current().filter(person=user).select_related("unit").first()


def shown_consulting(user: User) -> Consultant | None:
    """The same for a page, which asks for it several times; one query for each person read."""
    known: Any = vars(user)
    if "_consulting" not in known:
        known["_consulting"] = consulting_of(user)
    return known["_consulting"]


def _company(user: User) -> Unit:
    company = user.company
    assert company is not None  # whoever has a unit has a company
    return company
