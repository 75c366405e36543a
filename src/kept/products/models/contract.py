"""Contracts: what was agreed for whose equipment, and from when until when."""

from urllib.parse import quote

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.parties.models import Account
from kept.people.models import Unit
from kept.products.models.terms import Start
from kept.products.models.unit import SerialUnit
from kept.timeline.models import Threaded


class Contract(Threaded):
    """A contract of an account over serial units (S2.02).

    Cover is either a time (``from_on`` to ``until_on``, both days count) or ``months`` from an
    event of each unit (``starts``): 24 months from delivery. ``covers`` says what is covered.
    """

    see_right = "products.see"
    kind = "contract"
    plural = "contracts"
    public_fields = (
        "number",
        "account",
        "technical_agreement",
        "covers",
        "from_on",
        "until_on",
        "months",
        "starts",
        "ended_at",
    )

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="contracts")
    number = models.CharField(_("contract number"), max_length=60)
    technical_agreement = models.CharField(
        _("technical agreement"), max_length=100, blank=True, default=""
    )
    covers = models.CharField(_("what is covered"), max_length=300, blank=True, default="")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    starts = models.CharField(
        _("counted from"), max_length=10, choices=Start.choices, blank=True, default=""
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    serial_units = models.ManyToManyField(SerialUnit, related_name="contracts")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="one_contract_number"),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=False) | models.Q(months__isnull=False),
                name="contract_covers_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/contracts/{quote(self.number, safe='')}/"
