"""The form at the door, in our words; who lost a password asks an administrator for a new one."""

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):
    """User name and password. Nobody is sent a link by mail: many have no mail here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name")
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Stay signed in on this device")
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
