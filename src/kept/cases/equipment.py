"""What a case is about: the unit looked up by its serial, or marked with why it is taken anyway."""

from kept.cases.models import CaseKind
from kept.people.models import Unit, User
from kept.products.checks import require_contract, require_known_serial
from kept.products.models import SerialUnit
from kept.products.queries import find_serial
from kept.products.terms import product_policy


def looked_up(
    unit: Unit, serial_unit: SerialUnit | None, serial: str, marked_because: str
) -> SerialUnit | None:
    """The unit a case is about; None when there is none, or the register does not know it.

    Raises Refused for an unknown serial number nobody marked, where the company asks for it
    (S0.05).
    """
    if serial_unit is not None or not serial:
        return serial_unit
    if not product_policy(unit).needs_serial:
        return find_serial(unit, serial)
    return require_known_serial(unit, serial, marked_because, field="marked_because")


def require_served(serial_unit: SerialUnit | None, case_kind: str, marked_because: str) -> None:
    """Raise Refused for service on equipment with no contract that is not marked (S2.02)."""
    if case_kind == CaseKind.SERVICE:
        require_contract(serial_unit, marked_because, field="marked_because")


def owner_seen_by(by: User, serial_unit: SerialUnit | None):
    """Whose unit it is, as far as the person sees it: a serial number opens no other territory."""
    if serial_unit is None or not SerialUnit.objects.visible_to(by).filter(pk=serial_unit.pk):
        return None
    return serial_unit.account
