"""Sentences: an event and its values, worded for the reader when they read it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kept.kit.templatetags.kit import span
from kept.kit.words import Listed, Words
from kept.people.models import User
from kept.timeline.models import Attachment, Entry, EntryText, Thread
from kept.timeline.naming import Names, name_of, names_in

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Sentence:
    """The words for one event: a lazy text with places, an icon, and how values are worded.

    ``state`` colours the line (good, warned, late, bad); ``is_own`` is for own staff only;
    ``is_from_customer`` are the customer's words.
    """

    text: Any
    icon: str = "dot"
    labels: Mapping[str, Any] = field(default_factory=dict)
    state: str = ""
    is_own: bool = False
    is_from_customer: bool = False


_sentences: dict[str, Sentence] = {}


def declare(
    event: str,
    text: Any,
    *,
    icon: str = "dot",
    state: str = "",
    is_own: bool = False,
    is_from_customer: bool = False,
    **labels: Any,
) -> None:
    """Word an event. ``labels`` gives, by value name, the choices class whose label is shown."""
    if event in _sentences:
        raise RuntimeError(f"{event} has two sentences")
    _sentences[event] = Sentence(text, icon, labels, state, is_own, is_from_customer)


def declared() -> dict[str, Sentence]:
    """Event → its sentence."""
    return dict(_sentences)


def sentence_for(event: str) -> Sentence:
    """The declared sentence of an event; one nobody declared reads as its name."""
    return _sentences.get(event) or Sentence(event)


class _Blank(dict):
    def __missing__(self, key: str) -> str:
        return "…"


@dataclass
class Told:
    """An entry as one reader sees it. ``thread`` is set where it is another one's (merged)."""

    seq: int
    event: str
    icon: str
    sentence: str
    words: dict[str, str]
    by: User
    happened_at: datetime
    recorded_at: datetime
    attachments: list[Attachment]
    state: str = ""
    is_own: bool = False
    is_from_customer: bool = False
    thread: Thread | None = None

    @cached_property
    def _here(self) -> datetime:
        return timezone.localtime(self.happened_at)

    @property
    def day(self) -> date:
        """The day it happened on the reader's calendar."""
        return self._here.date()

    @property
    def hour(self) -> str:
        """When it happened on the reader's clock: ``14:05``."""
        return self._here.strftime("%H:%M")

    @property
    def exact(self) -> str:
        """The same with its zone, for machines."""
        return self._here.isoformat()

    @property
    def is_late_entry(self) -> bool:
        """Recorded more than a minute after it happened: the page says so."""
        return self.recorded_at - self.happened_at > MINUTE

    @property
    def text(self) -> str:
        return "\n\n".join(word for name, word in self.words.items() if name in TEXT_NAMES)


TEXT_NAMES = (
    "text", "summary", "promised", "reason", "reference", "answer", "note", "question",
)  # fmt: skip
Files = Mapping[Any, list[Attachment]]


def tell(entries: Iterable[Entry], attachments: Files | None = None) -> list[Told]:
    """Entries worded for the reader: one query for their words, one for all rows they name.

    ``attachments`` are by (thread, seq), or by seq alone where there is one thread.
    """
    entries, files = list(entries), attachments or {}
    values = {entry.pk: json.loads(entry.body)["values"] for entry in entries}
    names = names_in(values.values())
    words = _words_of(entries)
    return [
        _told(
            entry,
            _word(entry.event, values[entry.pk], names, words[entry.pk]),
            words[entry.pk],
            files.get((entry.thread_id, entry.seq)) or files.get(entry.seq) or [],
        )
        for entry in entries
    ]


def _words_of(entries: list[Entry]) -> dict[int, dict[str, str]]:
    words: dict[int, dict[str, str]] = defaultdict(dict)
    for text in EntryText.objects.filter(entry__in=[entry.pk for entry in entries]).order_by("pk"):
        words[text.entry_id][text.name] = text.text or _("(erased under {rule})").format(
            rule=text.erased_under
        )
    return words


def _told(entry: Entry, text: str, words: dict[str, str], files: list[Attachment]) -> Told:
    known = sentence_for(entry.event)
    return Told(
        seq=entry.seq,
        event=entry.event,
        icon=known.icon,
        sentence=text,
        words=words,
        by=entry.by,
        happened_at=entry.happened_at,
        recorded_at=entry.recorded_at,
        attachments=files,
        state=known.state,
        is_own=known.is_own,
        is_from_customer=known.is_from_customer,
    )


def sentence(entry: Entry) -> str:
    """One entry as one sentence."""
    return tell([entry])[0].sentence


def words_of(event: str, values: Mapping[str, Any]) -> str:
    """The sentence for stored values that are not an entry (a notice)."""
    return word_all([(event, values)])[0]


def word_all(told: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """Sentences for many events and their values, with one query for all rows they name."""
    told = list(told)
    names = names_in(values for _event, values in told)
    return [_word(event, values, names, {}) for event, values in told]


def _word(event: str, values: Mapping[str, Any], names: Names, words: Mapping[str, str]) -> str:
    known = sentence_for(event)
    shown = {name: show(value, names) for name, value in values.items()}
    for name, choices in known.labels.items():
        if name in values:
            shown[name] = _label(choices, values[name], shown[name])
    return str(known.text).format_map(_Blank({**words, **shown}))


def _label(choices: Any, value: Any, otherwise: str) -> str:
    if isinstance(value, list):
        return _(", ").join(_label(choices, one, str(one)) for one in value)
    return str(choices(value).label) if value in getattr(choices, "values", ()) else otherwise


def show(value: Any, names: Names) -> str:
    """A stored value in the reader's language and zone."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return str(Listed(show(one, names) for one in value))
    return _show_tagged(value, names) if isinstance(value, dict) else str(value)


def _show_tagged(value: Mapping[str, Any], names: Names) -> str:
    """Values of kinds JSON does not know (see canonical.plain)."""
    if "at" in value:
        moment = timezone.localtime(datetime.fromisoformat(value["at"]))
        return date_format(moment, "SHORT_DATETIME_FORMAT")
    if "on" in value:
        return date_format(date.fromisoformat(value["on"]), "SHORT_DATE_FORMAT")
    if "dec" in value:
        return value["dec"]
    if "row" in value:
        return name_of(value, names)
    if "words" in value:
        return str(Words(value["words"]))
    if "seconds" in value:
        return _show_span(abs(value["seconds"]))
    return ", ".join(f"{key}: {show(one, names)}" for key, one in value.items())


def _show_span(seconds: int) -> str:
    return span(seconds) if seconds >= 60 else _("less than a minute")
