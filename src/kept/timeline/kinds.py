"""What kind of file goes up, and what may be said of a kind while it does (SX.07).

A module above that keeps more of a kind than its file (a voucher's number and amount) fills
``kind_facts``; forms, pages and the API then ask for it where a file is chosen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput
from kept.kit.wiring import Slot
from kept.people.models import User
from kept.timeline.models import Attachment, AttachmentKind

#: Asked with nothing; a module answers with a ``KindFacts`` for a kind of files it knows more of.
kind_facts = Slot("timeline.kind_facts")
#: Asked with the thread when files were hung on it for good: ``files``, the entry's ``seq``, who.
files_hung = Slot("timeline.files_hung")


@dataclass(frozen=True)
class Fact:
    """One thing that may be said of a file: its name at the doors, its word, and how it is typed.

    ``check_url`` answers with what is known of the value already, while it is typed.
    """

    name: str
    label: Any
    type: str = "text"
    max: int = 60
    check_url: str = ""
    choices: Sequence[tuple[str, Any]] = ()


@dataclass(frozen=True)
class KindFacts:
    """What may be said of files of a kind. ``read`` checks it, before anything is kept, and raises
    InvalidInput; ``keep`` writes down what ``read`` answered.
    """

    kind: AttachmentKind
    facts: Sequence[Fact]
    read: Callable[[Mapping[str, str], User], Any]
    keep: Callable[[Attachment, Any], None]


@dataclass(frozen=True)
class Sent:
    """A file as it was sent, with its kind and what was said of it."""

    file: UploadedFile
    kind: str = AttachmentKind.DOCUMENT
    facts: Mapping[str, str] = field(default_factory=dict)


def all_facts() -> list[KindFacts]:
    """What may be said of every kind there is more to say of."""
    return kind_facts.ask(None)


def said_in(values: Mapping[str, Any]) -> dict[str, str]:
    """What of a form that was sent is said of its files, as text; blanks are left out."""
    names = [fact.name for one in all_facts() for fact in one.facts]
    return {name: str(values[name]).strip() for name in names if str(values.get(name, "")).strip()}


def require_own(count: int, facts: Mapping[str, str]) -> None:
    """Raise InvalidInput for facts that are said of several files at once."""
    if facts and count > 1:
        raise InvalidInput(
            _("A number, day, place or amount belongs to one file. Send the files one by one."),
            field="files",
            rule="SX.07",
        )


def facts_of_kind(kind: str, facts: Mapping[str, str]) -> KindFacts | None:
    """Who keeps what is said of a kind. Raises InvalidInput for what is not asked of it."""
    found = next((one for one in all_facts() if one.kind == kind), None)
    known = {fact.name for fact in found.facts} if found else set()
    for name in facts:
        if name not in known:
            raise InvalidInput(
                _("This is not asked of a {kind}. Choose another kind, or leave it out."),
                kind=AttachmentKind(kind).label,
                field=name,
                rule="SX.07",
            )
    return found
