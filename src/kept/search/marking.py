"""Showing why something was found: the words asked for, marked in title, names and text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

from kept.kit import names
from kept.search import tokens
from kept.search.question import Question, Term

EXCERPT_LENGTH = 120
LEAD = 30
"""Signs shown before the first word found."""

_BLANKS = re.compile(r"\s+")
_LETTERS = re.compile(r"[a-z]+")
_BETWEEN = r"[\W_]*"
Span = tuple[int, int]


@dataclass(frozen=True)
class Marked:
    """A text in pieces, each with whether it was asked for; in a template take ``html``."""

    pieces: tuple[tuple[str, bool], ...]

    @property
    def is_hit(self) -> bool:
        return any(is_hit for _, is_hit in self.pieces)

    def __bool__(self) -> bool:
        return bool(self.pieces)

    def __str__(self) -> str:
        return "".join(text for text, _ in self.pieces)

    @property
    def html(self) -> SafeString:
        """What a template shows: the words asked for in ``<mark>``, all else escaped."""
        shown = ((escape(text), is_hit) for text, is_hit in self.pieces)
        return SafeString("".join(f"<mark>{text}</mark>" if hit else text for text, hit in shown))


class Marker:
    """Marks what one question asks for."""

    def __init__(self, question: Question) -> None:
        self._terms = question.terms
        self._words = re.compile("|".join(_words_pattern(term) for term in question.terms))
        codes = [_BETWEEN.join(map(re.escape, term.folded)) for term in question.terms]
        self._codes = re.compile("|".join(codes))

    def text(self, text: str) -> Marked:
        folded, places = _folded(text)
        return _marked(text, self._spans(self._words, folded), places)

    def name(self, name: str) -> Marked:
        folded, places = _folded(name)
        spans = list(self._spans(self._words, folded))
        return _marked(name, spans or self._spelled(folded), places)

    def code(self, code: str) -> Marked:
        folded, places = _folded(code)
        bare = tokens.code_of(folded)
        if any(bare and term.folded.endswith(bare) for term in self._terms):
            return Marked(((code, True),))
        return _marked(code, self._spans(self._codes, folded), places)

    def excerpt(self, body: str) -> Marked:
        """About 120 signs of a text around the first word found, or its beginning."""
        text = _BLANKS.sub(" ", body).strip()
        folded, places = _folded(text)
        spans = list(self._spans(self._words, folded))
        first = places[spans[0][0]] if spans else 0
        start = max(first - LEAD, 0)
        end = start + EXCERPT_LENGTH
        pieces = list(_marked(text, spans, places, start, end).pieces)
        if start:
            pieces.insert(0, ("…", False))
        if end < len(text):
            pieces.append(("…", False))
        return Marked(tuple(pieces))

    def _spans(self, pattern: re.Pattern[str], folded: str) -> Iterator[Span]:
        return (match.span() for match in pattern.finditer(folded) if match.group())

    def _spelled(self, folded: str) -> list[Span]:
        """Where a name is what was typed in pinyin or initials: 张伟 for zw, zhangw, wei."""
        words = [
            (match.span(), spelled)
            for match in names.WORDS.finditer(folded)
            if (spelled := names.spellings(match.group()))
        ]
        found = (_spelled_span(words, term.folded) for term in self._terms)
        return sorted(span for span in found if span)


def _words_pattern(term: Term) -> str:
    literal = re.escape(term.folded)
    if not term.words:
        return literal
    return rf"(?<![^\W_])(?:{literal}|{_BETWEEN.join(map(re.escape, term.words))})"


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its signs the place in the original."""
    folded = tokens.fold(text)
    if len(folded) == len(text):
        return folded, range(len(text) + 1)
    places = [place for place, sign in enumerate(text) for _ in tokens.fold(sign)]
    return folded, [*places, len(text)]


def _marked(
    text: str, spans: Iterable[Span], places: Sequence[int], start: int = 0, end: int | None = None
) -> Marked:
    end = len(text) if end is None else min(end, len(text))
    pieces, at = [], start
    for first, last in spans:
        begin, stop = max(places[first], at), min(places[last - 1] + 1, end)
        if begin >= stop:
            continue
        pieces += [(text[at:begin], False), (text[begin:stop], True)]
        at = stop
    pieces.append((text[at:end], False))
    return Marked(tuple((piece, is_hit) for piece, is_hit in pieces if piece))


def _spelled_span(words: Sequence[tuple[Span, Sequence[str]]], typed: str) -> Span | None:
    if not _LETTERS.fullmatch(typed):
        return None
    for start in range(len(words)):
        for eats in (_eats_initial, _eats_syllable):
            if end := _spelled_end(words, start, typed, eats):
                return words[start][0][0], words[end - 1][0][1]
    return None


def _spelled_end(words: Sequence, at: int, typed: str, eats) -> int | None:
    """The word after the last one the typed letters reach, or None where they do not fit."""
    if not typed:
        return at
    if at == len(words):
        return None
    ends = (_spelled_end(words, at + 1, typed[size:], eats) for size in eats(words[at][1], typed))
    return next((end for end in ends if end), None)


def _eats_initial(spelled: Sequence[str], typed: str) -> list[int]:
    return [1] if typed[0] in names.first_letters(spelled) else []


def _eats_syllable(spelled: Sequence[str], typed: str) -> list[int]:
    return [len(word) for word in spelled if typed.startswith(word) or word.startswith(typed)]
