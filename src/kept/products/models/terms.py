"""Warranty terms and other policy on products."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.people.models import Policy


class Start(models.TextChoices):
    """The event a term is counted from."""

    SOLD = "sold", _("sale")
    DELIVERED = "delivered", _("delivery")
    INSTALLED = "installed", _("commissioning")
    MADE = "made", _("making")


class WarrantyTerm(Policy):
    """So many months from an event, for a family of products or for all (empty ``family``).

    A family may have several rows: the first whose event is known counts. Each unit keeps the term
    that was in force on the day of its event (SX.19).
    """

    family = models.CharField(max_length=80, blank=True, default="")
    months = models.PositiveSmallIntegerField()
    starts = models.CharField(max_length=10, choices=Start.choices)

    def __str__(self) -> str:
        return f"{self.family} {self.months} {self.starts}"


class ProductPolicy(Policy):
    """``needs_contract``: a case on equipment without a contract has to say why (S2.02).

    ``needs_serial``: an unknown serial number has to be marked with a reason (S0.05).
    """

    needs_contract = models.BooleanField(default=False)
    needs_serial = models.BooleanField(default=False)
