"""Writing the index: what is put is found, what is changed or dropped no longer."""

import pytest
from django.db import connection, transaction

from kept.kit import clock
from kept.search import index
from kept.search.models import Document
from kept.search.tables import TRIGGERS
from kept.timeline.models import Sight, Thread

pytestmark = [pytest.mark.django_db, pytest.mark.req("SX.10", part="search")]


def test_putting_again_forgets_what_was_there(put, found):
    thread = put("漏油", names=["张伟"], codes=["13800138000"], texts=["换泵"])
    index.put(thread, kind="case", title="异响")
    for gone in ("漏油", "张伟", "zw", "138", "泵"):
        assert found(gone) == []
    assert found("异响") == [thread]


def test_what_is_put_again_is_the_latest(put, found):
    first, second = put("漏油"), put("漏油")
    index.put(first, kind="case", title="漏油")
    assert found("漏油") == [first, second]


def test_what_is_dropped_is_not_found(put, found):
    thread, other = put("漏油"), put("漏油")
    index.drop(thread)
    assert found("漏油") == [other]
    index.drop(thread)


def test_what_is_undone_was_never_there(put, found):
    thread = put("漏油")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        index.put(thread, kind="case", title="异响")
        raise ZeroDivisionError
    assert found("漏油") == [thread]
    assert found("异响") == []


def test_adding_keeps_what_was_there(put, found):
    thread = put("漏油", names=["张伟"], texts=["第一句"], inside=["内部"])
    index.add(thread, "第二句", inside=["备注"])
    for typed in ("漏油", "zw", "第一句", "第二句", "内部", "备注", "第一句 备注"):
        assert found(typed) == [thread]
    with pytest.raises(Document.DoesNotExist):
        index.add(thread + 1, "第二句")


@pytest.mark.parametrize("length", [index.PIECE - 1, index.PIECE, index.PIECE * 2 + 7])
def test_adding_to_a_long_text_loses_nothing(put, found, length):
    text = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(length))
    thread = put("来电", texts=[text])
    index.add(thread, "句末")
    rows = Document.objects.filter(thread=thread).order_by("part")
    assert index._whole(row.body for row in rows) == f"{text}\n句末"


def test_a_long_text_is_found_across_the_borders_of_its_pieces(put, found):
    text = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(index.PIECE * 3))
    thread = put("来电", names=["张伟"], texts=[text])
    for border in (index.PIECE, index.PIECE * 2):
        for start in range(border - 33, border + 1, 3):
            assert found(text[start : start + 33]) == [thread]
    assert found(f"{text[:4]} {text[-4:]} 张伟") == [thread]


def test_more_than_any_tsvector_takes_is_found_at_its_end(put, found):
    thread = put("来电", texts=["漏" * 1_200_000 + "尾声"])
    assert found("尾声") == [thread]


def test_a_put_takes_two_statements_and_a_drop_one(put, django_assert_num_queries):
    thread = put("漏油")
    with django_assert_num_queries(2):
        index.put(thread, kind="case", title="异响", names=["张伟"], texts=["一"], inside=["二"])
    with django_assert_num_queries(1):
        index.drop(thread)


def test_many_are_put_in_batches(ours, found, django_assert_num_queries):
    threads = Thread.objects.bulk_create(
        Thread(kind="case", created_at=clock.now()) for _ in range(index.BATCH + 20)
    )
    Sight.objects.bulk_create(Sight(thread=t, scope=ours, kind="case") for t in threads)
    cards = [index.Card(t.pk, "case", f"第{place}件") for place, t in enumerate(threads)]
    with django_assert_num_queries(12, exact=False):
        index.put_many(cards)
    assert found(f"第{index.BATCH + 3}件") == [threads[index.BATCH + 3].pk]
    assert Document.objects.count() == index.BATCH + 20


def test_what_cannot_be_stored_is_left_out(put, found):
    thread = put("漏\x00油", names=["张\ud800伟"], codes=["\x00"], texts=["\ud800换泵"])
    assert found("漏油 张伟 换泵") == [thread]


def test_a_row_read_and_written_again_is_found_or_refused(put, found):
    thread = put("漏油")
    row = Document.objects.get(thread=thread)
    if connection.vendor == "sqlite":
        row.save()
        assert found("漏油") == [thread]
    else:
        with pytest.raises(TypeError):
            row.save()


def test_the_index_is_in_step_after_all_migrations(put):
    thread = put("漏油", texts=["换泵"])
    index.put(thread, kind="case", title="异响")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            assert {name for (name,) in cursor} >= TRIGGERS.keys()
            cursor.execute(
                "INSERT INTO search_tokens (search_tokens, rank) VALUES ('integrity-check', 1)"
            )
        else:
            cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'search_document'")
            assert "search_document_tokens" in {name for (name,) in cursor}


@pytest.mark.parametrize(
    ("there", "new"),
    [
        (["第一句"], ["第二句"]),
        ([], ["第一句"]),
        (["第一句"], ["第一句"]),
        (["第一句", "第二句"], ["第二句"]),
        (["第一句\n第二句"], ["第二句"]),
        (["第一句"], ["  第二句 ", "第二句"]),
        (["字" * index.PIECE], ["第二句"]),
    ],
)
def test_what_grows_stands_as_if_it_were_written_whole(put, found, there, new):
    """Words that came to a story make its rows what the whole card would make them; where they may
    not, nothing is written.
    """
    thread, whole = put("来电", texts=there), put("来电", texts=[*there, *new])
    before = _rows(thread)
    if index.grow(thread, new, []):
        assert _rows(thread) == _rows(whole)
    else:
        assert _rows(thread) == before != []
    assert index.grow(thread, [], [])


def test_what_was_not_put_or_is_cut_does_not_grow(put):
    long = put("长" * 200)
    assert not index.grow(long, ["第二句"], [])
    assert not index.grow(long + 1, ["第二句"], [])


def _rows(thread: int) -> list[tuple]:
    rows = Document.objects.filter(thread=thread).order_by("part")
    return list(rows.values_list("part", "is_inside", "title", "body", "tokens"))
