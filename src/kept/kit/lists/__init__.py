"""Lists: filter, columns, fragment, print and files declared once, at one address.

class CaseList(List):
    name, title = "cases", _("Cases")
    filter = CaseFilter
    order = {"due": Order("thread__next_due_at"), "newest": Order("-received_at")}
    columns = [Column("number", _("Number"), link=True), Column("title", _("Title"))]

    def queryset(self, request):
        return Case.objects.visible_to(request.user)

path("cases/", CaseList.as_view(), name="cases")
"""

from kept.kit.lists.columns import Column, Raw
from kept.kit.lists.filters import (
    Contains,
    FewChoices,
    FilterSet,
    FromDay,
    Lookup,
    OneOf,
    UntilDay,
    YesNo,
)
from kept.kit.lists.order import Order
from kept.kit.lists.parts import Empty, SavedView
from kept.kit.lists.spoken import filter_words
from kept.kit.lists.view import List, offer_saved_views

__all__ = [
    "Column",
    "Contains",
    "Empty",
    "FewChoices",
    "FilterSet",
    "FromDay",
    "List",
    "Lookup",
    "OneOf",
    "Order",
    "Raw",
    "SavedView",
    "UntilDay",
    "YesNo",
    "filter_words",
    "offer_saved_views",
]
