"""The cast of a demo installation: who one can be there, each with one click.

On any other installation there is no such door: not the list, not the address (404).
"""

from collections import defaultdict
from typing import Any

from django.conf.locale import LANG_INFO
from django.core import signing
from django.db.models import Prefetch

from kept.people.models import Grant, Installation, User

SALT = "kept.people.cast"
VALID_FOR = 86_400
MOST = 80


def cast_of(installation: Installation) -> list[dict[str, Any]]:
    """The cast by company: name, what they do, their language, and their signed ticket."""
    if not installation.is_demo:
        return []
    by_company: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for user in _members(installation):
        by_company[user.company].append(_person(user))
    return [{"title": str(company), "people": people} for company, people in by_company.items()]


def _members(installation: Installation) -> list[User]:
    current = Grant.objects.current().select_related("role").order_by("pk")
    people = (
        User.objects.active()
        .filter(grants__in=Grant.objects.current(), company__isnull=False)
        .distinct()
        .select_related("company", "unit")
        .prefetch_related(Prefetch("grants", queryset=current, to_attr="current_grants"))
        .order_by("company__code", "unit__path", "pk")
    )
    if not installation.cast:
        return list(people[:MOST])
    place = {username: at for at, username in enumerate(installation.cast)}
    found = people.filter(username__in=list(place))
    return sorted(found, key=lambda user: place[user.username])


def _person(user: User) -> dict[str, Any]:
    roles = dict.fromkeys(str(grant.role) for grant in user.current_grants)  # type: ignore[attr-defined]
    return {
        "name": user.name,
        "login": user.username,
        "job": user.title or ", ".join(roles),
        "roles": ", ".join(roles),
        "unit": str(user.unit) if user.unit else "",
        "language": user.language,
        "language_name": LANG_INFO[user.language]["name_local"],
        "ticket": ticket_for(user),
    }


def ticket_for(user: User) -> str:
    """A signed ticket that lets one in as this person, for a day."""
    return signing.dumps(user.pk, salt=SALT)


def person_of(ticket: str) -> User | None:
    """Whose ticket it is; None when it was not made here, is old, or the person has left."""
    try:
        pk = signing.loads(ticket, salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return None
    return User.objects.active().filter(pk=pk).first()
