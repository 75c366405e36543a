"""Leaving: nobody goes while somebody still waits for them (SX.17)."""

from datetime import timedelta

import pytest
from django.test import Client

from kept.kit import clock
from kept.kit.refusal import InvalidInput, NotAllowed, Refused
from kept.people.actions import (
    appoint_manager,
    deactivate,
    hand_over,
    set_absence,
    welcome_back,
)
from kept.people.leaving import colleague_of, work_of
from kept.people.models import Absence, Unit, User


@pytest.fixture
def busy(house) -> User:
    """Wang leads the hotline and stands in for Lin."""
    appoint_manager(house.hotline, by=house.chief, manager=house.wang)
    start = clock.now() - timedelta(hours=1)
    set_absence(
        house.lin,
        by=house.chief,
        deputy=house.wang,
        start_at=start,
        end_at=start + timedelta(days=9),
    )
    return house.wang


@pytest.mark.req("SX.17", part="nobody is deactivated with open work")
def test_open_work_is_named_and_leads_to_the_hand_over(house, busy) -> None:
    with pytest.raises(Refused) as refused:
        deactivate(busy, by=house.chief, reason="Leaves")
    assert "manager of 1 unit; deputy in 1 absence" in str(refused.value)
    assert (refused.value.rule, refused.value.mend) == ("SX.17", "/users/wang/hand_over/")
    assert User.objects.get(pk=busy.pk).is_active


@pytest.mark.req("SX.17", part="everything goes to a colleague")
def test_everything_goes_to_a_colleague_and_then_the_person_may_go(house, busy) -> None:
    hand_over(busy, by=house.chief, to=house.second, reason="Leaves on Friday")
    assert Unit.objects.get(pk=house.hotline.pk).manager == house.second
    assert Absence.objects.get().deputy == house.second
    entry = busy.thread.entries.latest("seq")
    assert entry.event == "person.work_handed_over"
    assert colleague_of(entry) == house.second
    assert work_of(busy) == []
    deactivate(busy, by=house.chief, reason="Left")
    assert not User.objects.get(pk=busy.pk).is_active
    assert not busy.grants.current().exists()


def test_work_does_not_go_where_it_would_be_dead(house, busy) -> None:
    with pytest.raises(InvalidInput):
        hand_over(busy, by=house.chief, to=busy, reason="?")
    with pytest.raises(InvalidInput):
        hand_over(busy, by=house.chief, to=house.stranger, reason="?")
    with pytest.raises(Refused) as refused:
        hand_over(busy, by=house.chief, to=house.lin, reason="?")
    assert refused.value.rule == "SX.13"
    assert Unit.objects.get(pk=house.hotline.pk).manager == busy


def test_with_nothing_open_there_is_nothing_to_hand_over(house) -> None:
    with pytest.raises(Refused):
        hand_over(house.lin, by=house.chief, to=house.wang, reason="?")


def test_nobody_closes_their_own_account_or_one_elsewhere(house) -> None:
    with pytest.raises(Refused):
        deactivate(house.chief, by=house.chief, reason="Bye")
    with pytest.raises(NotAllowed):
        deactivate(house.lin, by=house.branch_chief, reason="Bye")
    with pytest.raises(NotAllowed):
        deactivate(house.lin, by=house.stranger, reason="Bye")


def test_who_left_is_still_named_but_can_no_longer_be_chosen(house, client: Client) -> None:
    deactivate(house.wang, by=house.chief, reason="Left")
    assert house.wang not in User.objects.visible_to(house.chief)
    assert house.wang in User.objects.known_to(house.chief)
    client.force_login(house.lin)
    assert client.get("/users/wang/").status_code == 200
    client.force_login(house.stranger)
    assert client.get("/users/wang/").status_code == 404


def test_who_returns_starts_without_password_and_roles(house, client: Client) -> None:
    deactivate(house.wang, by=house.chief, reason="Left")
    client.force_login(house.chief)
    client.post("/users/wang/welcome_back/", {"_key": "w"})
    wang = User.objects.get(username="wang")
    assert wang.is_active
    assert not wang.has_usable_password()
    assert wang.held == []
    with pytest.raises(Refused):
        welcome_back(wang, by=house.chief)


def test_the_page_shows_all_work_hands_it_over_and_offers_the_last_step(
    house, busy, client: Client
) -> None:
    client.force_login(house.chief)
    page = client.get("/users/wang/hand_over/").content.decode()
    assert "manager of 1 unit" in page
    assert "/units/HN-HOT/" in page
    assert "deputy in 1 absence" in page
    done = client.post(
        "/users/wang/hand_over/", {"to": "second", "reason": "Leaves", "_key": "h"}, follow=True
    )
    assert done.redirect_chain == [("/users/wang/hand_over/", 302)]
    assert "Nothing waits for 王 any more." in done.content.decode()
    assert "/users/wang/deactivate/" in done.content.decode()
