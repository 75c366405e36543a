"""Who reads phone numbers and mail addresses of people outside, and what everybody else reads.

Sight says which matters somebody opens; this right says whether the numbers in them are shown
whole. A role that never calls or writes to a customer has no need of them (SX.15).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kept.kit.masking import masked

SEE_PERSONAL = "people.see_personal"
#: Facts that are such data, by their names in files and stories.
PERSONAL_FIELDS = frozenset({"phone", "email", "caller_phone", "caller_email"})
#: Differences in which they stand among other words: a contact with name, phone and mail.
HOLDS_PERSONAL = PERSONAL_FIELDS | {"contact"}
#: The same as the names of words in stories, with old and new of a correction.
PERSONAL_WORDS = PERSONAL_FIELDS | {
    f"{when}_{name}" for name in HOLDS_PERSONAL for when in ("old", "new")
}


def sees_personal(reader: Any) -> bool:
    """Whether a person may read phones and mail of people outside whole."""
    return reader.holds(SEE_PERSONAL)


def personal(text: Any, reader: Any) -> str:
    """A phone number or mail as the person reads it: whole, or masked."""
    return str(text or "") if sees_personal(reader) else masked(text)


def personal_words(words: dict[str, str], reader: Any) -> dict[str, str]:
    """The words of an entry with what is personal in them as the person reads it."""
    if sees_personal(reader):
        return words
    return {name: masked(text) if name in PERSONAL_WORDS else text for name, text in words.items()}


def personal_lines(lines: Iterable[Mapping[str, str]], reader: Any) -> list[Mapping[str, str]]:
    """Differences (field, old, new) with what is personal in them as the person reads it."""
    if sees_personal(reader):
        return list(lines)
    return [without_personal(one) for one in lines]


def without_personal(line: Mapping[str, str]) -> Mapping[str, str]:
    """One difference, masked where it holds phones or mail."""
    if line["field"] not in HOLDS_PERSONAL:
        return line
    return {**line, "old": masked(line["old"]), "new": masked(line["new"])}
