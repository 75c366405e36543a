"""A new version is started over the data of the first: nothing is lost, the guards still stand."""

import os

import pytest
from django.db import connection

from tests.bad_days.elsewhere import Elsewhere

OLDER = "kept_older_version"
COUNTED = {
    "people.Unit": 1,
    "people.User": 1,
    "parties.Account": 1,
    "parties.Contact": 1,
    "cases.Case": 1,
    "timeline.Entry": 1,
}


@pytest.fixture
def older(transactional_db, tmp_path):
    """An empty database of its own, on the same kind of server."""
    there = Elsewhere(tmp_path)
    if connection.vendor == "sqlite":
        there.environment["KEPT_DATABASE_URL"] = f"sqlite:///{tmp_path / 'older.sqlite3'}"
        yield there
        return
    name = f"{OLDER}_{os.getpid()}"
    known = connection.settings_dict["NAME"]
    there.environment["KEPT_DATABASE_URL"] = there.environment["KEPT_DATABASE_URL"].replace(
        f"/{known}?", f"/{name}?"
    )
    with connection.copy().cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield there
    with connection.copy().cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


def test_data_of_the_first_version_come_along(older):
    now = older.run("forward")
    assert now["left"] == 0 and now["guarded"]
    assert now["counted"] == COUNTED
    assert now["case"] == ["OW-C26-000001", "油封漏油", "Peng & Sons", "Lin"]
