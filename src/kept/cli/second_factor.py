"""The second factor of somebody set up at the terminal: a QR code for the app on their phone."""

from collections.abc import Callable

import click
import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.db import transaction
from django.utils.translation import gettext as _

from kept.people.models import User

TRIES = 3


@transaction.atomic
def set_up_factor(user: User, *, by: User, ask: Callable[[str], str] | None) -> bool:
    """Show the secret, let the person prove with a code that the app has it, and keep it.

    ``ask`` asks for the code; without it (nobody sits there) the secret is kept unproved. False
    when the person gave up, and then nothing is kept.
    """
    secret = generate_totp_secret()
    show_secret(user, secret)
    if ask is not None and not _is_proved(secret, ask):
        click.echo(_("No second factor was set up; it will be asked for at the first sign-in."))
        return False
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).generate_codes()
    user.record("person.second_factor_set", by=by)
    click.echo(_("Recovery codes, each opens once (print them, keep them apart from the phone):"))
    click.echo("  " + "  ".join(codes))
    return True


def show_secret(user: User, secret: str) -> None:
    """A QR code, and the same as an address and as letters, for an authenticator app."""
    adapter = get_adapter()
    address = adapter.build_totp_url(user, secret)
    click.echo(_("Scan this with an authenticator app on the phone:"))
    segno.make(address, error="l").terminal(compact=True, border=2)
    click.echo(f"  {address}")
    click.echo(_("  or type the key: {secret}").format(secret=secret))


def _is_proved(secret: str, ask: Callable[[str], str]) -> bool:
    for _try in range(TRIES):
        code = ask(_("The six digits the app shows now (empty to do this later)")).strip()
        if not code:
            return False
        if validate_totp_code(secret, code.replace(" ", "")):
            return True
        click.echo(_("This code is not right."))
    return False
