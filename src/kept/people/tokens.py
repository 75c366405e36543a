"""Who a token belongs to: one indexed query on its keyed digest."""

from django.db.models import Q
from django.utils import timezone

from kept.people.models import ApiToken, User
from kept.people.models.token import digest


def user_of(token: str) -> User | None:
    """The active person a token speaks for, or None. Expiry counts in real time."""
    alive = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    found = (
        ApiToken.objects.filter(alive, digest=digest(token), revoked_at__isnull=True)
        .select_related("user__unit")
        .first()
    )
    return found.user if found is not None and found.user.is_active else None
