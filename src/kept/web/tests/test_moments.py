"""Moments come back from the database as they went in, whoever reads them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection

from kept.people.factories import make_company, make_user
from kept.people.models import User

MOMENTS = [
    datetime(2026, 3, 29, 1, 59, 59, 999_999, UTC),
    datetime(2026, 11, 28, 14, 22, 32, 100_000, UTC),
    datetime(2026, 11, 28, 14, 22, 32, tzinfo=timezone(timedelta(hours=8))),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC),
    None,
]


@pytest.mark.django_db
@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_moment_is_the_same_and_in_utc(moment):
    person = make_user(make_company("HN", "Huaning"), "lin")
    User.objects.filter(pk=person.pk).update(last_login=moment)
    found = User.objects.get(pk=person.pk).last_login
    assert found == moment
    assert found is None or found.tzinfo is UTC


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no such moments")
def test_what_no_calendar_has_is_said_by_the_driver():
    with connection.cursor() as cursor, pytest.raises(Exception, match=r"too large|infinity"):
        cursor.execute("SELECT 'infinity'::timestamptz")
        cursor.fetchall()
