"""Who a token belongs to: one indexed query on its keyed digest."""

from django.db.models import CharField, DateTimeField, Q

from kept.kit import clock
from kept.kit.prepared import Given, Prepared
from kept.people.models import User
from kept.people.models.token import digest
from kept.people.real_time import real_now

LONGEST = 200

_UNEXPIRED = Q(tokens__expires_at__isnull=True) | Q(
    tokens__expires_at__gt=Given("today", DateTimeField())
)
_SPOKEN_FOR = Prepared(
    lambda: User.objects.filter(
        _UNEXPIRED,
        is_active=True,
        tokens__digest=Given("digest", CharField()),
        tokens__revoked_at__isnull=True,
    ).with_desk(Given("now", DateTimeField()))[:1]
)


def user_of(token: str) -> User | None:
    """The active person a token speaks for, or None. Expiry counts in real time."""
    if not token or len(token) > LONGEST:
        return None
    found = _SPOKEN_FOR.rows(digest=digest(token), today=real_now(), now=clock.now())
    return next(iter(found), None)
