"""The register of consultants."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kept.kit.lists import Column, Contains, Empty, FewChoices, FilterSet, List, Order, YesNo
from kept.people.models import Unit
from kept.workforce.models import Consultant


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(request.user).active()


class ConsultantFilter(FilterSet):
    """What the register of consultants can be narrowed by."""

    q = Contains("person__name", "solutions", label=_("Find"))
    unit = FewChoices(
        label=_("Unit and below"), queryset=_units, to_field_name="code", method="in_unit"
    )
    now = YesNo(label=_("Advises now"), field_name="until_on", method="advises_now")

    class Meta:
        model = Consultant
        fields: list[str] = []

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(unit__path__startswith=unit.path) if unit else rows

    def advises_now(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(until_on__isnull=value == "yes")


class ConsultantList(List):
    """Who may advise on which solutions, where, and since when (S1.02)."""

    name, title = "consultants", _("Consulting technicians")
    row_address = "/users/{person__username}/"
    right = "people.see"
    filter = ConsultantFilter
    defaults = {"now": "yes"}
    order = {
        "unit": Order("unit__path", "person__sort_key", "pk", label=_("By unit")),
        "name": Order("person__sort_key", "pk", label=_("By name")),
    }
    default_order = "unit"
    columns = [
        Column("person", _("Name"), value="person.name", link=True, order="name"),
        Column("unit", _("Unit"), order="unit"),
        Column("solutions", _("Solutions known"), value="solutions_in_words", raw="solutions",
               width="wide", phone="full"),
        Column("phone", _("Phone"), value="person.phone", cell="code", phone="label"),
        Column("from", _("From"), value="from_on"),
        Column("until", _("Until"), value="until_on", phone="hide"),
    ]  # fmt: skip
    empty = Empty(
        _("Nobody may advise on solutions yet"),
        _("Name somebody on their own page."),
        "/users/",
        _("People"),
        icon="lightbulb",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        reader: Any = request.user
        return Consultant.objects.visible_to(reader).select_related("person", "unit")
