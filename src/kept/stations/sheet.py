"""The sheet of a week: every model of the catalogue as a row, for one region (S0.32)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.people.models import Unit, User
from kept.products.models import Product
from kept.stations.actions.sales import MOST_SOLD, RIGHT, SoldLine
from kept.stations.duties import posted_since
from kept.stations.models import SalesFigure
from kept.stations.weeks import WEEK, monday_of, read_week, week_text, weeks_until

MOST_MODELS = 300
WEEKS_BACK = 12


@dataclass
class Row:
    """One model of the sheet: its two boxes, or the figure that stands there already."""

    product: Product
    sold: Any
    stock: Any
    known: SalesFigure | None


class Sheet:
    """One region and week as a reader fills it in; what the address does not say is guessed."""

    def __init__(self, reader: User, asked: Mapping[str, Any]) -> None:
        self.reader, self._asked = reader, asked
        self.zone = reader.unit.zone if reader.unit else "UTC"
        self.today = clock.today(self.zone)

    @cached_property
    def week(self) -> date:
        """The Monday of the week asked for; usually the last week that has ended."""
        read = read_week(str(self._asked.get("week", ""))[:10])
        if read is None or not date(1900, 1, 1) <= read <= monday_of(self.today):
            return monday_of(self.today) - WEEK
        return read

    @property
    def week_name(self) -> str:
        return week_text(self.week)

    @cached_property
    def weeks(self) -> list[tuple[str, str]]:
        """Weeks to choose from: number and days."""
        days = sorted({*weeks_until(self.today, WEEKS_BACK), self.week}, reverse=True)
        last = {one: one + WEEK - (WEEK / 7) for one in days}
        return [(week_text(one), f"{week_text(one)} ({one} – {last[one]})") for one in days]

    @cached_property
    def _postings(self) -> list[Any]:
        company = self.reader.company
        return posted_since(company, self.week, self.today) if company else []

    @cached_property
    def regions(self) -> list[str]:
        """The reader's own regions; for others every region somebody is posted to."""
        own = [one.region for one in self._postings if one.person == self.reader]
        return own or sorted({one.region for one in self._postings})

    @cached_property
    def region(self) -> str:
        wanted = str(self._asked.get("region", ""))
        return wanted if wanted in self.regions else next(iter(self.regions), "")

    @cached_property
    def unit(self) -> Unit | None:
        """Whose figures these are: the unit of who is posted there, as far as the reader may."""
        there = [one.person.unit for one in self._postings if one.region == self.region]
        units = [unit for unit in there if unit and self.reader.holds_over(RIGHT, unit)]
        own = self.reader.unit
        return own if own in units or not units else units[0]

    @cached_property
    def known(self) -> dict[int | None, SalesFigure]:
        """The figures of the region and week that stand there already, by the model's key."""
        if self.reader.company is None:
            return {}
        rows = SalesFigure.objects.visible_to(self.reader)
        rows = rows.of_week(self.reader.company, self.region, self.week)
        return {one.product_id: one for one in rows.select_related("entered_by")}

    @cached_property
    def products(self) -> list[Product]:
        """The models still made or served."""
        rows = Product.objects.visible_to(self.reader).filter(company=self.reader.company)
        return list(rows.filter(ended_at__isnull=True).order_by("code")[:MOST_MODELS])


class SheetForm(forms.Form):
    """Who told it, and two boxes for every model that has no figure yet."""

    source = forms.CharField(label=_("Told by"), max_length=100)
    remarks = forms.CharField(label=_("Remarks"), max_length=200, required=False)

    def __init__(self, sheet: Sheet, data: Any = None) -> None:
        super().__init__(data)
        self.sheet = sheet
        for product in self._missing():
            for name in ("sold", "stock"):
                self.fields[f"{name}_{product.pk}"] = forms.IntegerField(
                    label=f"{product.code} {_WORDS[name]}",
                    required=False,
                    max_value=MOST_SOLD,
                    widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
                )

    def _missing(self) -> list[Product]:
        return [one for one in self.sheet.products if one.pk not in self.sheet.known]

    @property
    def rows(self) -> list[Row]:
        """Every model, those told already with their figure."""
        return [self._row(product) for product in self.sheet.products]

    def _row(self, product: Product) -> Row:
        known = self.sheet.known.get(product.pk)
        if known is not None:
            return Row(product, None, None, known)
        return Row(product, self[f"sold_{product.pk}"], self[f"stock_{product.pk}"], None)

    def clean(self) -> dict[str, Any]:
        """A stock without a number sold is not a line yet."""
        for product in self._missing():
            sold = self.cleaned_data.get(f"sold_{product.pk}")
            if sold is None and self.cleaned_data.get(f"stock_{product.pk}") is not None:
                self.add_error(f"sold_{product.pk}", _("Fill in how many were sold, 0 for none."))
        return self.cleaned_data

    def lines(self) -> list[SoldLine]:
        """The models somebody filled in."""
        given = self.cleaned_data
        return [
            SoldLine(product, given[f"sold_{product.pk}"], given.get(f"stock_{product.pk}"))
            for product in self._missing()
            if given.get(f"sold_{product.pk}") is not None
        ]


_WORDS = {"sold": _("Sold"), "stock": _("Stock")}
