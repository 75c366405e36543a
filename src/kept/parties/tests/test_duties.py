"""What is owed about stations, dealers and customers period after period (S0.06, S3.21, S4.28)."""

from datetime import date, timedelta

import pytest
from django.test import Client

from kept.kit import clock
from kept.parties.actions import (
    assign_field_manager,
    assign_owner,
    change_account,
    end_account,
    hand_stations,
    set_level,
)
from kept.parties.factories import make_account, make_dealer, make_station
from kept.parties.models import AccountRole, DealerLevel
from kept.parties.tests.cast import at, handset_maker, wall_covering_maker
from kept.people.actions import grant_scope
from kept.people.factories import make_user
from kept.people.models import Role, User
from kept.promises import duties, ledger
from kept.promises.actions import do_duty
from kept.promises.duties.figures import duties_of
from kept.promises.duties.sets import gathered
from kept.promises.models import Duty, DutyRule, Promise, PromiseKind

pytestmark = pytest.mark.django_db


def codes_of(person: User) -> dict[str, int]:
    codes: dict[str, int] = {}
    for code in duties_of(person).order_by("code").values_list("code", flat=True):
        codes[code] = codes.get(code, 0) + 1
    return codes


@pytest.fixture
def house():
    """Two field managers; 陳 looks after two stations since February."""
    house = handset_maker()
    with at("2026-02-10 09:00"):
        house.one = make_station(house.east, "ZJ-01", house.chen)
        house.two = make_station(house.east, "ZJ-02", house.chen)
        make_station(house.east, "JS-01", house.sun, region="江苏")
    return house


@pytest.mark.req("S0.06", part="deadline")
@pytest.mark.req("S0.15", part="deadline")
@pytest.mark.req("S0.16", part="deadline")
@pytest.mark.req("S0.27", part="deadline")
@pytest.mark.req("S0.32", part="deadline")
def test_a_field_manager_owes_the_weeks_the_talks_the_inspections_and_the_lessons(house):
    with at("2026-03-02 08:00"):
        duties.generate()
    owed = codes_of(house.chen)
    assert owed == {
        "settlement_talk": 2 * 2,  # March and April, each station
        "mail_orders": 2 * 2,
        "weekly_sales": 7,
        "attitude_inspection": 2,  # from the second quarter on
        "honesty_education": 2,
    }
    week = duties_of(house.chen).filter(code="weekly_sales").earliest("period_from")
    assert (week.period_from, week.period_until) == (date(2026, 3, 2), date(2026, 3, 8))
    due = clock.local(week.promise.due_at, "Asia/Shanghai")
    assert f"{due:%a %m-%d %H:%M}" == "Mon 03-09 23:59"
    talk = duties_of(house.chen).filter(code="settlement_talk").earliest("period_from")
    assert clock.local(talk.promise.due_at, "Asia/Shanghai").date() == date(2026, 3, 31)
    with at("2026-06-01 08:00"):
        duties.generate()
    assert codes_of(house.chen)["parts_training"] == 2


def test_a_station_handed_over_takes_its_duties_along(house):
    with at("2026-03-02 08:00"):
        duties.generate()
        assign_field_manager(house.one, by=house.owner, field_manager=house.sun)
        about_one = Duty.objects.filter(thread=house.one.thread)
        assert {duty.promise.person for duty in about_one} == {house.sun}
        assert {duty.promise.person for duty in Duty.objects.filter(thread=house.two.thread)} == {
            house.chen
        }
        hand_stations(house.chen, by=house.owner, to_person=house.sun)
        stations = Duty.objects.exclude(code="weekly_sales")
        assert {duty.promise.person for duty in stations} == {house.sun}
        assert set(codes_of(house.chen)) == {"weekly_sales"}


def test_a_station_that_ends_owes_nothing_that_has_not_begun(house):
    with at("2026-03-02 08:00"):
        duties.generate()
        end_account(house.one, by=house.owner, reason="closed")
        duties.generate()
        left = Duty.objects.standing().filter(thread=house.one.thread)
        assert {(duty.code, duty.period_from.month) for duty in left} == {
            ("mail_orders", 3),
            ("settlement_talk", 3),
        }


@pytest.mark.req("S3.21", part="deadline")
@pytest.mark.req("S3.02", part="deadline")
def test_each_excellent_dealer_is_owed_two_contacts_a_month_and_files_a_look_each_day():
    house = wall_covering_maker()
    with at("2026-03-02 08:00"):
        dealer = make_dealer(house.office, "佳和")
        assign_owner(dealer, by=house.manager, relationship_owner=house.specialist)
        make_dealer(house.office, "其他")
        excellent = DealerLevel.objects.in_force(house.office).get(code="excellent")
        set_level(dealer, by=User.objects.system(), level=excellent)
        duties.generate()
        march = duties_of(house.specialist).filter(code="dealer_contact", period_from__month=3)
        assert [(one.thread, one.number) for one in march.order_by("number")] == [
            (dealer.thread, 1),
            (dealer.thread, 2),
        ]
        do_duty(march[0].promise, by=house.specialist, note="回访")
        left = march.filter(promise__state=Promise.State.RUNNING)
        assert left.count() == 1, "open until two of two"
        new = make_user(house.office, "wenjing", "specialist", name="文靜")
        duties.generate()
        daily = duties_of(new).filter(code="daily_update")
        firsts = list(daily.order_by("period_from").values_list("period_from", flat=True)[:6])
        assert [day.isoweekday() for day in firsts] == [1, 2, 3, 4, 5, 1]
        assign_owner(dealer, by=house.manager, relationship_owner=house.manager)
        assert {one.promise.person for one in Duty.objects.filter(
            code="dealer_contact").open()} == {house.manager}  # fmt: skip


def test_an_account_is_named_by_number_code_or_name_and_only_one_that_is_seen(house):
    DutyRule.objects.filter(code="weekly_sales").update(form="")
    with at("2026-03-03 08:00"):
        duties.generate()
        promise = duties_of(house.chen).filter(code="weekly_sales").earliest("period_from").promise
        do_duty(promise, by=house.chen, note="本周", concerned="zj-01")
        promise.refresh_from_db()
        assert promise.to == house.one.thread


def test_a_type_is_any_of_the_words_whoever_looks_after_it(house):
    with at("2026-03-03 08:00"):
        for kind in ("Mine", "车队", "workshop"):
            account = make_account(house.service, f"A {kind}", relationship_owner=house.clerk)
            change_account(account, by=house.boss, org_type=kind)
        found = gathered("parties.type:mine|fleet|矿山|车队", house.company, clock.now())
    assert sorted(one.thread.title for one in found) == ["A Mine", "A 车队"]
    assert {one.person for one in found} == {house.clerk}
    assert {one.since for one in found} == {date(2026, 3, 3)}


@pytest.mark.req("S4.28", part="of customers alone")
def test_a_supplier_of_the_kind_is_no_customer_of_the_kind(house):
    with at("2026-03-03 08:00"):
        for role in set(AccountRole) - {AccountRole.STATION}:
            make_account(house.service, f"A {role.value}", roles=[role], org_type="矿山",
                         region="浙江", relationship_owner=house.chen)  # fmt: skip
        both = [AccountRole.CUSTOMER, AccountRole.SUPPLIER]
        make_account(house.service, "B", roles=both, org_type="矿山")
        found = gathered("parties.customers_of_type:mine|矿山", house.company, clock.now())
    assert sorted(one.thread.title for one in found) == ["A customer", "B"]


def test_a_dealer_does_not_read_what_is_owed_about_it_by_the_calendar():
    """SX.02: whoever stands under an account sees what was promised there, and no duty of ours."""
    house = wall_covering_maker()
    with at("2026-03-02 08:00"):
        dealer = make_dealer(house.office, "佳和")
        assign_owner(dealer, by=house.manager, relationship_owner=house.specialist)
        excellent = DealerLevel.objects.in_force(house.office).get(code="excellent")
        set_level(dealer, by=User.objects.system(), level=excellent)
        duties.generate()
        duty = Duty.objects.filter(thread=dealer.thread).earliest("period_from").promise
        promised = ledger.promise_by_moment(
            dealer, PromiseKind.CALL_BACK, by=house.manager, unit=house.office,
            person=house.specialist, due_at=clock.now() + timedelta(days=1),
        )  # fmt: skip
        guest = make_user(house.office, "guest", name="Guest")
        grant_scope(guest, Role.objects.get(company=house.company, code="dealer"), dealer.scope)
        guest = User.objects.get(pk=guest.pk)
        assert list(Promise.objects.visible_to(guest)) == [promised]
        client = Client()
        client.force_login(guest)
        assert client.get(duty.get_absolute_url()).status_code == 404
        assert client.get(promised.get_absolute_url()).status_code == 200
        assert duty in Promise.objects.visible_to(house.specialist)
