"""Who a token belongs to: one indexed query on its keyed digest."""

from kept.people.models import ApiToken, User
from kept.people.models.token import digest

LONGEST = 200


def user_of(token: str) -> User | None:
    """The active person a token speaks for, or None. Expiry counts in real time."""
    if not token or len(token) > LONGEST:
        return None
    found = (
        ApiToken.objects.alive()
        .filter(digest=digest(token))
        .select_related("user__unit", "user__company")
        .first()
    )
    return found.user if found is not None else None
