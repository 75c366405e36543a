"""Every way the catalogue, serial units and contracts change."""

from kept.products.actions.catalogue import add_product, change_product, end_product
from kept.products.actions.contracts import (
    add_component,
    add_contract,
    change_contract,
    cover_units,
    end_component,
    end_contract,
)
from kept.products.actions.units import (
    add_serial_unit,
    change_serial_unit,
    set_class,
    transfer_serial_unit,
)
from kept.products.actions.usage import note_usage

__all__ = [
    "add_component",
    "add_contract",
    "add_product",
    "add_serial_unit",
    "change_contract",
    "change_product",
    "change_serial_unit",
    "cover_units",
    "end_component",
    "end_contract",
    "end_product",
    "note_usage",
    "set_class",
    "transfer_serial_unit",
]
