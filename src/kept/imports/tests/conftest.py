"""A company with two branches, people who may import customers in one, and their browsers."""

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kept.imports.models import ImportRun
from kept.imports.tests.work import work
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind

HEADER = ["客户编号", "客户名称", "联系人", "电话"]
GOOD = [
    ["K1", "湘江贸易有限公司", "彭丽", "13800138000"],
    ["K2", "岳麓软件公司", "周敏", "13800138001"],
    ["K3", "Huaneng Software Co., Ltd.", "Ann", "13800138002"],
]
FAULTY = ["K4", "", "王五", "13800138003"]


@pytest.fixture
def office(db: None) -> SimpleNamespace:
    company = make_company("HN", "Huaneng", pack="software")
    branch = make_unit(company, "HN-CS", "Changsha branch", UnitKind.BRANCH)
    beside = make_unit(company, "HN-WH", "Wuhan branch", UnitKind.BRANCH)
    away = make_unit(make_company("ZZ", "Zhongzhou", pack="software"), "ZZ-1", "Their desk")
    return SimpleNamespace(
        company=company,
        branch=branch,
        beside=beside,
        lead=make_user(branch, "lead", "lead", name="Lin"),
        clerk=make_user(branch, "clerk", "clerk", name="Mei"),
        neighbour=make_user(beside, "neighbour", "lead", name="Luo"),
        reader=make_user(branch, "reader", "directory", name="Zhou"),
        stranger=make_user(away, "stranger", "lead", "administrator", name="Xu"),
    )


@pytest.fixture
def enter():
    """``enter(user)``: the browser of somebody who is signed in."""

    def entered(user: Any, language: str = "en") -> Client:
        user.language = language
        user.save(update_fields=["language"])
        client = Client()
        client.force_login(user)
        return client

    return entered


def table(rows: list[list[str]], *, header: list[str] = HEADER, encoding: str = "utf-8") -> bytes:
    """Rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def send(client: Client, content: bytes, name: str = "customers.csv", **values: Any) -> Any:
    """Upload a file, and what the page answers."""
    body = {"kind": "accounts", "unit": "HN-CS", "upload": SimpleUploadedFile(name, content)}
    return client.post("/imports/upload/", {**body, **values})


def sent(client: Client, content: bytes, name: str = "customers.csv", **values: Any) -> ImportRun:
    """Upload a file that is taken."""
    answer = send(client, content, name, **values)
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.latest("pk")


def as_found(client: Client, run: ImportRun) -> dict[str, Any]:
    """What the form of the columns holds when somebody changes nothing."""
    form = client.get(f"/imports/{run.pk}/columns/").context["form"]
    return {name: form[name].initial or "" for name in form.fields}


def check(client: Client, run: ImportRun, **changed: Any) -> ImportRun:
    """Check the table with the columns as found, but for what is ``changed``."""
    answer = client.post(f"/imports/{run.pk}/columns/", {**as_found(client, run), **changed})
    assert answer.status_code == 302, answer.content.decode()
    work()
    run.refresh_from_db()
    return run


def bring_in(client: Client, run: ImportRun) -> ImportRun:
    """Bring it in now."""
    assert client.post(f"/imports/{run.pk}/bring_in/").status_code == 302
    work()
    run.refresh_from_db()
    return run


def page(client: Client, run: ImportRun) -> str:
    """What stands on the page of an import."""
    return client.get(run.get_absolute_url()).content.decode()
