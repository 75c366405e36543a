"""Sentences: an event and its values, worded for the reader when they read it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kept.people.models import User
from kept.timeline.models import Entry, EntryText


@dataclass(frozen=True)
class Sentence:
    """The words for one event: a lazy text with places, an icon, and how values are worded."""

    text: Any
    icon: str = "dot"
    labels: Mapping[str, Any] | None = None


_sentences: dict[str, Sentence] = {}


def declare(event: str, text: Any, *, icon: str = "dot", **labels: Any) -> None:
    """Word an event. ``labels`` gives, by value name, the choices class whose label is shown."""
    if event in _sentences:
        raise RuntimeError(f"{event} has two sentences")
    _sentences[event] = Sentence(text, icon, labels)


def declared() -> dict[str, Sentence]:
    return dict(_sentences)


class _Blank(dict):
    def __missing__(self, key: str) -> str:
        return "…"


@dataclass
class Told:
    """An entry as one reader sees it."""

    seq: int
    event: str
    icon: str
    sentence: str
    words: dict[str, str]
    by: User
    happened_at: datetime
    recorded_at: datetime
    attachments: list[Any]

    @property
    def is_late_entry(self) -> bool:
        """Recorded more than a minute after it happened: the page says so."""
        return self.recorded_at - self.happened_at > timedelta(minutes=1)

    @property
    def text(self) -> str:
        return "\n\n".join(word for name, word in self.words.items() if name in TEXT_NAMES)


TEXT_NAMES = ("text", "summary", "reason", "answer", "note", "question")


def tell(
    entries: Iterable[Entry], attachments: Mapping[int, list[Any]] | None = None
) -> list[Told]:
    """Entries worded for the reader; rows they name are fetched in one query per kind."""
    entries = list(entries)
    values = {entry.pk: json.loads(entry.body)["values"] for entry in entries}
    rows = _rows_named_in(values.values())
    words: dict[int, dict[str, str]] = defaultdict(dict)
    for text in EntryText.objects.filter(entry__in=[entry.pk for entry in entries]):
        words[text.entry_id][text.name] = text.text or _("(erased under {rule})").format(
            rule=text.erased_under
        )
    return [
        Told(
            seq=entry.seq,
            event=entry.event,
            icon=_sentences[entry.event].icon if entry.event in _sentences else "dot",
            sentence=_word(entry.event, values[entry.pk], rows, words[entry.pk]),
            words=words[entry.pk],
            by=entry.by,
            happened_at=entry.happened_at,
            recorded_at=entry.recorded_at,
            attachments=(attachments or {}).get(entry.seq, []),
        )
        for entry in entries
    ]


def sentence(entry: Entry) -> str:
    """One entry as one sentence."""
    return tell([entry])[0].sentence


def words_of(event: str, values: Mapping[str, Any]) -> str:
    """The sentence for stored values that are not an entry (a notice)."""
    return _word(event, values, _rows_named_in([values]), {})


def _word(
    event: str, values: Mapping[str, Any], rows: Mapping[Any, Any], words: Mapping[str, str]
) -> str:
    known = _sentences.get(event)
    if known is None:
        return event
    shown = {name: _show(value, rows) for name, value in values.items()}
    for name, choices in (known.labels or {}).items():
        if values.get(name) in getattr(choices, "values", ()):
            shown[name] = str(choices(values[name]).label)
    return str(known.text).format_map(_Blank({**words, **shown}))


def _show(value: Any, rows: Mapping[Any, Any]) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_show(one, rows) for one in value)
    if not isinstance(value, dict):
        return str(value)
    if "at" in value:
        moment = timezone.localtime(datetime.fromisoformat(value["at"]))
        return date_format(moment, "SHORT_DATETIME_FORMAT")
    if "on" in value:
        return date_format(date.fromisoformat(value["on"]), "SHORT_DATE_FORMAT")
    if "dec" in value:
        return value["dec"]
    if "row" in value:
        return str(rows.get((value["row"], value["id"]), _("(unknown)")))
    return ", ".join(f"{key}: {_show(one, rows)}" for key, one in value.items())


def _rows_named_in(all_values: Iterable[Mapping[str, Any]]) -> dict[tuple[str, Any], Any]:
    wanted: dict[str, set[Any]] = defaultdict(set)
    for values in all_values:
        for value in values.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict) and "row" in one:
                    wanted[one["row"]].add(one["id"])
    return {
        (label, pk): row
        for label, ids in wanted.items()
        for pk, row in apps.get_model(label)._base_manager.in_bulk(ids).items()
    }
