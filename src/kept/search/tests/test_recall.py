"""Nothing is missed: the index against a plain scan of real texts."""

import csv
import gzip
import random
import re
from itertools import islice
from pathlib import Path

import pytest

from kept.kit import clock
from kept.people.models import Scope
from kept.search import index, rows
from kept.search.question import question
from kept.search.tokens import UNSPACED, fold
from kept.timeline.models import Sight, Thread

REVIEWS = Path(__file__).parents[4] / ".." / "shared" / "data" / "zh_product_reviews_a.csv.gz"
TEXTS = 3_000

pytestmark = [pytest.mark.django_db, pytest.mark.req("SX.10", part="search")]


@pytest.fixture
def texts(db) -> dict[int, str]:
    """Thread → folded review, all in the index."""
    if not REVIEWS.exists():
        pytest.skip("needs shared/data/zh_product_reviews_a.csv.gz beside the repository")
    with gzip.open(REVIEWS, "rt", encoding="utf-8", newline="") as file:
        every_tenth = islice(csv.DictReader(file), 0, None, 10)
        reviews = [row["review"] for row in islice(every_tenth, TEXTS)]
    scope = Scope.objects.create(kind=Scope.Kind.UNIT)
    now = clock.now()
    threads = Thread.objects.bulk_create(Thread(kind="case", created_at=now) for _ in reviews)
    Sight.objects.bulk_create(Sight(thread=thread, scope=scope, kind="case") for thread in threads)
    index.put_many(
        index.Card(thread.pk, "case", "", texts=[review])
        for thread, review in zip(threads, reviews, strict=True)
    )
    return {
        thread.pk: fold(review.strip()) for thread, review in zip(threads, reviews, strict=True)
    }


def _found(typed: str) -> set[int]:
    wanted = question(typed).tiers()[-1]
    sighted = rows.Sighted({"case": None}, inside=True)
    return {thread for _, thread in sighted.newest(wanted, enough=TEXTS)}


def _pieces(texts: dict[int, str], length: int, many: int) -> set[str]:
    """Pieces of so many characters without a break, from anywhere in the texts."""
    chance = random.Random(length)
    unbroken = re.compile(rf"[{UNSPACED}]{{{length},}}")
    found: set[str] = set()
    bodies = list(texts.values())
    while len(found) < many:
        if runs := unbroken.findall(chance.choice(bodies)):
            run = chance.choice(runs)
            start = chance.randrange(len(run) - length + 1)
            found.add(run[start : start + length])
    return found


def test_nothing_is_missed(texts):
    """One test, because filling the index takes longer than asking it."""
    _every_text_that_holds_the_characters_is_found_and_no_other(texts)
    _every_text_with_a_word_that_begins_so_is_found(texts)
    _two_words_find_the_texts_that_hold_both(texts)


def _every_text_that_holds_the_characters_is_found_and_no_other(texts):
    for length, many in ((1, 80), (2, 80), (3, 30), (7, 30)):
        for typed in _pieces(texts, length, many):
            assert _found(typed) == {key for key, text in texts.items() if typed in text}, typed


def _every_text_with_a_word_that_begins_so_is_found(texts):
    words = set(re.findall(r"(?<![a-z0-9])[a-z][a-z0-9]+", " ".join(texts.values())))
    for word in random.Random(1).sample(sorted(words), 60):
        for typed in {word, word[:2], word[:4].upper()}:
            begins = re.compile(rf"(?<![^\W_{UNSPACED}]){fold(typed)}")
            assert _found(typed) >= {key for key, text in texts.items() if begins.search(text)}


def _two_words_find_the_texts_that_hold_both(texts):
    pieces = sorted(_pieces(texts, 2, 60))
    for one, other in zip(pieces[::2], pieces[1::2], strict=True):
        both = {key for key, text in texts.items() if one in text and other in text}
        assert _found(f"{one} {other}") == both
