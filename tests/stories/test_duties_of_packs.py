"""What the shipped packs ask for period after period: of whom, and until when (C09, C10, C19)."""

from datetime import timedelta

import pytest

from kept.kit import clock
from kept.kit.packs import read_pack
from kept.parties.actions import add_operator, change_account
from kept.parties.factories import make_account, make_station
from kept.people.actions import appoint_manager
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import Unit, UnitKind, User
from kept.promises import duties
from kept.promises.actions import do_duty
from kept.promises.models import Duty, PromiseState
from kept.promises.sweep import sweep
from kept.timeline.models import Notice
from kept.timeline.recorder import thread_of
from tests.stories.cast import at, moment

pytestmark = pytest.mark.django_db

MOMENT = timedelta(microseconds=1)


def led(company: Unit, code: str, kind: UnitKind) -> Unit:
    """A unit with a manager."""
    unit = make_unit(company, code, kind=kind)
    appoint_manager(unit, by=User.objects.system(), manager=make_user(unit, code, "lead"))
    return Unit.objects.get(pk=unit.pk)


def owed(code: str, about, on: str) -> Duty:
    """What is owed about something for the period in which a day lies."""
    return Duty.objects.get(
        code=code, thread=thread_of(about), period_from__lte=on, period_until__gte=on
    )


def assert_due(duty: Duty, person: User | None, day: str) -> None:
    """It is this person's until the end of that day; the minute after, they and others know."""
    promise = duty.promise
    end = moment(f"{day} 00:00") + timedelta(days=1)
    assert (promise.person, promise.due_at) == (person, end - MOMENT)
    with clock.at(end + timedelta(minutes=1)):
        sweep()
        promise.refresh_from_db()
        assert promise.is_late
        told = Notice.objects.filter(to=person, channel="screen", created_at__gte=promise.due_at)
        assert told.filter(event__in=["promise.breached", "promise.digest"]).exists()


# S0, the handset maker


@pytest.fixture
def handset():
    company = make_company("JL", "Jinling Handsets", pack="handset")
    east = make_unit(company, "JL-E", kind=UnitKind.REGION)
    with at("2026-02-27 09:00"):
        chen = make_user(east, "chen", "field_manager", phone="13811112222")
        station = make_station(east, "ZJ-01", chen)
        operator = add_operator(
            by=chen, unit=east, name="East bureau", region="浙江", relationship_owner=chen
        )
        duties.generate()
    with at("2026-03-02 08:00"):
        duties.generate()
    return chen, station, operator


@pytest.mark.req("S0.12", part="reminded of every month, late after the fifth of the next")
def test_paper_orders_are_mailed_by_the_fifth_of_the_next_month(handset):
    chen, station, _operator = handset
    duty = owed("mail_orders", station, "2026-03-15")
    with at("2026-04-03 09:00"):
        april = owed("mail_orders", station, "2026-04-15")
        do_duty(april.promise, by=chen, note="23 orders, waybill SF1001")
    april.promise.refresh_from_db()
    assert april.promise.state == PromiseState.KEPT
    assert_due(duty, chen, "2026-04-05")


@pytest.mark.req("S0.28", part="whoever keeps the relation is reminded of it every month")
def test_no_operator_is_without_contact_for_a_month(handset):
    chen, _station, operator = handset
    assert_due(owed("operator_contact", operator, "2026-03-15"), chen, "2026-03-31")


@pytest.mark.req("S0.38", part="owed of each station every half year")
def test_stations_are_trained_by_plan(handset):
    chen, station, _operator = handset
    with at("2026-06-15 09:00"):
        duties.generate()
    assert_due(owed("technical_training", station, "2026-08-01"), chen, "2026-12-31")


# S1, the software vendor


@pytest.fixture
def software():
    company = make_company("YQ", "Yunqi Software", pack="software")
    with at("2026-03-02 08:00"):
        branch = led(company, "YQ-HN", UnitKind.BRANCH)
        zhou = make_user(branch, "zhou", "engineer")
        lin = make_user(branch, "lin", "clerk")
        duties.generate()
    return branch, zhou, lin


@pytest.mark.req("S1.06", part="every engineer owes it each year; who has not signed is listed")
def test_who_has_not_signed_the_codes_this_year_is_listed(software, client):
    branch, zhou, lin = software
    duty = owed("sign_codes", zhou, "2026-06-01")
    assert not Duty.objects.filter(code="sign_codes", thread=thread_of(lin)).exists()
    client.force_login(branch.manager)
    with at("2026-03-02 09:00"):
        other = make_user(branch, "he", "engineer", name="何工")
        duties.generate()
        do_duty(owed("sign_codes", other, "2026-06-01").promise, by=other, note="第八版")
    assert_due(duty, zhou, "2026-12-31")
    with at("2027-01-01 09:00"):
        page = client.get("/duties/?state=missed&code=sign_codes&all=1").content.decode()
    assert "zhou" in page and "何工" not in page


@pytest.mark.req("S1.35", part="owed of each branch every half year")
def test_each_branch_trains_its_sales_staff(software):
    branch, *_people = software
    with at("2026-06-15 09:00"):
        duties.generate()
    assert_due(owed("sales_training", branch, "2026-08-01"), branch.manager, "2026-12-31")


def test_each_branch_files_its_records_every_month(software):
    branch, *_people = software
    assert_due(owed("monthly_filing", branch, "2026-03-15"), branch.manager, "2026-04-05")


# S2, the equipment maker


@pytest.fixture
def centre():
    company = make_company("HJ", "Hengjian Machinery", pack="equipment")
    with at("2026-03-02 08:00"):
        centre = led(company, "HJ-SV", UnitKind.HEADQUARTERS)
        duties.generate()
    return centre


@pytest.mark.req("S2.39", part="due by the fifth of the next month")
def test_letters_and_calls_are_filed_by_the_fifth(centre):
    assert_due(owed("monthly_filing", centre, "2026-03-15"), centre.manager, "2026-04-05")


@pytest.mark.req("S2.40", part="due once a year")
def test_the_year_is_bound_in_january(centre):
    assert_due(owed("annual_volume", centre, "2026-06-01"), centre.manager, "2027-01-31")


# S3, the wall-covering maker


@pytest.mark.req("S3.44", part="owed every month by the administration manager")
def test_causes_of_complaints_are_looked_at_every_month():
    company = make_company("BZ", "Bizhi Wall Coverings", pack="wallcovering")
    with at("2026-03-02 08:00"):
        manager = make_user(make_unit(company, "BZ-OF"), "xing", "admin_manager")
        duties.generate()
    assert_due(owed("complaint_causes", manager, "2026-03-15"), manager, "2026-04-05")


# S4, the lubricant maker


@pytest.mark.req(
    "S4.28", part="every mine or fleet that is advised is reported on, and no supplier"
)
def test_whoever_gets_advice_on_oils_is_reported_on_every_quarter():
    company = make_company("RH", "Runhua", pack="lubricant")
    rows = read_pack("lubricant")["requests"]
    (kinds,) = (row["audience"]["org_types"] for row in rows if row["code"] == "usage_advice")
    assert len(kinds) > 4
    with at("2026-03-02 08:00"):
        desk = led(company, "RH-SV", UnitKind.HEADQUARTERS)
        users = [make_account(desk, f"User {kind}", org_type=kind) for kind in kinds]
        others = [
            make_account(desk, "Ore supplier", org_type="矿山", roles=["supplier"]),
            make_account(desk, "Agency", org_type="车队", roles=["agent"],
                         contact_name="Ren", phone="13900139000"),
            make_account(desk, "Workshop", org_type="workshop"),
        ]  # fmt: skip
        change_account(others[2], by=User.objects.system(), org_type="repair shop")
        duties.generate()
    reported = Duty.objects.filter(code="usage_report").values_list("thread", flat=True)
    assert set(reported) == {one.thread_id for one in users}
    assert not {one.thread_id for one in others} & set(reported)
