"""The catalogue and the installed base from tables."""

import csv
from datetime import date

import pytest

from kept.kit.importing.kinds import Batch, kind_named
from kept.kit.importing.running import import_file
from kept.kit.refusal import NotAllowed
from kept.kit.verifying import verify
from kept.parties.factories import make_account
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import User
from kept.products.actions import change_serial_unit
from kept.products.factories import make_product, make_serial
from kept.products.importing.catalogue import ProductDraft, import_products
from kept.products.importing.units import SerialUnitDraft, import_serial_units
from kept.products.models import Product, SerialUnit
from kept.products.verdict import verdict_on
from kept.search.queries import find

UNITS = ["型号", "序列号", "客户", "销售日期", "版本"]


@pytest.fixture
def company(db):
    return make_company("BK", "Beike", pack="wallcovering")


@pytest.fixture
def bring(company, tmp_path):
    def brought(kind, header, rows, *, unit=None, by=None, **how):
        path = tmp_path / f"{kind}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        by = by or User.objects.system()
        return import_file(kind_named(kind), path, unit=unit or company, by=by, **how)

    return brought


FAMILIES = ["贝壳墙纸", "鎏金墙纸", "贝雕", "皮雕", "壁画", "屏风", "浮雕", "工艺品"]
CATALOGUE = ["型号", "产品名称", "英文名", "系列", "标准宽", "标准高"]


@pytest.mark.req("S3.07", part="catalogue of eight families with model and standard size")
def test_the_catalogue_comes_in_with_families_and_standard_sizes(bring, company):
    rows = [
        [f"F{at}-1", f"{family}一号", "", family, "530", "1000"]
        for at, family in enumerate(FAMILIES)
    ]
    done = bring("products", CATALOGUE, rows)
    assert (done.made, done.refused) == (8, 0), [str(one.refused) for one in done.first_faults]
    assert set(Product.objects.values_list("family", flat=True)) == set(FAMILIES)
    first = Product.objects.get(code="F0-1")
    assert first.name == {"zh-hans": "贝壳墙纸一号"} and first.standard_size == "530 × 1000 mm"
    assert [str(fault) for fault in verify().faults] == []
    again = bring("products", CATALOGUE, rows)
    assert (again.made, again.known) == (0, 8)


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (["", "x", "", "", "", ""], "code", "Fill this in"),
        (["A/1", "x", "", "", "", ""], "code", "Write “-” instead"),
        (["A1", "", "", "", "", ""], "name", "Fill this in"),
        (["A1", "x", "", "", "530", ""], "standard_height", "width and a height"),
        (["A1", "x", "", "", "-1", "5"], "standard_width", "between 1 and 100000"),
        (["A1", "x", "", "", "wide", "5"], "standard_width", "not a number"),
        (["K-1", "Another name", "", "", "", ""], "name", "says something else: Name"),
    ],
)
def test_a_broken_product_is_refused_with_its_line(bring, company, row, field, words):
    make_product(company, "K-1", "Known")
    done = bring("products", CATALOGUE, [["OK-1", "Good", "", "", "", ""], row])
    assert (done.made, done.refused) == (1, 1)
    fault = done.first_faults[0]
    assert (fault.line, fault.refused.field) == (3, field) and words in str(fault.refused)


@pytest.mark.req("SX.08", part="serial units with owners and dates")
def test_serial_units_come_in_with_owner_cover_and_sight(bring, company):
    branch = make_unit(company, "BK-1", "Branch")
    make_product(company, "K-1", warranty_months=24)
    owner = make_account(branch, "湘江贸易有限公司", code="C1")
    rows = [["K-1", "S-001", "C1", "2024年3月5日", "V2"], ["K-1", "S-002", "湘江贸易", "", ""]]
    done = bring("units", UNITS, rows)
    assert (done.made, done.refused) == (2, 0), [str(one.refused) for one in done.first_faults]
    unit = SerialUnit.objects.get(serial="S-001")
    assert (unit.account, unit.sold_on, unit.version) == (owner, date(2024, 3, 5), "V2")
    assert unit.warranty_until == date(2026, 3, 5) == verdict_on(unit, date(2025, 1, 1)).until
    lin = make_user(branch, "lin", "clerk")
    stranger = make_user(make_unit(company, "BK-2", "Other branch"), "wu", "clerk")
    assert [one.number for one in find(lin, "S-001")] == ["S-001"] and not find(stranger, "S-001")
    assert bring("units", UNITS, rows).known == 2
    assert [str(fault) for fault in verify().faults] == []


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (["K-9", "S-9", "", "", ""], "product", "There is no product"),
        (["K-1", "", "", "", ""], "serial", "Fill this in"),
        (["K-1", "S-9", "Nobody", "", ""], "account", "There is no customer “Nobody”"),
        (["K-1", "S-9", "Twice", "", ""], "account", "2 customers are called “Twice”"),
        (["K-1", "S-9", "", "soon", ""], "sold_on", "“soon” is not a day"),
        (["K-1", "S-9", "", "5.3.24", ""], "sold_on", "Write the year with four digits"),
        (["K-1", "s 0 1", "", "", "V3"], "serial", "in the register already"),
    ],
)
def test_a_broken_serial_unit_is_refused_with_its_line(bring, company, row, field, words):
    product = make_product(company, "K-1")
    unit = make_serial(product, "S-01")
    change_serial_unit(unit, by=User.objects.system(), version="V1")
    make_account(company, "Twice", phone="13800000001")
    make_account(company, "Twice", phone="13800000002")
    done = bring("units", UNITS, [["K-1", "S-5", "", "", ""], row])
    assert (done.made, done.refused) == (1, 1)
    fault = done.first_faults[0]
    assert (fault.line, fault.refused.field) == (3, field) and words in str(fault.refused)


def test_one_serial_twice_in_a_file_is_known_or_refused(bring, company):
    make_product(company, "K-1")
    rows = [["K-1", "S-5", "", "", ""], ["K-1", "s5", "", "", "V2"], ["K-1", "S-5", "", "", ""]]
    done = bring("units", UNITS, rows)
    assert (done.made, done.known, done.refused) == (1, 1, 1)
    assert "line 2" in str(done.first_faults[0].refused)


def test_who_lacks_the_right_brings_nothing(bring, company):
    guest = make_user(company, "guest", "directory")
    with pytest.raises(NotAllowed):
        bring("units", UNITS, [["K-1", "S-5", "", "", ""]], by=guest)


def test_drafts_are_checked_whichever_door_they_come_through(company):
    system = User.objects.system()
    models = [ProductDraft("K-1", "One", line=1), ProductDraft("K/2", "Two", line=2)]
    done = import_products(by=system, unit=company, batch=Batch(models))
    assert (len(done.made), [fault.line for fault in done.faults]) == (1, [2])
    units = [SerialUnitDraft("S-1", "K-1", line=1), SerialUnitDraft("\ud800", "K-1", line=2)]
    done = import_serial_units(by=system, unit=company, batch=Batch(units))
    assert (len(done.made), [fault.line for fault in done.faults]) == (1, [2])
