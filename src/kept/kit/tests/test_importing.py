"""Reading tables: encodings nobody names, headers anywhere, dates as people write them."""

import io
from datetime import date, datetime

import openpyxl
import pytest

from kept.kit.importing.encodings import encoding_of
from kept.kit.importing.headers import folded
from kept.kit.importing.kinds import Field, ValueKind
from kept.kit.importing.reading import open_table
from kept.kit.importing.separated import delimiter_of
from kept.kit.importing.tables import How
from kept.kit.importing.values import Reading, day_of, is_short_year, moment_of
from kept.kit.refusal import InvalidInput

SIMPLIFIED = "客户名称,电话\n长沙湘江贸易有限公司,13800138000\n上海浦东服务站,021-88886666\n"
TRADITIONAL = "客戶名稱,電話\n台北資訊股份有限公司,0223456789\n高雄服務站,07-1234567\n"
JAPANESE = "番号,植物名\n1,マダガスカルジャスミン\n2,ほんものの花の香り\n"
WESTERN = "Name,Ort\nMüller GmbH,Köln\nÇelik à côté,Orléans – été\n"


@pytest.mark.req("SX.08", part="every encoding")
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "utf-16-le"),
        (SIMPLIFIED, "utf-16-be"),
        (SIMPLIFIED, "utf-32"),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "gbk"),
        (SIMPLIFIED, "gb2312"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "cp950"),
        (TRADITIONAL, "gb18030"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "cp932"),
        (WESTERN, "cp1252"),
        (WESTERN.replace("–", "-"), "latin-1"),
        ("Name,Phone\nAnn,1\n", "ascii"),
    ],
)
def test_every_encoding_is_found(tmp_path, text, encoding):
    path = tmp_path / "labelled-utf8.csv"
    path.write_bytes(text.encode(encoding))
    table = open_table(path)
    found = [table.header, *(list(row.values.values()) for row in table.rows)]
    assert found == [line.split(",") for line in text.splitlines()]


def test_a_wrong_encoding_is_told_and_a_right_one_taken(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(TRADITIONAL.encode("big5"))
    with pytest.raises(InvalidInput, match="not written in utf-8"):
        open_table(path, How(encoding="utf-8"))
    with pytest.raises(InvalidInput, match="no encoding “pigeon”"):
        open_table(path, How(encoding="pigeon"))
    with pytest.raises(InvalidInput, match="no encoding “base64”"):
        open_table(path, How(encoding="base64"))
    table = open_table(path, How(encoding="big5"))
    assert table.header == ["客戶名稱", "電話"] and [str(one) for one in table.told] == [
        "Read as big5."
    ]


def test_a_few_broken_bytes_do_not_turn_utf8_into_something_else(tmp_path):
    """Lone surrogates and cut characters stay in their row, which is refused for them."""
    lines = (SIMPLIFIED * 3).encode().splitlines()
    lines.insert(2, b"\xed\xa0\x80," + "断".encode()[:2])
    assert encoding_of(io.BytesIO(b"\n".join(lines))).name == "utf-8"
    path = tmp_path / "a.csv"
    path.write_bytes(b"\n".join(lines))
    rows = list(open_table(path).rows)
    assert (
        rows[0].values["客户名称"] == "长沙湘江贸易有限公司"
        and "\udced" in rows[1].values["客户名称"]
    )


def test_lone_surrogates_in_utf16_are_kept_for_their_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("a,b\n1,\ud800\n2,ok\n".encode("utf-16", "surrogatepass"))
    assert [row.values["b"] for row in open_table(path).rows] == ["\ud800", "ok"]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b;c\n1,5;2,5;3\n", ";"),
        ("a\tb\n1, 2 and 3\t4\n", "\t"),
        ('a,b\n"x;y;z",2\n', ","),
        ("Title\na|b|c\n1|2|3\n", "|"),
        ("alone\n1\n", ","),
    ],
)
def test_the_separator_is_what_stands_equally_often(text, delimiter):
    assert delimiter_of(text) == delimiter


def test_excels_own_word_for_the_separator_is_heeded(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("sep=;\na;b\n1,2;3\n")
    table = open_table(path)
    assert table.header == ["a", "b"] and [row.line for row in table.rows] == [3]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_in_the_file(tmp_path, ends):
    path = tmp_path / "a.csv"
    path.write_bytes(
        ends.join(["a,b", '"one', 'two",2', "", "3,4", "5", "6,7,", "8,9,10"]).encode()
    )
    rows = list(open_table(path).rows)
    assert [(row.line, row.broken is not None) for row in rows] == [
        (2, False), (5, False), (6, True), (7, False), (8, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"%PDF-1.7", "is a PDF file"),
        (b"\x89PNG\r\n", "is a picture"),
        (b"<!DOCTYPE html>", "is a web page"),
        (b"<html>", "is a web page"),
        (b"PK\x03\x04 no workbook", "no workbook that can be read"),
        (b"\xd0\xcf\x11\xe0 no workbook", "no workbook that can be read"),
        (b"", "no header line"),
        (b"\n\n\n", "no header line"),
        (b"\x1f\x8b no gzip", "a.csv: "),
    ],
)
def test_what_is_no_table_says_so(tmp_path, head, words):
    path = tmp_path / "a.csv"
    path.write_bytes(head)
    with pytest.raises(InvalidInput, match=words):
        list(open_table(path).rows)


def test_a_small_file_that_fills_the_memory_is_refused(tmp_path, monkeypatch):
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.save(tmp_path / "a.xlsx")
    monkeypatch.setattr("kept.kit.importing.workbooks.LARGEST", 100)
    with pytest.raises(InvalidInput, match="unpacks to"):
        open_table(tmp_path / "a.xlsx")


def test_cells_are_read_as_what_they_mean(tmp_path):
    """Numbers without a point, days as ISO, merged cells in each of their rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["name", "phone", "day", "share", "yes"])
    sheet.append(["Ann", 13800138000, date(2024, 3, 5), 0.25, True])
    sheet.append([None, 13800138001, datetime.fromisoformat("2024-03-05T14:30:00"), 1e20, False])
    sheet.append(["=B2", None, None, None, None])
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "a.xlsx")
    rows = [row.values for row in open_table(tmp_path / "a.xlsx").rows]
    assert rows[0] == {"name": "Ann", "phone": "13800138000", "day": "2024-03-05", "share": "0.25",
                       "yes": "true"}  # fmt: skip
    assert (rows[1]["name"], rows[1]["day"]) == ("Ann", "2024-03-05 14:30:00")
    assert rows[1]["share"] == "100000000000000000000"


def test_one_column_name_is_folded_and_twice_the_same_told_apart(tmp_path):
    assert folded(" E-Mail * ") == folded("ｅ　mail") == "email"
    path = tmp_path / "a.csv"
    path.write_text("price,price,,price\n1,2,3,4\n")
    assert open_table(path).header == ["price", "price (2)", "C", "price (3)"]


@pytest.mark.parametrize(
    "text",
    ["2024-03-05", "2024/3/5", "2024.3.5", "2024年3月5日", "2024 年 3 月 5 号",
     "20240305", "5.3.2024", "05/03/2024", "5-3-2024", "45356", "45356.75", "5 Mar 2024",
     "March 5, 2024",
     "Tuesday, March 5, 2024", "2024-03-05 00:00:00", "2024-03-05T08:00:00+08:00",
     "5/3/2024 2:30 pm", "2024/3/5 下午 2:30"],
)  # fmt: skip
@pytest.mark.req("SX.08", part="dates however they are written")
def test_a_day_is_read_however_it_is_written(text):
    assert day_of(text) == date(2024, 3, 5)


@pytest.mark.parametrize(
    "text", ["", "soon", "31.02.2015", "5/3/24", "24-3-5", "7", "999999", "2024-13-01", "Mar 2024"]
)
def test_what_is_no_day_is_none(text):
    with pytest.raises((ValueError, KeyError)):
        day_of(text)


def test_month_first_is_asked_for_and_short_years_are_not_guessed():
    assert day_of("3/5/2024", True) == date(2024, 3, 5)
    with pytest.raises(ValueError, match="month"):
        day_of("3/25/2024")
    assert is_short_year("5/3/24") and not is_short_year("5/3/2024")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-05 14:30", "2024-03-05T14:30:00"),
        ("5.3.2024 14:30:15", "2024-03-05T14:30:15"),
        ("2024年3月5日 下午2:30", "2024-03-05T14:30:00"),
        ("3/5/2024 12:05 am", "2024-05-03T00:05:00"),
        ("45356.5", "2024-03-05T12:00:00"),
        ("2024-03-05T14:30Z", "2024-03-05T14:30:00+00:00"),
    ],
)
def test_a_moment_is_read_however_it_is_written(text, moment):
    assert moment_of(text).isoformat() == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-01 12:00", "2026-07-01T16:00:00+00:00"),
        ("2026-11-01 01:30", "2026-11-01T05:30:00+00:00"),  # twice: still summer time
        ("2026-03-08 02:30", "2026-03-08T07:30:00+00:00"),  # skipped: 03:30 in summer time
        ("2026-07-01T12:00:00+08:00", "2026-07-01T04:00:00+00:00"),
    ],
)
def test_local_times_become_utc_also_where_clocks_are_changed(text, moment):
    read = Reading("America/New_York").reader(Field("at", "At", kind=ValueKind.MOMENT))
    assert read(text).isoformat() == moment


def test_a_moment_that_utc_cannot_say_is_refused():
    read = Reading("Asia/Shanghai").reader(Field("at", "At", kind=ValueKind.MOMENT))
    with pytest.raises(InvalidInput, match="The year 1 cannot be right"):
        read("0001-01-01 00:00")
