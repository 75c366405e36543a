"""How people sign in: by user name; accounts are made by administrators, never by visitors.

Passwords, codes and throttles are django-allauth's and live in real time; the words are ours.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed, user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kept.people.models import User


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


@receiver(password_changed)
def own_password_chosen(sender: Any, user: User, **kwargs: Any) -> None:
    """The person chose a password of their own: nothing else is asked any more."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(must_change_password=False)
        user.must_change_password = False
        user.record("person.password_changed", by=user)


@receiver(user_logged_in)
def language_follows_person(request: HttpRequest, response: Any, user: User, **kwargs: Any) -> None:
    """The door speaks the person's language the next time, too."""
    if response is not None:
        response.set_cookie("kept_language", user.language, max_age=31_536_000, samesite="Lax")
