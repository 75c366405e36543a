"""Roles and modules in policy packs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import check_words
from kept.people.models import Role
from kept.people.rights import known_rights


@packs.section("roles", order=10)
def read_roles(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[roles]] code, name, rights``; a right may end in ``*`` for all of a module."""
    for row in rows:
        rights = sorted(_expanded(row["rights"]))
        role, _made = Role.objects.update_or_create(
            company=loading.company,
            code=row["code"],
            defaults={"name": check_words(row["name"]), "rights": rights},
        )
        loading.remember("roles", role.code, role)


def _expanded(rights: list[str]) -> set[str]:
    known = known_rights()
    found: set[str] = set()
    for right in rights:
        module, _dot, rest = right.partition(".")
        fitting = {one for one in known if rest == "*" and one.startswith(f"{module}.")}
        if right in known:
            fitting.add(right)
        if not fitting:
            raise InvalidInput(_("There is no right “{right}”."), right=right)
        found |= fitting
    return found


@packs.section("modules", order=11)
def read_modules(loading: Loading, names: list[str]) -> None:
    """``modules = ["cases", "products"]``: what is switched on for the company (C23)."""
    loading.company.modules = sorted(names)
    loading.company.save(update_fields=["modules"])
    loading.done["modules"] = len(names)
