"""What a person typed, taken apart: the words that must all be there, and what ranks first."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kept.search import tokens
from kept.search.matching import Phrase, Wanted, begins, either, every, phrase

TYPED_MAX = 200
TERMS_MAX = 8
PHRASE_MAX = 32
PHONE_MIN = 7
"""From so many digits on, the end of a stored number is that number: 13800138000 is +86 …"""
SHORT = 2
SUFFIX_MIN = 4
AREA_CODES = range(1, 5)
"""Digits that may stand before the number as it is stored: 86, 0086, 571."""

_DIALLED = re.compile(r"[\d\s+()/.-]+")
_LETTERS = re.compile(r"[a-z]+")
_LATER = (tokens.LATER_INITIALS, tokens.LATER_PINYIN)
_PINYIN = (tokens.PINYIN, tokens.LATER_PINYIN)


@dataclass(frozen=True)
class Term:
    """One word of a question: what is exactly it, what begins with it, where else it stands.

    ``words`` are its words in letters and digits, of which 138-0013 has two; Chinese has none.
    """

    folded: str
    exact: Sequence[Phrase]
    starts: Sequence[Phrase]
    inside: Sequence[Phrase]
    texts: Sequence[Phrase]
    words: Sequence[str] = ()

    def anywhere(self, with_texts: bool) -> Wanted:
        return either([*self.starts, *self.inside, *(self.texts if with_texts else ())])


@dataclass(frozen=True)
class Question:
    """The terms of what was typed, and the pinyin it is when written together (zhang w)."""

    terms: Sequence[Term]
    pinyin: str = ""

    @property
    def is_one_letter(self) -> bool:
        return len(self.terms) == 1 and [*map(len, self.terms[0].words)] == [1]

    @property
    def is_short(self) -> bool:
        """One or two letters or digits: half of all numbers may begin with them."""
        return any(term.words and len(term.folded) <= SHORT for term in self.terms)

    @property
    def is_long_number(self) -> bool:
        code = self.terms[0].folded
        return len(self.terms) == 1 and len(code) >= PHONE_MIN and not code.isalpha()

    def parts(self, with_texts: bool = True) -> list[Wanted]:
        """What each term asks for; a hit has them all."""
        return [term.anywhere(with_texts) for term in self.terms]

    def tiers(self, with_texts: bool = True) -> list[Wanted]:
        """Best first: exactly this, beginning like this, anywhere."""
        exact = _chained(term.exact for term in self.terms)
        starts = _chained(term.starts for term in self.terms)
        anywhere = every(self.parts(with_texts))
        if len(self.terms) == 1:
            return [either(exact), either(starts), anywhere]
        if self.pinyin:
            exact.append(phrase(_cut(tokens.PINYIN, self.pinyin)))
            begun = [begins(_cut(kind, self.pinyin)) for kind in _PINYIN]
            starts += begun
            anywhere = either([anywhere, *begun])
        return [*(every([either(best), anywhere]) for best in (exact, starts)), anywhere]


def question(typed: str) -> Question | None:
    """The question in what was typed; None when there is no letter or digit in it."""
    folded = tokens.fold(str(typed)[:TYPED_MAX])
    is_dialled = _DIALLED.fullmatch(folded) and len(tokens.code_of(folded)) >= PHONE_MIN
    chunks = [folded] if is_dialled else folded.split()
    terms = _chained(_terms(chunk, len(chunks) == 1) for chunk in dict.fromkeys(chunks))[:TERMS_MAX]
    if not terms:
        return None
    together = "".join(term.folded for term in terms)
    return Question(terms, together if _LETTERS.fullmatch(together) else "")


def _terms(chunk: str, is_alone: bool) -> list[Term]:
    found = list(tokens.runs(chunk))
    if not found:
        return []
    if any(is_unspaced for _, is_unspaced in found):
        return [_unspaced(run) if is_unspaced else _word([run]) for run, is_unspaced in found]
    return [_word([run for run, _ in found][:PHRASE_MAX], is_alone)]


def _unspaced(run: str) -> Term:
    """漏油: a name that begins so, or the characters anywhere in this order."""
    name = run[: tokens.NAME_MAX]
    return Term(
        run,
        exact=[phrase(tokens.NAME + name)],
        starts=[begins(tokens.NAME + name)],
        inside=[_characters(run, tokens.HEAD_CJK)],
        texts=[_characters(run, tokens.CJK)],
    )


def _characters(run: str, kind: str) -> Phrase:
    if len(run) == 1:
        return begins(kind + run)
    return phrase(*tokens.pairs(run[: PHRASE_MAX + 1], kind))


def _word(words: Sequence[str], is_alone: bool = False) -> Term:
    """hn-c26-0001, 138 0013 8000, smith, zw: words, a number or its part, a name in letters."""
    code = tokens.code_of("".join(words))
    exact, starts = _as_number(code)
    inside = [begins(*(tokens.HEAD_WORD + word for word in words))]
    texts = [begins(*(tokens.WORD + word for word in words))]
    if len(words) == 1:
        exact.append(phrase(tokens.NAME + code))
        starts.append(begins(tokens.NAME + code[: tokens.NAME_MAX]))
    else:
        texts.append(phrase(tokens.WORD + code))
    if fragments := tokens.fragments(code)[:PHRASE_MAX]:
        inside.append(phrase(*fragments))
    if len(words) == 1 and _LETTERS.fullmatch(code):
        if is_alone or len(code) > 1:
            starts.append(begins(_cut(tokens.INITIALS, code)))
        if len(code) > 1:
            exact += [phrase(_cut(kind, code)) for kind in (tokens.INITIALS, tokens.PINYIN)]
            starts.append(begins(_cut(tokens.PINYIN, code)))
            inside += [begins(_cut(kind, code)) for kind in _LATER]
    return Term(code, exact, starts, inside, texts, words)


def _as_number(code: str) -> tuple[list[Phrase], list[Phrase]]:
    exact = [phrase(tokens.CODE + code)]
    starts = [begins(tokens.CODE + code)] if len(code) > 1 else []  # a tenth begins with a 1
    local = code.lstrip("0")
    if code.isdecimal() and len(local) >= PHONE_MIN:
        exact.append(begins(tokens.BACKWARDS + local[::-1]))
        for size in AREA_CODES:
            if len(rest := local[size:]) >= PHONE_MIN:
                exact += [phrase(tokens.CODE + rest), phrase(tokens.CODE + "0" + rest)]
    if len(code) >= SUFFIX_MIN and not _LETTERS.fullmatch(code):
        starts.append(begins(tokens.BACKWARDS + code[::-1]))
    return exact, starts


def _cut(kind: str, letters: str) -> str:
    return kind + letters[: tokens.LETTERS_MAX[kind]]


def _chained(many: Iterable[Iterable]) -> list:
    return [one for few in many for one in few]
