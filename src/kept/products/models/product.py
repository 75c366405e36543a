"""The catalogue."""

from django.db import models

from kept.kit.words import WordsField
from kept.people.models import Unit


class ProductQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ProductQuerySet":
        """The catalogues of the companies the person is granted anything in."""
        return self.filter(company__in=user.company_ids)


class Product(models.Model):
    """A model or product of a company, with its versions named by text."""

    ref = "code"
    plural = "products"

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    name = WordsField()
    family = models.CharField(max_length=80, blank=True, default="")
    warranty_months = models.PositiveSmallIntegerField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="one_product_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
