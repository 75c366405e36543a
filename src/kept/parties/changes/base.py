"""What a change is, and how one kind of change is described and made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed
from kept.parties.checks import missing_fields
from kept.parties.fields import label, line
from kept.parties.models import Account
from kept.parties.settings import account_policy

Lines = list[dict[str, str]]


@dataclass(frozen=True)
class Change:
    """What is to become different: the kind, the new values, and the row it is about."""

    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    target: int | None = None


@dataclass(frozen=True)
class Kind:
    """How one kind of change is shown, made, and told in the history."""

    event: str
    lines: Callable[[Any, Change], Lines]
    apply: Callable[[Any, Change], None]


def differing(row: Model | None, values: dict[str, Any]) -> Lines:
    """Old and new of every value that is not what stands there."""
    return [
        line(name, getattr(row, name, None), value)
        for name, value in values.items()
        if value != getattr(row, name, None)
    ]


def require_complete(account: Account) -> None:
    """Raise InvalidInput naming the first mandatory field the file does not say (S3.01)."""
    if missing := missing_fields(account, account_policy(account.unit).mandatory):
        raise incomplete(missing)


def incomplete(missing: list[str]) -> InvalidInput:
    """What is said of a file that lacks mandatory fields (S3.01)."""
    return InvalidInput(
        _("The file is not complete: {fields} is missing."),
        fields=Listed(map(label, missing)),
        field=missing[0],
        rule="S3.01",
    )
