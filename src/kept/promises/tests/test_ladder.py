"""The ladder: each stage once for each due time, to whom it names, never in closed hours."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kept.kit import clock
from kept.kit.packs import load
from kept.kit.refusal import InvalidInput
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import Unit, UnitKind, User
from kept.promises import ledger
from kept.promises.clockwork import ClockEvent, Duration, Rule, WorkCalendar, fold, week_of
from kept.promises.ladder import ladder_of, reached, steps_of
from kept.promises.models import (
    Calendar,
    Escalation,
    EscalationStage,
    Promise,
    PromiseKind,
    PromiseRule,
)
from kept.promises.models.ladder import check_moment
from kept.promises.sweep import BREACHED, WARNED, sweep
from kept.timeline.models import Entry, Notice
from kept.timeline.recorder import thread_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 4, 29, 17, 0, tzinfo=SHANGHAI)


@pytest.fixture
def house(db):
    """A branch with its manager, the headquarters that supervises it, and a lead above both."""
    company = make_company("HB", "Habe Phones", pack="handset")
    centre = make_unit(company, "HB-SC", "Service centre", UnitKind.HEADQUARTERS)
    branch = make_unit(company, "HB-BR", "Branch", UnitKind.BRANCH)
    people = {
        "lin": make_user(branch, "lin", "clerk", name="Lin"),
        "mei": make_user(branch, "mei", name="Mei"),
        "hq": make_user(centre, "hq", name="Head"),
        "lead": make_user(company, "lead", "lead", name="Lead"),
    }
    for unit, login in ((branch, "mei"), (centre, "hq")):
        unit.manager = people[login]
        unit.save()
    return branch, people


def promised(unit, person, *, due_at=None, start=START, rule=None, about=None) -> Promise:
    thread = about or thread_of(unit)
    with clock.at(start):
        if rule is not None:
            return ledger.promise_with(thread, rule, by=person, unit=unit, person=person)
        return ledger.promise_by_moment(
            thread, PromiseKind.OTHER, by=person, unit=unit, person=person, due_at=due_at
        )


def told(event: str) -> list[str]:
    rows = Notice.objects.filter(event=event, channel="screen").order_by("pk")
    return list(rows.values_list("to__username", flat=True))


def stage(unit, code: str, moment: str, *to: str, **values) -> EscalationStage:
    return EscalationStage.objects.create(
        unit=unit,
        code=code,
        name={"en": code, "zh-hans": code},
        moment=check_moment(moment),
        to=list(to),
        valid_from=START - timedelta(days=900),
        **values,
    )


def sweep_at(moment: datetime) -> int:
    with clock.at(moment):
        return sweep()


@pytest.mark.req("S2.14", part="alert at 80 % and breach")
@pytest.mark.req("S2.16", part="reminders")
def test_the_shipped_ladder_warns_flags_and_climbs_a_day_later(house):
    branch, people = house
    promise = promised(branch, people["lin"], due_at=START + timedelta(hours=10))
    assert sweep_at(START + timedelta(hours=7, minutes=59)) == 0
    assert sweep_at(START + timedelta(hours=8)) == 1
    promise.refresh_from_db()
    assert told("promise.warned") == ["lin"] and promise.level == WARNED
    assert sweep_at(START + timedelta(hours=10)) == 0  # on the dot is in time
    assert sweep_at(START + timedelta(hours=10, microseconds=1)) == 1
    promise.refresh_from_db()
    assert sorted(told("promise.breached")) == ["hq", "lin", "mei"]
    assert (promise.level, promise.breached_at) == (BREACHED, promise.due_at)
    assert sweep_at(START + timedelta(hours=33)) == 0
    assert sweep_at(START + timedelta(hours=34, microseconds=1)) == 1
    assert sorted(told("promise.escalated")) == ["lead", "mei"]
    assert sweep_at(START + timedelta(days=90)) == 0
    story = Entry.objects.filter(event__in=["promise.breached", "promise.escalated"])
    assert list(story.order_by("pk").values_list("event", flat=True)) == [
        "promise.breached",
        "promise.escalated",
    ]


def test_a_worker_that_slept_tells_every_late_stage_and_warns_nobody(house):
    branch, people = house
    promised(branch, people["lin"], due_at=START + timedelta(hours=1))
    assert sweep_at(START + timedelta(days=3)) == 1
    assert told("promise.warned") == [] and told("promise.escalated") != []
    assert sorted(told("promise.breached")) == ["hq", "lin", "mei"]


def test_defect_19_one_notice_for_each_promise_stage_and_due_time(house):
    """B19: the same stage never comes twice for a due time, also when the due time comes back."""
    branch, people = house
    rules = [
        PromiseRule.objects.create(
            unit=branch.company, kind=PromiseKind.SOLVE, name={"en": text}, duration=text,
            valid_from=START - timedelta(days=900), applies={"priority": [text]},
        )
        for text in ("10 hours", "20 hours")
    ]  # fmt: skip
    promise = promised(branch, people["lin"], rule=rules[0])
    sweep_at(START + timedelta(hours=8))
    for number, rule in enumerate((rules[1], rules[0]), start=1):
        with clock.at(START + timedelta(hours=8, minutes=number)):
            ledger.change_rules(
                thread_of(branch), [PromiseKind.SOLVE], by=people["lin"], unit=branch,
                facts={"priority": rule.duration},
            )  # fmt: skip
            sweep()
    promise.refresh_from_db()
    assert promise.due_at == START + timedelta(hours=10)
    for hours in (9, 10.5, 11, 40):
        sweep_at(START + timedelta(hours=hours))
        sweep_at(START + timedelta(hours=hours))
    assert told("promise.warned") == ["lin"]
    assert sorted(told("promise.breached")) == ["hq", "lin", "mei"]
    codes = list(Escalation.objects.filter(promise=promise).values_list("code", flat=True))
    assert sorted(codes) == ["day_late", "late", "warning"]


def test_another_due_time_is_warned_of_anew(house):
    """Changing the rule, pausing and resuming set the stages anew (B3)."""
    branch, people = house
    rule = PromiseRule.objects.create(
        unit=branch.company, kind=PromiseKind.SOLVE, name={"en": "10 h"}, duration="10 hours",
        valid_from=START - timedelta(days=900),
    )  # fmt: skip
    promise = promised(branch, people["lin"], rule=rule)
    sweep_at(START + timedelta(hours=8))
    thread = thread_of(branch)
    with clock.at(START + timedelta(hours=9)):
        ledger.pause_open(thread, [PromiseKind.SOLVE], by=people["lin"], reason="customer")
    promise.refresh_from_db()
    assert promise.next_tick_at is None
    assert sweep_at(START + timedelta(hours=50)) == 0
    with clock.at(START + timedelta(hours=59)):
        ledger.resume_open(thread, [PromiseKind.SOLVE], by=people["lin"])
    promise.refresh_from_db()
    assert promise.due_at == START + timedelta(hours=60) and promise.level == 0
    assert sweep_at(START + timedelta(hours=60, minutes=1)) == 1
    assert told("promise.warned") == ["lin"] and told("promise.breached") != []


def test_a_promise_kept_is_escalated_no_further(house):
    branch, people = house
    promise = promised(branch, people["lin"], due_at=START + timedelta(hours=1))
    sweep_at(START + timedelta(hours=2))
    with clock.at(START + timedelta(hours=3)):
        promise.refresh_from_db()
        ledger.keep(promise, by=people["lin"], subject=thread_of(branch))
    assert sweep_at(START + timedelta(days=9)) == 0 and told("promise.escalated") == []


def test_the_nearest_unit_decides_a_stage_and_others_stay(house):
    branch, people = house
    stage(branch, "warning", "50 percent", "login:hq")
    stage(branch, "hour", "1 hours", "manager", kinds=["other"])
    stage(branch, "solve", "1 hours", "login:lead", kinds=["solve"])
    assert {one.code for one in ladder_of(branch)} == {
        "warning", "late", "day_late", "hour", "solve",
    }  # fmt: skip
    promised(branch, people["lin"], due_at=START + timedelta(hours=10))
    sweep_at(START + timedelta(hours=5))
    assert told("promise.warned") == ["hq"]
    sweep_at(START + timedelta(hours=10, seconds=1))
    sweep_at(START + timedelta(hours=11, seconds=1))
    assert told("promise.escalated") == ["mei"]


def test_facts_of_the_rule_narrow_a_stage():
    only = EscalationStage(moment="0 minutes", applies={"route": ["phone", "mail"]})
    assert only.fits("reply", {"route": ["phone"]})
    assert not only.fits("reply", {"route": ["phone", "letter"]})
    assert not only.fits("reply", {})


def test_a_stage_that_names_nobody_tells_the_manager(house):
    branch, people = house
    stage(branch, "warning", "80 percent", "role:nobody-has-it", "login:nobody")
    promised(branch, people["lin"], due_at=START + timedelta(hours=10))
    sweep_at(START + timedelta(hours=8))
    assert told("promise.warned") == ["mei"]


def test_a_company_older_than_ladders_is_warned_as_it_was(house):
    branch, people = house
    EscalationStage.objects.all().delete()
    promised(branch, people["lin"], due_at=START + timedelta(hours=10))
    sweep_at(START + timedelta(hours=8))
    sweep_at(START + timedelta(hours=12))
    assert told("promise.warned") == ["lin"]
    assert sorted(told("promise.breached")) == ["hq", "lin", "mei"]
    assert sweep_at(START + timedelta(days=9)) == 0


@pytest.mark.parametrize("text", ["soon", "0 percent", "100 percent", "4 fortnights", "x percent"])
def test_a_moment_nobody_can_read_is_refused(house, text):
    branch, _people = house
    row = {"code": "x", "name": {"en": "x", "zh-hans": "x"}, "moment": text, "to": ["person"]}
    with pytest.raises(InvalidInput):
        load({"escalations": [row]}, company=branch.company, valid_from=START,
             by=User.objects.system())  # fmt: skip


@pytest.mark.parametrize(
    "change", [{"to": ["nobody"]}, {"to": ["role:"]}, {"kinds": ["song"]}, {"when": "now"}]
)
def test_a_stage_with_a_word_nobody_knows_is_refused(house, change):
    branch, _people = house
    row = {"code": "x", "name": {"en": "x", "zh-hans": "x"}, "moment": "1 hours", "to": ["person"]}
    with pytest.raises(InvalidInput):
        load({"escalations": [{**row, **change}]}, company=branch.company, valid_from=START,
             by=User.objects.system())  # fmt: skip


# Working time (B5)

OFFICE = WorkCalendar("Asia/Shanghai", week_of({"mon-fri": ["08:30-12:00", "13:30-18:00"]}))
TERMS = ("4 working_hours", "90 working_minutes", "3 working_days", "1 working_days")
LATE = ("0 working_hours", "2 working_hours", "1 working_days", "30 working_minutes")
moments = st.integers(0, 1_051_200).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=minute)
)


@given(moments, st.sampled_from(TERMS), st.sampled_from(LATE), st.integers(1, 99))
def test_defect_5_no_stage_that_names_working_time_comes_in_closed_hours(
    start, term, late, percent
):
    """B5: a warning at noon, an escalation at midnight, neither is for working hours."""
    rule = PromiseRule(duration=term, calendar=Calendar(), warn_percent=percent)
    events = [ClockEvent(1, "start", start, data={"rule": 1})]
    standing = fold(events, {1: Rule(Duration.of(term), OFFICE)}, OFFICE)
    unit = Unit(kind=UnitKind.BRANCH)
    promise = Promise(kind="solve", unit=unit, due_at=standing.due_at, started_at=start)
    promise.rule = rule
    ladder = [
        EscalationStage(code="a", moment="warning", to=["person"]),
        EscalationStage(code="b", moment=late, to=["person"]),
    ]
    steps = steps_of(promise, standing, ladder, OFFICE)
    assert len(steps) == 2
    for step in steps:
        assert OFFICE.is_open(step.at), (step, term)
    assert [step.is_before for step in steps] == [True, False]
    assert steps[0].at <= promise.due_at < steps[1].at
    assert reached(promise, steps, steps[1].at) == [steps[1]]


def test_a_promise_without_a_calendar_climbs_in_office_hours(house):
    """The call-back of Wednesday 18:30: "2 working hours" after it is late is Thursday 10:30."""
    branch, people = house
    stage(branch, "late", "2 working_hours", "manager")
    due = datetime(2026, 4, 29, 18, 30, tzinfo=SHANGHAI)
    promise = promised(branch, people["lin"], due_at=due)
    sweep_at(due + timedelta(minutes=1))
    assert told("promise.breached") == []
    promise.refresh_from_db()
    assert promise.breached_at == due  # flagged at once, told in office hours
    assert promise.next_tick_at == datetime(2026, 4, 30, 10, 30, 0, 1, tzinfo=SHANGHAI)
    sweep_at(promise.next_tick_at)
    assert told("promise.escalated") == ["mei"]
