"""What to look for, said once and written in the words of either database."""

from collections.abc import Sequence
from dataclasses import dataclass

from kept.search import tokens


@dataclass(frozen=True)
class Phrase:
    """Tokens that follow each other; the last may be only the beginning of one."""

    tokens: tuple[str, ...]
    is_open: bool = False


@dataclass(frozen=True)
class Every:
    parts: tuple["Wanted", ...]


@dataclass(frozen=True)
class Either:
    parts: tuple["Wanted", ...]


Wanted = Phrase | Every | Either


def phrase(*words: str) -> Phrase:
    return Phrase(words)


def begins(*words: str) -> Phrase:
    return Phrase(words, is_open=True)


def every(parts: Sequence[Wanted]) -> Wanted:
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def either(parts: Sequence[Wanted]) -> Wanted:
    return parts[0] if len(parts) == 1 else Either(tuple(parts))


def unordered(wanted: Wanted) -> Wanted:
    """The same with the tokens of each phrase in any order: what an index can say by itself."""
    if isinstance(wanted, Phrase):
        *first, last = wanted.tokens
        return every([*(Phrase((token,)) for token in first), Phrase((last,), wanted.is_open)])
    return type(wanted)(tuple(map(unordered, wanted.parts)))


def fts5(wanted: Wanted) -> str:
    """An FTS5 match: tokens hold letters and characters only, so nothing needs escaping."""
    if isinstance(wanted, Phrase):
        return f'"{" ".join(wanted.tokens)}"{" *" if wanted.is_open else ""}'
    word = " AND " if isinstance(wanted, Every) else " OR "
    return f"({word.join(map(fts5, wanted.parts))})"


def tsquery(wanted: Wanted) -> str:
    """The same as a tsquery literal, cast and never parsed by a text search configuration.

    One character is a token of its own there (see ``TokensField``).
    """
    if isinstance(wanted, Phrase):
        literals = [f"'{token}'" for token in wanted.tokens]
        is_open = wanted.is_open and not tokens.is_character(wanted.tokens[-1])
        return f"({' <-> '.join(literals)}{':*' if is_open else ''})"
    sign = " & " if isinstance(wanted, Every) else " | "
    return f"({sign.join(map(tsquery, wanted.parts))})"
