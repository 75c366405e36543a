"""Tokens: what a text is cut into, once when it is written and once when it is looked for.

A token is one lower-case letter saying what it is, then letters, digits and characters only. So
neither engine takes it apart: SQLite's ``ascii`` tokenizer parts at ASCII signs alone, and
PostgreSQL gets the tokens as a ready tsvector.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from kept.kit import names

CJK, WORD = "c", "w"
"""Words of a text: pairs of characters, the last one of a run alone; and words in letters."""
HEAD_CJK, HEAD_WORD = "d", "v"
"""The same of titles and names."""
NAME = "n"
"""A whole Chinese name, or each word of another one."""
INITIALS, LATER_INITIALS = "i", "j"
"""First letters in pinyin, from the beginning of the name and from inside it."""
PINYIN, LATER_PINYIN = "p", "q"
CODE, BACKWARDS, FRAGMENT = "k", "r", "f"
"""A phone, serial or number whole; from its end; and in threes."""
SPLIT = "x"
"""Marks every row of a thread that has several rows."""

WORD_MAX = 64
NAME_MAX = 24
FRAGMENT_LENGTH = 3
LETTERS_MAX = {INITIALS: 8, LATER_INITIALS: 5, PINYIN: 20, LATER_PINYIN: 10}
"""Letters kept of a spelling; what is looked for is cut alike."""
_READINGS = {INITIALS: 32, PINYIN: 16}
"""Ways to spell a name from its beginning, at most."""
_NAME_WORDS = 14
_COMPANY_ENDING = re.compile("(股份)?(有限)?(责任)?公司$")
"""Nobody looks for a company by it, so no spelling begins inside it."""

# Scripts written without spaces: Han with its marks, kana, bopomofo, hangul, Thai to Khmer.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUNS = re.compile(rf"([{UNSPACED}]+)|([^\W_{UNSPACED}]+)")
_SIGNS = re.compile(r"[\W_]+")


class _Folded(dict):
    """Sign → its plain form, worked out when first met."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = names.plain(chr(code))
        return plain


FOLDED = _Folded()


def fold(text: str) -> str:
    """Half width, casefolded, Latin letters without accents, sign by sign."""
    return text.translate(FOLDED)


def runs(folded: str) -> Iterator[tuple[str, bool]]:
    """The unbroken runs of a folded text, and whether each is unspaced (Chinese)."""
    for match in _RUNS.finditer(folded):
        unspaced, word = match.groups()
        yield (unspaced, True) if unspaced else (word[:WORD_MAX], False)


def text_tokens(text: str, cjk: str = CJK, word: str = WORD) -> list[str]:
    """漏油 A100 → c漏油 c油 wa100."""
    found: list[str] = []
    for run, is_unspaced in runs(fold(text)):
        if is_unspaced:
            found += pairs(run, cjk)
            found.append(cjk + run[-1])
        else:
            found.append(word + run)
    return found


def head_tokens(title: str, people: Iterable[str], codes: Iterable[str]) -> list[str]:
    """The tokens of what a thread is called and known by."""
    found = text_tokens(title, HEAD_CJK, HEAD_WORD)
    for name in people:
        if name != title:
            found += text_tokens(name, HEAD_CJK, HEAD_WORD)
        found += name_tokens(name)
    for code in codes:
        found += code_tokens(code)
    return found


def name_tokens(name: str) -> list[str]:
    """张伟 → n张伟, izw, pzhangwei, qwei; from the beginning once for every reading, from inside as
    it is usually read and with one second reading.
    """
    found = [NAME + run[:NAME_MAX] for run, _ in runs(fold(name))]
    words = names.spelled(name, _NAME_WORDS)
    last = len(words)
    if _COMPANY_ENDING.search(name := name.strip()):
        last = len(names.spelled(_COMPANY_ENDING.sub("", name), _NAME_WORDS))
    for begun, later, parts, end in (
        (INITIALS, LATER_INITIALS, [names.first_letters(word) for word in words], last - 1),
        (PINYIN, LATER_PINYIN, words, last),
    ):
        spelling, most = names.Spelling(parts), LETTERS_MAX[begun]
        found += [
            begun + way[:most] for way in spelling.ways(0, _enough(parts, most), _READINGS[begun])
        ]
        for ways in spelling.inside(end, LETTERS_MAX[later]):
            found += [later + way for way in ways]
    return list(dict.fromkeys(found))


def _enough(words: Sequence[Sequence[str]], most: int) -> int:
    """How many words make so many letters, however read."""
    letters = 0
    for count, word in enumerate(words, start=1):
        letters += len(word[0]) if len(word) == 1 else min(map(len, word))
        if letters >= most:
            return count
    return len(words)


def code_tokens(code: str) -> list[str]:
    """K-12 34 → kk1234, r4321k, fk12, f123, f234."""
    bare = code_of(fold(code))
    if not bare:
        return []
    found = [CODE + bare, BACKWARDS + bare[::-1], *fragments(bare)]
    return found if bare.isascii() else found + text_tokens(code, HEAD_CJK, HEAD_WORD)


def code_of(folded: str) -> str:
    """A number without the signs people write into it."""
    return _SIGNS.sub("", folded)[:WORD_MAX]


def pairs(run: str, kind: str) -> list[str]:
    return [kind + run[place : place + 2] for place in range(len(run) - 1)]


def is_pair(token: str) -> bool:
    """Two characters that follow each other; of a run the last one stands alone."""
    return len(token) == 3 and token[0] in (CJK, HEAD_CJK)


def characters_in(found: Iterable[str]) -> dict[str, None]:
    """The first character of each pair among tokens, as a token of its own."""
    both = CJK + HEAD_CJK
    return dict.fromkeys([token[:2] for token in found if len(token) == 3 and token[0] in both])


def is_character(token: str) -> bool:
    """One character of a text or title."""
    return len(token) == 2 and token[0] in (CJK, HEAD_CJK)


def fragments(code: str) -> list[str]:
    last = len(code) - FRAGMENT_LENGTH
    return [FRAGMENT + code[place : place + FRAGMENT_LENGTH] for place in range(last + 1)]
