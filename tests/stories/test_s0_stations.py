"""Story S0, steps 1, 2 and 20: stations have a field manager, and changes are acknowledged."""

import pytest

from kept.kit.testing.refusing import refused
from kept.parties.actions import (
    acknowledge_change,
    activate,
    add_station,
    admit,
    assign_field_manager,
    change_own_contact,
    post_field_staff,
)
from kept.parties.fields import from_words
from kept.parties.models import AccountState, ChangeNotice, NoticeState, Posting
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import Role, UnitKind, User
from kept.timeline.models import Notice
from kept.timeline.sentences import tell
from tests.stories.cast import at

pytestmark = pytest.mark.django_db


@pytest.mark.req("S0.01")
@pytest.mark.req("S0.43")
def test_story_s0_steps_1_2_and_20():
    company = make_company("JL", "Jinling Handsets", pack="handset")
    service = make_unit(company, "JL-CS", "Customer service", UnitKind.HEADQUARTERS)
    east = make_unit(service, "JL-E", "East", UnitKind.REGION)
    # 1. The people of the company are entered, the field manager with a posting.
    with at("2026-03-02 09:00"):
        chen = make_user(east, "chenli", "field_manager", name="陳立", phone="13811112222")
        wang = make_user(service, "wang", "channel_engineer", name="王工")
        li = make_user(company, "liqu", "channel_owner", name="李渠")
        clerk = make_user(service, "clerk-a", "clerk", name="甲")
        boss = make_user(company, "approver-b", "administrator", name="乙")
        post_field_staff(chen, by=li, region="浙江")
    assert Posting.objects.get().person == chen
    assert {wang.name, clerk.name, boss.name} == {"王工", "甲", "乙"}
    # 2. No station is active without a field manager.
    with at("2026-03-02 10:00"):
        station = add_station(
            by=li, unit=east, code="ZJ-01", name="杭州授权站", region="浙江",
            contact_name="站长", phone="0571-88886666", email="zj01@example.com",
        )  # fmt: skip
        with refused("S0.01"):
            activate(station, by=li)
        assign_field_manager(station, by=li, field_manager=chen)
        activate(station, by=li)
    assert (station.status, station.field_manager) == (AccountState.ACTIVE, chen)
    keeper = make_user(company, "zj01", name="站长")
    admit(station, by=li, person=keeper, role=Role.objects.get(company=company, code="station"))
    # 20. A new phone of the field manager waits for the channel owner; the station is told.
    with at("2026-04-10 09:00"):
        change_own_contact(chen, by=chen, phone="139 5555 6666")
        notice = ChangeNotice.objects.get()
        assert notice.status == NoticeState.PENDING
        assert User.objects.get(pk=chen.pk).phone == "13811112222"
        acknowledge_change(notice, by=li)
    assert User.objects.get(pk=chen.pk).phone == "+8613955556666"
    told = Notice.objects.filter(thread=station.thread, event="account.manager_reached")
    assert told.filter(to=keeper).exists() and told.filter(address="zj01@example.com").exists()
    line = tell(chen.thread.entries.select_related("by").order_by("seq"))[-1]
    assert [(one["old"], one["new"]) for one in from_words(line.words)] == [
        ("13811112222", "+8613955556666")
    ]
