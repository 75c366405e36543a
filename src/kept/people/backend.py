"""Loading the signed-in person with their unit, company and rights in one query."""

from allauth.account.auth_backends import AuthenticationBackend

from kept.people.models import User


class Backend(AuthenticationBackend):
    """allauth's backend; every page needs the reader's unit for its zone, and their company."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session; nobody once they have left: their sessions end at once."""
        user = next(iter(User.objects.with_desk().filter(pk=user_id)[:1]), None)
        return user if user is not None and self.user_can_authenticate(user) else None
