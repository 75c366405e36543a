"""A case still to be brought in, and the checks it must pass; one fault a line."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from kept.cases.models import CaseClass, CaseKind, Priority, Route, SenderType
from kept.kit import clock
from kept.kit.params import EARLIEST_YEAR, LATEST_YEAR
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import LINE_MAX, TextRule

TEXTS = {
    "source_ref": TextRule(60, many_lines=False),
    "summary": TextRule(LINE_MAX, many_lines=False),
    "description": TextRule(),
    "result": TextRule(),
    "address": TextRule(300, many_lines=False),
    "caller_name": TextRule(100, many_lines=False),
    "caller_phone": TextRule(40, many_lines=False),
    "caller_email": TextRule(254, many_lines=False),
    "product": TextRule(40, many_lines=False),
    "serial": TextRule(60, many_lines=False),
}
CHOICES = {
    "route": Route,
    "sender_type": SenderType,
    "case_kind": CaseKind,
    "priority": Priority,
    "classification": CaseClass,
}
CODES = {name: frozenset(choices.values) for name, choices in CHOICES.items()}
CODES["classification"] |= {""}
TIMES = ("received_at", "due_at", "closed_at")


@dataclass(slots=True)
class CaseDraft:
    """One row of a file as a case: words, choices by their codes, and aware moments.

    ``due_at`` is the time by which it was to be solved there; ``line`` is where it stands in the
    file. ``product`` is a product's code.
    """

    source_ref: str
    summary: str
    received_at: datetime
    route: str = Route.PHONE
    description: str = ""
    result: str = ""
    address: str = ""
    caller_name: str = ""
    caller_phone: str = ""
    caller_email: str = ""
    product: str = ""
    serial: str = ""
    sender_type: str = SenderType.USER
    case_kind: str = CaseKind.SERVICE
    priority: str = Priority.NORMAL
    classification: str = ""
    due_at: datetime | None = None
    closed_at: datetime | None = None
    line: int = 0


CONTENT = tuple(one.name for one in fields(CaseDraft) if one.name != "line")


@dataclass(frozen=True)
class Fault:
    """A row that was refused: its line in the file and why."""

    line: int
    refused: Refused


class Trace(NamedTuple):
    """What is remembered of a row: where it stands, and a digest of what it says."""

    line: int
    content: int


Seen = dict[str, Trace]
"""The rows of a file so far, by their reference."""


def trace(draft: CaseDraft) -> Trace:
    return Trace(draft.line, hash(tuple(getattr(draft, name) for name in CONTENT)))


def check(draft: CaseDraft) -> None:
    """Clean a draft in place. Raises InvalidInput naming the field of the first fault."""
    for name, rule in TEXTS.items():
        if (text := getattr(draft, name)) and not _is_plain(text, rule):
            setattr(draft, name, rule.clean(text, name))
    for name in ("source_ref", "summary"):
        if not getattr(draft, name):
            raise InvalidInput(_("Fill this in."), field=name)
    _check_choices(draft)
    _check_times(draft)
    if draft.caller_email:
        _check_email(draft.caller_email)


def _is_plain(text: str, rule: TextRule) -> bool:
    """Plain ASCII that the rule would leave as it is: most texts, told at a glance."""
    lines = text.replace("\n", "") if rule.many_lines else text
    return len(text) <= rule.max and text.isascii() and lines.isprintable() and text == text.strip()


def _check_choices(draft: CaseDraft) -> None:
    for name, choices in CHOICES.items():
        value = getattr(draft, name)
        if value not in CODES[name]:
            raise InvalidInput(
                _("“{value}” is none of these: {known}."),
                value=value,
                known=", ".join(choices.values),
                field=name,
            )


def _check_times(draft: CaseDraft) -> None:
    received = draft.received_at
    if received is None:
        raise InvalidInput(_("Fill this in."), field="received_at")
    for name in TIMES:
        moment = getattr(draft, name)
        if moment is not None and not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            raise InvalidInput(_("The year {year} cannot be right."), year=moment.year, field=name)
    for name in ("received_at", "closed_at"):
        moment = getattr(draft, name)
        if moment is not None and moment > clock.now() + timedelta(minutes=1):
            raise InvalidInput(_("This has not happened yet."), field=name)
    if draft.closed_at is not None and draft.closed_at < received:
        raise InvalidInput(_("It was closed before it was received."), field="closed_at")
    if draft.due_at is not None and draft.due_at < received:
        raise InvalidInput(_("It was due before it was received."), field="due_at")


def _check_email(text: str) -> None:
    try:
        validate_email(text)
    except ValidationError:
        raise InvalidInput(
            _("“{to}” is not a mail address."), to=text, field="caller_email"
        ) from None
