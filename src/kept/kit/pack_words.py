"""How sections of packs read: their titles, their keys and their values in the reader's words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kept.kit.labels import is_declared, label_of
from kept.kit.words import Listed, Words, languages

NOTHING = "–"


@dataclass(frozen=True)
class SectionWords:
    """``title`` of the section; ``keys`` what its keys are called; ``values`` how the value of a
    key is worded (to a text or a list of texts); ``row`` a sentence for a whole row.
    """

    title: Any
    keys: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    row: Callable[[Mapping[str, Any]], str] | None = None

    def label(self, key: str) -> str:
        """What a key is called: the section's word for it, or the one of forms."""
        if key in self.keys:
            return str(self.keys[key])
        return str(label_of(key)) if is_declared(key) else _in_words(key)

    def value(self, key: str, value: Any) -> Any:
        """A value of a key as a text, or as a list of texts."""
        if value is None:
            return NOTHING
        worded = self.values[key](value) if key in self.values else value
        return plain(worded)

    def sentence(self, row: Mapping[str, Any]) -> str:
        """A row as a whole."""
        return self.row(row) if self.row else self.name(row)

    def name(self, row: Mapping[str, Any]) -> str:
        """What a row is called: its name, else its code."""
        name = row.get("name")
        return str(Words(name)) if isinstance(name, Mapping) else str(row.get("code", NOTHING))


_words: dict[str, SectionWords] = {}


def describe(section: str, title: Any, **words: Any) -> None:
    """Say how a section of packs reads; see ``SectionWords``."""
    _words[section] = SectionWords(title, **words)


def words_of(section: str) -> SectionWords:
    """How a section reads; one nobody described reads by its own names."""
    return _words.get(section) or SectionWords(_in_words(section))


def labels(choices: Any) -> Callable[[Any], Any]:
    """A value, or each of several, by its label among choices."""
    known = {str(value): label for value, label in choices.choices}

    def worded(value: Any) -> Any:
        if isinstance(value, list):
            return [str(known.get(str(one), one)) for one in value]
        return str(known.get(str(value), value))

    return worded


def plain(value: Any) -> Any:
    """A value as a text, or as a list of texts where it is a list."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, list | tuple):
        return [_joined(plain(one)) for one in value]
    return str(value) if value not in ("", None) else NOTHING


def _mapping(value: Mapping[str, Any]) -> str:
    if value and set(value) <= set(languages()):
        return str(Words(value))
    said = (f"{key}: {_joined(plain(one))}" for key, one in value.items())
    return "; ".join(said) or NOTHING


def _joined(value: Any) -> str:
    return ", ".join(value) or NOTHING if isinstance(value, list) else str(value)


def told(value: Any) -> str:
    """A worded value on one line."""
    return _joined(value)


def _in_words(name: str) -> str:
    return capfirst(name.replace("_", " "))


def changed(label: str, old: Any, new: Any) -> str:
    """One value that is another now: "Warning: 80 → 70"; of lists what came and what went."""
    if isinstance(old, list) and isinstance(new, list):
        return f"{label}: {_list_changed(old, new)}"
    return f"{label}: {told(old)} → {told(new)}"


def _list_changed(old: Iterable[str], new: Iterable[str]) -> str:
    old, new = list(old), list(new)
    came, went = [one for one in new if one not in old], [one for one in old if one not in new]
    if not (came or went):
        return f"{told(old)} → {told(new)}"
    parts = []
    if came:
        parts.append(_("also {what}").format(what=Listed(came)))
    if went:
        parts.append(_("no longer {what}").format(what=Listed(went)))
    return "; ".join(parts)
