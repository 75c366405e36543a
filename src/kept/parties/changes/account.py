"""Changes of the facts of an account, and of its addresses."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.refusal import InvalidInput
from kept.parties.changes.base import Change, Kind, Lines, differing, require_complete
from kept.parties.fields import line
from kept.parties.models import Account, Address


def _account_lines(account: Account, change: Change) -> Lines:
    return differing(account, change.values)


def _apply_account(account: Account, change: Change) -> None:
    if code := change.values.get("code"):
        require_free_code(account, code)
    for name, value in change.values.items():
        setattr(account, name, value)
    account.save(update_fields=[*change.values, "sort_key", "name_key"])
    require_complete(account)
    if account.thread.title != account.name[:200]:
        account.thread.title = account.name[:200]
        account.thread.save(update_fields=["title"])


def require_free_code(account: Account, code: str) -> None:
    """Raise InvalidInput when another account of the company has the code."""
    others = Account.objects.alive().filter(company=account.company_id, code=code)
    if others.exclude(pk=account.pk).exists():
        raise InvalidInput(
            _("The code “{code}” is taken. Choose another."), code=code, field="code", rule="SX.05"
        )


def _address_lines(account: Account, change: Change) -> Lines:
    old = Address.objects.current().filter(account=account, pk=change.target).first()
    return _differing_address(old, change.values)


def _differing_address(old: Address | None, values: dict[str, Any]) -> Lines:
    now = str(old) if old else ""
    return [line("address", now, values["text"])] if now != values["text"] else []


def _apply_address(account: Account, change: Change) -> None:
    """A new address takes the place of the old one, which ends and stays."""
    old = Address.objects.current().filter(account=account, pk=change.target).first()
    if old:
        old.ended_at = clock.now()
        old.save(update_fields=["ended_at"])
    if change.values["text"]:
        make_address(account, change.values["text"], is_main=old.is_main if old else None)
    require_complete(account)


def make_address(account: Account, text: str, *, is_main: bool | None = None) -> Address:
    """An address of the account; the first one is the main address."""
    if is_main is None:
        is_main = not account.addresses.current().exists()
    return Address.objects.create(
        account=account, text=text, region=account.region, is_main=is_main
    )


KINDS = {
    "account": Kind("account.changed", _account_lines, _apply_account),
    "address": Kind("account.address_changed", _address_lines, _apply_address),
}
