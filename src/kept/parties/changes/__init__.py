"""Kinds of change to a file: what each would make different, and making it so.

A change is described first (its lines, old and new) and applied afterwards: at once for most
accounts, after somebody else has acknowledged it for stations and field staff (S0.42, S0.43).
"""

from kept.parties.changes import account, contact, person
from kept.parties.changes.base import Change, Kind, Lines, differing, require_complete
from kept.parties.models import Account
from kept.people.models import User

KINDS: dict[str, Kind] = {**account.KINDS, **contact.KINDS, **person.KINDS}


def lines_of(about: Account | User, change: Change) -> Lines:
    """What the change would make different now."""
    return KINDS[change.kind].lines(about, change)


def apply(about: Account | User, change: Change) -> None:
    """Make the change. Raises Refused when it cannot stand any more."""
    KINDS[change.kind].apply(about, change)


def event_of(change: Change) -> str:
    return KINDS[change.kind].event


__all__ = [
    "KINDS",
    "Change",
    "Lines",
    "apply",
    "differing",
    "event_of",
    "lines_of",
    "require_complete",
]
