"""How people sign in: by user name; accounts are made by administrators, never by visitors.

Passwords, codes and throttles are django-allauth's and live in real time; the words are ours.
"""

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kept.people.models import User
from kept.people.real_time import real_now


class AccountAdapter(DefaultAccountAdapter):
    """No open sign-up; a second factor is asked of whoever has set one up (SX.02)."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The user name or the password is not right."),
        "too_many_login_attempts": _("Too many wrong tries. Wait a few minutes, then try again."),
        "rate_limited": _("Too many wrong tries. Wait a few minutes, then try again."),
        "incorrect_code": _("This code is not right, or it is no longer valid."),
        "enter_current_password": _("This is not your password now."),
        "incorrect_password": _("This is not your password."),
        "account_inactive": _("This account is closed."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not again right after signing in: who is led to set up an app has just typed all."""
        return super().is_reauthentication_required(app=app) and not _signed_in_lately(self.request)


class FactorAdapter(DefaultMFAAdapter):
    """The words of the second factor are ours, too."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or it is no longer valid."),
    }

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """What the app on the phone calls the account: the name people sign in with."""
        return user.get_username()


def _signed_in_lately(request: HttpRequest) -> bool:
    """Whether the person proved who they are within the last minutes of real time."""
    records = get_authentication_records(request, request.user)
    return (
        bool(records)
        and real_now().timestamp() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
    )


@receiver(password_changed)
def own_password_chosen(sender: Any, user: User, **kwargs: Any) -> None:
    """The person chose a password of their own: nothing else is asked any more."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(must_change_password=False)
        user.must_change_password = False
        user.record("person.password_changed", by=user)


@receiver(authenticator_added)
def factor_set_up(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """An authenticator app was set up; recovery codes come with it and need no line."""
    if authenticator.type == Authenticator.Type.TOTP:
        with transaction.atomic():
            user.record("person.second_factor_set", by=user)


@receiver(authenticator_removed)
def factor_switched_off(
    sender: Any, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """The person switched their app off; where a role needs one they are led to set up another."""
    if authenticator.type == Authenticator.Type.TOTP:
        with transaction.atomic():
            user.record("person.second_factor_off", by=user)


@receiver(user_logged_in)
def language_follows_person(request: HttpRequest, response: Any, user: User, **kwargs: Any) -> None:
    """The door speaks the person's language the next time, too."""
    if response is not None:
        response.set_cookie("kept_language", user.language, max_age=31_536_000, samesite="Lax")
