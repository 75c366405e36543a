"""How people sign in: by user name; accounts are made by administrators, never by visitors."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """No open sign-up; a second factor is asked of whoever has set one up (SX.02)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
