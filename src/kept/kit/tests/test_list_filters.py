"""Filters say themselves in words, and whatever is typed into them is answered with a sentence."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from django.http import Http404
from django.utils import timezone
from django.utils.html import escape

from kept.kit.lists import Contains, filter_words
from kept.kit.lists.spoken import in_sentence
from kept.kit.tests.pieces import (
    Batch,
    Piece,
    PieceFilter,
    PieceList,
    body,
    get,
    make_pieces,
    pieces_tables,  # noqa: F401
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pieces_tables")]


def count(address):
    return body(get(address, htmx=True)).count("data-row-link")


def words(**values):
    return filter_words(PieceFilter(values, queryset=Piece.objects.all(), request=None))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, ""),
        ({"status": ["open"]}, "status is Open"),
        ({"status": ["open", "waiting"]}, "status is Open or Waiting"),
        ({"q": "P1"}, "text: “P1”"),
        ({"found": "B1"}, "batch code is Batch B1"),
        ({"due_from": "2026-11-01"}, "due from 2026-11-01"),
        ({"due_until": "2026-11-30"}, "due until 2026-11-30"),
        ({"is_undated": "yes"}, "without a date: Yes"),
        ({"count__gte": "7", "count": "9"}, "count from 7 · count is 9"),
    ],
)
def test_a_filter_says_itself_in_words(values, said):
    make_pieces(3)
    assert words(**values) == said


def test_labels_lose_their_capital_inside_a_sentence_but_abbreviations_do_not():
    assert [in_sentence(word) for word in ("Owner", "SLA", "", "负责人")] == [
        *("owner", "SLA", "", "负责人"),
    ]


def test_each_condition_is_a_chip_that_can_be_taken_away():
    make_pieces(9)
    html = body(get("?status=open&status=waiting&q=Piece&order=number", htmx=True))
    chips = re.findall(r'class="chip">(.*?)<a href="(.*?)"', html)
    assert [words for words, _url in chips] == [
        "text: “Piece”",
        "status is Open or Waiting",
    ]
    without_status = chips[1][1].replace("&amp;", "&")
    assert without_status == "?q=Piece&order=number"
    assert count(without_status) == 9


def test_taking_the_last_condition_away_does_not_bring_the_first_filter_back():
    make_pieces(9)
    narrowed = type("Narrowed", (PieceList,), {"defaults": {"status": ["open"]}})
    html = body(get(of=narrowed, htmx=True))
    (url,) = re.findall(r'class="chip">.*?<a href="(.*?)"', html)
    assert body(get(url, of=narrowed, htmx=True)).count("data-row-link") == 9


def test_the_name_of_a_filter_that_begins_like_another_is_not_mistaken_for_it():
    make_pieces(9)
    html = body(get("?count=3&count__gte=2", htmx=True))
    chips = dict(re.findall(r'class="chip">(.*?)<a href="(.*?)"', html))
    assert "?count__gte=2" in chips.values()


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("?status=open", 3),
        ("?status=open&status=done", 6),
        ("?q=p0004", 1),
        ("?found=B1", 3),
        ("?is_undated=yes", 3),
        ("?is_undated=no", 6),
        ("?count__gte=7", 2),
        ("?due_from=2026-11-21&due_until=2026-11-21", 6),
        ("?made_until=2026-11-22", 4),
    ],
)
def test_filters_leave_the_right_rows(address, found):
    make_pieces(9)
    assert count(address) == found


def test_a_day_is_a_day_on_the_readers_calendar():
    """Half past eleven at night and half past midnight are two days (defect B9)."""
    moments = [
        datetime(2026, 11, 20, 15, 30, tzinfo=UTC),
        datetime(2026, 11, 20, 16, 30, tzinfo=UTC),
    ]
    for number, moment in enumerate(moments):
        make_pieces(1, number=f"N{number}", due_at=moment)
    with timezone.override("Asia/Shanghai"):
        assert count("?due_from=2026-11-21") == 1
        assert count("?due_until=2026-11-20") == 1
    assert count("?due_until=2026-11-20") == 2


BAD = {
    "a day that never was": ("due_from", "2026-02-31"),
    "year nought": ("due_from", "0000-01-01"),
    "the first day of all": ("due_from", "0001-01-01"),
    "the last day of all": ("due_until", "9999-12-31"),
    "not a day": ("made_until", "tomorrow"),
    "a NUL": ("q", "a%00b"),
    "half a character": ("q", "%ED%A0%80x\x07"),
    "an unknown choice": ("status", "lost"),
    "an unknown batch": ("found", "B99"),
    "a batch that is no number": ("batch", "x"),
    "a number beyond reason": ("batch", "9" * 40),
    "no number": ("count", "many"),
    "too many digits": ("count", "9" * 250),
    "no truth": ("is_undated", "perhaps"),
}


@pytest.mark.parametrize(("name", "value"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_a_sentence_beside_its_field_and_an_empty_list(name, value):
    make_pieces(3)
    answer = get(f"?{name}={value}")
    html = body(answer)
    assert answer.status_code == 200
    assert "data-row-link" not in html
    fields = re.split(r'<(?:div|fieldset) class="field[" ]', html)
    marked = [field for field in fields if 'class="field-error"' in field]
    assert len(marked) == 1
    assert f'name="{name}"' in marked[0]
    assert "Mend what is marked in the filter" in html
    for kind in ("csv", "xlsx", "print"):
        assert get(f"?{name}={value}&format={kind}").status_code == 200


@pytest.mark.parametrize("name", ["q", "status", "batch", "found", "due_from", "count"])
def test_five_million_characters_are_refused_and_not_sent_back(name):
    make_pieces(1)
    html = body(get(f"?{name}={'9' * 5_000_000}"))
    assert "This is too long to filter by." in html
    assert f'value="{"9" * 301}' not in html


def test_a_thousand_values_for_one_filter_are_refused():
    assert "Choose fewer values here." in body(get("?status=open" + "&status=open" * 900))


@pytest.mark.parametrize(
    "address", ["?%00=1", "?q[]=1", "?status[$gt]=1", "?format=%00", "?=", "?&&"]
)
def test_strange_addresses_are_the_plain_list(address):
    make_pieces(1)
    assert count(address) == 1


def test_a_condition_that_breaks_while_it_is_applied_is_answered_with_a_sentence():
    class Breaking(PieceFilter):
        half = Contains("title", method="take_half", label="Half")

        def take_half(self, rows, name, value):
            return rows.filter(count=int(value) ** 1000 / 2)

    make_pieces(1)
    breaking = type("BreakingList", (PieceList,), {"filter": Breaking})
    for value in ("x", "99"):
        html = body(get(f"?half={value}", of=breaking))
        assert "These conditions cannot be looked for. Change them." in html
        assert "data-row-link" not in html


def test_wildcards_are_letters_like_others():
    make_pieces(3)
    assert count("?q=%25") == 0
    assert count("?q=_") == 0


def test_a_large_table_is_never_loaded_to_choose_from(django_assert_num_queries):
    Batch.objects.bulk_create(Batch(code=f"X{number:04}") for number in range(300))
    html = body(get("?all=1&conditions=1"))
    assert html.count("<option") < 120
    assert "X0299" not in html
    lookup = re.search(r"<input[^>]*hx-get=.\?lookup=found.[^>]*>", html)[0]
    assert 'list="id_found_suggestions"' in lookup
    with django_assert_num_queries(1):
        html = body(get("?lookup=found&found=x02"))
    assert html.count("<option") == 20
    assert '<option value="X0200">Batch X0200</option>' in html


def test_what_was_looked_up_stays_in_its_box():
    make_pieces(3)
    html = body(get("?found=B1&conditions=1"))
    assert 'value="B1"' in re.search(r"<input[^>]*lookup=found[^>]*>", html)[0]


@pytest.mark.parametrize("typed", ["%00", "x" * 1000, quote("<script>")])
def test_suggestions_for_nonsense_are_none(typed):
    make_pieces(3)
    assert body(get(f"?lookup=found&found={typed}")) == ""


def test_suggestions_are_text():
    Batch.objects.create(code='"><b>')
    html = body(get("?lookup=found"))
    assert escape('"><b>') in html
    assert '"><b>' not in html


@pytest.mark.parametrize("name", ["batch", "q", "nowhere", "lookup"])
def test_only_lookups_suggest(name):
    with pytest.raises(Http404):
        get(f"?lookup={name}")


def test_both_ends_of_a_span_of_days_are_told_apart_in_the_form():
    form = PieceFilter({}, queryset=Piece.objects.all(), request=None).form
    assert str(form["due_from"].label) == "Due: from"
    assert str(form["due_until"].label) == "Due: until"
