"""API tokens, checked by one fast keyed hash."""

import hashlib
import hmac
import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from kept.people.models.unit import Unit
from kept.people.real_time import real_now


def digest(token: str) -> str:
    """HMAC-SHA256 of a token under the installation's secret key, in hex."""
    return hmac.new(settings.SECRET_KEY.encode(), token.encode(), hashlib.sha256).hexdigest()


def new_token() -> str:
    return f"kept_{secrets.token_urlsafe(32)}"


class ApiTokenQuerySet(models.QuerySet):
    def alive(self) -> "ApiTokenQuerySet":
        """Tokens that open the door now, in real time."""
        unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=real_now())
        return self.filter(unexpired, revoked_at__isnull=True, user__is_active=True)

    def visible_to(self, user: Any) -> "ApiTokenQuerySet":
        """One's own, and those of colleagues where one may revoke them."""
        if user.is_system:
            return self
        administered = Unit.objects.within(user.scopes_with("people.revoke_token"))
        return self.filter(Q(user=user) | Q(user__unit__in=administered))


class ApiToken(models.Model):
    """A key another program uses in a person's name. Only its digest is stored.

    Made, expired and revoked in real time, whatever the clock of the installation says.
    """

    ref = "id"
    plural = "tokens"
    public_fields = (
        "user",
        "name",
        "hint",
        "created_at",
        "expires_at",
        "revoked_at",
    )

    user = models.ForeignKey("people.User", models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    def get_absolute_url(self) -> str:
        return "/tokens/"

    @property
    def is_alive(self) -> bool:
        return self.revoked_at is None and not self.is_expired

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= real_now()

    def is_guarded_by(self, by: Any) -> bool:
        """One's own, or a colleague's whose tokens one may revoke."""
        return by.pk == self.user_id or by.holds_over("people.revoke_token", self.user.unit)
