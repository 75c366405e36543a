"""Loading the signed-in person with their unit in one query."""

from allauth.account.auth_backends import AuthenticationBackend

from kept.people.models import User


class Backend(AuthenticationBackend):
    """allauth's backend; every page needs the reader's unit for its zone."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("unit").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
