"""Requests that come by themselves: with the relation they belong to (S4.25, S4.27)."""

from datetime import datetime

from kept.cases.actions.requests import begin_request, title_of
from kept.cases.models import Case, CaseClass, CaseKind, Request, RequestKind, Route
from kept.cases.requests.kinds import is_for, kinds_for
from kept.kit import clock
from kept.parties.models import Account, AccountState
from kept.people.models import User


def arise(account: Account, *, by: User) -> list[Case]:
    """Whatever an account is owed since it is what it is now, each kind once in its life."""
    if account.status != AccountState.ACTIVE:
        return []
    due = [kind for kind in kinds_for(account.unit) if kind.arises and is_for(kind, account)]
    return [request_for(account, kind, by=by) for kind in due if not _was_asked_for(account, kind)]


def _was_asked_for(account: Account, kind: RequestKind) -> bool:
    asked = Request.objects.filter(case__account=account, kind__code=kind.code)
    return asked.filter(withdrawn_at__isnull=True).exists()


def request_for(account: Account, kind: RequestKind, *, by: User) -> Case:
    """A case that asks for it on the account's behalf; its clock begins now."""
    person = responsible_for(account, by)
    now: datetime = clock.now()
    case = Case(
        company_id=account.company_id,
        unit=account.unit,
        origin=account.unit,
        route=Route.PORTAL,
        case_kind=CaseKind.SERVICE,
        summary=title_of(kind, account),
        account=account,
        classification=CaseClass.OTHER,
        owner=person,
        handler=person,
        received_at=now,
    )
    begin_request(case, kind, {}, by=by)
    return case


def responsible_for(account: Account, by: User) -> User:
    """Whoever looks after the account, else who entered it, else who leads its unit."""
    manager = account.unit.manager
    people = (account.relationship_owner, account.field_manager)
    found = next((one for one in people if one is not None and one.is_active), None)
    if found is None and by.is_system and manager is not None:
        return manager
    return found or by
