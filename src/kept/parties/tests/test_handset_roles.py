"""Who is who at a handset maker: each role does its part, nobody another's agreement (S0.04)."""

from datetime import date

import pytest

from kept.kit.actions import actions_on, services
from kept.kit.refusal import NotAllowed, OutOfSight
from kept.parties.actions import acknowledge_change, admit, change_account
from kept.parties.factories import make_station
from kept.parties.models import Account, ChangeNotice, NoticeState
from kept.parties.tests.cast import at, handset_maker
from kept.people.factories import make_user
from kept.people.models import Role, User

pytestmark = pytest.mark.django_db

OWN_STAFF = (
    "channel_engineer",
    "channel_owner",
    "field_manager",
    "technical",
    "local_sales",
    "settlement_clerk",
)
#: What only some may agree to or decide about others, and which of these roles it is.
DECIDES = {
    "parties.acknowledge_change": {"channel_owner"},
    "parties.activate": {"channel_owner"},
    "parties.assign_field_manager": {"channel_owner"},
    "products.set_class": {"channel_engineer"},
    "stations.enter_sales": {"channel_owner", "field_manager", "local_sales"},
    "people.change_role": set(),
    "people.grant_role": set(),
}


@pytest.fixture
def house():
    house = handset_maker()
    with at("2026-03-02 09:00"):
        house.station = make_station(house.east, "ZJ-01", house.chen, name="杭州站")
        keeper = make_user(house.company, "zj01", name="站长本人")
        role = Role.objects.get(company=house.company, code="station")
        admit(house.station, by=house.owner, person=keeper, role=role)
        house.keeper = User.objects.get(pk=keeper.pk)
    return house


@pytest.mark.req("S0.04")
def test_each_person_named_has_a_role_and_no_role_has_anothers_agreement(house):
    roles = {role.code: role for role in Role.objects.filter(company=house.company)}
    for code in OWN_STAFF:
        assert set(roles[code].name) == {"en", "zh-hans"} and not roles[code].is_outside
    for right, deciding in DECIDES.items():
        assert {code for code in OWN_STAFF if right in roles[code].rights} == deciding, right
    people = {
        code: make_user(house.company, f"one-{code}", code, phone="13811110000")
        for code in OWN_STAFF
    }
    with at("2026-03-03 10:00"):
        change_account(
            house.station, by=house.chen, name="杭州西湖站", effective_on=date(2026, 3, 3)
        )
        notice = ChangeNotice.objects.get()
        for code in OWN_STAFF:
            if code != "channel_owner":
                with pytest.raises(NotAllowed):
                    acknowledge_change(notice, by=people[code])
        with pytest.raises((NotAllowed, OutOfSight)):
            acknowledge_change(notice, by=house.keeper)
        assert Account.objects.get(pk=house.station.pk).name == "杭州站"
        station = Account.objects.get(pk=house.station.pk)
        for verb in [*actions_on(Account), *actions_on(ChangeNotice)]:
            if verb.right not in roles["station"].rights:
                with pytest.raises((NotAllowed, OutOfSight)):
                    services().require_right(verb, station, house.keeper, None)
        acknowledge_change(notice, by=people["channel_owner"])
    notice.refresh_from_db()
    assert notice.status in (NoticeState.ACKNOWLEDGED, NoticeState.EFFECTIVE)
