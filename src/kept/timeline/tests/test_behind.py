"""Rows that go in while the next ones are made (kept.kit.behind)."""

import sys
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from kept.kit import clock
from kept.kit.behind import behind
from kept.kit.bulk import insert, like
from kept.people.factories import make_company
from kept.people.models import Scope
from kept.timeline.models import Sight, Thread
from kept.timeline.sight import add_sight

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 1_200
"""More than are given to the second thread at once."""


def scopes(count: int) -> list[Scope]:
    return [Scope(kind=Scope.Kind.ACCOUNT) for _ in range(count)]


def threads_of(company, count: int) -> list[Thread]:
    new = like(Thread, company_id=company.pk, kind="account", created_at=clock.now())
    return [new(number=f"N{place}") for place in range(count)]


def seconds() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("kept-behind")]


def test_all_rows_are_in_when_it_ends_in_their_order_and_with_their_keys():
    company = make_company()
    with transaction.atomic(), behind({Scope: MANY, Thread: MANY}):
        new = scopes(MANY)
        insert(new)
        rows = threads_of(company, MANY)
        insert(rows)
        insert(
            [
                Sight(thread=row, scope=one, kind="account")
                for row, one in zip(rows, new, strict=True)
            ]
        )
    found = Thread.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    assert [one.number for one in found] == [f"N{place}" for place in range(MANY)]
    assert Sight.objects.filter(scope__in=[one.pk for one in new]).count() == MANY
    assert not seconds()


def test_who_asks_meanwhile_sees_what_was_given_before():
    before = Scope.objects.count()
    with transaction.atomic(), behind({Scope: 9 * MANY}):
        new = scopes(9 * MANY)
        insert(new)
        assert Scope.objects.count() == before + 9 * MANY
        more = scopes(30)
        insert(more)  # more than there are keys for
        assert len({one.pk for one in new + more}) == 9 * MANY + 30


def test_what_the_database_refuses_is_said_at_the_end_and_nothing_stays():
    company = make_company()
    before = Scope.objects.count(), sys.getswitchinterval()
    with (
        pytest.raises(IntegrityError, match=r"(?i)unique"),
        transaction.atomic(),
        behind({Scope: MANY}),
    ):
        insert(scopes(MANY))
        [first, *_others] = rows = threads_of(company, 3)
        insert(rows)
        scope = Scope.objects.order_by("-pk").first()
        assert scope is not None
        insert([Sight(thread=first, scope=scope, kind="account") for _ in range(2)])
        insert(scopes(MANY))
    assert (Scope.objects.count(), sys.getswitchinterval()) == before
    assert not seconds()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has nothing behind")
def test_what_refers_to_nothing_is_refused_before_the_transaction_ends():
    company, went_on = make_company(), False
    [row] = threads_of(company, 1)
    row.pk = 10**9
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic(), behind({Scope: 1}):
            insert([new := Scope(kind=Scope.Kind.ACCOUNT)])
            insert([Sight(thread=row, scope=new, kind="account")])
        went_on = connection.is_usable()
    assert went_on


def test_a_fault_of_ours_ends_the_second_thread_and_nothing_stays():
    before = Scope.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic(), behind({Scope: MANY}):
        insert(scopes(MANY))
        raise ZeroDivisionError
    assert Scope.objects.count() == before
    assert not seconds()


def test_more_rows_than_one_statement_takes_go_in_all_the_same():
    company = make_company()
    [row] = rows = threads_of(company, 1)
    with transaction.atomic():
        insert(rows)
        insert(new := scopes(14_000))
    for _again in range(2):
        add_sight(row, [one.pk for one in new])
    assert row.sights.count() == 14_000
