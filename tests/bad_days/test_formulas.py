"""Bad day: somebody types a formula where a name belongs. No file of Kept ever runs it (B27).

Every list that can be a file, the file of refused rows, and the templates: text that begins like a
formula is shown and never run, a negative number is a number, a serial keeps its zeros.
"""

import csv
import io

import openpyxl
import pytest
from django.test import Client
from django.utils import translation

from kept.cases.factories import make_case
from kept.kit.importing.forms import template_csv, template_xlsx
from kept.kit.importing.kinds import all_kinds, kind_named
from kept.kit.importing.running import import_file
from kept.kit.lists import List
from kept.parties.factories import make_account
from kept.people.factories import give, make_unit
from kept.people.models import UnitKind, User
from kept.products.factories import make_product, make_serial
from kept.web.tests.test_routes import Route, routes

pytestmark = pytest.mark.django_db
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FORMULAS = [
    '=HYPERLINK("http://x","y")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "＝1+1",
]
SERIAL = "000123"


@pytest.fixture
def typed(office) -> Client:
    """Formulas wherever people may type something, and somebody who sees all of it."""
    lin = give(give(office.lin, "lead", office.company), "administrator", office.company)
    product = make_product(office.company)
    branch = make_unit(office.company, "YQ-CS", "Changsha branch", UnitKind.BRANCH)
    for number, formula in enumerate(FORMULAS):
        account = make_account(branch, name=f"{formula} Company {number}{number}")
        make_case(lin, summary=formula, caller_name=formula, account=account)
    make_serial(product, SERIAL, account)
    client = Client()
    client.force_login(User.objects.get(pk=lin.pk))
    return client


def files() -> list[str]:
    """Every address of a list without a key."""
    return [
        f"/{one.address}" for one in routes() if not one.has_key and is_list(one) and not one.is_api
    ]


def is_list(route: Route) -> bool:
    return route.view is not None and issubclass(route.view, List)


def content(client: Client, address: str, kind: str) -> bytes:
    answer = client.get(f"{address}?all=1&format={kind}")
    assert answer.status_code in (200, 403), (address, answer.status_code)
    if answer.status_code == 403:
        return b""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def csv_cells(data: bytes) -> list[str]:
    text = data.decode("utf-8-sig")
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


def is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).replace(":", "", 1).isdigit()


@pytest.mark.req("SX.08", part="no file runs what somebody typed")
def test_no_cell_of_any_list_begins_like_a_formula(typed: Client) -> None:
    faults, seen, opened = [], set(), 0
    for address in files():
        cells = csv_cells(content(typed, address, "csv"))
        opened += bool(cells)
        seen |= {formula for formula in FORMULAS if any(formula in cell for cell in cells)}
        faults += [
            f"{address}: {cell!r}"
            for cell in cells
            if cell.lstrip(" \u3000\xa0").startswith(STARTS) and not is_number(cell)
        ]
    assert not faults, "\n".join(faults)
    assert seen == set(FORMULAS) and opened > 5


@pytest.mark.req("SX.08", part="no file runs what somebody typed")
def test_no_cell_of_any_workbook_is_a_formula(typed: Client) -> None:
    faults, texts, opened = [], set(), 0
    for address in files():
        data = content(typed, address, "xlsx")
        if not data:
            continue
        opened += 1
        for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows():
            faults += [f"{address}: {cell.value!r}" for cell in row if cell.data_type == "f"]
            texts |= {cell.value for cell in row if cell.data_type == "s"}
    assert not faults, "\n".join(faults)
    assert set(FORMULAS) <= {str(text) for text in texts} and opened > 5
    assert SERIAL in texts, "a serial keeps its zeros and stays text"


@pytest.mark.req("SX.08", part="no file runs what somebody typed")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_refused_rows_are_given_back_harmless_and_can_be_mended(office, tmp_path, ending) -> None:
    branch = make_unit(office.company, "YQ-CS", "Changsha branch", UnitKind.BRANCH)
    file, refused = tmp_path / "customers.csv", tmp_path / f"refused.{ending}"
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = [[formula, "x" * 31, SERIAL] for formula in FORMULAS]
        csv.writer(out).writerows([["客户名称", "客户编号", "=备注"], *rows])
    done = import_file(
        kind_named("accounts"), file, unit=branch, by=User.objects.system(), faults_to=refused
    )
    assert done.refused == len(FORMULAS)
    if ending == "csv":
        cells = csv_cells(refused.read_bytes())
        assert not [one for one in cells if one.lstrip().startswith(STARTS)]
    else:
        sheet = openpyxl.load_workbook(refused).active
        cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert all(any(formula in cell for cell in cells) for formula in FORMULAS)
    assert SERIAL in cells
    again = import_file(
        kind_named("accounts"), refused, unit=branch, by=User.objects.system(),
        faults_to=tmp_path / f"again.{ending}",
    )  # fmt: skip
    assert again.refused == len(FORMULAS), "the file can be brought in again as it is"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_templates_hold_no_formula(language) -> None:
    assert all_kinds()
    for kind in all_kinds():
        with translation.override(language):
            cells = csv_cells(template_csv(kind).encode())
            book = io.BytesIO()
            template_xlsx(kind, book)
        assert not [one for one in cells if one.startswith(STARTS) and not is_number(one)], (
            kind.name
        )
        for sheet in openpyxl.load_workbook(book).worksheets:
            cells = [cell for row in sheet.iter_rows() for cell in row]
            assert not [one.value for one in cells if one.data_type == "f"], kind.name
