"""Passwords, second factors and API tokens; all of it lives in real time (SX.02)."""

import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text
from kept.people.models import ApiToken, User
from kept.people.models.token import digest, new_token
from kept.people.real_time import real_now
from kept.people.second_factor import has_factor, remove_factors

#: Letters and digits that are not taken for one another on paper.
READABLE = "abcdefghijkmnpqrstuvwxyz23456789"
LONGEST_DAYS = 3660


def require_strong(password: str, user: User) -> None:
    """Raise InvalidInput, with every reason, for a password too weak for this person."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(
            "{message}", message=" ".join(error.messages), field="password"
        ) from None


@action("people.set_password", label=_("Set password"), internal=True)
def set_password(user: User, *, by: User, password: Line) -> User:
    """Give a person a password, from the command line. Raises Refused when it is too weak."""
    require_strong(password, user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    user.record("person.password_set", by=by)
    return user


@action("people.issue_password", label=_("Give a first password"), internal=True)
def issue_password(user: User, *, by: User) -> User:
    """Make a password that is shown once, on ``user.fresh_password``, and must be changed.

    Nobody chooses another person's password; their open sessions end.
    """
    if not user.is_active:
        raise Refused(_("{name} has left."), name=user, rule="SX.17")
    password = "-".join(
        "".join(secrets.choice(READABLE) for _sign in range(4)) for _group in range(4)
    )
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    user.record("person.password_issued", by=by)
    user.fresh_password = password  # type: ignore[attr-defined]
    return user


@action(
    "people.reset_second_factor",
    label=_("Reset second factor"),
    offered=lambda user, by: user.is_active and has_factor(user),
    danger=True,
    icon="smartphone",
)
def reset_second_factor(user: User, *, by: User, reason: Text) -> User:
    """Take away the authenticator app and recovery codes of somebody who lost their phone.

    A role that needs a second factor leads them to set one up again when they sign in.
    """
    if by == user:
        raise Refused(
            _("Ask another administrator, or switch it off under “Second factor”."), rule="SX.02"
        )
    if not remove_factors(user):
        raise Refused(_("{name} has no second factor."), name=user, rule="SX.02")
    user.record("person.second_factor_reset", by=by, words={"reason": reason})
    return user


@action("people.issue_token", label=_("Issue API token"), internal=True)
def issue_token(user: User, *, by: User, name: Line, days: int | None = None) -> User:
    """Make a key for another program; the key itself is shown once, on ``user.fresh_token``.

    It speaks in the person's name, so only they (or the command line) can make one.
    """
    if by != user and not by.is_system:
        raise Refused(_("Only {name} can make a token in that name."), name=user, rule="SX.02")
    if not user.is_active:
        raise Refused(_("{name} has left."), name=user, rule="SX.17")
    if days is not None and not 0 < days <= LONGEST_DAYS:
        raise InvalidInput(_("A token lives from 1 to {max} days."), max=LONGEST_DAYS, field="days")
    token, now = new_token(), real_now()
    ApiToken.objects.create(
        user=user,
        name=name[:100],
        digest=digest(token),
        hint=token[:9],
        created_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    user.record("person.token_issued", by=by, name=name)
    user.fresh_token = token  # type: ignore[attr-defined]
    return user


@action(
    "people.revoke_token",
    label=_("Revoke API token"),
    right="people.issue_token",
    offered=lambda token, by: token.is_alive,
    danger=True,
    icon="trash-2",
)
def revoke_token(token: ApiToken, *, by: User) -> ApiToken:
    """Let a token open nothing from now on: one's own, or a colleague's where one may."""
    if token.revoked_at is not None:
        raise Refused(_("This token was revoked before."), rule="SX.06")
    token.revoked_at = real_now()
    token.save(update_fields=["revoked_at"])
    token.user.record("person.token_revoked", by=by, name=token.name)
    return token
