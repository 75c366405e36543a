"""API tokens, checked by one fast keyed hash."""

import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import models


def digest(token: str) -> str:
    """HMAC-SHA256 of a token under the installation's secret key, in hex."""
    return hmac.new(settings.SECRET_KEY.encode(), token.encode(), hashlib.sha256).hexdigest()


def new_token() -> str:
    return f"kept_{secrets.token_urlsafe(32)}"


class ApiToken(models.Model):
    """A key another program uses in a person's name. Only its digest is stored."""

    user = models.ForeignKey("people.User", models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"
