"""``kept import``: every kind from a table, a dry run, templates, and what it ends with."""

import csv
import json

import openpyxl
import pytest

from kept.kit.importing.kinds import all_kinds
from kept.orders.models import Price
from kept.parties.models import Account, Contact
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind
from kept.products.models import Product, SerialUnit


@pytest.fixture
def office(kept):
    company = make_company("HN", "Huaen")
    unit = make_unit(company, "HN-1", "Changsha", UnitKind.BRANCH)
    make_user(unit, "lin", "clerk")
    return unit


@pytest.fixture
def table(tmp_path):
    def write(*rows, name="some.csv"):
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return str(path)

    return write


@pytest.mark.req("SX.08", part="every kind at the command line")
def test_a_company_brings_everything_it_has(kept, office, table):
    """In the order one would: catalogue, prices, customers, their people, what they own, cases."""
    brought = [
        ("products", ["型号", "产品名称"], ["K-1", "挖掘机"], "1 products brought in."),
        ("prices", ["型号", "单价", "生效日期"], ["K-1", "12.50", "2026-01-01"],
         "1 prices brought in."),
        ("accounts", ["编号", "客户名称", "电话"], ["C1", "湘江贸易", "13800138000"],
         "1 customers and partners brought in."),
        ("contacts", ["客户编号", "姓名"], ["C1", "周敏"], "1 contacts brought in."),
        ("units", ["机号", "型号", "客户"], ["S-1", "K-1", "C1"], "1 serial units brought in."),
        ("cases", ["工单号", "标题", "受理时间", "渠道"],
         ["1", "漏油", "2024年3月5日 14:30", "电话"], "1 cases taken over, 1 of them open."),
    ]  # fmt: skip
    assert [one[0] for one in brought] == [kind.name for kind in all_kinds()]
    for kind, header, row, sentence in brought:
        path = table(header, row, name=f"{kind}.csv")
        done = kept("import", kind, path, "--unit", "HN-1")
        assert done.exit_code == 0 and sentence in done.output, done.output
        again = kept("import", kind, path, "--unit", "HN-1")
        assert again.exit_code == 0 and "1 rows were here already." in again.output
    assert SerialUnit.objects.get().account.contacts.count() == 2
    assert Price.objects.get().product == Product.objects.get()


def test_refused_rows_end_with_1_and_are_told_by_line_column_and_value(
    kept, office, table, tmp_path
):
    path = table(["Name", "Phone"], ["A", "13800138000"], ["B", "12"], ["C", ""])
    done = kept("import", "accounts", path, "--unit", "HN-1", "--faults", str(tmp_path / "f.xlsx"))
    assert done.exit_code == 1 and Account.objects.count() == 2
    assert "line 3: phone: “12” is not a phone number. (column “Phone”: “12”)" in done.output
    sheet = openpyxl.load_workbook(tmp_path / "f.xlsx").active
    assert [cell.value for cell in sheet[2]][:3] == ["B", "12", "3"]


def test_a_dry_run_tells_every_fault_and_writes_nothing(kept, office, table):
    path = table(["Name", "Phone"], *[[f"N{n}", "12"] for n in range(15)], ["Good", ""])
    done = kept("import", "accounts", path, "--unit", "HN-1", "--dry-run")
    assert done.exit_code == 1 and "Nothing was written: this was a dry run." in done.output
    assert done.output.count("is not a phone number") == 15 and not Account.objects.exists()


@pytest.mark.parametrize("options", [("--map", "X=name"), ("--mapping", "mine.json")])
def test_columns_are_named_by_hand_or_by_a_file(kept, office, table, tmp_path, options):
    (tmp_path / "mine.json").write_text(json.dumps({"fields": {"name": "{X} ({Y})"}}))
    done = kept("import", "accounts", table(["X", "Y"], ["A", "B"]), "--unit", "HN-1", *options)
    assert done.exit_code == 0, done.output
    assert Account.objects.get().name == ("A" if options[0] == "--map" else "A (B)")
    assert ("Columns not read: Y." in done.output) is (options[0] == "--map")


def test_sheet_header_row_and_encoding_are_named_where_they_are_known(kept, office, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["nothing"])
    sheet = book.create_sheet("2026")
    for row in (["Name"], ["Customers", None], ["Name", "Code"], ["A", "1"]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    found = ("--unit", "HN-1", "--sheet", "2026", "--header-row", "3")
    done = kept("import", "accounts", str(tmp_path / "a.xlsx"), *found)
    assert done.exit_code == 0 and "Read from the sheet “2026”; not from: Sheet." in done.output
    assert Account.objects.get().code == "1"
    (tmp_path / "b.csv").write_bytes("客戶名稱\n高雄\n".encode("big5"))
    told = ("--unit", "HN-1", "--encoding", "utf-8")
    refused = kept("import", "accounts", str(tmp_path / "b.csv"), *told)
    assert refused.exit_code == 1 and "not written in utf-8" in refused.output


@pytest.mark.req("SX.08", part="template download")
@pytest.mark.parametrize("kind", ["products", "prices", "accounts", "contacts", "units", "cases"])
@pytest.mark.parametrize("lang", ["en_US.UTF-8", "zh_CN.UTF-8"])
def test_a_template_explains_itself_and_its_columns_are_known(kept, tmp_path, kind, lang):
    """In the reader's language; a filled one is read by the names of its columns."""
    for name in ("empty.xlsx", "empty.csv"):
        assert kept("import", kind, "--template", str(tmp_path / name), LANG=lang).exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "empty.xlsx")
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    notes = [row[0].value for row in book.worksheets[1].iter_rows(min_row=2)]
    assert len(rows) == 2 and [name.removesuffix(" *") for name in rows[0]] == notes
    with (tmp_path / "empty.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == rows[0]


def test_an_example_row_of_the_template_comes_in_as_it_is(kept, office, tmp_path):
    kept("import", "accounts", "--template", str(tmp_path / "empty.xlsx"))
    done = kept("import", "accounts", str(tmp_path / "empty.xlsx"), "--unit", "HN-1")
    assert done.exit_code == 0 and "1 customers and partners" in done.output, done.output
    assert Contact.objects.get().name == "Zhang Wei"


def test_called_wrongly_it_ends_with_2(kept, office):
    assert kept("import", "accounts").exit_code == 2
    assert kept("import", "accounts", "no-such.csv").exit_code == 2
    assert kept("import", "pigeons").exit_code == 2
