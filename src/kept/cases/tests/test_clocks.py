"""Promises on a matter: due, warned, late, paused, handed over, and always rebuildable."""

from datetime import timedelta

import pytest

from kept.cases.actions import call_back, promise_call_back, promise_customer
from kept.cases.factories import make_case
from kept.kit import clock
from kept.kit.testing.refusing import refused
from kept.people.actions import deactivate, load_policy
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.promises import ledger
from kept.promises.actions import excuse_promise, hand_promise, keep_promise
from kept.promises.folding import derived, standing_of
from kept.promises.models import Calendar, CalendarDay, Promise, PromiseKind
from kept.promises.shown import explanation
from kept.promises.sweep import BATCH, sweep
from kept.timeline.models import Entry, Notice
from tests.stories.cast import moment

pytestmark = pytest.mark.django_db
START = moment("2026-04-30 17:00")


@pytest.fixture
def desk():
    company = make_company("HB", "Habe Phones", pack="handset")
    hotline = make_unit(company, "HB-HL", "Hotline", UnitKind.HOTLINE)
    lin = make_user(hotline, "lin", "clerk", name="Lin")
    mei = make_user(hotline, "mei", "clerk", "lead", name="Mei")
    hotline.manager = mei
    hotline.save()
    with clock.at(START):
        case = make_case(lin)
        yield case, lin, mei


def reply_of(case):
    return Promise.objects.get(about=case.thread_id, kind=PromiseKind.REPLY)


@pytest.mark.req("SX.03")
def test_working_time_skips_night_weekend_and_holidays_and_counts_make_up_days(desk):
    """Eight working hours from Thursday 17:00: Labour Day closes Fri to Tue, Sat 9 May works."""
    case, _lin, _mei = desk
    promise = reply_of(case)
    assert promise.rule.duration == "8 working_hours"
    assert promise.due_at == moment("2026-05-06 17:00")
    told = " ".join(explanation(promise))
    assert "1 h" in told and "7 h" in told
    with clock.at(moment("2026-05-08 17:00")):
        other = reply_of(make_case(case.owner))
    assert other.due_at == moment("2026-05-09 17:00")


@pytest.mark.req("SX.03", part="company days")
def test_companys_own_closed_day_counts_too(desk):
    case, lin, _mei = desk
    calendar = Calendar.objects.get(unit=case.company, code="office")
    CalendarDay.objects.create(calendar=calendar, on="2026-05-06", name={"en": "Founding day"})
    assert reply_of(make_case(lin)).due_at == moment("2026-05-07 17:00")


@pytest.mark.req("SX.03", part="company days outlast a pack")
def test_companys_own_closed_day_counts_under_the_next_pack_too(desk):
    case, lin, _mei = desk
    calendar = Calendar.objects.get(unit=case.company, code="office")
    CalendarDay.objects.create(calendar=calendar, on="2026-05-06", name={"en": "Founding day"})
    load_policy(case.company, by=User.objects.system(), pack="handset")
    promise = reply_of(make_case(lin))
    assert promise.rule.calendar != calendar and promise.due_at == moment("2026-05-07 17:00")


@pytest.mark.req("SX.04")
def test_sweep_warns_before_and_flags_after_the_due_time_once(desk):
    case, lin, mei = desk
    due = clock.now() + timedelta(minutes=50)
    promise_call_back(case, by=lin, phone="138", due_at=due)
    for minute in (39, 41, 45, 50):
        with clock.at(START + timedelta(minutes=minute)):
            sweep()
            sweep()
    assert Notice.objects.filter(event="promise.breached").count() == 0
    assert Notice.objects.filter(event="promise.warned", to=lin).count() == 1
    with clock.at(due + timedelta(microseconds=1)):
        assert sweep() == 1
        assert sweep() == 0
    for person in (lin, mei):
        assert Notice.objects.filter(event="promise.breached", to=person).count() == 1
    assert Entry.objects.filter(event="promise.breached").count() == 1


def test_everything_due_at_once_is_flagged_in_one_cycle(desk):
    """Defect class 18: no cap starves a case."""
    case, lin, _mei = desk
    count = BATCH + 20
    with clock.at(START):
        for _n in range(count):
            ledger.promise_by_moment(
                case,
                PromiseKind.OTHER,
                by=lin,
                unit=case.unit,
                person=lin,
                due_at=START + timedelta(hours=1),
            )
    with clock.at(START + timedelta(hours=2)):
        assert sweep() == count
    assert Promise.objects.filter(breached_at__isnull=False).count() == count


def test_each_clock_reports_for_itself(desk):
    """Defect class 13: the call-back does not overrule the reply, nor the other way round."""
    case, lin, _mei = desk
    due = START + timedelta(minutes=30)
    promise_call_back(case, by=lin, phone="138", due_at=due)
    case.thread.refresh_from_db()
    assert case.thread.next_due_at == due
    with clock.at(START + timedelta(minutes=40)):
        call_back(case, by=lin, reached=True, told="We found it")
    case.thread.refresh_from_db()
    assert case.thread.next_due_at is None
    states = {
        one.kind: (one.state, one.lateness) for one in Promise.objects.filter(about=case.thread)
    }
    assert states["call_back"] == ("broken", 600)
    assert states["reply"][0] == "kept" and states["reply"][1] < 0


def test_stored_state_equals_the_fold_over_the_events(desk):
    """Defect class 15, first half: the figure can be recomputed at any time."""
    case, lin, _mei = desk
    ledger.pause_open(case, [PromiseKind.REPLY], by=lin, reason="customer")
    with clock.at(moment("2026-05-07 09:00")):
        ledger.resume_open(case, [PromiseKind.REPLY], by=lin)
    promise = reply_of(case)
    for name, value in derived(standing_of(promise)).items():
        assert getattr(promise, name) == value, name
    assert promise.due_at == moment("2026-05-08 09:00")


def test_pauses_by_hand_promise_and_excuse(desk):
    case, lin, mei = desk
    promise_customer(case, by=lin, promised="Send a case", due_at=START + timedelta(days=1))
    promise = Promise.objects.get(kind=PromiseKind.OTHER)
    hand_promise(promise, by=mei, person=mei)
    assert promise.person == mei and promise.due_at == START + timedelta(days=1)
    with refused(field="reason"):
        excuse_promise(promise, by=mei, reason="", reference="Fire brigade 88/26")
    with refused("S2.16", field="files"):
        excuse_promise(promise, by=mei, reason="Flood in the warehouse")
    excuse_promise(promise, by=mei, reason="Flood in the warehouse", reference="Brigade 88/26")
    assert promise.state == "excused"
    with refused("SX.06"):
        keep_promise(promise, by=mei)


@pytest.mark.req("SX.19")
def test_old_promises_keep_the_rule_they_were_made_under():
    """Mail: 24 hours by the first pack; the next one has one rule of 4 hours for every route."""
    company = make_company("YQ", "Yunqi", pack="software")
    lin = make_user(company, "lin", "clerk", name="Lin")
    changes = moment("2026-05-10 00:00")
    with clock.at(START):
        old = reply_of(make_case(lin, route="mail"))
        rule = old.rule
        load_policy(company, by=User.objects.system(), pack="lubricant", valid_from=changes)
    with clock.at(changes - timedelta(hours=1)):
        before = reply_of(make_case(lin, route="mail"))
    with clock.at(changes + timedelta(hours=9)):
        after = reply_of(make_case(lin, route="mail"))
    assert before.rule == rule and before.due_at == changes + timedelta(hours=23)
    assert after.rule.duration == "4 hours" and after.due_at == changes + timedelta(hours=13)
    old.refresh_from_db()
    assert old.rule == rule and old.rule.duration == "24 hours"
    assert old.rule.superseded_at == changes and old.due_at == START + timedelta(hours=24)


@pytest.mark.req("SX.17", part="promises")
def test_nobody_leaves_with_open_promises(desk):
    case, lin, _mei = desk
    admin = make_user(case.company, "admin", "administrator")
    kim = make_user(case.unit, "kim", "clerk", name="Kim")
    promise_customer(case, by=kim, promised="Call", due_at=START + timedelta(days=1))
    promise = Promise.objects.get(kind=PromiseKind.OTHER)
    with refused("SX.17"):
        deactivate(kim, by=admin, reason="Has left")
    hand_promise(promise, by=admin, person=lin)
    deactivate(kim, by=admin, reason="Has left")
    assert not kim.is_active
