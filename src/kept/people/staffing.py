"""Whether a company's policy is staffed: somebody appoints, and roles that rules name are held."""

from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.pack_faults import Fault
from kept.people.models import Grant, Role, Unit
from kept.people.packs import APPOINT, named_roles, roles_named_alone


def staffing_faults(company: Unit, moment: datetime) -> list[Fault]:
    """What no pack can tell: that nobody is there to do it (SX.02)."""
    held = _holders(company)
    return [*_appointing(company, held), *_unheld(company, moment, held)]


def _holders(company: Unit) -> dict[str, set[int]]:
    """Role → who holds it now."""
    rows = Grant.objects.current().filter(role__company=company, user__is_active=True)
    held: dict[str, set[int]] = {}
    for code, user in rows.values_list("role__code", "user_id"):
        held.setdefault(code, set()).add(user)
    return held


def _appointing(company: Unit, held: dict[str, set[int]]) -> list[Fault]:
    roles = Role.objects.filter(company=company).current()
    able = [role.code for role in roles if APPOINT in role.rights]
    people = set().union(*(held.get(code, set()) for code in able)) if able else set()
    if not people:
        what = _("Nobody may grant roles, so nobody can be appointed to any.")
        return [Fault("roles", "", "nobody_appoints", what, _("Appoint an administrator."))]
    if len(people) == 1:
        what = _("Only one person may grant roles, and nobody grants one to themselves.")
        mend = _("Appoint a second administrator.")
        return [Fault("roles", "", "one_appoints", what, mend, is_warning=True)]
    return []


def _unheld(company: Unit, moment: datetime, held: dict[str, set[int]]) -> list[Fault]:
    """Roles that rules name and nobody holds: a warning where the row reaches somebody else too."""
    pack = packs.written(company, moment)
    alone = roles_named_alone(pack)
    return [
        Fault(
            section,
            row,
            "nobody_has_role",
            format_lazy(_("It goes to the role “{role}”, which nobody has."), role=role),
            _("Grant the role to somebody, or name another."),
            is_warning=(section, row, role) not in alone,
        )
        for section, row, role in named_roles(pack)
        if not held.get(role)
    ]
