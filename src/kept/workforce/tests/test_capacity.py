"""Capacity is counted over subtrees, by the most specific rule; what is asked is checked."""

from datetime import date, timedelta

import pytest

from kept.kit import clock
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput, Refused
from kept.people.actions import appoint_manager, close_unit, deactivate
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.timeline.models import Notice
from kept.workforce.actions import end_consultant, name_consultant
from kept.workforce.capacity import capacities
from kept.workforce.models import Consultant, ConsultingPolicy, Shortage
from kept.workforce.packs import read_consulting
from kept.workforce.sweep import look_at_all
from kept.workforce.watching import concerned

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    company = make_company("YQ", "Yunqi Software")
    branch = make_unit(company, "YQ-HN", "Hunan", UnitKind.BRANCH)
    desk = make_unit(branch, "YQ-HN1", "Changsha desk")
    return {
        "company": company,
        "branch": branch,
        "desk": desk,
        "chief": make_user(company, "chief", "lead", "administrator"),
        "peng": make_user(desk, "peng", "engineer"),
    }


def load(company, **row):
    loading = Loading(company, clock.now(), User.objects.system())
    read_consulting(loading, row)
    return loading


def test_whoever_belongs_below_a_branch_counts_for_it(house):
    name_consultant(house["peng"], by=house["chief"], solutions=" Finance \n\nFinance\nStock")
    (found,) = capacities(house["company"])
    assert (found.unit, found.count, found.level, found.wanted) == (
        house["branch"], 1, "target", 2,
    )  # fmt: skip
    assert Consultant.objects.get().solutions == "Finance\nStock"


def test_a_branch_may_have_a_rule_of_its_own(house):
    ConsultingPolicy.objects.create(
        unit=house["branch"], valid_from=clock.now(), kinds=["branch"], minimum=2, target=3
    )
    (found,) = capacities(house["company"])
    assert (found.level, found.wanted) == ("minimum", 2)
    name_consultant(house["peng"], by=house["chief"], solutions="Finance")
    with pytest.raises(Refused) as caught:
        end_consultant(house["peng"], by=house["chief"])
    assert caught.value.rule == "S1.02" and caught.value.field == "warning_seen"
    events = Notice.objects.filter(thread__of_unit=house["branch"]).values_list("event", flat=True)
    assert "unit.consultants_below_minimum" in set(events)


def test_a_rule_that_is_off_or_misspelt(house):
    load(house["company"], kinds=["branch"], minimum=0, target=0)
    assert capacities(house["company"]) == []
    for row in ({"kind": ["branch"]}, {"kinds": ["brunch"]}):
        with pytest.raises(InvalidInput):
            load(house["company"], **row)


def test_a_rule_that_begins_later_is_looked_at_when_it_does(house):
    load(house["company"], kinds=["branch"], minimum=0, target=0)
    look_at_all()
    assert not Shortage.objects.current().exists()
    tomorrow = clock.now() + timedelta(days=1)
    ConsultingPolicy.objects.create(
        unit=house["company"], valid_from=tomorrow, kinds=["branch"], minimum=1, target=1
    )
    with clock.at(tomorrow + timedelta(hours=1)):
        look_at_all()
        look_at_all()
    assert Shortage.objects.current().get().unit == house["branch"]
    assert Notice.objects.filter(to=house["chief"], event="unit.consultants_none").count() == 1


def test_naming_checks_who_what_and_when(house):
    chief, peng = house["chief"], house["peng"]
    with pytest.raises(InvalidInput) as caught:
        name_consultant(peng, by=chief, solutions="Finance", from_on=date(2199, 1, 1))
    assert caught.value.field == "from_on"
    name_consultant(peng, by=chief, solutions="Finance", from_on=date(2026, 1, 5))
    with pytest.raises(Refused):
        name_consultant(peng, by=chief, solutions="Finance")
    name_consultant(peng, by=chief, solutions="Finance\nStock")
    assert Consultant.objects.count() == 2 and Consultant.objects.current().count() == 1
    end_consultant(peng, by=chief, warning_seen=True)
    with pytest.raises(Refused):
        end_consultant(peng, by=chief, warning_seen=True)
    deactivate(peng, by=chief, reason="Leaves us")
    with pytest.raises(InvalidInput):
        name_consultant(peng, by=chief, solutions="Finance")


def test_a_closed_branch_is_short_no_more(house):
    empty = make_unit(house["company"], "YQ-GX", "Guangxi", UnitKind.BRANCH)
    assert Shortage.objects.current().filter(unit=empty).exists()
    close_unit(empty, by=house["chief"], reason="Merged with Hunan")
    assert not Shortage.objects.current().filter(unit=empty).exists()


def test_the_manager_and_headquarters_are_concerned_and_nobody_else(house):
    centre = make_unit(house["company"], "YQ-CS", "Centre", UnitKind.HEADQUARTERS)
    boss = make_user(centre, "boss", "lead")
    make_user(house["company"], "clerk", "clerk")
    other = make_unit(house["company"], "YQ-GX", "Guangxi", UnitKind.BRANCH)
    make_user(other, "elsewhere", "lead")
    appoint_manager(house["branch"], by=house["chief"], manager=house["peng"])
    branch = house["branch"]
    branch.refresh_from_db()
    assert {user.username for user in concerned(branch)} == {"peng", "chief", boss.username}
