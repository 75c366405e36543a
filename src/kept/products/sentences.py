"""What happens to products, serial units and contracts, in words."""

from django.utils.translation import gettext_lazy as _

from kept.products.models import Start, UnitClass
from kept.timeline.sentences import declare

declare("product.added", _("Entered in the catalogue as {code}"), icon="package")
declare("product.changed", _("Product changed"), icon="pencil")
declare("product.ended", _("No longer served"), icon="circle-slash")
declare("serial_unit.added", _("Entered as {unit_class}: {product}"), icon="package",
        unit_class=UnitClass)  # fmt: skip
declare("serial_unit.changed", _("Facts changed"), icon="pencil")
declare("serial_unit.class_changed", _("Class: {old} → {new}"), icon="tags", old=UnitClass,
        new=UnitClass)  # fmt: skip
declare("serial_unit.transferred", _("Handed over: {old} → {new}"), icon="arrow-right-left")
declare("serial_unit.covered", _("Covered by contract {contract}"), icon="shield-check")
declare(
    "serial_unit.component_added",
    _("Bought-in part {component} of {supplier}, committed until {until}"),
    icon="cog",
)
declare("serial_unit.component_ended", _("Taken out: {component}"), icon="circle-x")
declare("serial_unit.owner_merged", _("Its owner goes on as {new}"), icon="merge")
declare("contract.added", _("Contract {number} of {account}"), icon="scroll-text", starts=Start)
declare("contract.changed", _("Contract changed"), icon="pencil")
declare("contract.units_covered", _("Covers more units: {units}"), icon="shield-check")
declare("contract.ended", _("Contract ended"), icon="circle-slash")
declare("usage.noted", _("Use of {machine} looked at"), icon="gauge")
