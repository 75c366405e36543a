"""Prices by the square metre, and how amounts are rounded."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.money import MoneyField, Rounding
from kept.people.models import Policy, Unit, User
from kept.products.models import Product


class PriceQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "PriceQuerySet":
        """Prices of the companies the person works in: dealers are told theirs on a statement."""
        return self if user.is_system else self.filter(unit__company__in=user.staff_company_ids)

    def current(self) -> "PriceQuerySet":
        """Rows that no correction replaced."""
        return self.filter(superseded_at__isnull=True)

    def known_at(self, moment: datetime) -> "PriceQuerySet":
        """Rows as they stood at a moment."""
        return self.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=moment))

    def on(self, day: date, unit: Unit) -> "PriceQuerySet":
        """Prices that count for a unit on a day: its own before those above it, later before
        earlier (S3.08).
        """
        rows = self.current().filter(unit__in=unit.ancestor_ids, valid_from__lte=day)
        length = Length("unit__path")
        return rows.annotate(path_length=length).order_by("-path_length", "-valid_from", "-pk")


class Price(models.Model):
    """What a square metre of a product costs in a company or a part of it, from a day on (S3.08).

    The most specific unit counts, then the latest day. Rows are superseded, never edited and never
    deleted: what was priced by one keeps its price.
    """

    ref = "pk"
    plural = "prices"
    public_fields = ("product", "unit", "amount", "valid_from", "superseded_at")

    product = models.ForeignKey(Product, models.PROTECT, related_name="prices")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    amount: Any = MoneyField(_("price of a square metre"))
    valid_from = models.DateField(_("valid from"))
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = PriceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "unit", "valid_from"],
                condition=Q(superseded_at__isnull=True),
                name="one_price_per_day",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="price_above_nothing"),
        ]
        indexes = [models.Index(fields=["unit", "product", "valid_from"])]

    def __str__(self) -> str:
        return f"{self.product.code} {self.amount}"

    def get_absolute_url(self) -> str:
        return self.product.get_absolute_url()

    @property
    def is_to_come(self) -> bool:
        """Whether its day has not come yet."""
        return self.valid_from > clock.today(self.unit.zone)


class PricePolicy(Policy):
    """How amounts are rounded: the rule, and the step in the smallest coins (1 is 0.01)."""

    rounding = models.CharField(max_length=10, choices=Rounding.choices, default=Rounding.HALF_UP)
    step = models.PositiveIntegerField(default=1)
