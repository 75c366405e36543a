"""Lists of people."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.kit.lists import Column, Contains, FewChoices, FilterSet, List, Order, YesNo
from kept.people.actions import add_user
from kept.people.models import Grant, Role, Unit, User
from kept.people.views.frame import admin_tabs, creating_verbs


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(request.user)


def _roles(request: HttpRequest) -> QuerySet:
    return Role.objects.visible_to(request.user).order_by("company__code", "code")


class PersonFilter(FilterSet):
    """What the list of people can be narrowed by."""

    q = Contains("name", "username", "title", "phone", "email", label=_("Find"))
    unit = FewChoices(label=_("Unit and below"), queryset=_units, method="in_unit")
    role = FewChoices(
        label=pgettext_lazy("of a person", "Role"), queryset=_roles, method="with_role"
    )
    here = YesNo(label=_("Works here"), field_name="is_active", lookup_expr="exact")

    class Meta:
        model = User
        fields: list[str] = []

    def in_unit(self, people: QuerySet, name: str, unit: Unit) -> QuerySet:
        return people.filter(unit__path__startswith=unit.path) if unit else people

    def with_role(self, people: QuerySet, name: str, role: Role) -> QuerySet:
        if not role:
            return people
        return people.filter(pk__in=Grant.objects.current().filter(role=role).values("user"))


def roles_in_words(user: User) -> str:
    """The roles a person holds now, each once."""
    return ", ".join(dict.fromkeys(str(grant.role) for grant in user.current_grants))  # type: ignore[attr-defined]


def role_references(user: User) -> list[str]:
    """The same by their references."""
    return list(dict.fromkeys(grant.role.reference for grant in user.current_grants))  # type: ignore[attr-defined]


class PersonList(List):
    """Everybody of the reader's companies: who they are, where, and what they do."""

    name, title = "users", _("People")
    right = "people.see"
    filter = PersonFilter
    defaults = {"here": "yes"}
    order = {
        "name": Order("sort_key", label=_("By name")),
        "unit": Order("unit__path", "sort_key", label=_("By unit")),
        "username": Order("username", label=_("By user name")),
    }
    columns = [
        Column("name", _("Name"), link=True, order="name"),
        Column("username", _("User name"), cell="code", order="username", phone="label"),
        Column("unit", _("Unit"), order="unit"),
        Column("title", _("Job title")),
        Column(
            "roles",
            pgettext_lazy("of a person", "Roles"),
            value=roles_in_words,
            raw=role_references,
            width="wide",
            phone="full",
        ),
        Column("phone", _("Phone"), cell="code", phone="label"),
        Column("email", _("Mail"), phone="hide"),
        Column("language", _("Language"), phone="hide", places=("file",)),
        Column("left_at", _("Left"), cell="day", phone="hide"),
    ]

    def queryset(self, request: HttpRequest) -> QuerySet:
        current = Grant.objects.current().select_related("role").order_by("pk")
        return (
            User.objects.known_to(request.user)
            .select_related("unit")
            .prefetch_related(Prefetch("grants", queryset=current, to_attr="current_grants"))
        )

    def row_state(self, row: User) -> str:
        return "" if row.is_active else "done"

    def context(self) -> dict[str, Any]:
        reader: Any = self.request.user
        return {
            "above": "people/tabs.html",
            "tabs": admin_tabs(reader, "/users/"),
            "verbs": creating_verbs(reader, add_user),
        }
