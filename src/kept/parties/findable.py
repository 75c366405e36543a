"""What an account is found by: names (and pinyin), phones, codes, addresses, what was heard."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

from kept.parties.naming import digits_of, national_digits
from kept.search import index
from kept.search.changes import changed

#: Read with an account for its card.
ON_CARD = ("merged_from", "contacts__phones", "addresses", "remarks")


def put_account(account: Any) -> None:
    """Let the account be found by what its file says when the action ends (SX.10).

    Whoever looks for an account that was merged finds the one it goes on as. Remarks and notes are
    found by own staff only.
    """
    changed(account)


def card_of(
    account: Any,
    family: Iterable[Any],
    contacts: Sequence[Any],
    phones: Iterable[Any],
    addresses: Iterable[str],
    heard: Iterable[str] = (),
) -> index.Card:
    """The search card of an account, from what is known about it; asks nothing of the database."""
    family = list(family)
    return index.Card(
        account.thread_id,
        account.kind,
        account.name,
        number=account.number or "",
        address=account.get_absolute_url(),
        names=[one.name for one in [*family, *contacts]],
        codes=[
            *(one.number or "" for one in family),
            *(one.code for one in family),
        ],
        personal=[
            *(code for one in phones for code in codes_of(one.number)),
            *(one.email for one in contacts),
        ],
        texts=[account.region, account.org_type, account.agent_name, *addresses],
        inside=[account.notes, *heard],
    )


def put_accounts(accounts: Iterable[Any]) -> None:
    """The same for many accounts, at once."""
    index.put_many(cards_of(list(accounts)))


def cards_of(accounts: Sequence[Any]) -> list[index.Card]:
    """The cards of accounts, in as many queries as for one."""
    models.prefetch_related_objects(accounts, *ON_CARD)
    return [_card_of_loaded(account) for account in accounts]


def _card_of_loaded(account: Any) -> index.Card:
    contacts = _current(account.contacts)
    phones = [one for contact in contacts for one in _current(contact.phones)]
    addresses = [one.text for one in _current(account.addresses)]
    heard = [f"{one.topic} {one.text}" for one in _in_order(account.remarks)]
    family = [account, *_in_order(account.merged_from)]
    return card_of(account, family, contacts, phones, addresses, heard)


def _current(rows: Any) -> list[Any]:
    return [one for one in _in_order(rows) if not one.ended_at]


def _in_order(rows: Any) -> list[Any]:
    return sorted(rows.all(), key=lambda one: one.pk)


def codes_of(number: str) -> tuple[str, str]:
    """A phone number as dialled from home and from abroad."""
    return national_digits(number), digits_of(number)


def drop_account(account: Any) -> None:
    """A merged account is found through its survivor."""
    index.drop(account.thread_id)
