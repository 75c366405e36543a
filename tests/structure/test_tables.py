"""What comes in from a spreadsheet, and every list, goes out as CSV and as XLSX."""

import csv
import io
from collections.abc import Iterator

import openpyxl
import pytest
from django.test import Client

from kept.imports.tests.conftest import HEADER, bring_in, check, sent, table
from kept.kit.exports import BOM
from kept.kit.lists import List
from kept.parties.models import Account
from kept.web.tests.test_routes import Route, routes
from kept.web.tests.world import make_world

pytestmark = pytest.mark.django_db

#: A column of its own in CSV; a cell of a workbook is formatted in its currency.
CURRENCY = ": currency"
MADE = "岳麓山 Škoda–☎ 软件公司"


def lists() -> Iterator[Route]:
    """Every list of the house that has an address of its own."""
    for route in routes():
        is_list = isinstance(route.view, type) and issubclass(route.view, List)
        if is_list and not (route.is_api or route.has_key):
            yield route


def as_csv(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address, {"format": "csv", "all": "1"})
    assert answer.status_code == 200, address
    content = b"".join(answer.streaming_content)
    assert content.startswith(BOM.encode()), f"{address} does not say that it is UTF-8"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def as_xlsx(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address, {"format": "xlsx", "all": "1"})
    assert answer.status_code == 200, address
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()), read_only=True)
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def spreadsheet(rows: list[list[str]]) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in [HEADER, *rows]:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


@pytest.mark.req("SX.08")
def test_a_spreadsheet_comes_in_and_every_list_goes_out():
    """In as XLSX and as CSV in UTF-8; out in both, the same rows under the same names."""
    world = make_world()
    client = Client()
    client.force_login(world.own.person)
    for name, content in (
        ("customers.xlsx", spreadsheet([["K1", MADE, "彭丽", "13800138771"]])),
        ("customers.csv", table([["K2", "湘江贸易公司", "周敏", "13800138772"]])),
    ):
        run = sent(client, content, name, unit=world.own.unit.code)
        bring_in(client, check(client, run))
        assert (run.made, run.refused) == (1, 0), run.faults
    assert Account.objects.filter(unit=world.own.unit, code__in=("K1", "K2")).count() == 2
    walked = [route.address for route in lists()]
    assert {"accounts/", "cases/", "prices/", "churn/", "register/"} <= set(walked)
    filled = set()
    for address in walked:
        header, *rows = as_csv(client, f"/{address}")
        written = as_xlsx(client, f"/{address}")
        assert written[0] == [one for one in header if not one.endswith(CURRENCY)], address
        assert len(written) - 1 == len(rows), address
        if rows:
            filled.add(address)
    assert {"accounts/", "cases/", "prices/", "products/", "serials/", "contracts/"} <= filled
    assert any(MADE in row for row in as_csv(client, "/accounts/"))
    assert any(MADE in row for row in as_xlsx(client, "/accounts/"))
