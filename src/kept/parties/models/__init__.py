"""Accounts, and the people and numbers one reaches them by."""

from kept.parties.models.account import Account, AccountRole, AccountState
from kept.parties.models.contact import Address, Contact, Phone

__all__ = ["Account", "AccountRole", "AccountState", "Address", "Contact", "Phone"]
