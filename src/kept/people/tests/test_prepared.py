"""Statements put together once say each time what was asked this time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.db.models import CharField

from kept.kit.prepared import Given, Prepared
from kept.people.factories import make_company, make_user
from kept.people.models import Unit, User
from kept.people.tokens import user_of

BY_LOGIN = Prepared(
    lambda: User.objects.filter(username=Given("login", CharField())).select_related("unit")
)
NAMES = Prepared(
    lambda: Unit.objects.filter(code=Given("code", CharField())).values("code", "name")
)


@pytest.mark.django_db
def test_each_time_with_other_values(django_assert_num_queries):
    company = make_company("HN", "Huaning")
    make_user(company, "lin", name="Lin"), make_user(company, "mei", name="Mei")
    for login, name in (("lin", "Lin"), ("mei", "Mei"), ("lin", "Lin")):
        with django_assert_num_queries(1):
            (person,) = BY_LOGIN.rows(login=login)
            assert (person.name, person.unit) == (name, company)
    assert BY_LOGIN.rows(login="nobody") == []
    assert [code for code, _name in NAMES.tuples(code="HN")] == ["HN"]
    with pytest.raises(KeyError):
        BY_LOGIN.rows()


@pytest.mark.django_db
def test_what_is_read_is_whole_and_can_be_written():
    make_user(make_company("HN", "Huaning"), "lin", name="Lin")
    (person,) = BY_LOGIN.rows(login="lin")
    person.name = "Lin Yue"
    person.save()
    assert User.objects.get(username="lin").name == "Lin Yue" and not person.get_deferred_fields()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite in memory has one connection")
def test_every_thread_asks_over_its_own_connection():
    make_user(make_company("HN", "Huaning"), "lin", name="Lin")
    mine = BY_LOGIN.rows(login="lin")

    def theirs() -> list[User]:
        try:
            return BY_LOGIN.rows(login="lin")
        finally:
            connections.close_all()

    with connection.cursor() as cursor, ThreadPoolExecutor(1) as pool:
        cursor.execute("SELECT 1")
        assert pool.submit(theirs).result() == mine


@pytest.mark.django_db
def test_no_token_speaks_for_nobody():
    assert user_of("") is None and user_of("x" * 201) is None and user_of("kept_unknown") is None
