"""Everything that changes units, people and what they may do."""

from datetime import datetime
from typing import Annotated

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kept.kit import clock, packs
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text, TextRule
from kept.kit.words import Words
from kept.people.models import Absence, ApiToken, Grant, Role, Scope, Unit, UnitKind, User
from kept.people.models.token import digest, new_token
from kept.people.wiring import open_work

Code = Annotated[str, TextRule(20, many_lines=False)]


@action("people.found_company", label=_("Found company"), creates=Unit, internal=True)
def found_company(
    *, by: User, code: Code, name: Words, zone: Line = "Asia/Shanghai", currency: Line = "CNY"
) -> Unit:
    """Begin a company: a unit at the top of the tree, with its own policy and numbers (SX.01)."""
    company = _new_unit(None, code, name, UnitKind.COMPANY, zone, currency)
    company.company = company
    company.save(update_fields=["company"])
    company.record("company.founded", by=by, name=str(name))
    return company


@action("people.add_unit", label=_("Add unit"), creates=Unit)
def add_unit(*, by: User, unit: Unit, code: Code, name: Words, kind: UnitKind) -> Unit:
    """Add a unit under another one (S1.01)."""
    if kind is UnitKind.COMPANY:
        raise InvalidInput(_("A company stands at the top; choose another kind."), field="kind")
    added = _new_unit(unit, code, name, kind, unit.zone, unit.currency)
    added.record("unit.added", by=by, parent=unit, kind=kind)
    return added


def _new_unit(
    parent: Unit | None, code: str, name: Words, kind: UnitKind, zone: str, currency: str
) -> Unit:
    if Unit.objects.filter(code=code).exists():
        raise InvalidInput(
            _("The code “{code}” is taken. Choose another."), code=code, field="code"
        )
    unit = Unit(
        code=code,
        name=name,
        kind=kind,
        parent=parent,
        company_id=parent.company_id if parent else None,
        zone=zone,
        currency=currency,
        scope=Scope.objects.create(kind=Scope.Kind.UNIT),
    )
    _require_valid(unit, "zone")
    unit.save()
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def _require_valid(row: Unit | User, *fields: str) -> None:
    try:
        row.clean_fields(exclude={f.name for f in row._meta.fields if f.name not in fields})
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidInput("{message}", message=messages[0], field=field) from None


@action("people.appoint_manager", label=_("Appoint manager"))
def appoint_manager(unit: Unit, *, by: User, manager: User) -> Unit:
    """Say who leads a unit: warnings about its promises go there too."""
    old, unit.manager = unit.manager, manager
    unit.save(update_fields=["manager"])
    unit.record("unit.manager_appointed", by=by, old=old, new=manager)
    return unit


@action("people.add_user", label=_("Add person"), creates=User)
def add_user(
    *,
    by: User,
    unit: Unit,
    username: Annotated[str, TextRule(60, many_lines=False)],
    name: Annotated[str, TextRule(100, many_lines=False)],
    title: Annotated[str, TextRule(80, many_lines=False)] = "",
    phone: Annotated[str, TextRule(40, many_lines=False)] = "",
    email: Line = "",
    language: Annotated[str, TextRule(10, many_lines=False)] = "en",
) -> User:
    """Add a person to a unit; rights come separately, with a role."""
    if User.objects.filter(username__iexact=username).exists():
        raise InvalidInput(
            _("The user name “{username}” is taken. Choose another."),
            username=username,
            field="username",
        )
    user = User(
        username=username,
        name=name,
        title=title,
        phone=phone,
        email=email,
        language=language,
        unit=unit,
        company_id=unit.company_id,
    )
    _require_valid(user, "username", "email")
    user.scope = Scope.objects.create(kind=Scope.Kind.PERSON)
    user.set_unusable_password()
    user.save()
    user.record("person.added", by=by, unit=unit)
    return user


@action("people.set_password", label=_("Set password"))
def set_password(user: User, *, by: User, password: Line) -> User:
    """Give a person a password. Raises Refused when it is too weak."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(
            "{message}", message=" ".join(error.messages), field="password"
        ) from None
    user.set_password(password)
    user.save(update_fields=["password"])
    user.record("person.password_set", by=by)
    return user


@action("people.grant_role", label=_("Grant role"))
def grant_role(user: User, *, by: User, role: Role, unit: Unit) -> User:
    """Let a person act in a role for a unit and everything below it (SX.02)."""
    if role.company_id != unit.company_id:
        raise Refused(_("This role belongs to another company."), rule="SX.01", field="role")
    if user.grants.current().filter(role=role, scope=unit.scope_id).exists():
        raise Refused(
            _("{name} already is {role} in {unit}."), name=user, role=role, unit=unit, field="role"
        )
    Grant.objects.create(user=user, role=role, scope_id=unit.scope_id, since=clock.now())
    user.record("person.role_granted", by=by, role=role, unit=unit)
    return user


@action("people.withdraw_role", label=_("Withdraw role"))
def withdraw_role(user: User, *, by: User, role: Role, unit: Unit) -> User:
    """End a grant; what was done under it stays."""
    ended = user.grants.current().filter(role=role, scope=unit.scope_id).update(until=clock.now())
    if not ended:
        raise Refused(_("{name} is not {role} in {unit}."), name=user, role=role, unit=unit)
    user.record("person.role_withdrawn", by=by, role=role, unit=unit)
    return user


@action("people.set_absence", label=_("Enter absence"))
def set_absence(
    user: User, *, by: User, deputy: User, start_at: datetime, end_at: datetime, reason: Line = ""
) -> User:
    """Say when somebody is away and who stands in (SX.13). Their desk then shows on the deputy's."""
    if deputy == user:
        raise InvalidInput(_("Nobody can be their own deputy."), field="deputy", rule="SX.13")
    if end_at <= start_at:
        raise InvalidInput(_("The absence ends before it begins."), field="end_at")
    overlap = Q(start_at__lt=end_at, end_at__gt=start_at, ended_at__isnull=True)
    if deputy.absences.filter(overlap).exists():
        raise Refused(
            _("{name} is away in that time too. Choose another deputy."),
            name=deputy,
            field="deputy",
            rule="SX.13",
        )
    Absence.objects.create(
        user=user, deputy=deputy, start_at=start_at, end_at=end_at, reason=reason
    )
    user.record(
        "person.absence_entered",
        by=by,
        deputy=deputy,
        start_at=start_at,
        end_at=end_at,
        words={"reason": reason},
    )
    return user


@action("people.deactivate", label=_("Deactivate person"), danger=True)
def deactivate(user: User, *, by: User, reason: Text) -> User:
    """Let a person go. Refused while anything open still waits for them (SX.17)."""
    if waiting := [line for line in open_work.ask(user) if line]:
        raise Refused(
            _("{name} still has open work: {work}. Hand it over first."),
            name=user,
            work="; ".join(str(line) for line in waiting),
            rule="SX.17",
            mend=f"/users/{user.username}/hand_over/",
        )
    user.is_active, user.left_at = False, clock.now()
    user.save(update_fields=["is_active", "left_at"])
    user.grants.current().update(until=clock.now())
    user.tokens.filter(revoked_at__isnull=True).update(revoked_at=clock.now())
    user.record("person.deactivated", by=by, words={"reason": reason})
    return user


@action("people.issue_token", label=_("Issue API token"))
def issue_token(user: User, *, by: User, name: Line) -> User:
    """Make a key for another program; the key itself is shown once, on ``user.fresh_token``."""
    token = new_token()
    ApiToken.objects.create(
        user=user, name=name, digest=digest(token), hint=token[:9], created_at=clock.now()
    )
    user.record("person.token_issued", by=by, name=name)
    user.fresh_token = token  # type: ignore[attr-defined]
    return user


@action("people.load_policy", label=_("Load policy pack"))
def load_policy(unit: Unit, *, by: User, pack: Line, valid_from: datetime | None = None) -> Unit:
    """Read a shipped policy pack into a company's rows, in force from a moment on (SX.01, SX.19)."""
    if not unit.is_company:
        raise InvalidInput(_("A pack is loaded for a whole company."), field="unit")
    loading = packs.load(
        packs.read_pack(pack), company=unit, valid_from=valid_from or clock.now(), by=by
    )
    unit.settings = {**unit.settings, "pack": pack}
    unit.save(update_fields=["settings"])
    unit.record("company.policy_loaded", by=by, pack=pack, rows=dict(loading.done))
    return unit
