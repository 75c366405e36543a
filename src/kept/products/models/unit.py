"""Serial units: the installed base."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.parties.models import Account
from kept.people.models import Unit
from kept.products.models.product import Product
from kept.timeline.models import Threaded


class UnitClass(models.TextChoices):
    """What a serial unit is at the moment: one class at a time (S0.05)."""

    SALE = "sale", _("sale unit")
    LOANER = "loaner", _("loaner")
    FAULTY = "faulty", _("faulty unit")


class SerialUnit(Threaded):
    """One thing with a serial number: whose it is, its class, and the dates its cover runs from."""

    see_right = "products.see"
    kind = "serial_unit"
    ref = "serial"
    plural = "serials"

    Class = UnitClass

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="serial_units")
    serial = models.CharField(max_length=60)
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="serial_units"
    )
    unit_class = models.CharField(max_length=10, choices=UnitClass.choices, default=UnitClass.SALE)
    version = models.CharField(max_length=40, blank=True, default="")
    sold_on = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    warranty_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "serial"], name="one_serial_per_company")
        ]

    def __str__(self) -> str:
        return self.serial
