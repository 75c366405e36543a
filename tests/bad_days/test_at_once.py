"""Bad day: everybody at once. One wins, the others are told; nothing is done twice."""

from datetime import timedelta

import pytest

from kept.cases.actions import give_back
from kept.cases.factories import make_case
from kept.field.actions import set_visit_time
from kept.kit import clock
from kept.people.actions import add_user, grant_role
from kept.people.factories import give, make_user
from kept.people.models import Role, User


def clerks(office, how_many: int) -> None:
    system = User.objects.system()
    role = Role.objects.get(company=office.company, code="clerk")
    for number in range(how_many):
        clerk = add_user(by=system, unit=office.hotline, username=f"clerk-{number}", name="Clerk")
        grant_role(clerk, by=system, role=role, unit=office.hotline)


@pytest.mark.req("SX.06", part="two at once: one is told")
def test_of_fifty_who_take_a_case_one_gets_it(office, elsewhere):
    """B32: one winner, one line of history."""
    clerks(office, 50)
    case = make_case(office.lin)
    give_back(case, by=office.lin, reason="Lunch")
    there = elsewhere()
    got = there.run("at_once", "take")
    winners = [one for one in got if isinstance(one, str)]
    refused = [one for one in got if isinstance(one, list)]
    assert len(winners) == 1 and len(refused) == 49
    assert all("has already taken this case" in sentence for _refused, sentence in refused)
    sql = "SELECT username FROM people_user u JOIN cases_case c ON c.handler_id = u.id"
    assert there.rows(sql) == [(winners[0],)]
    taken = "SELECT COUNT(*) FROM timeline_entry WHERE event = 'case.taken'"
    assert there.rows(taken) == [(1,)]


@pytest.mark.req("SX.05", part="numbers unbroken under load")
def test_twenty_cases_created_at_once_are_numbered_without_a_hole(office, elsewhere):
    """B34: unique, unbroken, and each with its own author."""
    clerks(office, 20)
    there = elsewhere()
    numbers = there.run("at_once", "create")
    assert len(set(numbers)) == 20
    assert sorted(int(number.rsplit("-", 1)[1]) for number in numbers) == list(range(1, 21))
    sql = "SELECT c.number, u.username FROM cases_case c JOIN people_user u ON c.owner_id = u.id"
    owners = dict(there.rows(sql))
    assert [owners[number] for number in numbers] == [f"clerk-{n}" for n in range(20)]


@pytest.mark.req("SX.06", part="a double click is done once")
def test_a_double_click_gives_one_case_and_the_same_answer_twice(office, elsewhere):
    """B33: the same request key at the same moment."""
    clerks(office, 1)
    there = elsewhere()
    first, second = there.run("at_once", "click")
    assert first == second
    assert there.rows("SELECT number FROM cases_case") == [(first,)]


@pytest.mark.req("SX.08", part="the same request sent again is done once")
def test_eight_requests_with_one_key_open_one_case(office, elsewhere):
    """B33: a program that lost its connection sends the same again, all at the same moment."""
    clerks(office, 1)
    there = elsewhere()
    answers = there.run("at_once", "program")
    assert len(answers) == 8 and len(set(answers)) == 1
    assert there.rows("SELECT number FROM cases_case") == [(answers[0],)]


@pytest.mark.req("S2.15", part="two dispatchers at once: one is told")
def test_of_eight_who_send_the_same_engineer_one_does(office, elsewhere):
    """Each for a case of their own: nobody is at two customers at once, on either database."""
    soon = clock.now() + timedelta(hours=8)
    lin = give(office.lin, "dispatcher", office.company)
    make_user(office.hotline, "zhou", "engineer", name="Zhou")
    for number in range(8):
        case = make_case(lin, summary=f"Kiln {number}")
        set_visit_time(case, by=lin, required_by=soon, place="Kiln")
    there = elsewhere()
    got = there.run("at_once", "dispatch")
    refused = [one for one in got if isinstance(one, list)]
    assert len(refused) == 7 and all("Zhou is taken by" in said for _refused, said in refused)
    assert there.rows("SELECT number FROM field_dispatch") == [
        (next(one for one in got if isinstance(one, str)),)
    ]
