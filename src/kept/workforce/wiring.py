"""What workforce hears of people and units, and where it shows who may advise."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kept.kit.refusal import Refused
from kept.kit.wiring import objection, reaction
from kept.people.models import Unit, UnitKind, User
from kept.people.wiring import (
    Panel,
    PolicySection,
    PolicySentence,
    UnitMark,
    desk_panels,
    panels,
    policy_sentences,
    unit_marks,
)
from kept.timeline.models import Entry
from kept.workforce.actions import (
    consulting_of,
    end_row,
    move_row,
    shown_consulting,
    warning,
)
from kept.workforce.capacity import STATES, capacity_of, left_short, shortage_words
from kept.workforce.models import Consultant, ConsultingPolicy, Shortage, ShortageLevel
from kept.workforce.watching import concerns, watch


@reaction("unit.added", "unit.changed", "unit.moved", "unit.closed", "unit.reopened",
          "unit.manager_appointed", "company.policy_loaded")  # fmt: skip
def look_at_capacity(unit: Unit, *, by: User, entry: Entry) -> None:
    """A branch begun, moved or ruled anew is warned of at once, and its new manager too (S1.02)."""
    if unit.company is not None:
        watch(unit.company, by=by)


@reaction("person.moved")
def take_consulting_along(user: User, *, by: User, entry: Entry) -> None:
    """A consultant advises where they belong now. Refused while the unit they leave would be below
    its minimum (S1.02): end it first, with the warning seen.
    """
    row = consulting_of(user)
    if row is None or user.unit is None:
        return
    if short := left_short(row.unit, user.unit):
        raise warning(user, short, mend=_end_page(user))
    move_row(row, user.unit, by=by)


@objection("people.deactivate")
def last_consultant_stays(user: User, *, by: User) -> Refused | None:
    """Nobody goes whose unit would be below its minimum, unless it was ended before (S1.02). One
    query for all who are no consultants.
    """
    row = consulting_of(user)
    short = left_short(row.unit) if row else None
    return warning(user, short, mend=_end_page(user)) if short else None


def _end_page(user: User) -> str:
    return f"{user.get_absolute_url()}end_consultant/"


@reaction("person.deactivated")
def end_with_the_person(user: User, *, by: User, entry: Entry) -> None:
    """Whoever has left advises no more."""
    if row := consulting_of(user):
        end_row(row, by=by)


@unit_marks.fill(order=20)
def short_units(reader: User, units: list[Unit]) -> dict[int, UnitMark]:
    """The mark of every unit that is short, in the tree of units; one query."""
    return {
        one.unit_id: UnitMark(shortage_words(one), STATES[ShortageLevel(one.level)])
        for one in Shortage.objects.current().filter(unit__in=units)
    }


@panels.fill(order=20)
def who_advises(subject: Unit | User, reader: User) -> Panel | None:
    """Beside a unit: who may advise there, and where that is too few; beside a person: on what."""
    if isinstance(subject, User):
        return _of_person(subject)
    return _of_unit(subject)


def _of_person(user: User) -> Panel | None:
    row = shown_consulting(user)
    if row is None:
        return None
    return Panel(_("Consulting technician"), "workforce/person_panel.html", row, "lightbulb")


def _of_unit(unit: Unit) -> Panel | None:
    rows = list(Consultant.objects.current().below(unit).select_related("person", "unit"))
    short = [_line(one) for one in _short_below(unit)]
    capacity = capacity_of(unit)
    if not rows and not short and capacity is None:
        return None
    context = {"rows": rows, "short": short, "capacity": capacity, "unit": unit}
    return Panel(_("Consulting technicians"), "workforce/unit_panel.html", context, "lightbulb")


def _short_below(unit: Unit) -> list[Shortage]:
    rows = Shortage.objects.current().filter(unit__path__startswith=unit.path)
    return list(rows.select_related("unit").order_by("level", "unit__path"))


def _line(shortage: Shortage) -> dict[str, Any]:
    """A shortage as templates show it."""
    return {
        "unit": shortage.unit,
        "label": shortage_words(shortage),
        "state": STATES[ShortageLevel(shortage.level)],
        "began_at": shortage.began_at,
    }


@desk_panels.fill(order=20)
def too_few_consultants(reader: User) -> Panel | None:
    """On the desk of a branch's manager and of headquarters, as long as it lasts (S1.02)."""
    lines = [_line(one) for one in concerns(reader)]
    if not lines:
        return None
    title = _("Too few consulting technicians")
    return Panel(title, "workforce/desk_panel.html", {"short": lines}, "triangle-alert")


@policy_sentences.fill(order=60)
def how_many_consultants(unit: Unit, moment: datetime) -> PolicySection:
    """What the company asks of its units, in a sentence (S1.02)."""
    rule = ConsultingPolicy.objects.in_force(unit, moment).select_related("unit").first()
    sentences = [_asked(rule)] if rule is not None and rule.target else []
    return PolicySection(_("Staff"), sentences, icon="lightbulb")


def _asked(rule: ConsultingPolicy) -> PolicySentence:
    kinds = ", ".join(str(UnitKind(kind).label) for kind in rule.kinds)
    text = ngettext(
        "At least {n} consulting technician in every {kinds}; the target is {target}",
        "At least {n} consulting technicians in every {kinds}; the target is {target}",
        rule.minimum,
    ).format(n=rule.minimum, kinds=kinds, target=rule.target)
    return PolicySentence(text, rule.unit, rule.valid_from, "S1.02")
