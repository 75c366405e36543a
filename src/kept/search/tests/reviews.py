"""Sixty questions over real texts, asked of the index and of a plain scan.

A *hit of the scan* is a text that holds what was typed, as it was typed: folded (half width, small
letters, no accents), signs in between included, and a word in letters or digits from its beginning
(``win`` finds ``Windows``, not ``darwin``). *Recall* is the share of those the index finds, page by
page to the end, *precision* the share of what it finds that the scan finds too.

The questions are taken from the texts without chance: of all pieces of a sort, put in order of how
many texts hold them, those at equal distances, from the most common to the rarest; and eight that
are always the same.
"""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from kept.kit import clock
from kept.people.models import User
from kept.search import index
from kept.search.queries import find_page
from kept.search.tokens import UNSPACED, fold
from kept.timeline.models import Thread

REVIEWS = Path(__file__).parents[4] / ".." / "shared" / "data" / "zh_product_reviews_a.csv.gz"
PAGE = 1_000
BATCH = 2_000
FIXED = ("A4纸", "质量不好", "漏油", "的", "电池 充电", "windows xp", "ＣＰＵ", "不开机")

_RUN = re.compile(rf"[{UNSPACED}]+")
_WORD = re.compile(r"(?<![a-z0-9])[a-z][a-z0-9]*")
_DIGITS = re.compile(r"(?<![a-z0-9])[0-9]{2,}(?![a-z0-9])")
_MIXED = re.compile(rf"(?<![a-z0-9])[a-z0-9]{{2,6}}[{UNSPACED}]{{1,2}}")
_SIGNED = re.compile(rf"[{UNSPACED}]{{2}}[,.!?、。~]+[{UNSPACED}]{{2}}")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@dataclass(frozen=True)
class Asked:
    """One question: its sort, what was typed, and how the index did against the scan."""

    sort: str
    typed: str
    scanned: int
    found: int
    both: int
    first_page_ms: float

    @property
    def recall(self) -> float:
        return self.both / self.scanned if self.scanned else 1.0

    @property
    def precision(self) -> float:
        return self.both / self.found if self.found else 1.0


def texts() -> list[str]:
    """Every review, as it is written."""
    with gzip.open(REVIEWS, "rt", encoding="utf-8", newline="") as file:
        return [row["review"].strip() for row in csv.DictReader(file)]


def put_all(reviews: Iterable[str]) -> dict[int, str]:
    """Put a thread for each text into the index, in bulk: thread → folded text."""
    known: dict[int, str] = {}
    rows, now = list(reviews), clock.now()
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        threads = Thread.objects.bulk_create(Thread(kind="case", created_at=now) for _ in some)
        pairs = list(zip(threads, some, strict=True))
        index.put_many(
            (index.Card(thread.pk, "case", "", texts=[text]) for thread, text in pairs),
            are_new=True,
        )
        known |= {thread.pk: fold(text) for thread, text in pairs}
    return known


def ask_all(known: Mapping[int, str]) -> Iterator[Asked]:
    """Every question, answered by the index and by the scan."""
    reader = User.objects.system()
    for sort, typed in questions(list(known.values())):
        began = perf_counter()
        page = find_page(reader, typed, kinds=["case"], limit=20)
        took = (perf_counter() - began) * 1_000
        found = {hit.thread_id for hit in page.hits}
        while page.next:
            page = find_page(reader, typed, kinds=["case"], after=page.next, limit=PAGE)
            found |= {hit.thread_id for hit in page.hits}
        scanned = scan(known, typed)
        yield Asked(sort, typed, len(scanned), len(found), len(found & scanned), took)


def scan(known: Mapping[int, str], typed: str) -> set[int]:
    """Threads whose text holds every chunk that was typed."""
    patterns = [re.compile(_pattern(chunk)) for chunk in fold(typed).split()]
    return {key for key, text in known.items() if all(one.search(text) for one in patterns)}


def _pattern(chunk: str) -> str:
    starts_a_word = re.match(r"[^\W_]", chunk) and not re.match(f"[{UNSPACED}]", chunk)
    return (rf"(?<![^\W_{UNSPACED}])" if starts_a_word else "") + re.escape(chunk)


def questions(folded: list[str]) -> list[tuple[str, str]]:
    """(sort, typed): sixty of them, the same for the same texts."""
    words = _spread(_held_by(folded, _WORD.findall), 9)
    asked = [
        *(("1 character", one) for one in _spread(_held_by(folded, _pieces(1)), 10)),
        *(("2 characters", one) for one in _spread(_held_by(folded, _pieces(2)), 10)),
        *(("3 characters", one) for one in _spread(_held_by(folded, _pieces(3)), 7)),
        *(("6 characters", one) for one in _spread(_held_by(folded, _pieces(6)), 4)),
        *(("word", one) for one in words[:6]),
        *(("beginning", one[:2]) for one in words[6:]),
        *(("digits", one) for one in _spread(_held_by(folded, _DIGITS.findall), 4)),
        *(("mixed", one) for one in _spread(_held_by(folded, _MIXED.findall), 4)),
        *(("signs inside", one) for one in _spread(_held_by(folded, _SIGNED.findall), 2)),
        *(("full width", one.translate(_WIDE)) for one in words[2:4]),
        *(("fixed", one) for one in FIXED),
    ]
    return asked


def _pieces(length: int) -> Callable[[str], list[str]]:
    def pieces(text: str) -> list[str]:
        return [
            run[start : start + length]
            for run in _RUN.findall(text)
            for start in range(len(run) - length + 1)
        ]

    return pieces


def _held_by(folded: Iterable[str], pieces: Callable[[str], list[str]]) -> Counter[str]:
    """Piece → how many texts hold it."""
    held: Counter[str] = Counter()
    for text in folded:
        held.update(set(pieces(text)))
    return held


def _spread(held: Counter[str], many: int) -> list[str]:
    """So many pieces at equal distances in their order, the most common first: by the logarithm,
    since nearly all pieces are rare.
    """
    order = sorted(held, key=lambda piece: (-held[piece], piece))
    last = len(order) - 1
    places = [round((last + 1) ** (step / (many - 1))) - 1 for step in range(many)]
    return [order[min(place, last)] for place in places]


def table(answers: Iterable[Asked]) -> str:
    """What was asked and how it was answered, as a table in Markdown."""
    rows = list(answers)
    lines = [
        "| sort | typed | texts | recall | precision | first page |",
        "|--|--|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {one.sort} | {one.typed} | {one.scanned:,} | {one.recall:.3f} | {one.precision:.3f}"
        f" | {one.first_page_ms:.1f} ms |"
        for one in rows
    ]
    recall = sum(one.both for one in rows) / sum(one.scanned for one in rows)
    precision = sum(one.both for one in rows) / sum(one.found for one in rows)
    texts_found = sum(one.scanned for one in rows)
    return "\n".join(
        [*lines, f"| all {len(rows)} | | {texts_found:,} | {recall:.4f} | {precision:.4f} | |"]
    )
