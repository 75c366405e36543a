"""Nothing is missed: sixty questions over 31,315 real texts, against a plain scan."""

import sys

import pytest

from kept.search.tests import reviews

pytestmark = [pytest.mark.django_db, pytest.mark.req("SX.10", part="search")]


def test_nothing_is_missed():
    if not reviews.REVIEWS.exists():
        pytest.skip("needs shared/data/zh_product_reviews_a.csv.gz beside the repository")
    known = reviews.put_all(reviews.texts())
    answers = list(reviews.ask_all(known))
    sys.stdout.write(f"\n{reviews.table(answers)}\n")
    assert len(answers) == 60
    assert len(known) == 31_315
    assert [one.typed for one in answers if one.recall < 1] == []
    for one in answers:
        if "character" in one.sort:
            assert one.precision == 1, one.typed
    assert sum(one.both for one in answers) / sum(one.found for one in answers) > 0.95


def test_sixty_questions_of_every_sort_are_asked():
    if not reviews.REVIEWS.exists():
        pytest.skip("needs shared/data/zh_product_reviews_a.csv.gz beside the repository")
    folded = [reviews.fold(text) for text in reviews.texts()[::20]]
    asked = reviews.questions(folded)
    assert len(asked) == 60 and asked == reviews.questions(folded)
    assert len({sort for sort, _typed in asked}) == 11
