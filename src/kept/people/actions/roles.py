"""Roles and grants: what a role may do, and who acts in it for which part (SX.02, S0.04)."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, NotAllowed, Refused
from kept.kit.words import Words
from kept.people.administrators import require_another_administrator
from kept.people.inputs import Code, RightName
from kept.people.models import Grant, Role, Scope, Unit, UnitKind, User
from kept.people.rights import headquarters_rights, known_rights, require_outside


@action(
    "people.add_role", label=_("Add role"), creates=Role, right="people.change_role", icon="plus"
)
def add_role(*, by: User, unit: Unit, code: Code, name: Words, for_outside: bool = False) -> Role:
    """Add a role to a company; it may do nothing yet."""
    if not unit.is_company:
        raise InvalidInput(_("A role is made for a whole company."), field="unit")
    code = slugify(code)
    if not code or Role.objects.filter(company=unit, code=code).exists():
        raise InvalidInput(
            _("The code “{code}” is taken. Choose another."), code=code, field="code"
        )
    role = Role.objects.create(company=unit, code=code, name=name, is_outside=for_outside)
    unit.record("role.added", by=by, role=role)
    return role


@action("people.change_rights", label=_("Change rights"), right="people.change_role", icon="pencil")
def change_rights(
    role: Role, *, by: User, rights: list[RightName], needs_second_factor: bool = False
) -> Role:
    """Say what a role may do; everybody who holds it may do just that from now on (SX.02).

    What is added and taken away stands in the company's history.
    """
    if unknown := sorted(set(rights) - set(known_rights())):
        raise InvalidInput(_("There is no right “{right}”."), right=unknown[0], field="rights")
    if role.is_outside:
        require_outside(rights)
    old, new = set(role.rights), set(rights)
    if set(headquarters_rights()) & (new - old):
        _require_no_branch(role)
    if "people.grant_role" in old - new:
        require_another_administrator(role.company, without_role=role)
    role.rights, role.needs_second_factor = sorted(new), needs_second_factor
    role.save(update_fields=["rights", "needs_second_factor"])
    role.company.record(
        "role.rights_changed",
        by=by,
        role=role,
        added=sorted(new - old) or None,
        removed=sorted(old - new) or None,
        second_factor=needs_second_factor,
    )
    return role


def _require_no_branch(role: Role) -> None:
    scopes = role.grants.current().values_list("scope_id", flat=True)
    for unit in Unit.objects.filter(scope__in=list(scopes)):
        if branch := branch_of(unit):
            raise Refused(
                _("This role is granted in {unit}, and a branch cannot act for headquarters."),
                unit=branch,
                field="rights",
                rule="S0.04",
            )


@action(
    "people.retire_role",
    label=_("Retire role"),
    right="people.change_role",
    offered=lambda role, by: role.retired_at is None,
    danger=True,
    icon="archive",
)
def retire_role(role: Role, *, by: User) -> Role:
    """Take a role out of use. Refused while anybody holds it."""
    if holders := role.grants.current().values("user").distinct().count():
        raise Refused(
            _("{n} people still hold this role. Withdraw it first."),
            n=holders,
            mend=role.get_absolute_url(),
            rule="SX.02",
        )
    role.retired_at = clock.now()
    role.save(update_fields=["retired_at"])
    role.company.record("role.retired", by=by, role=role)
    return role


def _is_here(user: User, by: User) -> bool:
    return user.is_active


@action("people.grant_role", label=_("Grant role"), offered=_is_here, icon="shield-check")
def grant_role(
    user: User, *, by: User, role: Role, unit: Unit, until: datetime | None = None
) -> User:
    """Let a person act in a role for a unit and everything below it (SX.02).

    Nobody grants a role to themselves, and nobody grants in a unit they do not administer: so no
    role comes to the approvals of another by its own hand (S0.04).
    """
    if role.company_id != unit.company_id:
        raise Refused(_("This role belongs to another company."), rule="SX.01", field="role")
    _require_may_grant(user, by, unit)
    if role.is_outside:
        raise Refused(
            _("“{role}” is for people from outside; it is granted for an account."),
            role=role,
            field="role",
            rule="S0.04",
        )
    _require_place(role, unit)
    if until is not None and until <= clock.now():
        raise InvalidInput(_("This moment has passed."), field="until")
    if user.grants.current().filter(role=role, scope=unit.scope_id).exists():
        raise Refused(
            _("{name} already is {role} in {unit}."),
            name=user,
            role=role,
            unit=unit,
            field="role",
            rule="SX.02",
        )
    _grant(user, role, unit.scope_id, until)
    user.record("person.role_granted", by=by, role=role, unit=unit, until=until)
    return user


def _grant(user: User, role: Role, scope: int, until: datetime | None = None) -> Grant:
    if not user.is_active:
        raise Refused(_("{name} has left."), name=user, rule="SX.17")
    if role.retired_at is not None:
        raise Refused(_("“{role}” is no longer in use."), role=role, field="role", rule="SX.02")
    made = Grant.objects.create(
        user=user, role=role, scope_id=scope, since=clock.now(), until=until
    )
    vars(user).pop("held", None)
    return made


def _require_may_grant(user: User, by: User, unit: Unit) -> None:
    if by.is_system:
        return
    if by == user:
        raise Refused(
            _("Nobody grants a role to themselves. Ask another administrator."), rule="S0.04"
        )
    if not by.holds_over("people.grant_role", unit):
        raise NotAllowed("people.grant_role", _("Grant role"))


def _require_place(role: Role, unit: Unit) -> None:
    branch = branch_of(unit)
    if branch is not None and headquarters_rights() & set(role.rights):
        raise Refused(
            _("“{role}” acts for headquarters and cannot be granted in {unit}, a branch."),
            role=role,
            unit=branch,
            field="role",
            rule="S0.04",
        )


def branch_of(unit: Unit) -> Unit | None:
    """The branch a unit is or stands in, if any."""
    above = Unit.objects.filter(pk__in=unit.ancestor_ids, kind=UnitKind.BRANCH)
    return above.order_by("path").first()


def grant_scope(user: User, role: Role, scope: Scope) -> Grant:
    """Give a person from outside a role for an account; called by verbs of modules above, which
    check who may and write the history.
    """
    if not role.is_outside or scope.kind != Scope.Kind.ACCOUNT:
        raise Refused(
            _("Only a role for people from outside is granted for an account."),
            field="role",
            rule="S0.04",
        )
    if found := user.grants.current().filter(role=role, scope=scope).first():
        return found
    return _grant(user, role, scope.pk)


def _has_roles(user: User, by: User) -> bool:
    return user.is_active and bool(user.held)


@action("people.withdraw_role", label=_("Withdraw role"), offered=_has_roles, icon="shield-off")
def withdraw_role(user: User, *, by: User, role: Role, unit: Unit) -> User:
    """End a grant; what was done under it stays."""
    if not by.holds_over("people.withdraw_role", unit):
        raise NotAllowed("people.withdraw_role", _("Withdraw role"))
    current = user.grants.current().filter(role=role, scope=unit.scope_id)
    if not current.exists():
        raise Refused(
            _("{name} is not {role} in {unit}."), name=user, role=role, unit=unit, rule="SX.02"
        )
    if "people.grant_role" in role.rights and unit.is_company:
        require_another_administrator(unit, without=user)
    end_grants(current)
    vars(user).pop("held", None)
    user.record("person.role_withdrawn", by=by, role=role, unit=unit)
    return user


def end_grants(grants: Iterable[Grant]) -> None:
    """End grants now; they stay as a record of who could do what when."""
    now = clock.now()
    Grant.objects.filter(pk__in=[one.pk for one in grants]).update(until=now)
