"""What can be imported: a kind says its fields, its draft, and the bulk verb that takes drafts in.

A module declares its kinds and enters them with ``register``; template, mapping, dry run, faults
and progress come from the declaration.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from enum import Enum
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit.actions import Action
from kept.kit.importing.headers import folded
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import LINE_MAX, TextRule
from kept.kit.words import Listed

MOST = 1_000
"""Rows that go in together."""
LINE = TextRule(LINE_MAX, many_lines=False)


class ValueKind(Enum):
    """What a field's text is read as."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    WHOLE = "whole"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True)
class Field:
    """One thing a row can say: ``name`` in the draft, ``label`` and ``help`` for people.

    ``headers`` are what such a column is called elsewhere, English and Chinese; the label in either
    language counts as well. ``rule`` bounds its text, ``choices`` are the values allowed,
    ``example`` stands in the template.
    """

    name: str
    label: Any
    help: Any = ""
    required: bool = False
    kind: ValueKind = ValueKind.TEXT
    rule: TextRule = LINE
    choices: type[models.TextChoices] | None = None
    example: Any = ""
    headers: Sequence[str] = ()

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """What its column may be called, folded, the most telling first."""
        own = (self.name, *in_every_language(self.label), *self.headers)
        return tuple(dict.fromkeys(folded(one) for one in own))


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Something that can be imported; ``verb`` takes ``by``, ``unit``, ``batch`` and ``options``.

    ``draft`` is a dataclass with the names of the fields and ``line``. ``described`` are shipped
    descriptions of other systems' tables (mapping TOML by name). ``tells`` are the sentences on
    what came of a file, with {made}, and {…} for what the verb counted besides.
    """

    name: str
    label: Any
    draft: type
    fields: Sequence[Field]
    verb: Action
    tells: Any
    order: int = 50
    options: Sequence[str] = ()
    described: Callable[[], Mapping[str, str]] = dict
    finish: Callable[[Any, Any], None] | None = None

    @property
    def right(self) -> str:
        """The right needed to import it."""
        return self.verb.right

    def field(self, name: str) -> Field:
        return self.by_name[name]

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {one.name: one for one in self.fields}

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.fields if one.required)

    @cached_property
    def texts(self) -> list[tuple[str, TextRule]]:
        """The fields that are text, with what may stand in them."""
        return [(one.name, one.rule) for one in self.fields if one.kind is ValueKind.TEXT]

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """What a draft says where its row says nothing."""
        return {one.name: one.default for one in fields(self.draft) if one.default is not MISSING}

    @cached_property
    def _content(self) -> Callable[[Any], Any]:
        return attrgetter(*(one.name for one in self.fields))

    def trace(self, draft: Any) -> "Trace":
        """Where a row stands and a digest of all it says."""
        return Trace(draft.line, hash(self._content(draft)))


def clean_texts(kind: Kind, draft: Any) -> None:
    """Clean the texts of a draft in place. Raises InvalidInput for one that cannot stand, or for a
    required field that is empty.
    """
    for name, rule in kind.texts:
        text = getattr(draft, name)
        if text and not is_plain(text, rule):
            setattr(draft, name, rule.clean(text, name))
    for name in kind.required:
        if getattr(draft, name) in (None, "", ()):
            raise InvalidInput(_("Fill this in."), field=name)


def is_plain(text: str, rule: TextRule) -> bool:
    """Plain ASCII that the rule would leave as it is: most texts, told at a glance."""
    lines = text.replace("\n", "") if rule.many_lines else text
    return len(text) <= rule.max and text.isascii() and lines.isprintable() and text == text.strip()


class Trace(NamedTuple):
    """What is remembered of a row: where it stands, and a digest of what it says."""

    line: int
    content: int


Seen = dict[Any, Trace]
"""The rows of a file so far, by whatever they are known by."""


@dataclass(frozen=True)
class Fault:
    """A row that was refused, or noted: its line, why, and the column and value it is about."""

    line: int
    refused: Refused
    column: str = ""
    value: str = ""


class Batch:
    """Drafts that go in together, at most a thousand; ``seen`` are the rows of the file before.

    A dry run checks everything and writes nothing. ``source`` names the file, for the history.
    """

    def __init__(
        self,
        drafts: Sequence[Any],
        seen: Seen | None = None,
        *,
        dry_run: bool = False,
        source: str = "",
    ) -> None:
        if len(drafts) > MOST:
            raise InvalidInput(_("At most {max} rows go in at once."), max=MOST, field="batch")
        self.drafts, self.seen = list(drafts), seen or {}
        self.dry_run, self.source = dry_run, source


@dataclass
class Imported:
    """What became of a batch: new things, rows that were here already, rows refused or noted.

    ``seen`` are the rows it took in, by what they are known by. ``counted`` is what else the kind
    tells of.
    """

    made: list[Any] = field(default_factory=list)
    known: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    seen: Seen = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    dry_run: bool = False

    def refuse(self, draft: Any, refused: Refused) -> None:
        self.faults.append(Fault(draft.line, refused))

    def note(self, draft: Any, warning: Refused) -> None:
        self.notes.append(Fault(draft.line, warning))


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Let a kind of thing be imported."""
    _kinds[kind.name] = kind
    return kind


def all_kinds() -> list[Kind]:
    """Everything that can be imported, in the order it is usually brought."""
    return sorted(_kinds.values(), key=lambda one: (one.order, one.name))


def kind_named(name: str) -> Kind:
    """A kind by its name. Raises InvalidInput naming those there are."""
    if name not in _kinds:
        raise InvalidInput(
            _("“{name}” cannot be imported. There are: {known}."),
            name=name,
            known=Listed(one.name for one in all_kinds()),
            field="kind",
        )
    return _kinds[name]


def in_every_language(text: Any) -> Iterable[str]:
    """A label as every reader sees it."""
    from django.conf import settings
    from django.utils import translation

    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield str(text)
