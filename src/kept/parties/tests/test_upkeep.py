"""Files stay fresh: checked, told, taught, heard, and given a level by a rule."""

from datetime import date
from types import SimpleNamespace

import pytest

from kept.kit.testing.refusing import refused
from kept.parties.actions import (
    add_remark,
    change_contact,
    remember,
    set_can_email,
    set_level,
    teach,
    tell_channels,
    verify_account,
)
from kept.parties.checks import require_teaching
from kept.parties.factories import make_account, make_dealer
from kept.parties.models import (
    Account,
    Contact,
    DealerLevel,
    DealerType,
    FileCheck,
    FilePart,
    RemarkKind,
    Skill,
)
from kept.parties.queries import excellent_dealers, never_informed, stale, stale_before
from kept.parties.tests.cast import at, moment, software_vendor, wall_covering_maker
from kept.parties.words import Channel
from kept.people.actions import load_policy
from kept.people.models import User
from kept.search.queries import find

pytestmark = pytest.mark.django_db


@pytest.mark.req("S1.22", part="last verified date")
@pytest.mark.req("S3.02", part="what was checked and the stale files")
def test_a_file_is_stale_until_somebody_ticks_it():
    house = software_vendor()
    with at("2026-05-01 09:00"):
        account = make_account(house.hunan, "Monthly")
        assert list(stale(Account.objects.all(), stale_before(house.hunan))) == [account]
        verify_account(account, by=house.zhou, parts=[FilePart.CONTACTS], note="电话已核对")
        assert not stale(Account.objects.all(), stale_before(house.hunan)).exists()
    check = FileCheck.objects.get()
    assert (check.parts, check.by, check.checked_on) == (["contacts"], house.zhou, date(2026, 5, 1))
    with at("2026-06-01 09:00"):
        assert not stale(Account.objects.all(), stale_before(house.hunan)).exists()
    with at("2026-06-02 09:00"):
        assert list(stale(Account.objects.all(), stale_before(house.hunan))) == [account]


@pytest.mark.req("S1.12")
def test_customers_never_told_the_channels_are_listed_until_somebody_tells_them():
    house = software_vendor()
    told, untold = make_account(house.hunan, "Told"), make_account(house.hunan, "Untold")
    with at("2026-06-01 10:00"):
        with refused("S1.12", field="channels"):
            tell_channels(told, by=house.zhou, channels=[])
        tell_channels(told, by=house.zhou, channels=[Channel.WEBSITE, Channel.HOTLINE])
    assert list(never_informed(Account.objects.all())) == [untold]
    assert (told.informed_at, told.informed_by) == (moment("2026-06-01 10:00"), house.zhou)
    assert told.informed_channels == ["hotline", "website"]


@pytest.mark.req("S1.13", part="taught on record, and never “cannot” before that")
def test_nobody_cannot_send_mail_before_somebody_tried_to_teach_them():
    house = software_vendor()
    account = make_account(house.hunan, "Offline", contact_name="老王", phone="13800138000")
    contact = account.contacts.get()
    with refused("S1.13"):
        set_can_email(contact, by=house.zhou, can_email=False)
    with refused("S1.13"):
        require_teaching(account, contact)
    with at("2026-06-01 10:00"):
        teach(account, by=house.zhou, skill=Skill.SEND_MAIL, contact=contact, note="没有电脑")
    set_can_email(contact, by=house.zhou, can_email=False)
    assert Contact.objects.get(pk=contact.pk).can_email is False
    require_teaching(account, contact)
    taught = account.taught_skills.get()
    assert (taught.skill, taught.by, taught.taught_at) == (
        Skill.SEND_MAIL, house.zhou, moment("2026-06-01 10:00"),
    )  # fmt: skip
    teach(account, by=house.zhou, skill=Skill.SEND_MAIL, contact=contact, was_learned=True)
    assert Contact.objects.get(pk=contact.pk).can_email is True


@pytest.mark.req("S3.04")
def test_a_dealer_is_excellent_by_a_rule_and_since_a_day():
    house = wall_covering_maker()
    dealer, other = make_dealer(house.office, "D01"), make_dealer(house.office, "D02")
    level = DealerLevel.objects.get(unit=house.company, code="excellent")
    shop = DealerType.objects.get(unit=house.company, code="shop")
    with at("2026-04-01 09:00"):
        set_level(dealer, by=house.manager, level=level, dealer_type=shop,
                  since_on=date(2026, 1, 1), reason="年订货 31 万")  # fmt: skip
        set_level(other, by=house.manager, dealer_type=shop)
    assert (dealer.level, dealer.level_rule, dealer.level_since) == (
        "excellent", level, date(2026, 1, 1),
    )  # fmt: skip
    assert str(dealer.level_rule.rule)
    assert list(excellent_dealers(house.company)) == [dealer]
    assert Account.objects.filter(dealer_type=shop).count() == 2
    customer = make_account(house.office, "No dealer")
    with refused("S3.04"):
        set_level(customer, by=house.manager, level=level)


def test_a_level_is_found_and_counts_under_the_next_pack_too(client):
    house = wall_covering_maker()
    dealer, other = make_dealer(house.office, "D01"), make_dealer(house.office, "D02")
    levels = DealerLevel.objects.filter(unit=house.company, code="excellent")
    with at("2026-04-01 09:00"):
        set_level(dealer, by=house.manager, level=levels.get())
        load_policy(house.company, by=User.objects.system(), pack="wallcovering")
    newer = levels.latest("pk")
    with at("2026-05-01 09:00"):
        assert list(excellent_dealers(house.company)) == [dealer]
        client.force_login(house.manager)
        found = client.get(f"/accounts/?level={newer.pk}&format=csv").getvalue().decode()
    assert dealer.number in found and other.number not in found
    page = client.get("/accounts/?conditions=1").content.decode()
    assert page.count(f"{newer.name}</option>") == 1


def test_a_level_of_another_company_is_refused():
    house, other = wall_covering_maker(), software_vendor()
    dealer = make_dealer(other.hunan, "Elsewhere")
    level = DealerLevel.objects.get(unit=house.company, code="excellent")
    with refused("SX.01", field="level"):
        set_level(dealer, by=other.chief, level=level)


@pytest.mark.req("S3.05", part="noted and searchable")
def test_what_a_dealer_needs_and_likes_is_found_by_its_words():
    house = wall_covering_maker()
    dealer = make_dealer(house.office, "D01")
    with at("2026-04-01 09:00"):
        add_remark(
            dealer, by=house.specialist, kind=RemarkKind.LIKING, text="喜欢钓鱼，周末不接电话"
        )
        add_remark(dealer, by=house.specialist, kind=RemarkKind.MARKET, topic="竞品",
                   text="隔壁新开壁布店")  # fmt: skip
    for typed in ("钓鱼", "壁布店", "竞品"):
        assert [str(hit.number) for hit in find(house.specialist, typed)] == [dealer.number], typed
    with refused(field="heard_on"), at("2026-04-01 09:00"):
        add_remark(dealer, by=house.specialist, kind=RemarkKind.NEED, text="x",
                   heard_on=date(2026, 4, 2))  # fmt: skip


@pytest.mark.req("S3.05", part="fed from other matters")
def test_other_matters_feed_what_they_heard_with_where_it_was_said():
    house = wall_covering_maker()
    dealer = make_dealer(house.office, "D01")
    elsewhere = make_dealer(house.office, "D02", phone="13900002222").thread
    remember(dealer, RemarkKind.NEED, "要新色卡", by=house.specialist, source=elsewhere)
    assert dealer.remarks.get().source == elsewhere
    assert find(house.specialist, "新色卡")


def test_words_for_own_staff_are_not_found_by_outside_people():
    house = wall_covering_maker()
    dealer = make_dealer(house.office, "D01")
    add_remark(dealer, by=house.specialist, kind=RemarkKind.NEED, text="价格敏感")
    outside = SimpleNamespace(
        is_system=False,
        unit_id=None,
        company_ids=[],
        sight=lambda right: [dealer.scope_id],
        holds=lambda right: False,
    )
    assert find(outside, "D01") and not find(outside, "价格敏感")


def test_a_main_number_can_be_replaced_and_both_are_on_record():
    house = wall_covering_maker()
    dealer = make_dealer(house.office, "D01")
    contact = dealer.contacts.get()
    change_contact(contact, by=house.specialist, phone="13911112222", title="总经理")
    assert [str(one) for one in contact.phones.current()] == ["+86 139 1111 2222"]
    assert contact.phones.count() == 2
