"""Somebody must always be able to grant roles: a company never locks itself out."""

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.people.models import Grant, Role, Unit, User

RIGHT = "people.grant_role"


def administrators_of(company: Unit) -> set[int]:
    """Keys of the active people who may grant roles in the whole company, role by role."""
    return {user for user, _role in _pairs(company)}


def _pairs(company: Unit) -> list[tuple[int, int]]:
    grants = (
        Grant.objects.current()
        .filter(scope=company.scope_id, until__isnull=True, user__is_active=True)
        .values_list("user_id", "role_id", "role__rights")
    )
    return [(user, role) for user, role, rights in grants if RIGHT in rights]


def require_another_administrator(
    company: Unit, *, without: User | None = None, without_role: Role | None = None
) -> None:
    """Raise Refused when nobody who may grant roles would be left in the company."""
    pairs = _pairs(company)
    left = [
        (user, role)
        for user, role in pairs
        if not (without and user == without.pk) and not (without_role and role == without_role.pk)
    ]
    if pairs and not left:
        raise Refused(
            _("Nobody in {company} could grant roles any more. Name another administrator first."),
            company=company,
            rule="SX.02",
        )
