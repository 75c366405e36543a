"""Serial units: the installed base, and the bought-in parts of each."""

from urllib.parse import quote

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.parties.models import Account
from kept.people.models import Unit
from kept.products.findable import put_serial
from kept.products.models.product import Product
from kept.products.serials import serial_key
from kept.timeline.models import Registered, Thread, Threaded, ThreadedQuerySet


class UnitClass(models.TextChoices):
    """What a serial unit is at the moment: one class at a time (S0.05)."""

    SALE = "sale", _("sale unit")
    LOANER = "loaner", _("loaner")
    FAULTY = "faulty", _("faulty unit")


class SerialUnit(Threaded):
    """One thing with a serial number: whose it is, its class, and the dates its cover runs from.

    ``class_before`` is what a faulty unit was, and becomes again. ``licence`` is a licence or
    dongle number. ``agreed_until`` is a warranty end agreed for this unit; ``warranty_until``
    repeats the last day of cover as it was worked out when the unit last changed, for lists.
    """

    see_right = "products.see"
    kind = "serial_unit"
    ref = "serial"
    plural = "serials"
    public_fields = (
        "serial",
        "product",
        "account",
        "unit_class",
        "version",
        "licence",
        "made_on",
        "sold_on",
        "delivered_on",
        "installed_on",
        "agreed_until",
        "warranty_until",
    )

    Class = UnitClass

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="serial_units")
    serial = models.CharField(_("serial number"), max_length=60)
    serial_key = models.CharField(max_length=60, editable=False, default="")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="serial_units"
    )
    unit_class = models.CharField(
        _("class"), max_length=10, choices=UnitClass.choices, default=UnitClass.SALE
    )
    class_before = models.CharField(max_length=10, blank=True, default="")
    version = models.CharField(_("version"), max_length=40, blank=True, default="")
    licence = models.CharField(_("licence or dongle"), max_length=60, blank=True, default="")
    made_on = models.DateField(_("made on"), null=True, blank=True)
    sold_on = models.DateField(_("sold on"), null=True, blank=True)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    installed_on = models.DateField(_("commissioned on"), null=True, blank=True)
    agreed_until = models.DateField(_("warranty agreed until"), null=True, blank=True)
    warranty_until = models.DateField(null=True, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "serial_key"], name="one_serial_per_company")
        ]
        indexes = [models.Index(fields=["account"]), models.Index(fields=["company", "serial"])]

    def __str__(self) -> str:
        return self.serial

    def save(self, *args, **kwargs) -> None:
        self.serial_key = serial_key(self.serial)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"/serials/{quote(self.serial, safe='')}/"

    def put_in_search(self) -> None:
        """Let the unit be found by its serial and licence (SX.10)."""
        put_serial(self)


class Component(Registered, models.Model):
    """A part of a unit bought from a supplier, with what the supplier commits to (S2.02, S2.03)."""

    see_right = "products.see"
    thread_path = "serial_unit__thread"
    ref = "id"
    plural = "components"
    public_fields = (
        "serial_unit",
        "name",
        "serial",
        "supplier",
        "commitment",
        "committed_from",
        "committed_until",
        "ended_at",
    )

    serial_unit = models.ForeignKey(SerialUnit, models.PROTECT, related_name="components")
    name = models.CharField(_("component"), max_length=100)
    serial = models.CharField(_("serial number"), max_length=60, blank=True, default="")
    supplier = models.ForeignKey(
        Account, models.PROTECT, related_name="supplied_components", verbose_name=_("supplier")
    )
    commitment = models.CharField(_("commitment"), max_length=300)
    committed_from = models.DateField(null=True, blank=True)
    committed_until = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ThreadedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.serial_unit.get_absolute_url()

    @property
    def thread(self) -> Thread:
        return self.serial_unit.thread
