"""Who a token belongs to: one indexed query on its keyed digest."""

from django.db.models import Q

from kept.people.models import User
from kept.people.models.token import digest
from kept.people.real_time import real_now

LONGEST = 200


def user_of(token: str) -> User | None:
    """The active person a token speaks for, or None. Expiry counts in real time."""
    if not token or len(token) > LONGEST:
        return None
    unexpired = Q(tokens__expires_at__isnull=True) | Q(tokens__expires_at__gt=real_now())
    alive = {"tokens__digest": digest(token), "tokens__revoked_at__isnull": True}
    found = User.objects.filter(unexpired, is_active=True, **alive)
    return next(iter(found.with_desk()[:1]), None)
