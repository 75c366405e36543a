"""A list is one declaration: page, fragment, print, files, and what its reader is told."""

import csv
import io
import re
import time
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.utils import timezone
from django.utils.translation import get_language, override

from kept.kit import clock
from kept.kit.exports import BOM
from kept.kit.lists import Column, FilterSet, List, Order, SavedView, offer_saved_views, view
from kept.kit.lists.files import as_reader
from kept.kit.tests.pieces import (
    NOON,
    Batch,
    Piece,
    PieceList,
    body,
    get,
    make_pieces,
    pieces_tables,  # noqa: F401
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pieces_tables")]


def links(html, words):
    """The address behind a link with these words."""
    found = re.search(
        rf'href="([^"]*)"[^>]*>(?:<svg(?:(?!</svg>).)*</svg>)?{words}', html, re.DOTALL
    )
    return found and found[1].replace("&amp;", "&")


def numbers(html):
    return re.findall(r'<span class="number">(P\d+)</span>', html)


@pytest.mark.req("SX.08", part="every list has its files")
def test_one_declaration_is_page_fragment_print_and_files():
    make_pieces(3)
    page, fragment, paper = get(), get(htmx=True), get("?format=print")
    for answer in (page, fragment, paper):
        assert numbers(body(answer)) == ["P0000", "P0001", "P0002"]
    assert "<html" in body(page)
    assert "<html" not in body(fragment)
    assert "HX-Request" in page.headers["Vary"]
    for kind in ("csv", "xlsx"):
        name = get(f"?format={kind}").headers["Content-Disposition"]
        assert name == f'attachment; filename="pieces-{timezone.localdate()}.{kind}"'


def test_a_page_costs_one_query_and_those_of_the_choices(django_assert_num_queries):
    make_pieces(60)
    with django_assert_num_queries(1):
        get(htmx=True, of=type("Bare", (PieceList,), {"filter": None}))
    with django_assert_num_queries(1):
        get()
    with django_assert_num_queries(2):  # the rows; the batches to choose from
        get("?order=batch&q=Piece&conditions=1")


def test_the_conditions_are_read_when_somebody_opens_them(django_assert_num_queries):
    make_pieces(60)
    html = body(get("?status=open"))
    assert 'name="status"' not in html
    opening = links(html, "Show the conditions")
    assert 'name="status"' in body(get(opening))  # without script the page comes again, open
    with django_assert_num_queries(1):  # the batches to choose from, and no row
        form = body(get(opening, htmx=True))
    assert 'name="status"' in form and "<html" not in form and "data-row" not in form
    assert re.search(r'<option value="open"[^>]* selected', form)


def test_conditions_that_are_not_understood_stand_open():
    make_pieces(3)
    assert 'name="status"' in body(get("?status=nonsense"))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "print"])
def test_a_file_costs_as_many_queries_for_many_rows_as_for_few(kind, django_assert_num_queries):
    make_pieces(200)
    with django_assert_num_queries(1):
        answer = get(f"?format={kind}&all=1")
        if answer.streaming:
            list(answer.streaming_content)


def test_fifty_rows_of_eight_cells_are_quick():
    make_pieces(50)
    found = list(Piece.objects.select_related("batch"))
    page = PieceList()
    page.request = None
    columns = [column for column in PieceList.columns if "screen" in column.places]
    assert len(columns) == 8
    best = 1.0
    for _ in range(10):
        start = time.perf_counter()
        page._rows(found, columns)
        best = min(best, time.perf_counter() - start)
    assert best < 0.02, f"{best * 1000:.1f} ms"


def test_what_people_typed_is_text_and_never_markup():
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    make_pieces(1, title=evil, number='"><b>x')
    for answer in (get(), get("?format=print"), get(f"?q={evil}"), get("?q=%3Cb%3E")):
        html = body(answer)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert '"><b>x' not in html


def test_a_cell_is_short_and_the_file_is_whole():
    make_pieces(1, title="x" * 600)
    assert "x" * 301 not in body(get())
    assert "x" * 600 in body(get("?format=csv"))


def test_choices_show_their_label_moments_the_readers_clock_and_money_its_notation():
    make_pieces(2)
    with override("zh-hans"), timezone.override("Asia/Shanghai"):
        html = body(get())
    assert '<td class="c-state" data-label="Status">Waiting</td>' in html
    assert '<time datetime="2026-11-21T12:00:00Z">2026-11-21 20:00</time>' in html
    assert '<td class="c-end" data-label="Price">¥1.00</td>' in html
    assert '<td data-label="Batch">Batch B0</td>' in html


def test_a_path_may_end_at_nothing_but_a_misspelt_one_is_a_mistake():
    (piece,) = make_pieces(1, batch=None)
    assert Column("batch", "", value="batch.code").read(piece) is None
    with pytest.raises(AttributeError):
        Column("bach", "").read(piece)


def test_a_column_that_is_not_for_the_screen_is_only_in_files():
    make_pieces(1)
    assert "Only in the file" not in body(get())
    assert "Only in the file" in body(get("?format=csv"))


def test_headings_turn_the_order_round():
    make_pieces(4)
    html = body(get())
    assert links(html, "Due<") == "?order=-due"
    html = body(get("?order=-due"))
    assert links(html, "Due<") == "?order=due"
    assert 'aria-sort="descending"' in html
    assert numbers(html) == ["P0003", "P0001", "P0000", "P0002"]


def test_the_filter_stays_while_ordering_paging_and_exporting():
    make_pieces(120)
    html = body(get("?q=Piece&order=number"))
    for words in ("Older", "CSV", "Number"):
        address = links(html, words)
        assert "q=Piece" in address, words
    older = body(get(links(html, "Older")))
    assert numbers(older)[0] == "P0050"
    assert "q=Piece" in links(older, "Newer")


def test_no_more_is_counted_than_the_page_shows():
    make_pieces(51)
    assert "Rows: 50+" in body(get())
    assert "50+" not in re.findall(r"Rows: (\S+)<", body(get("?q=P0001")))


@pytest.mark.req("SX.08", part="CSV as a spreadsheet opens it")
def test_csv_has_a_bom_the_columns_of_the_list_and_the_filtered_rows():
    make_pieces(9)
    text = body(get("?format=csv&status=waiting&order=number"))
    assert text.startswith(BOM)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(BOM))))
    assert [row["Number"] for row in rows] == ["P0001", "P0004", "P0007"]
    assert rows[0]["Price"] == "1.00"
    assert rows[0]["Price: currency"] == "CNY"
    assert rows[0]["Status"] == "Waiting"
    assert rows[0]["Due"] == "2026-11-21 12:00:00"


def test_xlsx_has_typed_cells():
    make_pieces(2)
    file = io.BytesIO(b"".join(get("?format=xlsx").streaming_content))
    sheet = openpyxl.load_workbook(file).worksheets[0]
    assert sheet.title == "Pieces"
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert cells["Number"].data_type == "s"
    assert cells["Due"].is_date
    assert cells["Price"].number_format == "[$CNY] #,##0.00"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_has_all_rows_with_and_without_a_due_time(kind):
    make_pieces(130)
    answer = get(f"?format={kind}&order=-due")
    data = b"".join(answer.streaming_content)
    if kind == "csv":
        assert data.decode().count("\r\n") == 131
    else:
        assert openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].max_row == 131


def test_a_file_that_is_cut_says_so_and_a_whole_one_does_not():
    make_pieces(6)
    cut = type("Cut", (PieceList,), {"file_rows": 5, "print_rows": 5})
    sentence = "Only the first 5 rows are in here. Narrow the filter to get the others."
    for kind in ("csv", "print"):
        text = body(get(f"?format={kind}", of=cut))
        assert sentence in text
        assert "P0005" not in text
        assert sentence not in body(get(f"?format={kind}"))


def test_a_streamed_file_speaks_the_readers_language_after_the_request_has_ended():
    make_pieces(1)
    told = [
        *(Column("due_at", "Due"), Column("open", "Open", value=lambda row: True)),
        Column("asked", "Asked", value=lambda row: clock.now()),
    ]
    telling = type("Telling", (PieceList,), {"columns": told})
    with override("zh-hans"), timezone.override("Asia/Shanghai"), clock.at(NOON):
        answer = get("?format=csv", of=telling)
    assert answer.headers["Content-Disposition"].endswith('pieces-2026-11-21.csv"')
    assert body(answer).endswith("\r\n2026-11-21 20:00:00,是,2026-11-21 20:00:00\r\n")
    assert timezone.get_current_timezone_name() != "Asia/Shanghai"


def test_a_stream_is_made_in_the_readers_zone_in_whichever_thread_sends_it():
    with override("zh-hans"), timezone.override("Asia/Shanghai"), clock.at(NOON):
        pieces = as_reader(
            f"{clock.now():%H}{timezone.localtime(NOON):%H}{get_language()}" for _number in range(2)
        )
    with ThreadPoolExecutor() as threads:
        assert threads.submit(list, pieces).result() == ["1220zh-hans"] * 2


def test_an_empty_list_says_what_to_do_first_and_a_filtered_one_how_to_see_more():
    html = body(get())
    assert "No pieces yet" in html
    assert links(html, "Make a piece") == "/pieces/make/"
    usual = type("Usual", (PieceList,), {"defaults": {"status": ["open"]}})
    assert "No pieces yet" in body(get(of=usual))
    make_pieces(1)
    assert "Nothing matches these conditions" in body(get("?q=nowhere"))


def test_a_right_is_asked_for_and_a_stranger_is_sent_to_sign_in(settings):
    settings.LOGIN_URL = "/sign-in/"
    guarded = type("Guarded", (PieceList,), {"right": "pieces.see"})
    nobody = type("User", (), {"is_authenticated": False})()
    without = type("User", (), {"is_authenticated": True, "holds": lambda self, right: False})()
    assert get(of=guarded, user=nobody).status_code == 302
    with pytest.raises(PermissionDenied):
        get(of=guarded, user=without)
    for kind in ("?format=csv", "?lookup=found"):
        with pytest.raises(PermissionDenied):
            get(kind, of=guarded, user=without)


def test_saved_views_are_offered_with_the_present_one_marked(monkeypatch):
    monkeypatch.setattr(view, "_saved_views", view._saved_views)
    monkeypatch.setattr(view, "_save_at", view._save_at)
    offer_saved_views(
        lambda user, name: [SavedView("Waiting", "status=waiting"), SavedView(name, "q=x")]
    )
    make_pieces(3)
    html = body(get("?status=waiting", saved=view._saved_views))
    waiting = re.search(r'<a class="tab-item" href="\?status=waiting"[^>]*>', html)[0]
    assert 'aria-current="page"' in waiting
    assert "pieces" in html


def test_what_is_shown_can_be_saved_once_it_is_not_the_list_as_it_starts(monkeypatch):
    monkeypatch.setattr(view, "_saved_views", view._saved_views)
    monkeypatch.setattr(view, "_save_at", "")
    offer_saved_views(lambda user, name: [SavedView("Done", "status=done")], save_at="/save/")
    make_pieces(3)
    address = "/save/?list_name=pieces&amp;address=%2Fpieces%2F&amp;query=status%3Dwaiting"
    assert address in body(get("?status=waiting", saved=view._saved_views))
    for usual in ("", "?status=done"):
        assert "/save/" not in body(get(usual, saved=view._saved_views))


def test_a_list_may_start_narrowed_and_all_is_one_click_away():
    make_pieces(9)
    narrowed = type("Narrowed", (PieceList,), {"defaults": {"status": ["open", "waiting"]}})
    html = body(get(of=narrowed))
    assert len(numbers(html)) == 6
    everything = links(body(get("?conditions=1", of=narrowed)), "Clear")
    assert len(numbers(body(get(everything, of=narrowed)))) == 9
    assert len(numbers(body(get("?q=Piece", of=narrowed)))) == 9


def test_mistakes_in_a_declaration_are_told_when_the_module_is_loaded():
    with pytest.raises(ImproperlyConfigured):
        type("Wrong", (List,), {"columns": [Column("a", "A", order="nowhere")]})

    class Loads(FilterSet):
        class Meta:
            model = Piece
            fields = ["batch"]

    with pytest.raises(TypeError, match="Lookup"):
        type("Slow", (List,), {"filter": Loads, "columns": []})


def test_an_order_may_be_a_plain_tuple():
    assert get("?order=batch").status_code == 200
    assert isinstance(PieceList.order["due"], Order)
    assert Batch.objects.count() == 0
