"""New accounts: complete, numbered, found at once, and never twice."""

import pytest
from django.db import IntegrityError, transaction

from kept.kit.refusal import InvalidInput, NotAllowed, OutOfSight, Refused
from kept.kit.testing.refusing import refused
from kept.parties.actions import (
    add_account,
    add_address,
    add_contact,
    add_dealer,
    change_account,
    change_contact,
    change_roles,
    dialled,
    end_address,
    end_contact,
)
from kept.parties.factories import make_account, make_dealer
from kept.parties.models import Account, AccountRole, AccountState, Joining, Phone
from kept.parties.naming import extension_of, name_key
from kept.parties.tests.cast import (
    at,
    handset_maker,
    software_vendor,
    wall_covering_maker,
)
from kept.search.queries import find, suggest
from kept.timeline.sentences import tell

pytestmark = pytest.mark.django_db


def story(account: Account) -> list:
    return tell(account.thread.entries.select_related("by").order_by("seq"))


def test_account_is_numbered_and_found_by_name_pinyin_phone_and_code():
    house = software_vendor()
    with at("2026-06-01 09:00"):
        account = add_account(
            by=house.zhou, unit=house.hunan, name="长沙华能软件有限公司", contact_name="张伟",
            phone="138 0013 8000", code="CS-01", address="长沙市芙蓉路1号",
        )  # fmt: skip
    assert account.number == "YQ-A26-000001"
    for typed in ("华能", "hnrj", "zhangwei", "zw", "38001380", "13800138000", "CS-01", "芙蓉路"):
        hits = find(house.zhou, typed, kinds=["account"])
        assert [str(hit.number) for hit in hits] == [account.number], typed
    assert suggest(house.he, "华能", kinds=["account"]) == []


@pytest.mark.req("S3.01")
def test_dealer_file_names_what_is_missing_and_keeps_its_history():
    house = wall_covering_maker()
    whole = {
        "contact_name": "周敏",
        "phone": "13900001111",
        "joined_year": 2019,
        "joining": Joining.PREPAYMENT,
    }
    with at("2026-04-01 09:00"):
        for field in whole:
            given = {name: value for name, value in whole.items() if name != field}
            with refused("S3.01", field=field):
                add_dealer(by=house.specialist, unit=house.office, name="D01", **given)
        dealer = add_dealer(
            by=house.specialist, unit=house.office, name="D01", project_class="酒店",
            address="杭州市文三路1号", **whole,
        )  # fmt: skip
        change_account(
            dealer, by=house.specialist, project_class="别墅", reason="新项目", joined_year=2018
        )
    assert (dealer.joining, dealer.joined_year) == (Joining.PREPAYMENT, 2018)
    last = story(dealer)[-1]
    assert last.words["old_project_class"] == "酒店" and last.words["new_project_class"] == "别墅"
    contact = dealer.contacts.get()
    with refused("S3.01", field="phone"):
        change_contact(contact, by=house.specialist, phone="")
    with refused("S3.01", field="contact_name"):
        end_contact(contact, by=house.specialist, reason="离职")


def test_the_policy_says_what_is_mandatory_not_the_code():
    vendor, maker = software_vendor(), handset_maker()
    assert make_account(vendor.hunan, "No phone at all").contacts.count() == 0
    bare = add_dealer(by=vendor.chief, unit=vendor.hunan, name="X")
    assert bare.joined_year is None
    with refused("S3.01", field="code"):
        make_account(maker.east, "Station", roles=[AccountRole.STATION], region="浙江")


@pytest.mark.req("S1.22", part="duplicate customer")
def test_the_very_same_customer_is_refused_and_another_one_needs_a_reason():
    house = software_vendor()
    first = make_account(house.guangxi, "Huaneng Software Co., Ltd.", phone="13800138000")
    with refused("S1.22", field="name"):
        add_account(by=house.zhou, unit=house.hunan, name="ＨＵＡＮＥＮＧ software",
                    phone="+86 138-0013-8000")  # fmt: skip
    other = add_account(by=house.zhou, unit=house.hunan, name="Huaneng Software",
                        phone="13800138000", even_so="branch shop, own books")  # fmt: skip
    assert story(other)[0].words["reason"] == "branch shop, own books"
    third = add_account(
        by=house.zhou, unit=house.hunan, name="Huaneng Software", phone="13700137000"
    )
    assert len({first.pk, other.pk, third.pk}) == 3


def test_same_name_without_any_phone_is_the_same_customer():
    house = software_vendor()
    make_account(house.hunan, "Star")
    with refused("S1.22", field="name"):
        make_account(house.hunan, "STAR Inc.")
    make_account(house.hunan, "Star", phone="13700137000")


def test_names_are_alike_without_case_width_signs_and_legal_form():
    assert name_key("Huaneng Software Co., Ltd.") == name_key("HUANENG  SOFTWARE") != ""
    assert (
        name_key("长沙华能软件有限公司") == name_key("长沙华能软件股份有限公司") == "长沙华能软件"
    )
    assert name_key("Limited") == "limited"
    assert name_key("公司") == "公司"


def test_phones_are_kept_as_dialled_with_their_extension():
    assert dialled("0731-8888 6666", "phone") == "+8673188886666"
    assert dialled("+44 20 7946 0958", "phone") == "+442079460958"
    assert extension_of("0731-88886666 转 801", "phone") == "801"
    with pytest.raises(InvalidInput) as caught:
        dialled("call me", "phone")
    assert caught.value.field == "phone"


def test_two_accounts_of_a_company_never_share_a_code():
    house = software_vendor()
    make_account(house.hunan, "One", code="A1")
    with refused("SX.05", field="code"):
        make_account(house.guangxi, "Two", code="A1")
    with pytest.raises(IntegrityError), transaction.atomic():
        other = make_account(house.guangxi, "Three")
        Account.objects.filter(pk=other.pk).update(code="A1")


@pytest.mark.req("S1.23", part="no customer without a territory, none deleted")
def test_a_customer_without_territory_is_impossible_and_none_is_ever_deleted():
    house = software_vendor()
    with refused(field="unit"):
        add_account(by=house.chief, name="Nowhere")
    account = make_account(house.hunan, "Here")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(unit=None)
    with refused("S1.23"):
        account.delete()
    with refused("S1.23"):
        Account.objects.filter(pk=account.pk).delete()


def test_changing_nothing_is_refused_and_so_is_a_bad_year():
    house = software_vendor()
    account = make_account(house.hunan, "Calm", region="湖南")
    with refused("SX.05"):
        change_account(account, by=house.zhou, region="湖南")
    with at("2026-06-01 09:00"), refused("S3.01", field="joined_year"):
        change_account(account, by=house.zhou, joined_year=2027)
    with refused(field="name"):
        change_account(account, by=house.zhou, name="")
    with refused(field="email"):
        add_contact(account, by=house.zhou, name="A", email="not a mail")


def test_a_renamed_account_is_found_by_its_new_name_everywhere():
    house = software_vendor()
    account = make_account(house.hunan, "Old Name")
    change_account(account, by=house.zhou, name="New Name")
    account = Account.objects.get(pk=account.pk)
    assert (account.thread.title, account.sort_key, account.name_key) == (
        "New Name", "new0name", "newname",
    )  # fmt: skip
    assert suggest(house.zhou, "New", kinds=["account"])
    assert suggest(house.zhou, "Old", kinds=["account"]) == []


def test_an_active_customer_does_not_become_a_station_or_leave_by_a_change_of_roles():
    house = software_vendor()
    account = make_account(house.hunan, "Roles")
    with refused("S0.01", field="roles"):
        change_roles(account, by=house.zhou, roles=[AccountRole.CUSTOMER, AccountRole.STATION])
    with refused("S1.23", field="roles"):
        change_roles(account, by=house.zhou, roles=[AccountRole.SUPPLIER])
    change_roles(account, by=house.zhou, roles=[AccountRole.CUSTOMER, AccountRole.SUPPLIER])
    assert Account.objects.in_role("supplier").get() == account
    assert not Account.objects.in_role("dealer").exists()


def test_right_and_sight_are_asked_before_anything():
    house, elsewhere = software_vendor(), wall_covering_maker()
    account = make_account(house.hunan, "Ours")
    with pytest.raises(OutOfSight):
        change_account(account, by=elsewhere.specialist, region="x")
    with pytest.raises(OutOfSight):
        change_account(account, by=house.he, region="x")
    with pytest.raises(NotAllowed):
        add_account(by=house.zhou, unit=elsewhere.office, name="Theirs")
    assert Account.objects.visible_to(elsewhere.manager).count() == 0


def test_a_contact_ends_but_its_row_and_numbers_stay():
    house = software_vendor()
    account = make_account(house.hunan, "People", contact_name="张三", phone="13800138000")
    add_contact(account, by=house.zhou, name="李四", phone="13900139000")
    first = account.contacts.get(name="张三")
    end_contact(first, by=house.zhou, reason="离职")
    assert account.contacts.current().get().is_main
    assert Phone.objects.filter(contact=first, ended_at__isnull=False).count() == 1
    with refused("SX.05"):
        change_contact(first, by=house.zhou, name="王五")
    assert find(house.zhou, "13800138000", kinds=["account"]) == []


def test_a_dealer_is_complete_from_the_factory():
    house = wall_covering_maker()
    assert make_dealer(house.office).status == AccountState.ACTIVE
    with pytest.raises(Refused):
        make_dealer(house.office)


@pytest.mark.req("SX.05", part="addresses")
def test_addresses_are_added_and_ended_and_what_they_were_stays_on_record():
    house = software_vendor()
    account = make_account(house.hunan, "长沙华能")
    add_address(account, by=house.zhou, address="长沙市芙蓉路1号")
    add_address(account, by=house.zhou, address="株洲市天元路2号")
    moved = account.addresses.get(text="长沙市芙蓉路1号")
    end_address(moved, by=house.zhou, reason="搬走了")
    assert [one.text for one in account.addresses.current()] == ["株洲市天元路2号"]
    moved.refresh_from_db()
    assert moved.ended_at is not None
    with refused("SX.05"):
        end_address(moved, by=house.zhou)
    assert [hit.number for hit in find(house.zhou, "天元路", kinds=["account"])] == [account.number]
    assert find(house.zhou, "芙蓉路", kinds=["account"]) == []
