"""Companies and their units: the tree everybody stands in (S1.01, SX.01)."""

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.locking import lock
from kept.kit.refusal import InvalidInput, NotAllowed, Refused
from kept.kit.text import Line, Text
from kept.kit.words import Words
from kept.people.inputs import Code, Territory, require_new_code, require_valid
from kept.people.models import Scope, Unit, UnitKind, User
from kept.people.tree import move_subtree, require_room
from kept.people.wiring import unit_work


@action("people.found_company", label=_("Found company"), creates=Unit, internal=True)
def found_company(
    *, by: User, code: Code, name: Words, zone: Line = "Asia/Shanghai", currency: Line = "CNY"
) -> Unit:
    """Begin a company: a unit at the top of the tree, with its own policy and numbers (SX.01)."""
    company = _new_unit(None, code, name, UnitKind.COMPANY, zone, currency)
    company.company = company
    company.save(update_fields=["company"])
    company.record("company.founded", by=by, name=str(name))
    return company


@action("people.add_unit", label=_("Add unit"), creates=Unit, icon="plus")
def add_unit(*, by: User, unit: Unit, code: Code, name: Words, kind: UnitKind) -> Unit:
    """Add a unit under another one (S1.01)."""
    _require_part(kind)
    lock(unit)
    _require_open(unit)
    require_room(unit)
    added = _new_unit(unit, code, name, kind, unit.zone, unit.currency)
    added.record("unit.added", by=by, parent=unit, kind=kind)
    return added


def _new_unit(
    parent: Unit | None, code: str, name: Words, kind: UnitKind, zone: str, currency: str
) -> Unit:
    require_new_code(code)
    unit = Unit(
        code=code,
        name=name,
        kind=kind,
        parent=parent,
        company_id=parent.company_id if parent else None,
        zone=zone,
        currency=currency,
        scope=Scope.objects.create(kind=Scope.Kind.UNIT),
    )
    require_valid(unit, "zone", "currency")
    unit.save()
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


@action("people.change_unit", label=_("Change unit"), icon="pencil")
def change_unit(
    unit: Unit, *, by: User, name: Words, kind: UnitKind, zone: Line, territory: Territory = ""
) -> Unit:
    """Change what a unit is called, its type, its time zone and its territory, one place a line."""
    if unit.is_company:
        kind = UnitKind.COMPANY
    else:
        _require_part(kind)
    unit.name, unit.kind, unit.zone = name, kind, zone
    unit.territory = [place for line in territory.splitlines() if (place := line.strip())]
    require_valid(unit, "zone")
    unit.save(update_fields=["name", "kind", "zone", "territory"])
    unit.record("unit.changed", by=by, name=str(name), kind=kind, zone=zone)
    return unit


@action("people.appoint_manager", label=_("Appoint manager"), icon="user-cog")
def appoint_manager(unit: Unit, *, by: User, manager: User) -> Unit:
    """Say who leads a unit: warnings about its promises go there too."""
    if not manager.is_active:
        raise InvalidInput(_("{name} has left."), name=manager, field="manager")
    if manager.company_id != unit.company_id:
        raise InvalidInput(
            _("{name} belongs to another company."), name=manager, field="manager", rule="SX.01"
        )
    old, unit.manager = unit.manager, manager
    unit.save(update_fields=["manager"])
    unit.record("unit.manager_appointed", by=by, old=old, new=manager)
    return unit


def _is_part(unit: Unit, by: User) -> bool:
    return not unit.is_company


@action("people.move_unit", label=_("Move unit"), offered=_is_part, icon="arrow-right-left")
def move_unit(unit: Unit, *, by: User, parent: Unit) -> Unit:
    """Hang a unit with all below it under another one (S1.01).

    Its matters are then seen by the units above its new place, no longer by those above the old.
    """
    if unit.is_company:
        raise Refused(_("A company stands at the top and cannot be moved."), rule="SX.01")
    if parent.company_id != unit.company_id:
        raise Refused(
            _("“{unit}” belongs to another company."), unit=parent, field="parent", rule="SX.01"
        )
    if not by.holds_over("people.move_unit", parent):
        raise NotAllowed("people.move_unit", _("Move unit"))
    lock(parent)
    if unit.pk in parent.ancestor_ids:
        raise InvalidInput(_("A unit cannot stand below itself."), field="parent")
    if parent.pk == unit.parent_id:
        raise InvalidInput(_("It stands there already."), field="parent")
    _require_open(parent)
    old = unit.parent
    move_subtree(unit, parent)
    unit.record("unit.moved", by=by, old=old, new=parent)
    return unit


def _is_open_part(unit: Unit, by: User) -> bool:
    return not unit.is_company and unit.closed_at is None


@action("people.close_unit", label=_("Close unit"), offered=_is_open_part, danger=True, icon="lock")
def close_unit(unit: Unit, *, by: User, reason: Text) -> Unit:
    """Close a unit. Refused while it has people, open units below it or open matters.

    Its records stay and go on being seen: nothing is ever deleted with a unit (S1.01).
    """
    if unit.is_company:
        raise Refused(_("A company cannot be closed here."), rule="SX.01")
    if waiting := [*_own_rest(unit), *(str(line) for line in unit_work.ask(unit))]:
        raise Refused(
            _("“{unit}” cannot be closed yet: {work}."),
            unit=unit,
            work="; ".join(str(line) for line in waiting),
            rule="S1.01",
            mend=unit.get_absolute_url(),
        )
    unit.closed_at = clock.now()
    unit.save(update_fields=["closed_at"])
    unit.record("unit.closed", by=by, words={"reason": reason})
    return unit


def _own_rest(unit: Unit) -> list[str]:
    below = unit.children.active().count()
    people = unit.people.active().count()
    rest = []
    if people:
        rest.append(_("people who belong to it: {n}").format(n=people))
    if below:
        rest.append(_("open units below it: {n}").format(n=below))
    return rest


@action(
    "people.reopen_unit",
    label=_("Open unit again"),
    right="people.close_unit",
    offered=lambda unit, by: unit.closed_at is not None,
    icon="lock-open",
)
def reopen_unit(unit: Unit, *, by: User) -> Unit:
    """Open a closed unit again."""
    if unit.closed_at is None:
        raise Refused(_("This unit is open."), rule="SX.06")
    if unit.parent is not None:
        _require_open(unit.parent)
    unit.closed_at = None
    unit.save(update_fields=["closed_at"])
    unit.record("unit.reopened", by=by)
    return unit


def _require_part(kind: UnitKind) -> None:
    if kind is UnitKind.COMPANY:
        raise InvalidInput(_("A company stands at the top; choose another kind."), field="kind")


def _require_open(unit: Unit) -> None:
    if unit.closed_at is not None:
        raise Refused(_("“{unit}” is closed. Choose another unit."), unit=unit, rule="S1.01")
