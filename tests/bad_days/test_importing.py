"""Tables as they come: real messy ones, huge ones with faults, and imports that are killed."""

import csv
import gzip
import signal
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from kept.cases.models import Case
from kept.kit.importing.kinds import kind_named
from kept.kit.importing.mapping import mapping_named
from kept.kit.importing.reading import open_table
from kept.kit.importing.running import import_file
from kept.kit.importing.tables import How
from kept.kit.refusal import Refused
from kept.parties.models import Account
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User

MESSY = Path(__file__).parents[3] / "shared" / "data" / "messy_tables_a.zip"
ROWS, FAULTS = 100_000, 500
#: Tables that an import fills, and what stands in each of them once.
ONCE = {
    "parties_account": "code",
    "parties_contact": "name",
    "parties_phone": "number",
    "parties_tenure": "account_id",
    "search_document": "thread_id",
}


@pytest.fixture
def branch(db):
    company = make_company("HN", "Huaen", pack="software")
    return make_unit(company, "HN-CS", "Changsha branch", UnitKind.BRANCH)


@pytest.fixture(scope="module")
def messy(tmp_path_factory) -> Path:
    if not MESSY.exists():
        pytest.skip("needs shared/data/messy_tables_a.zip beside the repository")
    folder = tmp_path_factory.mktemp("messy")
    with zipfile.ZipFile(MESSY) as packed:
        packed.extractall(folder)
    return folder


def bring(branch, path, columns, *, kind="accounts", **how):
    return import_file(
        kind_named(kind), path, unit=branch, by=User.objects.system(), columns=columns,
        faults_to=path.with_suffix(".refused.csv"), **how,
    )  # fmt: skip


#: File → how it is read and by which columns, how many customers come in, and how many are refused.
TABLES = {
    "Calls by Neighborhood per capita.xlsx": (How(), ["Neighborhood=name"], 18, 2),
    "Overdue 311 statsistics.xlsx": (How(), ["Neighborhood=name"], 19, 0),
    "adur-public-toilets.csv": (How(), ["LocationText=name", "UPRN=code"], 13, 2),
    "any_sheets.xls": (How(), ["1=name"], 3, 0),
    "any_sheets.xlsx": (How(), ["1=name"], 3, 0),
    "excel-numeric-header.xlsx": (How(), ["location=name", "2020=code"], 2, 0),
    "excel-rounding.xlsx": (How(), ["column 1=name", "Positive_int=code"], 2, 0),
    "excel-xlsx.xlsx": (How(), ["City=name", "number=code"], 8, 0),
    "utf8-japanesedata.csv": (How(), ["植物名=name", "番号=code"], 30, 32),
}


@pytest.mark.req("SX.08", part="real messy tables")
@pytest.mark.parametrize("name", TABLES)
def test_a_messy_table_comes_in(branch, messy, name):
    how, columns, made, refused = TABLES[name]
    done = bring(branch, messy / name, columns, how=how)
    said = [f"{one.line}: {one.refused}" for one in done.first_faults]
    assert (done.made + done.known, done.refused) == (made, refused), said
    assert all("but says something else" in one or "Fill this in" in one for one in said), said
    again = bring(branch, messy / name, columns, how=how)
    assert (again.made, again.known) == (0, made)


def test_every_messy_table_is_looked_at(messy):
    others = {"311011.csv", "password-protected-password123.xlsx"}
    assert {path.name for path in messy.iterdir() if "refused" not in path.name} == {
        *TABLES, *others,
    }  # fmt: skip


@pytest.mark.req("SX.08", part="a workbook with a password says so")
def test_a_workbook_with_a_password_says_so(branch, messy):
    with pytest.raises(Refused, match=r"is protected by a password\. Open it, take the password"):
        bring(branch, messy / "password-protected-password123.xlsx", ["A=name"])


def test_which_sheet_was_read_is_said_and_another_can_be_named(branch, messy):
    done = bring(branch, messy / "any_sheets.xlsx", ["1=name"])
    assert [str(one) for one in done.told][:2] == [
        "Read from the sheet “Visible”; not from: Hidden, VeryHidden.",
        "Hidden sheets: Hidden, VeryHidden.",
    ]
    hidden = bring(branch, messy / "any_sheets.xls", ["1=name"], how=How(sheet="Hidden"))
    assert "Read from the sheet “Hidden”" in str(hidden.told[0])
    with pytest.raises(Refused, match=r"no sheet “2027”\. There are: Visible, Hidden, VeryHidden"):
        bring(branch, messy / "any_sheets.xls", ["1=name"], how=How(sheet="2027"))


def test_errors_in_cells_are_named_by_their_cell(branch, messy):
    done = bring(
        branch, messy / "excel-xlsx.xlsx", ["col1=name", "col 2=code"],
        how=How(sheet="cellerrors"),
    )  # fmt: skip
    assert [(one.line, one.column, one.value) for one in done.first_faults] == [
        (3, "col 2", "#DIV/0!"), (7, "col1", "#VALUE!"),
    ]  # fmt: skip
    assert "Cell B3 holds the error #DIV/0!" in str(done.first_faults[0].refused)
    assert done.made == 7


def test_a_header_far_down_is_found(branch, messy):
    done = bring(branch, messy / "excel-xlsx.xlsx", ["col1=name", "col3=region"],
                 how=How(sheet="firstnonemptyrow"))  # fmt: skip
    assert done.made == 5 and Account.objects.filter(region="echo").exists()


@pytest.mark.req("SX.08", part="39,627 lines that end with CR alone")
def test_a_table_with_old_line_ends_becomes_cases(branch, messy, tmp_path):
    """Some of the 39,626 rows, and as cases: any table can be described."""
    whole = (messy / "311011.csv").read_bytes()
    assert b"\n" not in whole
    some = tmp_path / "311011.csv"
    some.write_bytes(b"\r".join(whole.split(b"\r")[:1_500]))
    mapping = tmp_path / "referrers.toml"
    mapping.write_text('source = "referrers"\n[fields]\nsource_ref = "{#}"\n'
                       'summary = "{Referrer}"\nreceived_at = "2011-03-01"\n'
                       'description = "{Referrals} referrals"\n')  # fmt: skip
    kind = kind_named("cases")
    done = import_file(
        kind, some, unit=branch, by=User.objects.system(),
        options={"owner": make_user(branch, "lin", "clerk")},
        mapping=mapping_named(kind, str(mapping)),
    )  # fmt: skip
    assert done.made + done.refused == 1_499 and done.made > 1_450
    assert all("too long" in str(one.refused) for one in done.first_faults)
    assert Case.objects.get(source_ref="2").description == "3,563,419 referrals"


@pytest.mark.req("SX.08", part="100,000 rows with 500 faults")
def test_a_huge_table_with_faults_comes_in_but_for_them(branch, tmp_path):
    """The faults are told by their lines, and stand in the file of refused rows."""
    path = tmp_path / "huge.csv.gz"
    wrong = set(range(150, ROWS + 150, ROWS // FAULTS))
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        write = csv.writer(file).writerow
        write(["code", "name", "since_on"])
        for line in range(2, ROWS + 2):
            write([f"K{line}", f"Firm {line}", "soon" if line in wrong else "2024-03-05"])
    lines: list[int] = []
    done = import_file(
        kind_named("accounts"), path, unit=branch, by=User.objects.system(),
        told=lambda fault: lines.append(fault.line),
    )  # fmt: skip
    assert (done.made, done.refused) == (ROWS - FAULTS, FAULTS) and lines == sorted(wrong)
    assert Account.objects.count() == ROWS - FAULTS
    with done.faults_file.open(encoding="utf-8-sig", newline="") as file:
        refused = list(csv.DictReader(file))
    assert [int(row["kept: line"]) for row in refused] == sorted(wrong)


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "huge.csv"
    path.write_text("code,name\n" + "K1,Firm\n" * 60_000)
    tracemalloc.start()
    table = open_table(path)
    assert sum(1 for _row in table.rows) == 60_000
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20, f"{peak >> 20} MB"


@pytest.mark.req("SX.08", part="an import killed half way and run again")
def test_an_import_killed_half_way_is_complete_after_another_run(office, elsewhere, tmp_path):
    """Every customer once, with the people and history of each, and numbers without a hole."""
    path = tmp_path / "customers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["客户编号", "客户名称", "联系人", "电话"]]
            + [[f"K{n}", f"客户{n}有限公司", f"人{n}", f"138{n:08d}"] for n in range(8_000)]
        )
    make_unit(office.company, "YQ-GX", "Guangxi branch", UnitKind.BRANCH)
    there = elsewhere()
    running = there.start("importing", path, "YQ-GX")
    assert running.stdout.readline() == "1000\n" and running.stdout.readline() == "2000\n"
    running.send_signal(signal.SIGKILL)
    running.communicate(timeout=60)
    assert running.returncode == -signal.SIGKILL
    (half,) = there.rows("SELECT count(*) FROM parties_account")[0]
    assert 2_000 <= half < 8_000 and half % 1_000 == 0, "whole batches only"
    again = there.start("importing", path, "YQ-GX")
    again.communicate(timeout=120)
    assert again.returncode == 0
    counts = "(SELECT count(*) FROM {}), (SELECT count(DISTINCT {}) FROM {})"
    for table, column in ONCE.items():
        assert there.rows("SELECT " + counts.format(table, column, table)) == [(8_000, 8_000)]
    assert there.rows("SELECT last FROM timeline_series WHERE register = 'A'") == [(8_000,)]
    proved = there.kept("verify", "--quiet")
    assert proved.returncode == 0, proved.stdout + proved.stderr
