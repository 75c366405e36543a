"""What an account is found by: names (and pinyin), phones, codes, addresses, what was heard."""

from typing import Any

from kept.parties.naming import digits_of, national_digits
from kept.search import index


def put_account(account: Any) -> None:
    """Let the account be found by what its file says now; call it inside the change (SX.10).

    Whoever looks for an account that was merged finds the one it goes on as. Remarks and notes are
    found by own staff only.
    """
    family = [account, *account.merged_from.all()]
    contacts = list(account.contacts.current().prefetch_related("phones"))
    phones = [one for contact in contacts for one in contact.phones.all() if not one.ended_at]
    addresses = account.addresses.current().values_list("text", flat=True)
    index.put(
        account.thread_id,
        kind=account.kind,
        title=account.name,
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
        inside=[account.notes, *_heard(account)],
    )


def codes_of(number: str) -> tuple[str, str]:
    """A phone number as dialled from home and from abroad."""
    return national_digits(number), digits_of(number)


def _heard(account: Any) -> list[str]:
    return [f"{topic} {text}" for topic, text in account.remarks.values_list("topic", "text")]


def drop_account(account: Any) -> None:
    """A merged account is found through its survivor."""
    index.drop(account.thread_id)
