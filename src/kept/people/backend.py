"""Loading the signed-in person with their unit, company and rights in one query."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import BigAutoField, DateTimeField

from kept.kit import clock
from kept.kit.prepared import Given, Prepared
from kept.people.models import User

_NOW = Given("now", DateTimeField())
_SIGNED_IN = Prepared(
    lambda: User.objects.with_desk(_NOW).filter(pk=Given("pk", BigAutoField()))[:1]
)


class Backend(AuthenticationBackend):
    """allauth's backend; every page needs the reader's unit for its zone, and their company."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session; nobody once they have left: their sessions end at once."""
        user = next(iter(_SIGNED_IN.rows(pk=user_id, now=clock.now())), None)
        return user if user is not None and self.user_can_authenticate(user) else None
