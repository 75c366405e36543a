"""Files of rows: nothing runs, nothing is lost, and every value is of its kind."""

import io
from collections import namedtuple
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy, override
from hypothesis import given
from hypothesis import strategies as st

from kept.kit.exports import BOM, csv_safe, sheet_name, write_csv, write_xlsx
from kept.kit.money import Money
from kept.kit.words import Words

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "-2+3|cmd"]


class Plain:
    """The value of a one-column row."""

    label = "Value"

    def export_value(self, row):
        return row


Amount = namedtuple("Amount", ["label", "money", "export_value"])


def as_csv(*values):
    text = "".join(write_csv([Plain()], values))
    return text.removeprefix(BOM).split("\r\n", 1)[1].removesuffix("\r\n")


def as_cells(*values, columns=None):
    file = io.BytesIO()
    write_xlsx(columns or [Plain()], values, file, title="Rows")
    sheet = openpyxl.load_workbook(file).worksheets[0]
    return [row[0] for row in sheet.iter_rows(min_row=2)]


@pytest.mark.parametrize("text", DANGEROUS)
@pytest.mark.req("SX.08", part="no formula in an export")
def test_text_never_becomes_a_formula(text):
    assert as_csv(text).strip('"').startswith("'")
    (cell,) = as_cells(text)
    assert cell.data_type == "s"


@given(st.text(max_size=30))
def test_no_text_at_all_starts_with_a_formula_sign(text):
    assert not csv_safe(text).lstrip(" \u3000\xa0\ufeff").startswith(tuple("=+-@\t\r\n＝＋－＠"))


@pytest.mark.parametrize("number", [-5, Decimal("-12.50"), 0, 7, -0.25])
def test_negative_numbers_stay_numbers(number):
    assert Decimal(as_csv(number)) == Decimal(str(number))
    (cell,) = as_cells(number)
    assert cell.data_type == "n"
    assert Decimal(str(cell.value)) == Decimal(str(number))


@pytest.mark.parametrize("serial", ["00012", "12E5", "861380013800138000", "2026-11", "1/2"])
@pytest.mark.req("SX.08", part="serials stay text")
def test_serials_and_leading_zeros_stay_text(serial):
    assert as_csv(serial) == serial
    (cell,) = as_cells(serial)
    assert (cell.data_type, cell.value) == ("s", serial)


def test_a_number_too_long_for_a_spreadsheet_is_written_out():
    (cell,) = as_cells(1234567890123456789)
    assert (cell.data_type, cell.value) == ("s", "1234567890123456789")


@pytest.mark.req("SX.12", part="dates are ISO in files")
def test_moments_stand_in_the_readers_zone():
    moment = datetime(2026, 11, 21, 16, 30, 5, tzinfo=UTC)
    with timezone.override("Asia/Shanghai"):
        assert as_csv(moment) == "2026-11-22 00:30:05"
        (cell,) = as_cells(moment)
    assert cell.is_date
    assert cell.value.isoformat() == "2026-11-22T00:30:05"
    assert cell.number_format == "yyyy-mm-dd hh:mm"


def test_days_are_days_and_very_old_ones_are_text():
    assert as_csv(date(2026, 2, 1)) == "2026-02-01"
    new, old = as_cells(date(2026, 2, 1), date(1898, 1, 1))
    assert new.value.isoformat() == "2026-02-01T00:00:00"
    assert old.value == "1898-01-01"


def test_lengths_of_time_are_hours():
    assert as_csv(timedelta(days=1, hours=2, minutes=30)) == "26:30"
    assert as_csv(timedelta(minutes=-90)) == "-1:30"
    (cell,) = as_cells(timedelta(hours=26, minutes=30))
    assert cell.value == timedelta(hours=26, minutes=30)


def test_money_is_a_number_with_its_currency():
    column = Amount("Price", True, lambda row: row)
    price, none = Money.of("-1234.5", "CNY"), None
    text = "".join(write_csv([column], [price, none]))
    assert text.split("\r\n")[:3] == [f"{BOM}Price,Price: currency", "-1234.50,CNY", ","]
    yuan, yen = as_cells(price, Money(500, "JPY"), columns=[column])
    assert (yuan.value, yuan.number_format) == (-1234.5, "[$CNY] #,##0.00")
    assert (yen.value, yen.number_format) == (500, "[$JPY] #,##0")


def test_words_and_lazy_sentences_speak_the_readers_language():
    words, lazy = Words({"en": "Solved", "zh-hans": "已解决"}), gettext_lazy("Yes")
    with override("zh-hans"):
        assert as_csv(words, lazy) == "已解决\r\n是"
        assert [cell.value for cell in as_cells(words, lazy)] == ["已解决", "是"]


def test_truth_nothing_and_several_values():
    assert as_csv(True, None, ["a", "b"]) == 'Yes\r\n""\r\n"a, b"'
    assert [cell.value for cell in as_cells(True, None, ["a", "b"])] == ["Yes", None, "a, b"]


@pytest.mark.parametrize("text", ["nul\0", "half \ud800", "bell \x07", "x" * 40_000])
def test_broken_and_endless_text_does_not_break_the_file(text):
    "".join(write_csv([Plain()], [text])).encode()
    (cell,) = as_cells(text)
    assert 0 < len(cell.value) <= 32_767


def test_csv_is_made_row_by_row_and_begins_before_the_end():
    served = []

    def rows():
        for number in range(10_000):
            served.append(number)
            yield number

    first = next(write_csv([Plain()], rows()))
    assert first.startswith(BOM)
    assert len(served) < 1000


def test_a_closing_sentence_is_asked_after_the_last_row():
    seen = []
    text = "".join(
        write_csv([Plain()], (seen.append(n) or n for n in (1, 2)), closing=lambda: f"{seen}")
    )
    assert text.endswith('\r\n2\r\n"[1, 2]"\r\n')


def test_a_sheet_name_is_one_that_excel_takes():
    assert sheet_name("Cases: open/late [all]?") == "Cases  open late  all"
    assert sheet_name("''") == "Kept"
    assert len(sheet_name("案" * 99)) == 31
