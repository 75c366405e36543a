"""What cases and work orders ask before they take on equipment (S0.05, S2.02)."""

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.people.models import Unit
from kept.products.models import SerialUnit
from kept.products.queries import find_serial
from kept.products.terms import product_policy


def require_contract(
    serial_unit: SerialUnit | None, without_contract_reason: str = "", *, field: str = "serial_unit"
) -> None:
    """Raise Refused for equipment no contract covers, unless it is marked with a reason (S2.02).

    Asked only where the company's policy wants contracts.
    """
    if serial_unit is None or without_contract_reason:
        return
    if not product_policy(serial_unit.company).needs_contract:
        return
    if not serial_unit.contracts.exists():
        raise Refused(
            _("{serial} is linked to no contract. Link it, or write down why it is served."),
            serial=serial_unit.serial,
            rule="S2.02",
            field=field,
            mend=serial_unit.get_absolute_url(),
        )


def require_known_serial(
    unit: Unit, serial: str, unregistered_reason: str = "", *, field: str = "serial"
) -> SerialUnit | None:
    """The unit with this serial; None where it is marked "unregistered" with a reason (S0.05).

    Raises Refused for a serial number the company does not know and nobody marked.
    """
    found = find_serial(unit, serial)
    if found is None and not unregistered_reason:
        raise Refused(
            _("The serial number {serial} is not in the register. Enter it, or mark it as "
              "unregistered with the reason."),
            serial=serial,
            rule="S0.05",
            field=field,
            mend="/serials/add_serial_unit/",
        )  # fmt: skip
    return found
