"""The tree of units, and the page of one of them."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse

from kept.kit.pages import DetailPage
from kept.people.actions import add_unit, add_user
from kept.people.models import Unit, User
from kept.people.tree import indented
from kept.people.views.frame import RightPage, admin_tabs, creating_verbs
from kept.people.wiring import panels, unit_marks, unit_work


class UnitTree(RightPage):
    """Every company the reader works in, as a tree: type, manager, how many people."""

    template_name = "people/units.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        active = Count("people", filter=Q(people__is_active=True, people__is_system=False))
        units = Unit.objects.visible_to(user).select_related("manager").annotate(staff=active)
        if request.GET.get("closed") != "1":
            units = units.active()
        shown = indented(list(units))
        _mark(shown, user)
        return self.show(
            {
                "units": shown,
                "with_closed": request.GET.get("closed") == "1",
                "tabs": admin_tabs(user, "/units/"),
                "verbs": creating_verbs(user, add_unit),
            }
        )


def _mark(units: list[Any], reader: User) -> None:
    """Put beside each unit what other modules have to say of it."""
    for unit in units:
        unit.marks = []
    by_key = {unit.pk: unit for unit in units}
    for answer in unit_marks.ask(reader, units):
        for key, mark in answer.items():
            by_key[key].marks.append(mark)


class UnitPage(RightPage, DetailPage):
    """One unit: its place, manager and territory, the people in it, and what may be done."""

    model = Unit
    template_name = "people/unit.html"
    related = ("parent", "company", "manager")

    def context(self, subject: Unit) -> dict[str, Any]:
        reader: Any = self.request.user
        above = Unit.objects.filter(pk__in=subject.ancestor_ids[:-1]).order_by("path")
        return {
            "crumbs": [{"label": one, "url": one.get_absolute_url()} for one in above],
            "people": User.objects.active().filter(unit=subject).order_by("sort_key"),
            "children": subject.children.select_related("manager").order_by("code"),
            "work": [line for line in unit_work.ask(subject) if line],
            "panels": panels.ask(subject, reader),
            "new": creating_verbs(reader, add_unit, add_user, unit=subject.code),
        }
