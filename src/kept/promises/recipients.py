"""Whom a stage of the ladder tells: person, manager, headquarters, a role, somebody by name."""

from kept.people.models import Grant, Unit, UnitKind, User
from kept.promises.models import EscalationStage, Promise, Recipient

ROLE, LOGIN = "role:", "login:"


def supervisor_of(unit: Unit) -> User | None:
    """Who leads the headquarters that supervises a branch; other units have none (S1.01)."""
    if unit.kind != UnitKind.BRANCH:
        return None
    rows = Unit.objects.active().filter(company=unit.company_id, kind=UnitKind.HEADQUARTERS)
    led = rows.filter(manager__isnull=False).select_related("manager").order_by("path").first()
    return led.manager if led else None


def holders_of(role: str, unit: Unit) -> list[User]:
    """Everybody active who holds a role of the unit's company over the unit."""
    grants = Grant.objects.current().filter(
        role__code=role,
        role__company=unit.company_id,
        scope__in=unit.scopes_above(),
        user__is_active=True,
    )
    return list(User.objects.active().filter(pk__in=grants.values("user")).order_by("pk"))


class Recipients:
    """Answers for one sweep, and remembers what many promises ask alike."""

    def __init__(self) -> None:
        self._supervisors: dict[int, User | None] = {}
        self._holders: dict[tuple[str, int], list[User]] = {}
        self._logins: dict[str, User | None] = {}

    def of(self, stage: EscalationStage, promise: Promise) -> list[User]:
        """Everybody a stage tells about a promise, each once; where that is nobody, the manager."""
        named = [user for to in stage.to for user in self._named(to, promise)]
        found = list({user.pk: user for user in named if user.is_active}.values())
        manager = promise.unit.manager
        return found or ([manager] if manager else [])

    def _named(self, to: str, promise: Promise) -> list[User]:
        unit = promise.unit
        if to == Recipient.PERSON:
            return [promise.person] if promise.person else []
        if to == Recipient.MANAGER:
            return [unit.manager] if unit.manager else []
        if to == Recipient.HEADQUARTERS:
            return self._one(self._supervisor(unit))
        if to.startswith(ROLE):
            return self._in_role(to.removeprefix(ROLE), unit)
        return self._one(self._login(to.removeprefix(LOGIN)))

    def _one(self, user: User | None) -> list[User]:
        return [user] if user else []

    def _supervisor(self, unit: Unit) -> User | None:
        if unit.pk not in self._supervisors:
            self._supervisors[unit.pk] = supervisor_of(unit)
        return self._supervisors[unit.pk]

    def _in_role(self, role: str, unit: Unit) -> list[User]:
        if (role, unit.pk) not in self._holders:
            self._holders[role, unit.pk] = holders_of(role, unit)
        return self._holders[role, unit.pk]

    def _login(self, login: str) -> User | None:
        if login not in self._logins:
            self._logins[login] = User.objects.active().filter(username=login).first()
        return self._logins[login]
