"""Absence with a deputy: no desk is dead (SX.13)."""

from datetime import datetime, timedelta

import pytest

from kept.kit import clock
from kept.kit.refusal import InvalidInput, NotAllowed, Refused
from kept.people.actions import deactivate, end_absence, set_absence
from kept.people.models import Absence, User


def away(user: User, deputy: User, by: User, start: datetime, days: float = 7) -> None:
    set_absence(user, by=by, deputy=deputy, start_at=start, end_at=start + timedelta(days=days))


def stand_in(user: User, at: datetime) -> set[User]:
    return {absence.deputy for absence in Absence.objects.at(at).filter(user=user)}


@pytest.fixture
def monday() -> datetime:
    return clock.now() + timedelta(days=3)


@pytest.mark.req("SX.13", part="deputies")
def test_a_deputy_stands_in_from_the_first_to_the_last_moment(house, monday) -> None:
    away(house.lin, house.wang, house.chief, monday)
    end = monday + timedelta(days=7)
    assert stand_in(house.lin, monday) == {house.wang}
    assert stand_in(house.lin, end - timedelta(microseconds=1)) == {house.wang}
    assert stand_in(house.lin, end) == set()
    assert stand_in(house.lin, monday - timedelta(seconds=1)) == set()
    assert house.lin.thread.entries.latest("seq").event == "person.absence_entered"


@pytest.mark.req("SX.13", part="a deputy who falls away is replaced")
def test_when_the_deputy_falls_away_too_their_deputy_stands_in_for_both(house, monday) -> None:
    away(house.lin, house.wang, house.chief, monday)
    sick = monday + timedelta(days=2)
    away(house.wang, house.second, house.chief, sick, days=2)
    assert stand_in(house.lin, sick) == {house.wang, house.second}
    assert stand_in(house.lin, sick + timedelta(days=2)) == {house.wang}
    assert stand_in(house.wang, sick) == {house.second}


def test_who_is_away_too_cannot_stand_in(house, monday) -> None:
    away(house.wang, house.second, house.chief, monday + timedelta(days=5))
    with pytest.raises(Refused) as refused:
        away(house.lin, house.wang, house.chief, monday)
    assert (refused.value.rule, refused.value.field) == ("SX.13", "deputy")
    away(house.lin, house.wang, house.chief, monday, days=5)


def test_two_people_do_not_stand_in_for_each_other(house, monday) -> None:
    away(house.lin, house.wang, house.chief, monday)
    with pytest.raises(Refused):
        away(house.wang, house.lin, house.chief, monday + timedelta(days=1))


def test_who_cannot_be_a_deputy(house, monday) -> None:
    deactivate(house.second, by=house.chief, reason="Left")
    for deputy in (house.lin, house.stranger, house.second):
        with pytest.raises(InvalidInput) as refused:
            away(house.lin, deputy, house.chief, monday)
        assert refused.value.field == "deputy"


def test_times_must_make_sense(house, monday) -> None:
    with pytest.raises(InvalidInput):
        away(house.lin, house.wang, house.chief, monday, days=0)
    with pytest.raises(InvalidInput):
        away(house.lin, house.wang, house.chief, clock.now() - timedelta(days=9))


def test_back_earlier_ends_it_now(house) -> None:
    away(house.lin, house.wang, house.chief, clock.now() - timedelta(hours=1))
    end_absence(house.lin, by=house.chief)
    assert stand_in(house.lin, clock.now()) == set()
    with pytest.raises(Refused):
        end_absence(house.lin, by=house.chief)


def test_only_who_may_over_that_person_enters_absences(house, monday) -> None:
    with pytest.raises(NotAllowed):
        away(house.lin, house.wang, house.branch_chief, monday)
    away(house.desk_clerk, house.branch_chief, house.branch_chief, monday)


@pytest.mark.req("SX.13", part="a deputy sees the desk, and may do no more than before")
def test_a_deputy_sees_what_the_person_sees_for_as_long_as_they_are_away(house, monday) -> None:
    away(house.lin, house.desk_clerk, house.chief, monday)
    with clock.at(monday):
        deputy = User.objects.get(pk=house.desk_clerk.pk)
        assert house.lin.scope_id in deputy.sight("cases.see")
        assert deputy.person_scopes == [deputy.scope_id, house.lin.scope_id]
        assert deputy.company_ids == [house.company.pk]
        assert deputy.scopes_with("cases.see") == [house.desk.scope_id]
        assert not deputy.holds("people.grant_role")
    with clock.at(monday + timedelta(days=7)):
        deputy = User.objects.get(pk=house.desk_clerk.pk)
        assert house.lin.scope_id not in deputy.sight("cases.see")


def test_rights_and_desks_are_read_in_one_query(house, monday, django_assert_num_queries) -> None:
    away(house.lin, house.wang, house.chief, monday)
    with clock.at(monday), django_assert_num_queries(1):
        wang = house.wang
        vars(wang).pop("held", None)
        assert wang.holds("cases.see")
        assert len(wang.sight("cases.see")) == 3
        assert wang.needs_second_factor is False
