"""Sending somebody: not before the customer's time is known, and only who can be there (S2.15)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from kept.cases.actions import (
    accept_case,
    classify,
    close_case,
    finish_request,
    hand_over,
    merge_case,
    reply,
    report_visit,
)
from kept.cases.factories import make_case, make_request, outcome
from kept.field.actions import (
    arrive,
    dispatch_engineer,
    finish_dispatch,
    reschedule,
    send_another,
    set_out,
    set_visit_time,
    withdraw_dispatch,
)
from kept.field.factories import make_dispatch
from kept.field.models import Dispatch, DispatchState
from kept.kit import clock
from kept.kit.testing.refusing import refused
from kept.people.actions import deactivate, set_absence
from kept.people.actions import hand_over as hand_over_work
from kept.people.factories import give, make_company, make_user
from kept.people.models import User
from kept.promises.actions import withdraw_promise
from kept.promises.models import PromiseKind
from kept.promises.rostering import activate_roster, add_shift, make_roster
from kept.promises.sweep import sweep
from kept.timeline.models import Notice
from kept.timeline.sentences import sentence
from tests.stories.cast import moment, promise_of

pytestmark = pytest.mark.django_db
NOON = moment("2026-06-10 12:00")
TEN = moment("2026-06-10 10:00")
HOUR = timedelta(hours=1)


def wanted(works, case=None, at=NOON):
    return set_visit_time(case or works.case, by=works.qin, required_by=at, place="Kiln 2")


def another_case(works, at=NOON):
    case = make_case(works.qin, summary="Screen cracked", account=works.plant)
    return wanted(works, case, at)


def sent(works, case=None, **values):
    values = {"by": works.tong, "engineer": works.li, "agreed_from": TEN, **values}
    return dispatch_engineer(case or works.case, **values)


def told(case) -> list[str]:
    return [sentence(one) for one in case.thread.entries.order_by("seq")]


@pytest.mark.req("S2.15", part="nobody is sent before the customer's time is known")
def test_nobody_is_sent_before_the_customers_time_is_known(works):
    with refused("S2.15") as refusal:
        sent(works)
    assert refusal.value.mend == f"/cases/{works.case.number}/set_visit_time/"
    assert not Dispatch.objects.exists()
    with refused("S2.15", field="required_by"):
        wanted(works, at=clock.now())
    with refused("S2.15", field="place"):
        set_visit_time(works.case, by=works.qin, required_by=NOON)
    wanted(works)
    assert promise_of(works.case, PromiseKind.VISIT).due_at == NOON
    with refused("S2.15") as refusal:
        wanted(works, at=NOON + HOUR)
    promise = promise_of(works.case, PromiseKind.VISIT)
    assert refusal.value.mend == f"/promises/{promise.pk}/agree_time/"
    dispatch = sent(works)
    assert dispatch.number == "HJ-D26-000001" and dispatch.required_by == NOON
    assert (dispatch.status, dispatch.minutes) == (DispatchState.PLANNED, 240)


@pytest.mark.req("S2.15", part="whoever is sent owes the arrival, sees the case and is told")
def test_whoever_is_sent_owes_the_arrival_and_sees_the_case(works):
    wanted(works)
    sent(works)
    assert promise_of(works.case, PromiseKind.VISIT).person == works.li
    assert type(works.case).objects.visible_to(works.li).filter(pk=works.case.pk).exists()
    assert Notice.objects.filter(event="dispatch.planned", to=works.li).exists()
    hand_over(works.case, by=works.qin, to_person=works.tong, summary="Bearing hot, li goes")
    accept_case(works.case, by=works.tong)
    assert type(works.case).objects.visible_to(works.li).filter(pk=works.case.pk).exists()
    assert promise_of(works.case, PromiseKind.VISIT).person == works.li


@pytest.mark.req("S2.15", part="later than the customer's time only with the customer's word")
def test_later_than_the_customers_time_only_when_the_customer_agreed(works):
    wanted(works)
    late = {"agreed_from": NOON - HOUR, "agreed_until": NOON + HOUR, "outside_hours": True}
    with refused("S2.15", field="agreed_with"):
        sent(works, **late)
    with refused("S2.15", field="later_because"):
        sent(works, agreed_with="Peng", **late)
    assert promise_of(works.case, PromiseKind.VISIT).due_at == NOON
    dispatch = sent(works, agreed_with="Peng", later_because="The crane comes at one", **late)
    assert promise_of(works.case, PromiseKind.VISIT).due_at == NOON + HOUR
    assert dispatch.required_by == NOON + HOUR
    agreed = sentence(works.case.thread.entries.get(event="promise.time_agreed"))
    assert "Peng" in agreed


@pytest.mark.req("S2.15", part="what is late already stays late, whatever is agreed")
def test_a_time_that_is_over_is_not_moved_by_sending_somebody_later(works):
    wanted(works)
    with clock.at(NOON + HOUR):
        sweep()
        late = {"agreed_from": NOON + 2 * HOUR, "agreed_with": "Peng", "later_because": "Rain"}
        dispatch = sent(works, **late)
        assert dispatch.required_by == NOON
        assert works.case.thread.entries.filter(event="dispatch.later").exists()
    with clock.at(NOON + 2 * HOUR):
        arrive(dispatch, by=works.li)
    promise = promise_of(works.case, PromiseKind.VISIT)
    assert (promise.state, promise.late_by) == ("broken", 2 * HOUR)


@pytest.mark.req("S2.15", part="nobody is sent to two places at once")
def test_nobody_is_sent_to_two_places_at_once(works):
    wanted(works)
    first = sent(works)
    other = another_case(works)
    with refused("S2.15", field="engineer") as refusal:
        sent(works, other, agreed_from=TEN + HOUR)
    assert first.number in str(refusal.value) and "Li" in str(refusal.value)
    assert refusal.value.mend == "/engineers/?at=2026-06-10T11%3A00"
    with refused("S2.15", field="engineer"):
        sent(works, other, agreed_from=TEN - HOUR, hours=Decimal("0.5"))
    assert sent(works, other, engineer=works.wei, agreed_from=TEN + HOUR).engineer == works.wei


def test_two_jobs_one_after_the_other_leave_time_for_the_way(works):
    wanted(works)
    sent(works, agreed_from=moment("2026-06-10 09:00"), hours=Decimal(1))
    other = another_case(works)
    with refused("S2.15", field="engineer"):
        sent(works, other, agreed_from=moment("2026-06-10 10:30"))
    assert sent(works, other, agreed_from=moment("2026-06-10 11:00")).is_open


@pytest.mark.req("S2.15", part="nobody who is away, has left, or works elsewhere is sent")
def test_nobody_who_is_away_has_left_or_works_elsewhere_is_sent(works):
    wanted(works)
    set_absence(works.li, by=works.chief, deputy=works.wei, start_at=TEN - HOUR, end_at=TEN + HOUR)
    with refused("S2.15", field="engineer") as refusal:
        sent(works)
    assert "away" in str(refusal.value)
    with refused("S2.15", field="engineer"):
        sent(works, engineer=works.qin)
    away = make_user(make_company("ZZ", "Zz", pack="equipment"), "zed", "engineer")
    with refused("SX.01", field="engineer"):
        sent(works, engineer=away)
    gone = make_user(works.branch, "gone", "engineer", name="Gone")
    deactivate(gone, by=User.objects.system(), reason="Left")
    with refused("S2.15", field="engineer"):
        sent(works, engineer=User.objects.get(pk=gone.pk))
    assert not Dispatch.objects.exists()


@pytest.mark.req("S2.15", part="outside working hours only when that was agreed")
def test_outside_working_hours_only_when_that_was_agreed(works):
    saturday = moment("2026-06-13 10:00")
    wanted(works, at=moment("2026-06-14 18:00"))
    for off in (saturday, moment("2026-06-10 20:00"), moment("2026-06-10 12:30")):
        with refused("S2.15", field="outside_hours"):
            sent(works, agreed_from=off)
    with refused("S2.15", field="outside_hours"):
        sent(works, agreed_from=moment("2026-06-10 12:30"),
             agreed_until=moment("2026-06-10 13:00"))  # fmt: skip
    dispatch = sent(works, agreed_from=saturday, outside_hours=True)
    assert dispatch.outside_hours and dispatch.agreed_until == saturday


@pytest.mark.req("S2.15", part="whoever stands by is on duty")
def test_whoever_stands_by_is_on_duty_also_at_night(works):
    roster = make_roster(
        by=works.chief, unit=works.branch, name="Stand by", from_on=clock.today("Asia/Shanghai")
    )
    night = {"start": moment("2026-06-10 00:00").time(), "end": moment("2026-06-10 00:00").time()}
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    add_shift(roster, by=works.chief, person=works.li, weekdays=days, **night)
    activate_roster(roster, by=works.chief)
    wanted(works, at=moment("2026-06-11 09:00"))
    at_night = moment("2026-06-10 22:00")
    with refused("S2.15", field="outside_hours"):
        sent(works, engineer=works.wei, agreed_from=at_night)
    assert sent(works, agreed_from=at_night).engineer == works.li


def test_times_that_cannot_be_are_refused_at_their_field(works):
    wanted(works)
    with refused("S2.15", field="agreed_until"):
        sent(works, agreed_until=TEN - HOUR)
    with refused("S2.15", field="agreed_from"):
        sent(works, agreed_from=clock.now() - HOUR)
    with refused("S2.15", field="hours"):
        sent(works, hours=Decimal(0))
    with refused(rule="S2.15"):
        sent(works, agreed_from=moment("2028-06-10 10:00"))
    assert not Dispatch.objects.exists()


@pytest.mark.req("S2.15", part="the arrival keeps the promise, a late one breaks it by so much")
def test_the_arrival_keeps_the_promise_and_a_late_one_breaks_it(works):
    wanted(works)
    first, late = sent(works), None
    with clock.at(TEN - HOUR):
        set_out(first, by=works.li)
        assert first.status == DispatchState.UNDER_WAY
    with clock.at(NOON - 40 * HOUR / 60):
        arrive(first, by=works.li)
    promise = promise_of(works.case, PromiseKind.VISIT)
    assert (promise.state, promise.lateness, promise.person) == ("kept", -2400, works.li)
    assert first.late_by is None and first.busy_until == NOON - 40 * HOUR / 60 + 4 * HOUR
    other = another_case(works)
    late = sent(works, other, engineer=works.wei)
    with clock.at(NOON + 5 * HOUR / 60):
        sweep()
        assert promise_of(other, PromiseKind.VISIT).breached_at == NOON
        assert Dispatch.objects.late().get() == late and late.late_by == 5 * HOUR / 60
        arrive(late, by=works.wei)
    promise = promise_of(other, PromiseKind.VISIT)
    assert (promise.state, promise.late_by) == ("broken", 5 * HOUR / 60)
    with clock.at(NOON + 3 * HOUR):
        assert Dispatch.objects.late().get() == late and late.late_by == 5 * HOUR / 60
    assert any("Wei arrived" in line for line in told(other))


@pytest.mark.req("S2.15", part="an arrival told later counts from when it was")
def test_an_arrival_told_later_is_between_the_sending_and_now(works):
    wanted(works)
    dispatch = sent(works)
    wei = give(works.wei, "engineer", works.company)
    with clock.at(NOON + HOUR):
        for wrong in (NOON + 2 * HOUR, clock.now() - 30 * HOUR):
            with refused("S2.15", field="arrived_at"):
                arrive(dispatch, by=works.li, arrived_at=wrong)
        with refused("S2.15"):
            arrive(dispatch, by=wei)
        arrive(dispatch, by=works.tong, arrived_at=NOON - HOUR)
    assert promise_of(works.case, PromiseKind.VISIT).state == "kept"


def test_a_visit_reported_on_the_case_ends_the_dispatch(works):
    wanted(works)
    dispatch = sent(works)
    with clock.at(NOON):
        report_visit(works.case, by=works.li, visited_at=NOON - HOUR, result="Hose cleaned")
    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.arrived_at) == (DispatchState.DONE, NOON - HOUR)
    assert promise_of(works.case, PromiseKind.VISIT).lateness == -3600


def test_work_on_site_done_is_the_report_of_the_visit(works):
    wanted(works)
    dispatch = sent(works)
    with clock.at(TEN):
        arrive(dispatch, by=works.li)
    with clock.at(TEN + HOUR):
        finish_dispatch(dispatch, by=works.li, result="Hose cleaned, runs at 52 degrees")
    works.case.refresh_from_db()
    assert works.case.visited_at == TEN and dispatch.busy_until == TEN + HOUR
    assert works.case.interactions.filter(content__contains="52 degrees").exists()
    other = another_case(works)
    assert sent(works, other, agreed_from=TEN + 2 * HOUR, agreed_until=NOON).is_open


@pytest.mark.req("S2.15", part="a visit asked for from the catalogue is kept by the arrival")
def test_a_visit_from_the_catalogue_is_kept_by_the_arrival(works):
    fields = {"place": "Kiln 2", "wanted_by": "2026-06-10T12:00:00+08:00"}
    case = make_request(works.qin, "site_visit", account=works.plant, fields=fields)
    dispatch = sent(works, case)
    assert dispatch.required_by == NOON and dispatch.place == "Kiln 2"
    assert promise_of(case, "fulfil").person == works.li
    with clock.at(NOON + HOUR):
        arrive(dispatch, by=works.li)
    assert promise_of(case, "fulfil").late_by == HOUR
    with clock.at(NOON + 2 * HOUR):
        finish_request(case, by=works.qin, result="Mended")
    assert promise_of(case, "fulfil").late_by == HOUR


def test_an_installation_is_not_done_by_being_there(works):
    term = "2026-06-20T12:00:00+08:00"
    fields = {"contract": "V-1", "term": term, "stipulated": "yes", "planned_on": "2026-06-10"}
    case = make_request(works.qin, "installation", account=works.plant, fields=fields)
    dispatch = sent(works, case, place="Hall 3")
    assert dispatch.required_by == moment("2026-06-20 12:00")
    with clock.at(TEN):
        arrive(dispatch, by=works.li)
    assert promise_of(case, "fulfil").state == "running"


@pytest.mark.req("S2.15", part="another arrival with its reason, and no later without their word")
def test_another_arrival_is_agreed_with_its_reason(works):
    wanted(works)
    dispatch = sent(works)
    with refused(field="reason"):
        reschedule(dispatch, by=works.tong, agreed_from=TEN + HOUR, reason="")
    reschedule(dispatch, by=works.tong, agreed_from=TEN + HOUR, reason="Road closed")
    assert dispatch.agreed_from == TEN + HOUR
    afternoon = moment("2026-06-10 15:00")
    with refused("S2.15", field="agreed_with"):
        reschedule(dispatch, by=works.tong, agreed_from=afternoon, reason="Road closed")
    dispatch.refresh_from_db()
    reschedule(
        dispatch, by=works.tong, agreed_from=afternoon, reason="Road closed", agreed_with="Peng"
    )
    assert promise_of(works.case, PromiseKind.VISIT).due_at == afternoon == dispatch.required_by


@pytest.mark.req("S2.15", part="another engineer owes the arrival")
def test_another_engineer_owes_the_arrival(works):
    wanted(works)
    dispatch = sent(works)
    with refused("S2.15", field="engineer"):
        send_another(dispatch, by=works.tong, engineer=works.li, reason="Ill")
    busy = sent(works, another_case(works), engineer=works.wei)
    with refused("S2.15", field="engineer"):
        send_another(dispatch, by=works.tong, engineer=works.wei, reason="Ill")
    withdraw_dispatch(busy, by=works.tong, reason="The customer mended it")
    dispatch.refresh_from_db()
    send_another(dispatch, by=works.tong, engineer=works.wei, reason="Ill")
    assert dispatch.engineer == works.wei
    assert promise_of(works.case, PromiseKind.VISIT).person == works.wei
    assert Notice.objects.filter(event="dispatch.taken_off", to=works.li).exists()
    assert "Wei goes instead of Li" in " ".join(told(works.case))


def test_what_is_withdrawn_frees_the_engineer_and_leaves_the_promise(works):
    wanted(works)
    dispatch = sent(works)
    with refused(field="reason"):
        withdraw_dispatch(dispatch, by=works.tong, reason="")
    withdraw_dispatch(dispatch, by=works.tong, reason="Two are needed")
    promise = promise_of(works.case, PromiseKind.VISIT)
    assert (promise.state, promise.person) == ("running", works.tong)
    assert sent(works).number == "HJ-D26-000002"


def test_a_case_that_ends_needs_nobody_on_the_way(works):
    dispatch = make_dispatch(works.case, works.tong, works.li)
    reply(works.case, by=works.qin, answer="Li comes", route="phone")
    withdraw_promise(promise_of(works.case, "visit"), by=works.chief, reason="They mended it")
    classify(works.case, by=works.qin, classification="operation")
    close_case(works.case, by=works.qin, outcome=outcome(works.case, "withdrawn"), note="Mended")
    dispatch.refresh_from_db()
    assert dispatch.status == DispatchState.WITHDRAWN
    assert Notice.objects.filter(event="dispatch.taken_off", to=works.li).exists()


def test_a_colleague_goes_where_a_leaver_was_to_go(works):
    wanted(works)
    dispatch = sent(works)
    hand_over_work(works.li, by=works.chief, to=works.wei, reason="Leaves")
    dispatch.refresh_from_db()
    assert dispatch.engineer == works.wei
    assert promise_of(works.case, PromiseKind.VISIT).person == works.wei


def test_whoever_sent_somebody_is_told_that_they_will_be_away(works):
    wanted(works)
    sent(works)
    set_absence(works.li, by=works.chief, deputy=works.wei, start_at=TEN - HOUR, end_at=NOON)
    assert Notice.objects.filter(event="dispatch.engineer_away", to=works.tong).exists()


def test_whoever_was_sent_goes_for_the_case_it_was_merged_into(works):
    wanted(works)
    dispatch, into = sent(works), make_case(works.qin, summary="Same bearing", account=works.plant)
    merge_case(works.case, by=works.chief, into=into, reason="The same bearing")
    dispatch.refresh_from_db()
    assert dispatch.case == into
    assert type(into).objects.visible_to(works.li).filter(pk=into.pk).exists()
    with clock.at(TEN):
        arrive(dispatch, by=works.li)
    assert promise_of(into, PromiseKind.VISIT).state == "kept"
