"""What says about the same: things that share words with a text, the rare words counting most.

A word is two characters that follow each other, or a word in letters and digits. How rare it is the
index knows: it is asked for a few rows of each word, and a word that has more than those is common.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from django.db import connection

from kept.search import tokens
from kept.search.matching import either, every, fts5, phrase, tsquery
from kept.search.models import Document
from kept.search.rows import Seen, Sighted

TEXT_MAX = 600
WORDS_MAX = 18
FEW_ROWS = 300
"""Rows asked for of each word; of a word with more it is only known that it is common."""
TRIED, WEIGHED = 900, 50
"""Rows looked at for sight, and rows of which all words are compared."""
LEAST = 0.2
"""The share of a text's weight another must have to be like it."""
SHORTEST_WORD = 2
_COMMON_ASKED = 4


@dataclass(frozen=True)
class Alike:
    """A thread that says about the same; ``share`` of the weight of the words asked, 0 to 1."""

    thread_id: int
    share: float


def alike(seen: Seen, text: str, *, inside: bool = False) -> list[Alike]:
    """Threads seen through these scopes that share rare words with a text, the likest first."""
    words = words_of(text)
    sighted = Sighted(seen, inside=inside)
    if not words or sighted.is_blind:
        return []
    holding = _holding(words)
    weights = _weights(words, holding, sighted.latest)
    found = _candidates(sighted, words, holding, weights)
    return _compared(found, weights)


def words_of(text: str) -> list[str]:
    """The words of a text, each once, in order: 漏油 A100 → c漏油, wa100."""
    found = (
        token
        for token in tokens.text_tokens(text[:TEXT_MAX])
        if tokens.is_pair(token) or (token[0] == tokens.WORD and len(token) > SHORTEST_WORD)
    )
    return list(dict.fromkeys(found))[:WORDS_MAX]


def _holding(words: Sequence[str]) -> dict[str, list[int]]:
    """Word → rows that hold it, at most a few more than make it common."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            wanted = [tsquery(phrase(word)) for word in words]
            cursor.execute(
                "SELECT place, documents FROM search_some(%s::tsquery[], %s)",
                [wanted, FEW_ROWS + 1],
            )
            return {words[place - 1]: documents for place, documents in cursor.fetchall()}
        return {word: _rows_with(cursor, word) for word in words}


def _rows_with(cursor, word: str) -> list[int]:
    cursor.execute(
        "SELECT rowid FROM search_tokens WHERE search_tokens MATCH %s ORDER BY rowid DESC LIMIT %s",
        [fts5(phrase(word)), FEW_ROWS + 1],
    )
    return [row for (row,) in cursor.fetchall()]


def _weights(
    words: Sequence[str], holding: Mapping[str, Sequence[int]], rows: int
) -> dict[str, float]:
    """How much each word tells: the rarer it is, the more; a word nobody used tells nothing."""
    return {
        word: log(1 + rows / len(holding[word])) * (0.5 if is_common(holding[word]) else 1)
        for word in words
        if holding[word]
    }


def is_common(rows: Sequence[int]) -> bool:
    return len(rows) > FEW_ROWS


def _candidates(
    sighted: Sighted,
    words: Sequence[str],
    holding: Mapping[str, Sequence[int]],
    weights: Mapping[str, float],
) -> dict[int, int]:
    """Row → thread of those worth comparing, most promising first, as far as they are seen."""
    used = [word for word in words if word in weights]
    rare = [word for word in used if not is_common(holding[word])]
    if not used:
        return {}
    if sighted.is_narrow:
        wanted = either([phrase(word) for word in used])
        rows = sighted.newest(wanted, TRIED)
        return {row: thread for _n, (row, thread) in zip(range(TRIED), rows, strict=False)}
    score: Counter[int] = Counter()
    for word in rare:
        for row in holding[word]:
            score[row] += weights[word]  # type: ignore[assignment]
    best = [row for row, _score in score.most_common(TRIED)]
    seen = dict(sighted.of(best))
    found = {row: seen[row] for row in best if row in seen}
    common = [word for word in used if is_common(holding[word])][:_COMMON_ASKED]
    if len(found) < WEIGHED and common:
        wanted = every([phrase(word) for word in common])
        rows = sighted.newest(wanted, WEIGHED, is_common=True)
        found |= {row: thread for _n, (row, thread) in zip(range(WEIGHED), rows, strict=False)}
    return found


def _compared(found: Mapping[int, int], weights: Mapping[str, float]) -> list[Alike]:
    """Those that share enough of the weight, likest first, then the latest."""
    whole = sum(weights.values())
    shares: dict[int, float] = {}
    if not whole:
        return []
    for row, held in _tokens_of(list(found)[:TRIED]):
        share = sum(weight for word, weight in weights.items() if word in held) / whole
        thread = found[row]
        shares[thread] = max(share, shares.get(thread, 0))
    best = sorted(shares.items(), key=lambda pair: (-pair[1], -pair[0]))
    return [Alike(thread, share) for thread, share in best if share >= LEAST][:WEIGHED]


def _tokens_of(rows: Sequence[int]) -> list[tuple[int, set[str]]]:
    if not rows:
        return []
    some = rows[: WEIGHED * 2]
    if connection.vendor == "sqlite":
        stored = Document.objects.filter(pk__in=some).values_list("pk", "tokens")
        return [(row, set(held)) for row, held in stored]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, tsvector_to_array(tokens) FROM {Document._meta.db_table}"
            " WHERE id = ANY (%s)",
            [list(some)],
        )
        return [(row, set(held)) for row, held in cursor.fetchall()]
