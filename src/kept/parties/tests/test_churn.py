"""Lost customers per territory over twelve months; 5.0 % is too much."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from kept.kit.testing.refusing import refused
from kept.parties.actions import mark_lost, merge_account, move_account, win_back
from kept.parties.churn import Churn, by_territory, churn_of, passes, rolling_period
from kept.parties.factories import make_account
from kept.parties.models import AccountState, Tenure
from kept.parties.tests.cast import at, software_vendor
from kept.people.models import Unit
from kept.timeline.models import Notice

pytestmark = pytest.mark.django_db

LIMIT = Decimal("5.00")


def customers(unit, count: int, since: str = "2024-03-01") -> list:
    return [
        make_account(unit, f"Customer {number:03}", since_on=date.fromisoformat(since))
        for number in range(count)
    ]


def test_the_limit_itself_fails_and_no_rounding_helps():
    assert not passes(40, 2, LIMIT)
    assert passes(41, 2, LIMIT)
    assert not passes(2_000_000, 100_000, LIMIT)
    assert passes(2_000_001, 100_000, LIMIT)
    assert Churn(2_000_001, 100_000).rate == Decimal("5.00")
    assert passes(0, 0, LIMIT) and Churn(0, 0).rate is None


@given(st.integers(1, 100_000), st.integers(0, 5_000))
def test_one_more_lost_never_makes_a_territory_pass(active, lost):
    assert passes(active, lost, LIMIT) or not passes(active, lost + 1, LIMIT)


@pytest.mark.req("S1.23")
def test_churn_counts_the_lost_of_those_who_were_there_and_needs_reasons():
    house = software_vendor()
    with at("2026-06-10 09:00"):
        found = customers(house.hunan, 20)
        make_account(house.hunan, "New one")
        with refused("S1.23", field="reason"):
            mark_lost(found[0], by=house.chief)
        assert found[0].status == AccountState.ACTIVE
        mark_lost(found[0], by=house.chief, reason="改用别家产品")
        period = rolling_period(date(2026, 6, 10), 12)
        assert churn_of(house.hunan, *period) == Churn(20, 1)
        rows = {row.code: (row.active, row.lost) for row in by_territory(Unit.objects, *period)}
    assert rows == {"YQ": (20, 1), "YQ-HN": (20, 1)}
    assert not Churn(20, 1).passes(LIMIT)
    told = Notice.objects.filter(event="churn.limit_reached")
    assert not told.exists()  # nobody leads the branch yet
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenure.objects.filter(left_as="lost").update(reason="")


def test_the_manager_is_told_when_the_limit_is_reached():
    house = software_vendor()
    Unit.objects.filter(pk=house.hunan.pk).update(manager=house.zhou)
    house.hunan.refresh_from_db()
    with at("2026-06-10 09:00"):
        found = customers(house.hunan, 21)
        mark_lost(found[0], by=house.chief, reason="倒闭")
        assert not Notice.objects.filter(event="churn.limit_reached").exists()
        mark_lost(found[1], by=house.chief, reason="倒闭")
    told = Notice.objects.get(event="churn.limit_reached", channel="screen")
    assert (told.to, told.values["rate"]) == (house.zhou, "9.52 %")


def test_any_past_period_can_be_counted_again():
    house = software_vendor()
    with at("2026-01-10 09:00"):
        found = customers(house.hunan, 10)
        mark_lost(found[0], by=house.chief, reason="x")
    with at("2026-03-10 09:00"):
        mark_lost(found[1], by=house.chief, reason="x")
        win_back(found[0], by=house.chief)

    def lost_by(day):
        return churn_of(house.hunan, *rolling_period(day, 12)).lost

    assert [lost_by(date(2026, 1, 9)), lost_by(date(2026, 1, 10))] == [0, 1]
    assert [lost_by(date(2026, 3, 10)), lost_by(date(2027, 1, 9))] == [2, 2]
    assert lost_by(date(2027, 1, 10)) == 1
    assert churn_of(house.hunan, *rolling_period(date(2027, 1, 10), 12)).active == 9


def test_a_customer_who_moves_counts_once_where_it_is_or_was_lost():
    house = software_vendor()
    with at("2026-05-01 09:00"):
        found = customers(house.hunan, 3)
    with at("2026-05-10 09:00"):
        move_account(found[0], by=house.chief, unit=house.guangxi, reason="迁址")
    period = rolling_period(date(2026, 5, 20), 12)
    with at("2026-05-20 09:00"):
        mark_lost(found[0], by=house.chief, reason="倒闭")
    assert churn_of(house.hunan, *period) == Churn(2, 0)
    assert churn_of(house.guangxi, *period) == Churn(1, 1)
    assert churn_of(house.company, *period) == Churn(3, 1)
    before = rolling_period(date(2026, 5, 5), 12)
    assert churn_of(house.hunan, *before) == Churn(3, 0)


def test_merging_duplicates_loses_no_customer():
    house = software_vendor()
    with at("2026-05-01 09:00"):
        found = customers(house.hunan, 3)
        merge_account(found[0], by=house.chief, into=found[1], reason="同一家")
    assert churn_of(house.hunan, *rolling_period(date(2026, 5, 2), 12)) == Churn(2, 0)
