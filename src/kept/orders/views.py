"""What a size costs: asked on a page, answered from the price list, nothing is written (S3.08)."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.pages import Page
from kept.kit.params import EARLIEST_YEAR, LATEST_YEAR
from kept.kit.refusal import Refused
from kept.orders.pricing import MOST_PIECES, Priced, find_model, priced
from kept.people.models import Unit, User
from kept.people.reader import reader_of
from kept.products.actions.catalogue import LONGEST_SIDE

SEE = "orders.see_prices"


class SizeForm(forms.Form):
    """A model, a size in millimetres, how many, where, and on which day."""

    refused: Refused | None = None

    product = forms.CharField(label=_("Product"), max_length=60)
    width = forms.IntegerField(label=_("Width in mm"), min_value=1, max_value=LONGEST_SIDE)
    height = forms.IntegerField(label=_("Height in mm"), min_value=1, max_value=LONGEST_SIDE)
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=MOST_PIECES, initial=1)
    day = forms.DateField(
        label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), to_field_name="code", empty_label=None
    )

    def __init__(self, reader: User, data: Any = None) -> None:
        own = reader.unit
        today = clock.today(own.zone if own else "UTC")
        super().__init__(data, initial={"day": today, "unit": own.code if own else None})
        self.fields["unit"].queryset = (  # type: ignore[attr-defined]
            Unit.objects.within(reader.scopes_with(SEE)).active()
        )

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise forms.ValidationError(_("The year of this date cannot be right."))
        return day

    def answer(self) -> Priced | None:
        """What it costs; None, and ``refused`` says why, where that cannot be said."""
        asked = self.cleaned_data
        try:
            require_from_list(self.data)
            product = find_model(asked["unit"], asked["product"])
            return priced(
                asked["unit"],
                product,
                width=asked["width"],
                height=asked["height"],
                pieces=asked["pieces"],
                day=asked["day"],
            )
        except Refused as refused:
            self.refused = refused
            return None


def require_from_list(asked: Any) -> None:
    """Raise Refused for a price that was typed: prices come from the list alone (S3.08)."""
    for name in ("price", "amount", "discount"):
        if name in asked:
            raise Refused(
                _("A price is not typed but read from the price list. Leave “{name}” out."),
                name=name,
                rule="S3.08",
                mend="/prices/",
            )


class WhatItCosts(Page):
    """Width × height × pieces × the price of the day, with a word about sizes made to order."""

    template_name = "orders/what_it_costs.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = reader_of(request)
        if not reader.holds(SEE):
            raise PermissionDenied
        is_asked = "width" in request.GET
        form = SizeForm(reader, request.GET if is_asked else None)
        answer = form.answer() if is_asked and form.is_valid() else None
        status = 422 if is_asked and answer is None else 200
        if not is_asked and (code := request.GET.get("product", "")):
            form.initial["product"] = code[:60]
        return self.show({"form": form, "answer": answer, "facts": _facts(answer)}, status=status)


def _facts(answer: Priced | None) -> list[dict[str, Any]]:
    if answer is None:
        return []
    product, price = answer.product, answer.price
    return [
        {"label": _("Product"), "value": product, "url": product.get_absolute_url()},
        {"label": _("Size"), "value": f"{answer.width} × {answer.height} mm × {answer.pieces}"},
        {"label": _("Area"), "value": f"{answer.area.normalize():f} m²"},
        {"label": _("Price of a square metre"), "value": price.amount},
        {"label": _("Valid from"), "value": price.valid_from},
    ]
