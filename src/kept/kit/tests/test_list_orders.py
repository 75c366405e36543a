"""Pages follow one another without gap, repeat or count, whatever the order and the nulls."""

import base64
import json
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from kept.kit.lists.order import Order, keyed, segments
from kept.kit.lists.pager import fetch
from kept.kit.tests.pieces import (
    NOON,
    Batch,
    Piece,
    PieceList,
    Status,
    body,
    get,
    make_pieces,
    pieces_tables,  # noqa: F401
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pieces_tables")]

ORDERS = {
    "due": (("due_at", False),),
    "newest": (("pk", True),),
    "batch": (("batch_due", False), ("number", False)),
    "number": (("number", False),),
    "status": (("status", False), ("due_at", True)),
}


def in_python(pieces, fields, backwards):
    """The order by plain sorting: rows without a value last, whichever the direction."""
    key_down = fields[-1][1]
    for name, down in reversed([*fields, ("pk", key_down)]):
        down = down != backwards

        def value(piece, name=name):
            return (
                piece.batch and piece.batch.due_at if name == "batch_due" else getattr(piece, name)
            )

        known = sorted((p for p in pieces if value(p) is not None), key=value, reverse=down)
        pieces = known + [p for p in pieces if value(p) is None]
    return [piece.number for piece in pieces]


def walk(order, backwards, size):
    """The numbers page by page, forwards; then the same pages backwards."""
    rows = Piece.objects.all()
    queryset, keys = keyed(rows, order, backwards=backwards)
    pages, page = [], fetch(queryset, keys, size=size)
    pages.append(page)
    while page.next:
        page = fetch(queryset, keys, after=page.next, size=size)
        pages.append(page)
    back = [page]
    while page.previous:
        page = fetch(queryset, keys, before=page.previous, size=size)
        back.append(page)
    ways = (pages, back[::-1])
    return [[row.number for one in way for row in one.rows] for way in ways]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("name", ORDERS)
def test_pages_are_the_whole_list_in_order_there_and_back(name, backwards):
    make_pieces(30)
    Piece.objects.filter(count__gt=25).update(batch=None)
    Piece.objects.filter(count__in=(4, 5)).update(due_at=NOON)
    expected = in_python(list(Piece.objects.select_related("batch")), ORDERS[name], backwards)
    order = PieceList.order[name]
    order = order if isinstance(order, Order) else Order(*order)
    for size in (1, 7, 10, 30):
        there, back = walk(order, backwards, size)
        assert there == expected
        assert back == expected


@settings(max_examples=25)
@given(
    dues=st.lists(st.none() | st.integers(0, 3), min_size=1, max_size=12),
    size=st.integers(1, 5),
    name=st.sampled_from(["due", "status"]),
    backwards=st.booleans(),
)
def test_any_pattern_of_equal_and_missing_values_pages_cleanly(dues, size, name, backwards):
    Piece.objects.all().delete()
    make_pieces(len(dues))
    for piece, due in zip(Piece.objects.order_by("pk"), dues, strict=True):
        due_at = None if due is None else NOON + timedelta(hours=due)
        Piece.objects.filter(pk=piece.pk).update(due_at=due_at)
    expected = in_python(list(Piece.objects.select_related("batch")), ORDERS[name], backwards)
    there, back = walk(
        PieceList.order["due"] if name == "due" else Order("status", "-due_at"), backwards, size
    )
    assert there == expected
    assert back == expected


def test_a_row_added_meanwhile_neither_repeats_nor_hides_another():
    make_pieces(10)
    queryset, keys = keyed(Piece.objects.all(), Order("-pk"), backwards=False)
    first = fetch(queryset, keys, size=5)
    make_pieces(1, number="NEW")
    second = fetch(queryset, keys, after=first.next, size=5)
    seen = [row.number for row in first.rows + second.rows]
    assert seen == [f"P{number:04}" for number in range(9, -1, -1)]


def test_a_page_that_has_emptied_meanwhile_becomes_the_first():
    make_pieces(10)
    queryset, keys = keyed(Piece.objects.all(), Order("pk"), backwards=False)
    first = fetch(queryset, keys, size=5)
    Piece.objects.filter(pk__gt=first.rows[-1].pk).delete()
    assert fetch(queryset, keys, after=first.next, size=5).rows == first.rows


def cursor(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "broken",
    [
        "x",
        "A" * 5000,
        "%00",
        "☃",
        cursor(),
        cursor("not a time", 1),
        cursor("0001-01-01T00:00:00+14:00", 1),
        cursor("9999-12-31T23:59:59-14:00", 1),
        cursor("2026-11-21T12:00:00+00:00", None),
        cursor("2026-11-21T12:00:00+00:00", "x"),
        cursor("2026-11-21T12:00:00+00:00", [1]),
        cursor("2026-11-21T12:00:00+00:00", {"a": 1}),
        base64.urlsafe_b64encode(b"[" * 1000).decode(),
    ],
)
def test_a_broken_cursor_is_the_first_page(broken):
    make_pieces(3)
    for parameter in ("after", "before"):
        html = body(get(f"?order=due&{parameter}={broken}", htmx=True))
        assert "P0000" in html


def test_a_cursor_beyond_all_numbers_does_no_harm():
    make_pieces(3)
    assert get(f"?order=newest&after={cursor(10**30)}", htmx=True).status_code == 200
    assert get(f"?order=newest&before={cursor(-(10**30))}", htmx=True).status_code == 200


def test_a_cursor_of_text_with_a_nul_is_the_first_page():
    make_pieces(3)
    for text in ("P\0", "\ud800"):
        assert "P0000" in body(get(f"?order=number&after={cursor(text)}", htmx=True))


@pytest.mark.parametrize("order", ["", "nowhere", "-", "--due", "due_at", "x" * 5000, "%00"])
def test_an_unknown_order_is_the_usual_one(order):
    make_pieces(3)
    assert "P0000" in body(get(f"?order={order}"))


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("start", ["first page", "after a value"])
def test_every_part_of_a_page_walks_an_index(start, backwards):
    if connection.vendor != "sqlite":
        pytest.skip("the planner of PostgreSQL needs a large table to prefer an index")
    make_pieces(50)
    queryset, keys = keyed(Piece.objects.all(), Order("due_at"), backwards=backwards)
    after = None if start == "first page" else [NOON, 5]
    for part in segments(keys, after, upwards=False):
        plan = part.of(queryset)[:51].explain()
        assert "piece_due" in plan or "INTEGER PRIMARY KEY" in plan, plan
        assert "TEMP B-TREE" not in plan, plan


def test_an_order_over_many_rows_of_another_table_uses_the_join_of_the_filter():
    make_pieces(30)
    open_pieces = Batch.objects.filter(piece__status=Status.OPEN)
    queryset, keys = keyed(open_pieces, Order("piece__due_at", "piece__id"), backwards=False)
    first = fetch(queryset, keys, size=4)
    second = fetch(queryset, keys, after=first.next, size=50)
    dues = [row._order_0 for row in first.rows + second.rows]
    assert dues == sorted(dues)
    assert len(dues) == 10
    for part in segments(keys, [NOON, 1, 1], upwards=False):
        assert str(part.of(queryset).query).count("JOIN") == 1
