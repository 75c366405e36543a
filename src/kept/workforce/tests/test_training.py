"""Trainings: no attendees, no training; exams and acknowledgements come before done (S0.07)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from kept.kit import clock
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.testing.refusing import refused
from kept.kit.verifying import verify
from kept.parties.actions import (
    acknowledge_change,
    add_account,
    add_contact,
    admit,
    assign_field_manager,
    end_account,
    merge_account,
    post_field_staff,
)
from kept.parties.factories import make_station
from kept.parties.models import ChangeNotice
from kept.parties.tests.cast import at, handset_maker, software_vendor
from kept.people.factories import make_user
from kept.people.models import Role, User
from kept.promises import duties
from kept.promises.models import Duty, Promise, PromiseKind, PromiseState
from kept.promises.sweep import sweep
from kept.stations.factories import make_inspection
from kept.workforce.actions import (
    acknowledge_training,
    enter_result,
    finish_training,
    train_people,
    train_station,
)
from kept.workforce.factories import make_training
from kept.workforce.models import Attendee, Topic, Training, TrainingPolicy, TrainingState
from kept.workforce.packs import read_training

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    found = handset_maker()
    with at("2025-12-29 09:00"):
        found.station = make_station(found.east, "ZJ-01", found.chen, name="杭州授权站")
        found.other = make_station(found.east, "ZJ-02", found.chen, name="宁波授权站")
        add_contact(found.station, by=found.boss, name="张技师", is_repair_staff=True)
        acknowledge_change(ChangeNotice.objects.get(), by=found.owner)
        duties.generate()
    keeper = make_user(found.company, "zj01", name="站长本人")
    role = Role.objects.get(company=found.company, code="station")
    admit(found.station, by=found.owner, person=keeper, role=role)
    found.keeper = User.objects.get(pk=keeper.pk)
    return found


def opened(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=user.pk))
    return client


def first_owed(thread, code: str) -> Promise:
    rows = Duty.objects.filter(thread=thread, code=code).order_by("period_from")
    return rows.select_related("promise").first().promise


@pytest.mark.req("S0.07", part="no training record without attendees")
def test_nobody_there_is_no_training(house):
    same = {"by": house.chen, "trainer": "陳立"}
    with refused("S0.07", field="attendees"):
        train_station(house.station, topic=Topic.ATTITUDE, **same)
    with refused("S0.27", field="attendees"):
        train_station(house.station, topic=Topic.PARTS, attendees=[], **same)
    with refused("S1.16", field="people"):
        train_people(by=house.boss, unit=house.east, topic=Topic.MANAGEMENT, trainer="總部")
    stranger = house.other.contacts.get()
    with refused(field="attendees"):
        train_station(house.station, topic=Topic.ATTITUDE, attendees=[stranger], **same)
    with at("2026-02-02 09:00"), refused(field="held_on"):
        train_station(house.station, topic=Topic.ATTITUDE, held_on=date(2026, 2, 3),
                      attendees=list(house.station.contacts.all()), **same)  # fmt: skip
    customer = add_account(by=house.boss, unit=house.east, name="杭州移动")
    with refused("S0.07"):
        train_station(customer, topic=Topic.ATTITUDE, attendees=[stranger], **same)


@pytest.mark.req("S0.07", part="a record for the station and each person, owed and kept")
@pytest.mark.req("S0.27", part="owed every half year, recorded, kept")
def test_a_training_stands_in_the_file_of_the_station_and_keeps_what_it_owed(house):
    with at("2026-05-20 09:00"):
        training = make_training(house.station, house.chen, Topic.PARTS, result="良好")
    assert (training.status, training.number) == (TrainingState.DONE, "JL-T26-000001")
    assert {str(one.who) for one in training.attendees.all()} == {"站长", "张技师"}
    parts = first_owed(house.station.thread, "parts_training")
    assert (parts.state, parts.duty.period_until) == (PromiseState.KEPT, date(2026, 6, 30))
    assert first_owed(house.station.thread, "attitude_training").is_open
    attendee = training.attendees.first()
    enter_result(attendee, by=house.chen, result="能独立申请备件")
    with refused(field="score"):
        enter_result(attendee, by=house.chen, score=90)
    client = opened(house.chen)
    with at("2026-05-20 10:00"):
        assert "spare parts" in client.get(house.station.get_absolute_url()).content.decode()
        rows = client.get("/attendees/?format=csv").getvalue().decode()
        assert "张技师" in rows and "能独立申请备件" in rows
        assert training.number in client.get("/trainings/").content.decode()
        paper = client.get(f"{training.get_absolute_url()}print/").content.decode()
    assert "张技师" in paper
    assert verify().faults == []


@pytest.mark.req("S0.07", part="station and person who lack one are listed as overdue")
@pytest.mark.req("S0.27", part="overdue stations are listed")
@pytest.mark.req("S0.16", part="reminded of and listed when overdue")
@pytest.mark.req("S0.38", part="owed every half year, done by the training, listed when overdue")
def test_stations_that_lack_a_training_are_listed(house):
    with at("2026-06-30 09:00"):
        make_training(house.station, house.chen, Topic.PARTS)
        make_training(house.station, house.chen, Topic.ATTITUDE)
        make_training(house.station, house.chen, Topic.TECHNICAL)
    with at("2026-07-01 00:30"):
        sweep()
        text = opened(house.owner).get("/trainings_owed/?format=csv").getvalue().decode()
    owed = {tuple(line.split(",")[:3]) for line in text.splitlines()[1:]}
    assert owed == {
        ("Honesty education at the station", "杭州授权站", "陳立"),
        ("Honesty education at the station", "宁波授权站", "陳立"),
        ("Train the station in attitude", "宁波授权站", "陳立"),
        ("Spare-parts training at the station", "宁波授权站", "陳立"),
        ("Technical training and guidance at the station", "宁波授权站", "陳立"),
    }
    with at("2026-07-01 09:00"):
        assert opened(house.keeper).get("/trainings_owed/").status_code == 403


@pytest.mark.req("S0.07", part="a bad inspection asks for a training within the time of the rule")
def test_a_bad_inspection_asks_for_a_training_and_holding_it_keeps_that(house):
    with at("2026-02-02 09:00"):
        make_inspection(house.other, house.chen, 60)
        assert not Promise.objects.filter(kind=PromiseKind.TRAIN).exists()
        make_inspection(house.station, house.chen, 59, "柜台冷淡")
        make_inspection(house.station, house.chen, 40, "仍然冷淡")
        promise = Promise.objects.get(kind=PromiseKind.TRAIN)
        assert (promise.person, promise.about) == (house.chen, house.station.thread)
        due = clock.local(promise.due_at, house.company.zone).date()
        assert due == date(2026, 2, 16)
        make_training(house.station, house.chen, Topic.PARTS)
        promise.refresh_from_db()
        assert promise.is_open
        page = opened(house.chen).get(house.station.get_absolute_url()).content.decode()
        assert "After a bad inspection" in page
    with at("2026-02-17 00:00"):
        listed = opened(house.owner).get("/trainings_owed/?format=csv").getvalue().decode()
        assert "After a bad inspection" in listed
    with at("2026-02-20 09:00"):
        make_training(house.station, house.chen, Topic.ATTITUDE)
    promise.refresh_from_db()
    assert promise.state == PromiseState.BROKEN
    assert first_owed(house.station.thread, "attitude_training").state == PromiseState.KEPT


def test_what_was_asked_goes_on_with_the_new_manager_and_ends_with_the_station(house):
    with at("2026-02-02 09:00"):
        make_inspection(house.station, house.chen, 10)
        promise = Promise.objects.get(kind=PromiseKind.TRAIN)
        post_field_staff(house.sun, by=house.owner, region="浙江")
        assign_field_manager(house.station, by=house.owner, field_manager=house.sun)
        promise.refresh_from_db()
        assert promise.person == house.sun
        end_account(house.station, by=house.owner, reason="合同到期")
    promise.refresh_from_db()
    assert promise.state == PromiseState.CANCELLED


@pytest.mark.req("S0.16", part="recorded with date and content; done once the station acknowledges")
def test_honesty_education_is_done_once_the_station_acknowledged_it(house):
    with at("2026-02-02 09:00"):
        training = make_training(house.station, house.chen, Topic.HONESTY, content="不得虚报工单")
        assert training.status == TrainingState.HELD
        with refused("S0.16"):
            finish_training(training, by=house.chen)
        with refused("S0.16", field="contact"):
            acknowledge_training(training, by=house.chen)
        with refused(field="contact"):
            acknowledge_training(training, by=house.chen, contact=house.other.contacts.get())
    promise = first_owed(house.station.thread, "honesty_education")
    assert promise.is_open
    with at("2026-02-03 10:00"):
        acknowledge_training(training, by=house.keeper)
        with refused("S0.16"):
            acknowledge_training(training, by=house.keeper)
        assert training.acknowledged_at == clock.now()
        finish_training(training, by=house.chen)
    assert training.acknowledged_name == "站长本人"
    promise.refresh_from_db()
    assert (training.status, promise.state) == (TrainingState.DONE, PromiseState.KEPT)
    second = make_training(house.other, house.chen, Topic.HONESTY)
    acknowledge_training(second, by=house.chen, contact=house.other.contacts.get())
    assert second.acknowledged_name == "站长"


def test_a_station_sees_and_acknowledges_its_own_trainings_only(house):
    mine = make_training(house.station, house.chen, Topic.HONESTY)
    theirs = make_training(house.other, house.chen, Topic.HONESTY)
    ours = train_people(by=house.boss, unit=house.east, topic=Topic.TECHNICAL, trainer="總部",
                        people=[house.chen])  # fmt: skip
    assert list(Training.objects.visible_to(house.keeper)) == [mine]
    assert {one.training for one in Attendee.objects.visible_to(house.keeper)} == {mine}
    client = opened(house.keeper)
    assert client.get(theirs.get_absolute_url()).status_code == 404
    assert client.get(ours.get_absolute_url()).status_code == 404
    page = client.get(mine.get_absolute_url()).content.decode()
    assert "acknowledge_training/" in page and "enter_result" not in page
    sent = client.post(f"{mine.get_absolute_url()}acknowledge_training/", {"_key": "a"})
    assert sent.status_code == 302
    assert client.post(f"{mine.get_absolute_url()}finish_training/", {}).status_code == 403
    mine.refresh_from_db()
    assert mine.acknowledged_by == house.keeper


@pytest.mark.req("S1.16")
def test_training_by_headquarters_ends_with_an_exam(db):
    with at("2025-12-29 09:00"):
        house = software_vendor()
    with at("2026-02-02 09:00"):
        duties.generate()
        training = train_people(
            by=house.chief, unit=house.centre, topic=Topic.NEW_TECHNOLOGY, course="V8.0",
            trainer="韓總", people=[house.zhou, house.he, house.zhou],
        )  # fmt: skip
        zhou, he = (training.attendees.get(person=one) for one in (house.zhou, house.he))
        assert zhou.pass_mark == 60 and zhou.waits_for_exam
        with refused("S1.16"):
            finish_training(training, by=house.chief)
        with refused("S1.16", field="score"):
            enter_result(zhou, by=house.chief)
        with refused(field="score"):
            enter_result(zhou, by=house.chief, score=101)
        enter_result(zhou, by=house.chief, score=60)
        with refused("S1.16"):
            finish_training(training, by=house.chief)
        enter_result(he, by=house.chief, score=59)
        finish_training(training, by=house.chief)
        with refused("S1.16"):
            enter_result(he, by=house.chief, score=99)
    assert (zhou.passed, he.passed) == (True, False)
    assert first_owed(house.zhou.thread, "hq_training").state == PromiseState.KEPT
    assert first_owed(house.he.thread, "hq_training").is_open, "who failed still owes it"
    with at("2026-07-01 09:00"):
        rows = opened(house.chief).get("/trainings_owed/?format=csv").getvalue().decode()
        assert "何工" in rows and "周工" not in rows
        file = opened(house.chief).get("/attendees/?passed=no&person=he&format=csv")
        assert "59" in file.getvalue().decode()
        assert "V8.0" in opened(house.zhou).get(house.zhou.get_absolute_url()).content.decode()
        own = opened(house.zhou).get(training.get_absolute_url())
        assert own.status_code == 200 and "enter_result" not in own.content.decode()


def test_an_attendee_is_theirs_or_ours_and_stands_there_once(house):
    training = make_training(house.station, house.chen)
    contact = house.station.contacts.first()
    for row in (
        {"training": training},
        {"training": training, "contact": contact, "person": house.chen},
        {"training": training, "contact": contact},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attendee.objects.create(**row)


def test_trainings_go_on_with_the_station_that_survives_a_merge(house):
    training = make_training(house.other, house.chen, Topic.HONESTY)
    merge_account(house.other, by=house.boss, into=house.station, reason="重复")
    training.refresh_from_db()
    assert training.account == house.station
    assert training in Training.objects.visible_to(house.keeper)


def test_a_pack_that_cannot_be_is_refused(house):
    loading = Loading(house.company, clock.now(), User.objects.system())
    for row in (
        {"exam": []},
        {"exams": ["cooking"]},
        {"acknowledged": ["cooking"]},
        {"pass_mark": 0},
        {"pass_mark": 101},
        {"pass_mark": "60"},
    ):
        with pytest.raises(InvalidInput):
            read_training(loading, row)
    read_training(loading, {"pass_mark": 80, "exams": ["parts"]})
    assert TrainingPolicy.objects.in_force(house.company).first().pass_mark == 80


@pytest.mark.parametrize(
    ("cast", "said"),
    [
        (handset_maker, ["passed from 60 of 100", "acknowledges trainings about honesty",
                         "scored from 0 to 100; below 60", "not inspected for 92 days"]),
        (software_vendor, ["passed from 60 of 100", "At least 1 consulting technician"]),
    ],
)  # fmt: skip
def test_what_a_company_asks_of_its_people_is_told_in_sentences(cast, said):
    house = cast()
    reader = getattr(house, "boss", None) or house.chief
    page = opened(reader).get("/policy/").content.decode()
    assert [words for words in said if words not in page] == []
