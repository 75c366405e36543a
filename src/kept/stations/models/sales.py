"""Weekly sales: how many of a model were sold in a region."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from kept.people.models import Unit, User
from kept.products.models import Product
from kept.stations.weeks import week_text

SEE = "stations.see_sales"
ENTER = "stations.enter_sales"


class SalesQuerySet(models.QuerySet):
    def current(self) -> "SalesQuerySet":
        """Figures no correction replaced."""
        return self.filter(superseded_at__isnull=True)

    def visible_to(self, user: User) -> "SalesQuerySet":
        """Figures of the units the person may see sales of, and of everything below them; people
        from outside see none.
        """
        if user.is_system:
            return self
        return self.filter(unit__in=Unit.objects.within(user.scopes_with(SEE)))

    def of_week(self, company: Unit, region: str, week: date) -> "SalesQuerySet":
        """The current figures of a region in a week, its Monday given."""
        return self.current().filter(company=company, region=region, week=week)


class SalesFigure(models.Model):
    """Units of a model sold in a region in one week, as somebody from sales told them (S0.32).

    ``week`` is its Monday; ``stock`` is what still lay there, where it is known. Without a product
    it says that nothing was sold at all, and ``remarks`` why. A correction is a row of its own that
    supersedes the one it ``replaces``: rows are never edited otherwise and never deleted.
    """

    ref = "id"
    plural = "sales_figures"
    public_fields = (
        "company",
        "unit",
        "region",
        "week",
        "product",
        "sold",
        "stock",
        "source",
        "remarks",
        "entered_by",
        "entered_at",
        "replaces",
        "reason",
        "superseded_at",
    )

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    region = models.CharField(max_length=80)
    week = models.DateField()
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="sales_figures"
    )
    sold = models.PositiveIntegerField()
    stock = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=100, blank=True, default="")
    remarks = models.CharField(max_length=200, blank=True, default="")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    reason = models.CharField(max_length=200, blank=True, default="")
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = SalesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "region", "week", "product"],
                condition=Q(superseded_at__isnull=True, product__isnull=False),
                name="one_sales_figure_per_week",
            ),
            models.UniqueConstraint(
                fields=["company", "region", "week"],
                condition=Q(superseded_at__isnull=True, product__isnull=True),
                name="one_word_of_no_sales_per_week",
            ),
        ]
        indexes = [models.Index(fields=["company", "week", "region"])]

    def __str__(self) -> str:
        return f"{self.week_name} · {self.region} · {self.what}"

    def get_absolute_url(self) -> str:
        return f"/sales_figures/{self.pk}/"

    @property
    def week_name(self) -> str:
        """The week as people name it: ``2026-W10``."""
        return week_text(self.week)

    @property
    def what(self) -> str:
        """The model, or that nothing was sold."""
        return str(self.product) if self.product else _("no sales")

    def is_guarded_by(self, user: User) -> bool:
        """Whether a person enters sales where this figure was entered."""
        return user.holds_over(ENTER, self.unit)
