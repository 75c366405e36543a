"""Roles and rights: which role may do what, in words, and who holds it."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.forms import ActionForm
from kept.kit.pages import ActionPage, DetailPage, page_for, verbs_for
from kept.kit.params import Param
from kept.people.actions import add_role, change_rights
from kept.people.models import Grant, Role, Scope, Unit
from kept.people.rights import headquarters_rights, rights_by_module
from kept.people.views.frame import RightPage, admin_tabs, creating_verbs

#: What the modules are called on screen; a module not named here goes by its own name.
MODULES = {
    "approvals": _("Approvals"),
    "cases": _("Cases"),
    "complaints": _("Complaints"),
    "field": _("Field service"),
    "files": _("Files"),
    "knowledge": _("Knowledge"),
    "orders": _("Orders"),
    "parties": _("Customers and partners"),
    "parts": _("Parts"),
    "people": _("People"),
    "products": _("Products"),
    "promises": _("Promises"),
    "quality": _("Quality"),
    "quotes": _("Quotations"),
    "reports": _("Reports"),
    "settlement": _("Settlement"),
    "stations": _("Stations"),
    "surveys": _("Surveys"),
    "visits": _("Return visits"),
    "workforce": _("Workforce"),
}


def module_label(module: str) -> str:
    """A module's name as a heading."""
    return str(MODULES.get(module, module.capitalize()))


class RoleOverview(RightPage):
    """Every role of a company, and for every right the roles that have it."""

    template_name = "people/roles.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        companies = list(Unit.objects.visible_to(user).companies())
        company = _chosen(companies, request.GET.get("company", ""), user.company_id)
        now = clock.now()
        is_current = Q(grants__until__isnull=True) | Q(grants__until__gt=now)
        holders = Count("grants__user", filter=is_current, distinct=True)
        current = Role.objects.current().filter(company=company)
        roles = list(current.annotate(people=holders).order_by("pk"))
        return self.show(
            {
                "company": company,
                "companies": companies,
                "roles": roles,
                "modules": _who_may(roles),
                "tabs": admin_tabs(user, "/roles/"),
                "verbs": creating_verbs(user, add_role, unit=company.code) if company else [],
            }
        )


def _chosen(companies: list[Unit], code: str, own: int | None) -> Unit | None:
    """The company asked for, else the reader's own, else the first they work in."""
    by_code = {company.code: company for company in companies}
    by_key = {company.pk: company for company in companies}
    return by_code.get(code) or by_key.get(own or 0) or next(iter(companies), None)


def _who_may(roles: list[Role]) -> list[dict[str, Any]]:
    held = {role.pk: set(role.rights) for role in roles}
    for_headquarters = headquarters_rights()
    return [
        {
            "label": module_label(module),
            "rights": [
                {
                    "label": label,
                    "is_headquarters": right in for_headquarters,
                    "roles": [role for role in roles if right in held[role.pk]],
                }
                for right, label in rights.items()
            ],
        }
        for module, rights in rights_by_module().items()
    ]


class RolePage(RightPage, DetailPage):
    """One role: what it may do, and who acts in it where."""

    model = Role
    template_name = "people/role.html"
    related = ("company",)

    def context(self, subject: Role) -> dict[str, Any]:
        held = set(subject.rights)
        return {
            "verbs": [
                verb
                for verb in verbs_for(subject, self.request.user)
                if subject.is_guarded_by(self.request.user)
            ],
            "modules": [
                {"label": module_label(module), "rights": labels}
                for module, rights in rights_by_module().items()
                if (labels := [label for right, label in rights.items() if right in held])
            ],
            "holders": holders_of(subject),
        }


def holders_of(role: Role) -> list[Grant]:
    """Who holds a role now and where, by name."""
    grants = role.grants.current().select_related("user", "scope__unit")
    return list(grants.filter(scope__kind=Scope.Kind.UNIT).order_by("user__sort_key", "pk"))


class RightsForm(ActionForm):
    """A box for every right, in groups by module."""

    def _field(self, param: Param, *, required: bool = True) -> forms.Field:
        if param.name != "rights":
            return super()._field(param, required=required)
        groups = [
            (module_label(module), list(rights.items()))
            for module, rights in rights_by_module().items()
        ]
        return forms.MultipleChoiceField(
            choices=groups,
            required=False,
            label=_("Rights"),
            widget=forms.CheckboxSelectMultiple,
        )


@page_for("people.change_rights")
class RightsPage(ActionPage):
    """What a role may do, to be ticked; every change stands in the company's history."""

    action = change_rights

    def _form(self, subject: Any, **kwargs: Any) -> ActionForm:
        now = {"rights": subject.rights, "needs_second_factor": subject.needs_second_factor}
        kwargs["initial"] = {**now, **(kwargs.get("initial") or {})}
        return RightsForm(self.action, subject, self.request.user, **kwargs)
