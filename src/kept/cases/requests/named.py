"""Whom a request names among our own people: they see the case, and are told so (S4.19)."""

from collections.abc import Iterable

from kept.cases.models import Case, FieldType, Request
from kept.cases.requests.checks import request_of
from kept.cases.requests.values import fields_of
from kept.people.models import User
from kept.timeline import sight
from kept.timeline.notices import tell


def people_named(request: Request) -> dict[str, User]:
    """The people who stand in the request's fields, by the name of the field."""
    asked = [field.name for field in fields_of(request.kind) if field.type == FieldType.PERSON]
    names = {field: request.values[field] for field in asked if field in request.values}
    if not names:
        return {}
    staff = User.objects.staff_of(request.case.company_id)
    people = {one.username: one for one in staff.filter(username__in=names.values())}
    return {field: people[name] for field, name in names.items() if name in people}


def scopes_named(case: Case) -> set[int]:
    """Who sees a case because its request names them."""
    request = request_of(case)
    return {one.scope_id for one in people_named(request).values()} if request else set()


def let_see(request: Request, fields: Iterable[str], *, by: User) -> None:
    """Those who were just named in these fields see the case from now on, and are told."""
    case, named = request.case, people_named(request)
    new = {named[field] for field in fields if field in named}
    sight.add_sight(case.thread, [one.scope_id for one in new])
    key = f"named:{case.pk}:{case.thread.length}"
    tell(new - {by}, "case.person_named", about=case.thread, key=key, kind=request.kind)
