"""Roles and modules in policy packs."""

from typing import Any

from kept.kit import packs
from kept.kit.packs import Loading
from kept.kit.words import check_words
from kept.people.models import Role
from kept.people.rights import expanded, require_outside


@packs.section("roles", order=10)
def read_roles(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[roles]] code, name, rights, outside, needs_second_factor``.

    A right may end in ``*`` for all of a module and begin with ``-`` to be left out. A role that
    was changed on screen goes back to what the pack says, and the company's history tells so.
    """
    for row in rows:
        rights = sorted(expanded(row["rights"]))
        if row.get("outside", False):
            require_outside(rights)
        before = Role.objects.filter(company=loading.company, code=row["code"]).first()
        role, _made = Role.objects.update_or_create(
            company=loading.company,
            code=row["code"],
            defaults={
                "name": check_words(row["name"]),
                "rights": rights,
                "is_outside": row.get("outside", False),
                "needs_second_factor": row.get("needs_second_factor", False),
                "retired_at": None,
            },
        )
        loading.remember("roles", role.code, role)
        if before is not None and before.rights != rights:
            loading.company.record(
                "role.rights_changed",
                by=loading.by,
                role=role,
                added=sorted(set(rights) - set(before.rights)) or None,
                removed=sorted(set(before.rights) - set(rights)) or None,
                second_factor=role.needs_second_factor,
            )


@packs.section("modules", order=11)
def read_modules(loading: Loading, names: list[str]) -> None:
    """``modules = ["cases", "products"]``: what is switched on for the company (C23)."""
    loading.company.modules = sorted(names)
    loading.company.save(update_fields=["modules"])
    loading.done["modules"] = len(names)
