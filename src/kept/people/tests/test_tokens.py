"""API tokens: one query, real time, shown once, gone with the person."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from kept.kit import clock
from kept.kit.refusal import InvalidInput, NotAllowed, Refused
from kept.people.actions import deactivate, issue_token, revoke_token
from kept.people.factories import give
from kept.people.models import ApiToken, User
from kept.people.models.token import digest
from kept.people.real_time import real_now
from kept.people.tokens import user_of


@pytest.fixture
def token(house) -> str:
    return issue_token(house.lin, by=User.objects.system(), name="Script").fresh_token


def test_a_token_speaks_for_its_person_in_one_query(
    house, token, django_assert_num_queries
) -> None:
    with django_assert_num_queries(1):
        found = user_of(token)
        assert (found, found.unit, found.company) == (house.lin, house.hotline, house.company)


def test_only_its_keyed_digest_is_stored(house, token) -> None:
    stored = ApiToken.objects.get()
    assert token not in str(vars(stored))
    assert stored.digest == digest(token)


@pytest.mark.parametrize("wrong", ["", "kept_", "kept_guess", "x" * 5000, "kept_\0"])
def test_another_word_opens_nothing(house, token, wrong: str) -> None:
    assert user_of(wrong) is None


def test_a_revoked_token_opens_nothing(house, token) -> None:
    revoke_token(ApiToken.objects.get(), by=house.lin)
    assert user_of(token) is None
    with pytest.raises(Refused):
        revoke_token(ApiToken.objects.get(), by=house.lin)


def test_a_token_expires_in_real_time_only(house) -> None:
    token = issue_token(house.lin, by=User.objects.system(), name="Short", days=1).fresh_token
    with clock.at(real_now() + timedelta(days=900)):
        assert user_of(token) == house.lin
    ApiToken.objects.update(expires_at=real_now() - timedelta(seconds=1))
    with clock.at(datetime(2020, 1, 1, tzinfo=UTC)):
        assert user_of(token) is None


@pytest.mark.parametrize("days", [0, -1, 100_000])
def test_days_are_sensible(house, days: int) -> None:
    with pytest.raises(InvalidInput):
        issue_token(house.lin, by=User.objects.system(), name="Odd", days=days)


@pytest.mark.req("SX.02", part="tokens end with the person")
def test_a_leavers_tokens_end_at_once(house, token) -> None:
    deactivate(house.lin, by=house.chief, reason="Left")
    assert user_of(token) is None
    assert ApiToken.objects.get().revoked_at is not None


def test_nobody_makes_a_token_in_anothers_name(house) -> None:
    with pytest.raises(Refused):
        issue_token(house.lin, by=house.chief, name="In your name")
    assert not ApiToken.objects.exists()


def test_colleagues_tokens_are_revoked_by_who_may(house, token) -> None:
    row = ApiToken.objects.get()
    with pytest.raises(NotAllowed):
        revoke_token(row, by=house.wang)
    with pytest.raises(NotAllowed):
        revoke_token(row, by=house.branch_chief)
    revoke_token(row, by=house.chief)
    assert user_of(token) is None


def test_the_page_shows_a_token_once(house, client: Client) -> None:
    client.force_login(give(house.lin, "lead", house.hotline))
    made = client.post("/tokens/", {"name": "Warehouse", "days": "30", "_key": "k"})
    token = made.context["fresh"]
    assert token in made.content.decode()
    assert made.headers["Cache-Control"] == "no-store"
    assert user_of(token) == house.lin
    again = client.post("/tokens/", {"name": "Warehouse", "days": "30", "_key": "k"})
    assert "shown before" in again.content.decode()
    assert ApiToken.objects.count() == 1
    assert token not in client.get("/tokens/").content.decode()
    row = ApiToken.objects.get()
    client.post(f"/tokens/{row.pk}/revoke_token/", {"_key": "r"})
    assert user_of(token) is None


def test_without_the_right_there_is_no_page(house, client: Client) -> None:
    client.force_login(house.lin)
    assert client.get("/tokens/").status_code == 403


def test_a_foreign_token_is_not_there(house, token, client: Client) -> None:
    row = ApiToken.objects.get()
    for reader in (house.wang, house.stranger):
        client.force_login(reader)
        assert client.post(f"/tokens/{row.pk}/revoke_token/").status_code == 404
    assert user_of(token) == house.lin
