"""Customers of another territory are served, credited, and their home is told."""

import pytest

from kept.kit.testing.refusing import refused
from kept.parties.actions import add_account, admit, move_account, serve_across, serves_across
from kept.parties.checks import DeclineGround, require_ground
from kept.parties.factories import make_account
from kept.parties.models import Account, CrossRegionService, Tenure
from kept.parties.tests.cast import at, handset_maker, software_vendor, wall_covering_maker
from kept.people.factories import make_user
from kept.people.models import Role, User
from kept.search.queries import find
from kept.timeline.models import Notice

pytestmark = pytest.mark.django_db


@pytest.mark.req("S1.32", part="the customer of another territory")
def test_a_customer_of_another_territory_is_served_credited_and_home_is_told():
    house = software_vendor()
    account = make_account(
        house.hunan, "Traveller", phone="13800138000", relationship_owner=house.zhou
    )
    assert not Account.objects.visible_to(house.he).exists()
    with at("2026-06-01 09:00"):
        served = serve_across(
            by=house.he, unit=house.guangxi, customer="138-0013-8000", reason="出差在桂林"
        )
    assert (served.account, served.home_unit, served.unit, served.server, served.reason) == (
        account, house.hunan, house.guangxi, house.he, "出差在桂林",
    )  # fmt: skip
    assert Account.objects.visible_to(house.he).get() == account
    assert find(house.he, "Traveller", kinds=["account"])
    assert Notice.objects.filter(to=house.zhou, event="account.served_across").exists()
    assert serves_across(account, house.guangxi)
    assert not serves_across(account, house.hunan) and not serves_across(account, house.centre)
    with refused("S1.32"):
        serve_across(by=house.zhou, unit=house.hunan, customer=account.number, reason="x")
    with refused(field="customer"):
        serve_across(by=house.he, unit=house.guangxi, customer="13700137000", reason="x")
    assert CrossRegionService.objects.count() == 1


def test_customers_of_another_company_are_never_found_across():
    house, other = software_vendor(), wall_covering_maker()
    theirs = make_account(other.office, "Theirs", phone="13800138000", code="T1")
    for typed in (theirs.number, "T1", "13800138000"):
        with refused(field="customer"):
            serve_across(by=house.he, unit=house.guangxi, customer=typed, reason="x")


@pytest.mark.req("S1.32", part="territory is no ground to decline")
@pytest.mark.req("S1.34", part="who sold is no ground to decline")
def test_neither_territory_nor_agent_is_a_ground_to_decline():
    house = software_vendor()
    account = add_account(by=house.zhou, unit=house.hunan, name="Sold", agent_name="南方代理")
    assert account.is_agent_sold
    with refused("S1.34"):
        require_ground(account.name, DeclineGround.AGENT)
    with refused("S1.32"):
        require_ground(account.name, DeclineGround.TERRITORY)
    require_ground(account.name, DeclineGround.NOT_OURS)


def test_a_moved_account_is_seen_in_its_new_territory_and_counted_since_the_same_day():
    house = software_vendor()
    with at("2026-05-01 09:00"):
        account = make_account(house.hunan, "Mover")
    with at("2026-06-01 09:00"):
        move_account(account, by=house.chief, unit=house.guangxi, reason="迁址")
    assert Account.objects.visible_to(house.he).get() == account
    old, new = Tenure.objects.order_by("pk")
    assert old.until_on == new.from_on and old.customer_since == new.customer_since
    with refused(field="unit"):
        move_account(account, by=house.chief, unit=house.guangxi, reason="x")


def test_outside_people_see_the_one_account_they_were_let_in_for():
    house = handset_maker()
    ours, other = make_account(house.east, "Ours"), make_account(house.east, "Other")
    outside = Role.objects.get(company=house.company, code="station")
    inside = Role.objects.get(company=house.company, code="clerk")
    guest = make_user(house.company, "guest")
    with refused("S0.04", field="role"):
        admit(ours, by=house.owner, person=guest, role=inside)
    admit(ours, by=house.owner, person=guest, role=outside)
    guest = User.objects.get(pk=guest.pk)
    assert list(Account.objects.visible_to(guest)) == [ours] != [other]
    with refused(field="person"):
        admit(ours, by=house.owner, person=guest, role=outside)
