"""Codes of an authenticator app: the one just past still opens, and none opens twice (SX.02).

A code changes every half minute, often while somebody is typing it. The neighbours of the code of
the moment are therefore taken as well (``MFA_TOTP_TOLERANCE``, RFC 6238 section 5.2), and so a code
lives longer than django-allauth remembers that it was used.
"""

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.cache import cache


class _Once:
    """Remembers a code that opened for as long as it would open again."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        lives = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        who = self.user.pk  # type: ignore[attr-defined]
        if not cache.add(f"kept.code_used:{who}:{''.join(code.split())}", True, timeout=lives):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_Once, AuthenticateForm):
    """The code after the password."""


class CodeAgainForm(_Once, ReauthenticateForm):
    """The code before something that needs a fresh proof."""
