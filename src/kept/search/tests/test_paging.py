"""Page by page all there is to find, each thing once, best first."""

import pytest
from django.db import connection

from kept.kit import clock
from kept.search import index
from kept.search.queries import find_in, page_in
from kept.timeline.models import Sight, Thread

pytestmark = [pytest.mark.django_db, pytest.mark.req("SX.10", part="search")]


@pytest.fixture(autouse=True, params=["few threads", "many threads"])
def narrow(request, monkeypatch):
    """Both ways to ask; of many threads in small pieces, so that every piece is asked for."""
    if request.param == "many threads":
        monkeypatch.setattr("kept.search.rows.NARROW", -1)
        monkeypatch.setattr("kept.search.rows.LISTED", -1)
        monkeypatch.setattr("kept.search.rows.SPAN", 2)
        monkeypatch.setattr("kept.search.rows.CHUNK", 2)
        monkeypatch.setattr("kept.search.rows.FEW", 3)


@pytest.fixture
def pages(ours):
    """The threads on each page of a question, page by page to the end."""

    def pages(typed: str, limit: int, **options) -> list[list[int]]:
        found, after = [], ""
        while True:
            page = page_in({"case": [ours.pk]}, typed, after=after, limit=limit, **options)
            found.append([hit.thread_id for hit in page.hits])
            after = page.next
            if not after:
                return found

    return pages


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_from_page_to_page_nothing_is_missed_and_nothing_comes_twice(put, pages, limit):
    texts = [put("来电", texts=["张伟说漏油"]) for _ in range(6)]
    begins = [put("来电", names=["张伟强"], texts=["漏油"]) for _ in range(4)]
    exact = [put("来电", names=["张伟"], texts=["漏油"]) for _ in range(5)]
    put("来电", texts=["别的"])
    wanted = [*exact[::-1], *begins[::-1], *texts[::-1]]
    for typed in ("张伟", "张伟 漏油"):
        found = pages(typed, limit)
        assert [thread for page in found for thread in page] == wanted
        assert all(len(page) == limit for page in found[:-1])
    one_by_one = [thread for page in pages("漏", limit) for thread in page]
    assert sorted(one_by_one) == sorted(wanted)


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_a_thread_of_many_rows_comes_once_over_all_pages(put, pages, limit):
    long = put("来电", texts=["漏油" * 9_000], inside=["内部漏油"])
    others = [put("来电", texts=["漏油"]) for _ in range(3)]
    middle = put("来电", texts=["开头" * 5_000 + "漏油"])
    found = [thread for page in pages("漏油", limit) for thread in page]
    assert found == [middle, *others[::-1], long]


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_words_far_apart_come_last_and_once(put, pages, limit):
    apart = put("来电", texts=["换泵" + "中" * 9_000 + "漏油"])
    both = put("来电", texts=["换泵漏油" + "中" * 9_000 + "漏油"])
    near = put("来电", texts=["漏油，换泵"])
    assert [one for page in pages("漏油 换泵", limit) for one in page] == [near, both, apart]


def test_words_for_own_staff_do_not_hide_a_row_that_others_may_see(put, pages, ours):
    thread = put("来电", texts=["开头" * 3_000 + "漏油"], inside=["漏油"])
    assert pages("漏油", 5, inside=False) == [[thread]]
    only_inside = put("来电", inside=["漏油"])
    assert pages("漏油", 5, inside=False) == [[thread]]
    assert pages("漏油", 5) == [[only_inside, thread]]


def test_a_page_is_full_though_some_hits_are_not_to_be_guessed(put, pages):
    shown = [put("来电", codes=["5551234"]) for _ in range(3)]
    for _ in range(6):
        put("来电", personal=["13855512340"])
    assert pages("555", 2, whole=False) == [shown[:0:-1], shown[:1]]


def test_a_place_that_is_none_is_the_beginning(put, ours):
    thread = put("漏油")
    for after in ("", "x", "9-1", "-1", "0-", "0-99999999999999999999", "١-٢"):
        page = page_in({"case": [ours.pk]}, "漏油", after=after)
        assert [hit.thread_id for hit in page.hits] == [thread]
    assert find_in({"case": [ours.pk]}, "漏油", limit=-1) == []


def test_what_is_everywhere_is_found_to_the_last(ours, pages):
    threads = Thread.objects.bulk_create(
        Thread(kind="case", created_at=clock.now()) for _ in range(60)
    )
    Sight.objects.bulk_create(Sight(thread=one, scope=ours, kind="case") for one in threads)
    index.put_many([index.Card(one.pk, "case", "漏油") for one in threads], are_new=True)
    found = [thread for page in pages("漏", 7) for thread in page]
    assert found == [one.pk for one in threads][::-1]


def test_one_character_is_found_wherever_it_stands(put, pages):
    threads = [put(text) for text in ("油", "漏油", "油泵", "漏油泵")]
    put("漏泵")
    assert pages("油", 9) == [threads[::-1]]


def test_a_stored_row_holds_its_single_characters_on_postgresql(put):
    thread = put("漏油泵", texts=["换泵"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT tokens FROM search_document WHERE thread_id = %s", [thread])
        (tokens,) = cursor.fetchone()
    held = {token.partition(":")[0].strip("'") for token in tokens.split()}
    singles = {"d漏", "d油", "d泵", "c换", "c泵"}
    assert held >= singles if connection.vendor == "postgresql" else "c换" not in held
