"""People and what they may do, in words a reader understands."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from kept.people.models import Grant, Scope, Unit, User
from kept.people.wiring import scope_names


def facts_of(user: User) -> list[dict[str, Any]]:
    """The facts beside a person; a page leaves out the empty ones."""
    unit = user.unit
    return [
        {"label": _("Unit"), "value": unit, "url": unit.get_absolute_url() if unit else ""},
        {"label": _("Company"), "value": user.company},
        {"label": _("Job title"), "value": user.title},
        {"label": _("User name"), "value": user.username},
        {"label": _("Phone"), "value": user.phone},
        {"label": _("Mail"), "value": user.email},
        {"label": _("Language"), "value": dict(settings.LANGUAGES).get(user.language)},
    ]


def grants_in_words(user: User, reader: User) -> list[SimpleNamespace]:
    """What a person may do where: "Hotline clerk in Hunan branch and below"."""
    grants = list(
        user.grants.current().select_related("role", "scope__unit").order_by("role__code", "pk")
    )
    names = _names_of_others(grants)
    units = [grant.scope.unit for grant in grants if grant.scope.kind == Scope.Kind.UNIT]
    with_children = set(
        Unit.objects.active()
        .filter(parent__in=[unit.pk for unit in units])
        .values_list("parent_id", flat=True)
    )
    return [_grant(grant, reader, names, with_children) for grant in grants]


def _names_of_others(grants: list[Grant]) -> dict[int, str]:
    wanted = [grant.scope_id for grant in grants if grant.scope.kind != Scope.Kind.UNIT]
    names: dict[int, str] = {}
    if wanted:
        for found in scope_names.ask(wanted):
            names.update(found)
    return names


def _grant(
    grant: Grant, reader: User, names: dict[int, str], with_children: set[int]
) -> SimpleNamespace:
    is_unit = grant.scope.kind == Scope.Kind.UNIT
    unit = grant.scope.unit if is_unit else None
    asked = urlencode({"role": grant.role.reference, "unit": unit.code}) if unit else ""
    return SimpleNamespace(
        words=_words(grant, unit, names, with_children),
        role_url=grant.role.get_absolute_url(),
        since=grant.since,
        until=grant.until,
        needs_second_factor=grant.role.needs_second_factor,
        withdraw_url=(
            f"{grant.user.get_absolute_url()}withdraw_role/?{asked}"
            if unit and reader.holds("people.withdraw_role")
            else ""
        ),
    )


def _words(grant: Grant, unit: Unit | None, names: dict[int, str], with_children: set[int]) -> str:
    if unit is None:
        place = names.get(grant.scope_id, _("an account"))
        return _("{role} for {account}").format(role=grant.role, account=place)
    if unit.is_company:
        return _("{role} in all of {unit}").format(role=grant.role, unit=unit)
    if unit.pk in with_children:
        return _("{role} in {unit} and below").format(role=grant.role, unit=unit)
    return _("{role} in {unit}").format(role=grant.role, unit=unit)
