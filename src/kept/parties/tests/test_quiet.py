"""Quiet hours hold back what the company begins, never what it owes (S3.21, C11)."""

import pytest

from kept.kit import clock
from kept.kit.refusal import NotAllowed
from kept.kit.testing.refusing import refused
from kept.parties.actions import set_quiet_hours
from kept.parties.factories import make_account
from kept.parties.quiet import may_contact, periods_of, require_may_contact
from kept.people.factories import make_company, make_user
from tests.stories.cast import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    company = make_company("WC", "Jinse Walls", pack="wallcovering")
    specialist = make_user(company, "su", "specialist", "clerk", name="Su")
    return make_account(company, "Hongyu Decoration"), specialist


@pytest.mark.parametrize(
    ("at", "from_when"),
    [
        ("2026-05-18 11:59", "2026-05-18 11:59"),
        ("2026-05-18 12:00", "2026-05-18 14:00"),
        ("2026-05-18 13:59", "2026-05-18 14:00"),
        ("2026-05-18 14:00", "2026-05-18 14:00"),
        ("2026-05-18 20:00", "2026-05-19 09:00"),
        ("2026-05-19 00:00", "2026-05-19 09:00"),
        ("2026-05-19 08:59", "2026-05-19 09:00"),
        ("2026-05-19 09:00", "2026-05-19 09:00"),
    ],
)
def test_a_dealers_rest_time_is_known_with_when_it_ends(shop, at, from_when) -> None:
    account, _su = shop
    answer = may_contact(account, moment(at))
    assert answer.next_at == moment(from_when)
    assert bool(answer) is (at == from_when) and str(answer)


@pytest.mark.req("S3.21", part="quiet hours")
def test_a_contact_begun_in_rest_time_is_refused_with_when_to_call(shop) -> None:
    account, _su = shop
    with clock.at(moment("2026-05-18 12:30")), refused("S3.21"):
        require_may_contact(account)
    with clock.at(moment("2026-05-18 14:00")):
        require_may_contact(account)


def test_periods_that_follow_each_other_are_one(shop) -> None:
    account, su = shop
    set_quiet_hours(account, by=su, quiet_periods="12:00-13:00\n13:00-15:00, 23:00-07:00")
    assert may_contact(account, moment("2026-05-18 12:10")).next_at == moment("2026-05-18 15:00")


def test_an_account_has_its_own_quiet_hours_or_none_or_the_companys(shop) -> None:
    account, su = shop
    noon = moment("2026-05-18 12:30")
    set_quiet_hours(account, by=su, quiet_periods="09:00-10:00")
    assert may_contact(account, noon) and not may_contact(account, moment("2026-05-18 09:30"))
    set_quiet_hours(account, by=su)
    assert periods_of(account) == [] and may_contact(account, noon)
    set_quiet_hours(account, by=su, as_company=True)
    assert not may_contact(account, noon)


@pytest.mark.parametrize(
    "typed", ["noon", "00:00-24:00", "00:00-12:00\n12:00-00:00", "25:00-26:00"]
)
def test_quiet_hours_that_are_none_or_leave_no_time_are_refused(shop, typed) -> None:
    account, su = shop
    with refused(field="quiet_periods"):
        set_quiet_hours(account, by=su, quiet_periods=typed)


def test_who_does_not_keep_files_sets_no_quiet_hours(shop) -> None:
    account, _su = shop
    guest = make_user(account.unit, "guest", "directory", name="Guest")
    with pytest.raises(NotAllowed):
        set_quiet_hours(account, by=guest, quiet_periods="09:00-10:00")


def test_the_page_of_an_account_says_when_they_may_be_called(shop, client) -> None:
    account, su = shop
    client.force_login(su)
    with clock.at(moment("2026-05-18 12:30")):
        page = client.get(account.get_absolute_url()).content.decode()
    assert "12:00–14:00, 20:00–09:00" in page and "quiet now" in page
    with clock.at(moment("2026-05-18 15:00")):
        assert "may be called now" in client.get(account.get_absolute_url()).content.decode()
