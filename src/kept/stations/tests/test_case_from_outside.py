"""A case as a station reads it: what own staff say among themselves is none of its (SX.02)."""

import pytest
from django.test import Client

from kept.cases.actions import add_note, ask_question, link_cases
from kept.cases.factories import make_case
from kept.cases.models import QuestionLevel
from kept.parties.actions import admit
from kept.parties.factories import make_account, make_station
from kept.parties.tests.cast import at, handset_maker
from kept.people.factories import make_user
from kept.people.models import Role, User

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.req("SX.02", part="people from outside read nothing said among own staff"),
]


def page_for(person: User, case) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client.get(case.get_absolute_url()).content.decode()


def test_questions_notes_and_cases_of_others_are_not_shown_outside():
    house = handset_maker()
    with at("2026-03-02 09:00"):
        station = make_station(house.east, "ZJ-01", house.chen)
        keeper = make_user(house.company, "zj01")
        role = Role.objects.get(company=house.company, code="station")
        admit(station, by=house.owner, person=keeper, role=role)
        clerk = make_user(house.east, "xu", "clerk", name="Xu")
        mate = make_user(house.east, "gu", "clerk", name="Gu")
        case = make_case(clerk, account=station, summary="Parts did not come")
        other = make_case(clerk, account=make_account(house.east, "Other"), summary="Secret matter")
        link_cases(case, by=clerk, other=other)
        add_note(case, by=clerk, note="They always say so")
        ask_question(
            case, by=clerk, level=QuestionLevel.COLLEAGUES, question="Lazy again?", to_person=mate
        )
        inside, outside = page_for(clerk, case), page_for(keeper, case)
    for words in ("They always say so", "Lazy again?", "Secret matter"):
        assert words in inside, words
        assert words not in outside, words
    assert "Parts did not come" in outside
