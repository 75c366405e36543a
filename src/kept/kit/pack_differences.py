"""Two policies compared: what is added, removed and changed, as sentences (SX.19)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kept.kit.pack_words import SectionWords, changed, told, words_of
from kept.kit.packs import are_rows, sections


@dataclass
class Difference:
    """What one section says in two policies: lines that only the second has, that only the first
    has, and what both have otherwise.
    """

    title: str
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What is different in the second policy, section by section in the order packs are read."""
    known = sections()
    names = [*known, *sorted((set(before) | set(after)) - set(known))]
    found = (
        _compared(words_of(name), before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    )
    return [one for one in found if one]


def _compared(words: SectionWords, before: Any, after: Any) -> Difference:
    difference = Difference(str(words.title))
    if are_rows(before) or are_rows(after):
        _compare_rows(difference, words, before or [], after or [])
    elif isinstance(before, Mapping) or isinstance(after, Mapping):
        _compare_tables(difference, words, before or {}, after or {})
    else:
        old, new = words.value("", before or []), words.value("", after or [])
        difference.changed.append(changed(difference.title, old, new))
    return difference


def _compare_rows(difference: Difference, words: SectionWords, before: Any, after: Any) -> None:
    """Rows are the same rule when they have the same code."""
    old, new = _by_code(before), _by_code(after)
    difference.added += [words.sentence(new[code]) for code in new if code not in old]
    difference.removed += [words.sentence(old[code]) for code in old if code not in new]
    for code in new:
        if code in old and (lines := list(_changes(words, old[code], new[code]))):
            difference.changed.append(f"{words.name(new[code])}: {'; '.join(lines)}")


def _by_code(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(row.get("code", number)): row for number, row in enumerate(rows)}


def _changes(
    words: SectionWords, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[str]:
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old != new:
            yield changed(words.label(key), words.value(key, old), words.value(key, new))


def _compare_tables(difference: Difference, words: SectionWords, before: Any, after: Any) -> None:
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) == after.get(key):
            continue
        if key not in before:
            difference.added.append(_line(words, key, after[key]))
        elif key not in after:
            difference.removed.append(_line(words, key, before[key]))
        else:
            old, new = words.value(key, before[key]), words.value(key, after[key])
            difference.changed.append(changed(words.label(key), old, new))


def _line(words: SectionWords, key: str, value: Any) -> str:
    return f"{words.label(key)}: {told(words.value(key, value))}"
