"""The catalogue."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit.records import Recorded
from kept.kit.rows import ReadQuickly
from kept.kit.words import WordsField
from kept.people.models import Unit, User
from kept.timeline.models import Thread


class ProductQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "ProductQuerySet":
        """The catalogues of the companies the person is granted anything in."""
        return self if user.is_system else self.filter(company__in=user.company_ids)

    def current(self) -> "ProductQuerySet":
        """Products still made or served."""
        return self.filter(ended_at__isnull=True)


class Product(Recorded, ReadQuickly, models.Model):
    """A model or product of a company, with its versions named by text.

    ``family`` is what warranty terms are given for; ``warranty_months`` is this product's own term.
    ``standard_width`` and ``standard_height`` are the size it is made in without being asked, in
    millimetres, for what is sold by the square metre (S3.07).
    """

    ref = "code"
    kind = "product"
    plural = "products"
    public_fields = (
        "code",
        "name",
        "family",
        "company",
        "warranty_months",
        "launched_on",
        "standard_width",
        "standard_height",
        "ended_at",
    )

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=40)
    name = WordsField(_("name"))
    family = models.CharField(_("family"), max_length=80, blank=True, default="")
    warranty_months = models.PositiveSmallIntegerField(null=True, blank=True)
    launched_on = models.DateField(null=True, blank=True)
    standard_width = models.PositiveIntegerField(_("standard width, mm"), null=True, blank=True)
    standard_height = models.PositiveIntegerField(_("standard height, mm"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    thread = models.OneToOneField(Thread, models.PROTECT, null=True, related_name="product")

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="one_product_code")]

    def __str__(self) -> str:
        """Code and name; the name alone where it says the code."""
        name = str(self.name)
        return name if self.code in name.split() else f"{self.code} {name}"

    def get_absolute_url(self) -> str:
        return f"/products/{self.code}/"

    @property
    def standard_size(self) -> str:
        """Width × height in millimetres, or nothing."""
        if not self.standard_width or not self.standard_height:
            return ""
        return f"{self.standard_width} × {self.standard_height} mm"

    def is_guarded_by(self, user: User) -> bool:
        """Whether a person keeps this company's catalogue."""
        return self.company_id in user.companies_with("products.catalogue")
