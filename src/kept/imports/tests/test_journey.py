"""A table on its way in, from outside: uploaded, looked at, checked, brought in, and again."""

import io

import openpyxl
import pytest

from kept.imports.models import ImportRun, ImportState
from kept.imports.tests.conftest import (
    FAULTY,
    GOOD,
    HEADER,
    as_found,
    bring_in,
    check,
    page,
    send,
    sent,
    table,
)
from kept.imports.tests.work import work
from kept.kit.importing.kinds import all_kinds
from kept.orders.models import Price
from kept.parties.models import Account
from kept.people.models import User
from kept.products.factories import make_product
from kept.timeline.models import Attachment
from kept.timeline.story import story

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.mark.req("SX.08", part="upload, columns, check, bring in, refused rows, on pages")
def test_whole_way_of_a_table_with_faults(office, enter):
    client = enter(office.lead)
    run = sent(client, table([*GOOD, FAULTY]))
    shown = client.get(f"/imports/{run.pk}/columns/").content.decode()
    assert "湘江贸易有限公司" in shown and 'value="1" selected>客户名称' in shown
    check(client, run)
    assert (run.status, run.rows, run.made, run.refused) == (ImportState.CHECKED, 4, 3, 1)
    assert not Account.objects.exists(), "a check writes nothing"
    told = page(client, run)
    assert "nothing was written" in told and "Bring in 3 rows now" in told
    assert "Fill this in." in told
    bring_in(client, run)
    assert (run.status, run.made, run.refused) == (ImportState.DONE, 3, 1)
    assert Account.objects.count() == 3
    told = page(client, run)
    assert "3 customers and partners brought in." in told and 'href="/accounts/"' in told
    last = story(office.branch.thread, User.objects.system())[-1].sentence
    assert "customers.csv" in last and "3 new, 0 known, 1 refused" in last


def test_the_same_way_in_chinese(office, enter):
    client = enter(office.lead, "zh-hans")
    run = check(client, sent(client, table([*GOOD, FAULTY])))
    assert run.faults[0]["said"]["zh-hans"] in page(client, run)
    assert run.faults[0]["said"]["zh-hans"] != run.faults[0]["said"]["en"]
    bring_in(client, run)
    assert Account.objects.count() == 3


def test_a_fault_says_line_column_value_and_how_to_mend_it(office, enter):
    client = enter(office.lead)
    run = check(client, sent(client, table([["K9", "丽江公司", "李", "12"]])))
    (fault,) = run.faults
    assert (fault["line"], fault["column"], fault["value"]) == (2, "电话", "12")
    for word in ("电话", ">12<", fault["said"]["en"]):
        assert word in page(client, run)


def test_refused_rows_are_mended_and_brought_in(office, enter):
    client = enter(office.lead)
    run = bring_in(client, check(client, sent(client, table([*GOOD, FAULTY]))))
    answer = client.get(f"/imports/{run.pk}/errors/")
    assert "customers.refused.xlsx" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    sheet = book.active
    assert [cell.value for cell in sheet[1]][:4] == HEADER and sheet.max_row == 2
    sheet["B2"] = "补上的公司"
    mended = io.BytesIO()
    book.save(mended)
    bring_in(client, check(client, sent(client, mended.getvalue(), "mended.xlsx")))
    assert Account.objects.filter(code="K4", name="补上的公司").exists()


@pytest.mark.req("SX.08", part="a second bringing in on the pages adds nothing")
def test_again_adds_nothing(office, enter):
    client = enter(office.lead)
    run = bring_in(client, check(client, sent(client, table(GOOD))))
    for one in (run, sent(client, table(GOOD))):
        bring_in(client, check(client, one))
        assert (one.made, one.known) == (0, 3)
    assert Account.objects.count() == 3
    assert "Bring in 3 rows" not in page(client, check(client, one))


def test_table_in_gb18030_is_read_as_it_is(office, enter):
    client = enter(office.lead)
    run = sent(client, table(GOOD, encoding="gb18030"))
    shown = client.get(f"/imports/{run.pk}/columns/").content.decode()
    assert "gb18030" in shown and "彭丽" in shown
    bring_in(client, check(client, run))
    assert Account.objects.filter(name="岳麓软件公司").exists()


def test_sheet_and_line_of_the_names_can_be_said(office, enter):
    book = openpyxl.Workbook()
    book.active.append(["nothing", "here"])
    sheet = book.create_sheet("客户 <b>")
    for row in (["名单", "2026"], [], ["甲", "乙"], ["湘江贸易", "彭丽"]):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    client = enter(office.lead)
    run = sent(client, file.getvalue(), "two.xlsx")
    asked = f"/imports/{run.pk}/columns/?sheet=2&header_row=3"
    shown = client.get(asked).content.decode()
    assert "湘江贸易" in shown and "No column was found that says: Name" in shown
    body = {"sheet": "2", "header_row": "3", "c-name": "0", "c-contact_name": "1"}
    assert client.post(f"/imports/{run.pk}/columns/", body).status_code == 302
    work()
    bring_in(client, ImportRun.objects.get())
    assert Account.objects.get().name == "湘江贸易"


def test_required_field_without_a_column_is_said_plainly(office, enter):
    client = enter(office.lead)
    run = sent(client, table([["湘江贸易"]], header=["甲"]))
    answer = client.post(f"/imports/{run.pk}/columns/", {"c-name": ""})
    assert answer.status_code == 422 and "No column says “Name”" in answer.content.decode()
    run.refresh_from_db()
    assert run.status == ImportState.UPLOADED


def test_another_way_of_reading_that_fails_says_why(office, enter):
    client = enter(office.lead)
    run = sent(client, table(GOOD))
    answer = client.get(f"/imports/{run.pk}/columns/?header_row=99")
    assert answer.status_code == 422 and "names no columns" in answer.content.decode()
    for strange in ("sheet=%00", "header_row=-1", "encoding=rot13", "header_row=9" + "9" * 40):
        assert client.get(f"/imports/{run.pk}/columns/?{strange}").status_code in (200, 422)


def test_broken_names_of_columns_break_no_page(office, enter):
    client = enter(office.lead)
    content = "客户名称,bad".encode() + b"\xff" + ",电话\r\n湘江贸易,x,13800138000\r\n".encode()
    run = check(client, sent(client, content))
    bring_in(client, run)
    assert run.made == 1 and Account.objects.get().name == "湘江贸易"


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("photo.csv", PNG, "a picture"),
        ("page.csv", b"<html><body>no</body></html>", "a web page"),
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\r\n\r\n", "no header line"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "locked.xlsx"),
        ("broken.xlsx", b"PK\x03\x04" + b"\0" * 64, "broken.xlsx"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence_and_not_kept(office, enter, name, content, word):
    answer = send(enter(office.lead), content, name)
    assert answer.status_code == 422 and word in answer.content.decode()
    assert not ImportRun.objects.exists() and not Attachment.objects.exists()


def test_large_file_is_refused_in_a_sentence(office, enter, monkeypatch):
    monkeypatch.setattr("kept.imports.copies.LARGEST", 100)
    answer = send(enter(office.lead), table(GOOD * 9))
    assert answer.status_code == 422 and "is too large" in answer.content.decode()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_template_comes_back_in(office, enter, ending, language):
    """The example row of the template of customers stands as it is."""
    client = enter(office.lead, language)
    answer = client.get(f"/imports/templates/accounts.{ending}")
    assert f"accounts.{ending}" in answer.headers["Content-Disposition"]
    run = check(client, sent(client, answer.getvalue(), f"accounts.{ending}"))
    bring_in(client, run)
    assert (run.made, run.refused) == (1, 0), run.faults
    assert Account.objects.count() == 1


def test_every_kind_has_its_template(office, enter):
    client = enter(office.lead)
    for kind in all_kinds():
        for ending in ("xlsx", "csv"):
            assert client.get(f"/imports/templates/{kind.name}.{ending}").status_code == 200
    assert client.get("/imports/templates/accounts.exe").status_code == 404
    assert client.get("/imports/templates/nothing.csv").status_code == 404


def test_prices_and_cases_come_in_as_well(office, enter):
    make_product(office.company, "BK-21")
    client = enter(office.lead)
    prices = table([["BK-21", "12.5"]], header=["型号", "单价"])
    bring_in(client, check(client, sent(client, prices, "prices.csv", kind="prices")))
    assert Price.objects.count() == 1
    header = ["编号", "主题", "受理时间"]
    cases = table([["A1", "漏油", "2024-03-05 14:30"]], header=header)
    run = sent(client, cases, "cases.csv", kind="cases")
    assert as_found(client, run)["owner"] == "lead"
    bring_in(client, check(client, run))
    assert run.made == 1 and "1 cases taken over, 1 of them open." in page(client, run)
