"""The second factor: who needs one, who has one, and where they are led (SX.02)."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django_htmx.http import HttpResponseClientRedirect

from kept.people.models import User

#: Addresses somebody reaches who has not set up what the house asks for yet, by name.
OPEN_NAMES = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "account_change_password",
        "account_set_password",
        "language",
    }
)
FACTOR_PREFIX = "mfa_"


def has_factor(user: User) -> bool:
    """Whether the person set up an authenticator app."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def remove_factors(user: User) -> int:
    """Take away app and recovery codes, as when a phone was lost. Returns how many there were."""
    removed, _kinds = Authenticator.objects.filter(user=user).delete()
    return removed


def led_elsewhere(request: HttpRequest) -> HttpResponse | None:
    """Where a signed-in person goes first: a password of their own, then a second factor.

    A demo installation asks for neither: there one signs in with one click.
    """
    user: Any = request.user
    if not user.is_authenticated or request.installation.is_demo:  # type: ignore[attr-defined]
        return None
    name = missing_step(user)
    if name is None or _is_open(request, name):
        return None
    address = reverse(name)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)


def missing_step(user: User) -> str | None:
    """The address (by name) of what the person still has to set up."""
    if user.must_change_password:
        return "account_change_password"
    if user.needs_second_factor and not has_factor(user):
        return "mfa_activate_totp"
    return None


def _is_open(request: HttpRequest, step: str) -> bool:
    try:
        name = resolve(request.path_info).url_name or ""
    except Resolver404:
        return False
    if name in OPEN_NAMES or name == step:
        return True
    return step == "mfa_activate_totp" and name.startswith(FACTOR_PREFIX)
