"""Customers from a table: each with its people, once, checked like those entered by hand."""

import csv
from collections import Counter
from datetime import date

import openpyxl
import pytest

from kept.kit.importing.kinds import Batch, kind_named
from kept.kit.importing.running import import_file, look
from kept.kit.importing.tables import How
from kept.kit.refusal import InvalidInput, NotAllowed, Refused
from kept.kit.testing.refusing import state_of_everything
from kept.kit.verifying import verify
from kept.parties.actions import add_account
from kept.parties.factories import make_account, make_station
from kept.parties.importing.accounts import AccountDraft
from kept.parties.importing.bulk import import_accounts
from kept.parties.importing.contacts import ContactDraft, import_contacts
from kept.parties.models import Account, AccountState, ChangeNotice, Contact, Phone, Tenure
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.search.queries import find
from kept.timeline.story import story

HEADER = ["客户编号", "客户名称", "联系人", "电话", "地址", "地区"]
XIANG = ["K1", "湘江贸易有限公司", "彭丽", "13800138000", "五一路1号", "湖南"]
GOOD = [
    XIANG,
    ["K2", "岳麓软件公司", "", "0731-88886666 转 801", "", ""],
    ["", "Huaneng Software Co., Ltd.", "Ann", "", "", ""],
]


@pytest.fixture
def branch(db):
    company = make_company("HN", "Huaen", pack="software")
    return make_unit(company, "HN-CS", "Changsha branch", UnitKind.BRANCH)


@pytest.fixture
def bring(branch, tmp_path):
    def brought(rows, *, kind="accounts", header=HEADER, name="some.csv", by=None, unit=None,
                encoding="utf-8", **how):  # fmt: skip
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([header, *rows])
        by = by or User.objects.system()
        return import_file(kind_named(kind), path, unit=unit or branch, by=by, **how)

    return brought


@pytest.mark.req("SX.08", part="customers with their people")
def test_rows_become_customers_with_their_people(bring, branch):
    done = bring(GOOD)
    assert (done.made, done.known, done.refused) == (3, 0, 0)
    first = Account.objects.get(code="K1")
    assert first.number == "HN-A26-000001" and first.unit == branch
    contact = first.contacts.get()
    assert (contact.name, contact.phones.get().number) == ("彭丽", "+8613800138000")
    assert first.addresses.get().text == "五一路1号" and first.tenures.get().unit == branch
    assert Account.objects.get(code="K2").contacts.get().phones.get().extension == "801"
    assert Account.objects.get(code="").contacts.get().name == "Ann"
    assert [str(fault) for fault in verify().faults] == []
    told = story(first.thread, User.objects.system())
    assert told[0].sentence == "Brought in from some.csv as customer"


def test_an_imported_customer_is_the_same_as_one_entered_by_hand(bring, branch):
    """Every row that the single verb writes, the bulk verb writes as well, and nothing else."""
    system = User.objects.system()
    add_account(by=system, unit=branch, name="岳麓软件公司", code="A", contact_name="彭丽",
                phone="0731-88886666 转 801", address="五一路1号", region="湖南")  # fmt: skip
    bring([["B", "岳麓软件公司", "彭丽", "0731-88886667 转 801", "五一路1号", "湖南"]])
    one, other = Account.objects.get(code="A"), Account.objects.get(code="B")
    names = {field.attname for field in Account._meta.concrete_fields}
    own = {"id", "number", "code", "scope_id", "thread_id"}
    assert [n for n in names - own if getattr(one, n) != getattr(other, n)] == []
    for left, right in zip(one.thread.sights.all(), other.thread.sights.all(), strict=True):
        assert (left.kind, left.is_open, left.due_at) == (right.kind, right.is_open, right.due_at)
    for related in ("contacts", "addresses", "tenures"):
        fields = getattr(one, related).model._meta.concrete_fields
        for field in {field.attname for field in fields} - {"id", "account_id"}:
            values = [getattr(getattr(each, related).get(), field) for each in (one, other)]
            assert values[0] == values[1], (related, field)
    found = [one.documents.count() for one in (one.thread, other.thread)]
    assert found == [1, 1]


@pytest.mark.parametrize("asked", ["xjmy", "湘江", "13800138000", "0138", "K1", "彭丽", "pengli"])
def test_imported_customers_are_found_at_once(bring, asked):
    bring(GOOD)
    assert "HN-A26-000001" in [hit.number for hit in find(User.objects.system(), asked)]


@pytest.mark.req("SX.08", part="a second run adds nothing")
def test_a_second_run_adds_nothing(bring):
    bring(GOOD[:2])
    again = bring([*GOOD, XIANG])
    assert (again.made, again.known, again.refused) == (1, 3, 0)
    before = state_of_everything()
    assert (bring(GOOD).made, state_of_everything() == before) == (0, True)


@pytest.mark.parametrize(
    ("place", "value", "field"),
    [
        (1, "", "name"),
        (1, "x" * 201, "name"),
        (1, "NUL \0 inside", "name"),
        (0, "K" * 31, "code"),
        (3, "12", "phone"),
        (3, "call me", "phone"),
        (4, "x" * 201, "address"),
        (6, "not mail", "email"),
        (7, "soon", "since_on"),
        (7, "2199-01-01", "since_on"),
        (7, "3/4/24", "since_on"),
        (8, "pigeon", "roles"),
        (9, "Nowhere", "unit"),
        (10, "nobody", "relationship_owner"),
        (11, "1812", "joined_year"),
        (11, "2.5", "joined_year"),
    ],
)
@pytest.mark.req("SX.08", part="a broken row is refused with its line, column and value")
def test_a_broken_row_is_refused_alone(bring, place, value, field):
    header = [*HEADER, "邮箱", "签约日期", "客户类型", "部门", "业务员", "加盟年份"]
    rows = [[*row, *[""] * 6] for row in GOOD]
    rows[1][place] = value
    done = bring(rows, header=header)
    assert (done.made, done.refused) == (2, 1), [str(one.refused) for one in done.first_faults]
    fault = done.first_faults[0]
    assert (fault.line, fault.refused.field, fault.column) == (3, field, header[place])
    assert fault.value == value.replace("\0", "\\0")[:59] + ("…" if len(value) > 60 else "")


@pytest.mark.req("S1.22", part="duplicate customers in a table")
def test_the_same_customer_is_refused_with_where_it_stands(bring, branch):
    """By name and phone, by code, here or further up in the file; alike ones are named."""
    known = make_account(branch, "湘江贸易有限公司", phone="13800138000", contact_name="彭丽")
    done = bring([
        ["", "湘江贸易公司", "彭丽", "+86 138 0013 8000", "", ""],
        ["", "湘江贸易有限公司", "", "13800138000", "", ""],
        ["", "湘江贸易有限公司", "", "13911112222", "", ""],
        ["K7", "甲公司", "", "13911112222", "", ""],
        ["K7", "乙公司", "", "", "", ""],
        ["K8", "甲有限公司", "", "13911112222", "", ""],
    ])  # fmt: skip
    assert (done.made, done.known, done.refused) == (2, 1, 3)
    first, second, third = done.first_faults
    assert (first.line, first.refused.rule) == (2, "S1.22") and "Name" in str(first.refused)
    assert known.number in str(first.refused) and first.refused.mend == known.get_absolute_url()
    assert (second.line, third.line) == (6, 7) and "line 5" in str(second.refused)
    assert [(note.line, note.refused.field) for note in done.first_notes] == [
        (4, "name"), (5, "phone"),
    ]  # fmt: skip
    assert known.number in str(done.first_notes[0].refused)
    assert "line 4" in str(done.first_notes[1].refused)


def test_another_one_all_the_same_comes_in_with_its_reason(bring, branch):
    make_account(branch, "湘江贸易有限公司")
    header = ["Name", "Another one all the same, because"]
    done = bring([["湘江贸易有限公司", "The one in Yueyang"]], header=header)
    assert (done.made, done.refused) == (1, 0)


def test_rows_of_other_content_are_refused_and_say_in_what(bring):
    bring(GOOD)
    other = bring([["K1", "湘江贸易有限公司", "彭丽", "13800138009", "五一路2号", "湖南"]])
    assert (other.made, other.known, other.refused) == (0, 0, 1)
    said = str(other.first_faults[0].refused)
    assert "Phone, Address" in said and "HN-A26-000001" in said


def test_stations_wait_and_dealers_need_what_the_company_asks(db, tmp_path):
    company = make_company("BK", "Beike", pack="wallcovering")
    path = tmp_path / "dealers.csv"
    path.write_text("名称,类型,联系人,电话,加盟年份,加盟方式\n甲,经销商,王,13800000001,2020,预付款\n"
                    "乙,经销商;客户,李,13800000002,,\n丙,服务站,,,,\n")  # fmt: skip
    done = import_file(kind_named("accounts"), path, unit=company, by=User.objects.system())
    fault = done.first_faults[0]
    assert (done.made, fault.line, fault.refused.rule) == (2, 3, "S3.01")
    assert Account.objects.get(name="丙").status == AccountState.PENDING
    assert Tenure.objects.count() == 1


def test_rows_lie_in_the_unit_they_name_and_only_below_the_imports(bring, branch):
    hotline = make_unit(branch, "HN-HL", "Hotline", UnitKind.HOTLINE)
    make_unit(branch.company, "HN-YY", "Yueyang branch", UnitKind.BRANCH)
    lin = make_user(hotline, "lin", "lead", name="Lin")
    header = ["Name", "Unit", "Looked after by", "Customer since"]
    rows = [
        ["A", "HN-HL", "lin", "2024年3月5日"],
        ["B", "hotline", "Lin", "45356"],
        ["C", "", "", ""],
        ["D", "HN-YY", "", ""],
    ]
    done = bring(rows, header=header, by=make_user(branch, "mo", "lead"))
    assert (done.made, done.first_faults[0].line) == (3, 5)
    assert list(Account.objects.filter(unit=hotline).values_list("name", flat=True)) == ["A", "B"]
    assert {one.relationship_owner for one in Account.objects.exclude(name="C")} == {lin}
    days = set(Tenure.objects.exclude(account__name="C").values_list("customer_since", flat=True))
    assert days == {date(2024, 3, 5)}
    mate = make_user(hotline, "mate", "clerk")
    assert Account.objects.visible_to(mate).count() == 2


def test_who_lacks_the_right_brings_nothing(bring, branch):
    with pytest.raises(NotAllowed):
        bring(GOOD, by=make_user(branch, "guest", "directory"))
    other = make_unit(branch.company, "HN-YY", "Yueyang branch", UnitKind.BRANCH)
    with pytest.raises(NotAllowed):
        bring(GOOD, by=make_user(other, "wu", "lead"))
    assert not Account.objects.exists()


@pytest.mark.req("SX.08", part="a dry run writes nothing")
def test_a_dry_run_writes_nothing_and_finds_every_fault(bring):
    rows = [*GOOD, ["K9", "", "", "", "", ""], ["K1", "另一家", "", "", "", ""]]
    before, told = state_of_everything(), []
    dry = bring(rows, dry_run=True, told=told.append)
    assert state_of_everything() == before and (dry.made, dry.refused) == (3, 2)
    assert [fault.line for fault in told] == [5, 6]
    real = bring(rows)
    assert (real.made, real.refused) == (dry.made, dry.refused)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.req("SX.08", part="refused rows are mended and fed in again")
def test_refused_rows_are_mended_and_fed_in_again(bring, branch, tmp_path, ending):
    bad = ["K3", "=cmd|' /C calc'!A0", "", "12", "", ""]
    done = bring([*GOOD, bad], faults_to=tmp_path / f"refused.{ending}")
    assert done.faults_file == tmp_path / f"refused.{ending}"
    seen = look(kind_named("accounts"), done.faults_file)
    assert seen.header[:6] == HEADER and seen.header[6:] == [
        "kept: line", "kept: field", "kept: reason",
    ]  # fmt: skip
    assert list(seen.rows[0].values.values())[6:8] == ["5", "phone"] and seen.unused == []
    mended = tmp_path / f"mended.{ending}"
    _mend(done.faults_file, mended, "12", "13811112222")
    again = import_file(kind_named("accounts"), mended, unit=branch, by=User.objects.system())
    assert (again.made, again.refused, again.faults_file) == (1, 0, None)
    assert Account.objects.get(code="K3").name == bad[1], "as it came, formula sign and all"


def _mend(old, new, wrong, right):
    if old.suffix == ".csv":
        text = old.read_text(encoding="utf-8-sig")
        assert "'=cmd" in text, "no formula for whoever opens it"
        new.write_text(text.replace(f",{wrong},", f",{right},"), encoding="utf-8-sig")
        return
    book = openpyxl.load_workbook(old)
    for row in book.active.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            if cell.value == wrong:
                cell.value = right
    book.save(new)


def test_columns_are_named_one_by_one_where_their_names_say_nothing(bring):
    header = ["A", "B", "C"]
    with pytest.raises(InvalidInput, match=r"No column says “Name”\. The columns are: A, B, C"):
        bring([["x", "y", "z"]], header=header)
    with pytest.raises(InvalidInput, match="lacks these columns: D"):
        bring([["x", "y", "z"]], header=header, columns=["D=name"])
    with pytest.raises(InvalidInput, match="no field “pigeon”"):
        bring([["x", "y", "z"]], header=header, columns=["A=pigeon"])
    with pytest.raises(InvalidInput, match="“A” is no pair"):
        bring([["x", "y", "z"]], header=header, columns=["A"])
    assert bring([["K1", "湘江", "13800138000"]], header=header,
                 columns=["b=name", "C=phone"]).made == 1  # fmt: skip
    assert Phone.objects.get().number == "+8613800138000"


def test_what_the_reader_says_about_columns_comes_before_what_is_found(bring):
    header = ["客户名称", "公司", "电话"]
    bring(
        [["彭丽", "湘江贸易", "13800138000"]],
        header=header,
        columns=["公司=name", "客户名称=contact_name"],
    )
    assert Account.objects.get().name == "湘江贸易" and Contact.objects.get().name == "彭丽"


def test_a_title_above_the_table_is_no_header(bring, tmp_path):
    rows = [["", *[""] * 5], HEADER, *GOOD]
    done = bring(rows, header=["客户名单 2026", *[""] * 5])
    assert done.made == 3 and "named on line 3" in str(done.told[0])
    assert bring(rows, header=["客户名单 2026", *[""] * 5], how=How(header_row=3)).known == 3
    with pytest.raises(InvalidInput, match=r"Line 2 of some\.csv is empty"):
        bring(rows, header=["客户名单 2026", *[""] * 5], how=How(header_row=2))


@pytest.mark.req("SX.08", part="contacts from a table")
def test_contacts_join_the_accounts_they_name(bring, branch):
    bring(GOOD)
    header = ["客户", "姓名", "手机", "邮箱", "职务", "维修人员"]
    rows = [["K1", "周敏", "13900000001", "zhou@example.com", "经理", "否"],
            ["HN-A26-000002", "Bo", "", "", "", "是"],
            ["湘江贸易", "彭丽", "13800138000", "", "", ""],
            ["K1", "周敏", "13900000001", "zhou@example.com", "经理", "否"]]  # fmt: skip
    done = bring(rows, kind="contacts", header=header)
    assert (done.made, done.known, done.refused) == (2, 2, 0), [
        str(one.refused) for one in done.first_faults
    ]
    zhou = Contact.objects.get(name="周敏")
    assert zhou.account.code == "K1" and not zhou.is_main and zhou.title == "经理"
    assert Contact.objects.get(name="Bo").is_repair_staff
    assert [hit.number for hit in find(User.objects.system(), "13900000001")] == ["HN-A26-000001"]
    assert "Contact added" in [one.sentence for one in story(zhou.thread, User.objects.system())]
    assert [str(fault) for fault in verify().faults] == []
    assert bring(rows, kind="contacts", header=header).known == 4


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (["Nobody", "A", "", ""], "account"),
        (["", "A", "", ""], "account"),
        (["K1", "", "", ""], "name"),
        (["K1", "A", "12", ""], "phone"),
        (["K1", "A", "", "mail"], "email"),
        (["K1", "彭丽", "13800138000", "new@example.com"], "name"),
    ],
)
def test_a_broken_contact_is_refused_with_its_line(bring, row, field):
    bring(GOOD)
    header = ["客户", "姓名", "手机", "邮箱"]
    done = bring([["K2", "Bo", "", ""], row], kind="contacts", header=header)
    assert (done.made, done.refused) == (1, 1)
    assert (done.first_faults[0].line, done.first_faults[0].refused.field) == (3, field)


def test_people_of_a_station_wait_for_somebodys_word(db, tmp_path):
    company = make_company("YQ", "Yunqi", pack="handset")
    unit = make_unit(company, "YQ-CS", "Service", UnitKind.HEADQUARTERS)
    make_station(unit, "ZJ-01", make_user(unit, "fm", phone="13700000001"))
    path = tmp_path / "people.csv"
    path.write_text("account,name,phone\nZJ-01,周敏,13900000001\n")
    for made, known in ((1, 0), (0, 1)):
        done = import_file(kind_named("contacts"), path, unit=unit, by=User.objects.system())
        assert (done.made, done.known, done.refused) == (made, known, 0)
    assert not Contact.objects.filter(name="周敏").exists()
    assert Counter(ChangeNotice.objects.values_list("change", flat=True)) == {"new_contact": 1}


def test_an_account_of_another_company_is_nobody_here(bring, branch):
    make_account(
        make_unit(make_company("OT", "Other"), "OT-1", "Other", UnitKind.BRANCH),
        "Secret",
        code="S1",
    )
    done = bring([["S1", "A"]], kind="contacts", header=["account", "name"])
    assert "There is no customer “S1”" in str(done.first_faults[0].refused)
    assert bring([["S1", "Secret", "", "", "", ""]]).made == 1, "codes belong to their company"


def test_drafts_are_checked_whichever_door_they_come_through(branch):
    system = User.objects.system()
    drafts = [AccountDraft("A", line=1), AccountDraft("NUL \0", line=2), AccountDraft("", line=3)]
    done = import_accounts(by=system, unit=branch, batch=Batch(drafts))
    assert (len(done.made), [fault.line for fault in done.faults]) == (1, [2, 3])
    people = [ContactDraft("A", "Ann", line=1), ContactDraft("A", "", line=2)]
    done = import_contacts(by=system, unit=branch, batch=Batch(people))
    assert (len(done.made), [fault.line for fault in done.faults]) == (1, [2])
    with pytest.raises(InvalidInput, match="At most 1000"):
        Batch([AccountDraft("A")] * 1_001)


def test_refused_is_what_the_engine_raises_for_a_file_that_is_gone(branch, tmp_path):
    with pytest.raises(Refused):
        import_file(kind_named("accounts"), tmp_path / "no.csv", unit=branch,
                    by=User.objects.system())  # fmt: skip
