"""Duties come back period after period, each counted from the anchor (S0.44, C09, C10)."""

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from kept.kit import clock
from kept.kit.refusal import InvalidInput
from kept.kit.verifying import verify
from kept.people.actions import grant_role, withdraw_role
from kept.people.factories import make_unit, make_user
from kept.people.models import Role, User
from kept.promises import duties
from kept.promises.duties import sets as registered
from kept.promises.models import Calendar, Duty, DutyRule, Promise
from kept.promises.sweep import sweep
from kept.promises.tests.duty_rules import (
    MONTH,
    QUARTER,
    at,
    bare_company,
    days,
    due,
    make_rule,
)
from kept.timeline.models import Notice
from kept.timeline.notices import shown
from kept.timeline.recorder import thread_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(db):
    return bare_company()


@pytest.fixture
def clerk(company):
    with at("2026-03-01 08:00"):
        return make_user(make_unit(company, "DT-1"), "clerk", "clerk", name="林")


def test_weeks_are_made_ahead_each_due_on_the_monday_after(company, clerk):
    make_rule(company)
    with at("2026-03-04 09:00"):
        made = duties.generate()
        assert made == 7 == duties.generate() + 7, "again: nothing more"
    first, *_others, last = Duty.objects.order_by("period_from")
    assert (str(first.period_from), str(first.period_until)) == ("2026-03-02", "2026-03-08")
    assert due(first) == "2026-03-09 23:59:59"
    assert str(last.period_from) == "2026-04-13", "45 days ahead"
    promise = first.promise
    assert (promise.kind, promise.person, promise.unit) == ("duty", clerk, clerk.unit)
    assert promise.about == thread_of(clerk) and promise.names_day
    assert verify().faults == []


def test_a_set_nobody_knows_holds_up_no_other_duty(company, clerk):
    """What a company asks for in vain is told; everybody else gets what they owe (S0.44)."""
    make_rule(company, "lost", subjects="people.who_knows")
    make_rule(company, "weekly")
    other = bare_company("OT")
    with at("2026-03-01 08:00"):
        make_user(make_unit(other, "OT-1"), "clerk-2", "clerk")
    make_rule(other)
    with at("2026-03-04 09:00"), pytest.raises(InvalidInput, match="Nobody knows the set"):
        duties.generate()
    assert {one.company for one in Duty.objects.all()} == {company, other}
    assert {one.code for one in Duty.objects.all()} == {"weekly"}


def keep(code, person, on=None, by=None):
    return duties.fulfil(code, thread_of(person), by=by or person, on=on)


def test_moving_keeping_or_excusing_one_changes_no_other(company, clerk):
    """Defect class 11: no drift."""
    make_rule(company)
    with at("2026-03-02 00:00"):
        duties.generate()
    planned = {one.period_from: one.promise.due_at for one in Duty.objects.all()}
    with at("2026-03-12 09:00"):
        second = keep("weekly", clerk, on=date(2026, 3, 10))
        assert second.duty.period_from == date(2026, 3, 9)
        late = keep("weekly", clerk)
        assert late.duty.period_from == date(2026, 3, 2) and late.state == Promise.State.BROKEN
        duties.generate()
    with at("2026-04-20 09:00"):
        duties.generate()
    now = {one.period_from: one.promise.due_at for one in Duty.objects.all()}
    assert {day: now[day] for day in planned} == planned
    steps = {(b - a).days for a, b in pairwise(sorted(now))}
    assert steps == {7}


@pytest.mark.parametrize(("code", "zone"), [("PA", "Europe/Paris"), ("SH", "Asia/Shanghai")])
def test_a_year_of_local_days_over_the_changes_of_the_clocks(db, code, zone):
    """Defect class 8: each week begins and ends at local midnight, none twice, none missing."""
    company = bare_company(code, zone=zone)
    with at("2026-01-01 08:00", zone):
        make_user(company, "paul", "clerk")
    make_rule(company)
    for month in range(1, 13):
        with at(f"2026-{month:02}-01 09:00", zone):
            duties.generate()
    rows = Duty.objects.filter(period_from__year=2026).order_by("period_from")
    assert len(rows) == 52 == len(set(rows.values_list("period_from", flat=True)))
    for one in rows:
        assert one.period_from.weekday() == 0 and (one.period_until - one.period_from).days == 6
        begun = one.promise.started_at.astimezone(ZoneInfo(zone))
        assert (begun.date(), f"{begun:%H:%M}") == (one.period_from, "00:00")
        assert due(one, zone).endswith("23:59:59")
    assert verify(only="promises").faults == []


def test_the_terms_of_the_reports_count_from_the_last_day_of_the_period(company, clerk):
    """C10: month end itself, the 4th of the next month, ten days after the quarter."""
    monthly = {"recurrence": MONTH}
    make_rule(company, "month_end", due="0 calendar_days", **monthly)
    make_rule(company, "fourth", due="4 nth_of_next_month", **monthly)
    make_rule(company, "quarter", recurrence=QUARTER, due="10 calendar_days")
    with at("2026-06-01 08:00"):
        duties.generate()
    first = {code: Duty.objects.filter(code=code).earliest("period_from") for code in
             ("month_end", "fourth", "quarter")}  # fmt: skip
    assert due(first["month_end"]) == "2026-06-30 23:59:59"
    assert due(first["fourth"]) == "2026-07-04 23:59:59"
    assert due(first["quarter"]) == "2026-07-10 23:59:59"
    assert first["quarter"].period_from == date(2026, 4, 1)


def test_twice_a_month_is_two_promises_and_the_first_done_leaves_one(company, clerk):
    make_rule(company, "twice", recurrence=MONTH, times=2)
    with at("2026-03-05 08:00"):
        duties.generate()
        assert Duty.objects.filter(period_from=date(2026, 3, 1)).count() == 2
        assert keep("twice", clerk).duty.number == 1
        assert keep("twice", clerk).duty.number == 2
        assert keep("twice", clerk) is None, "doing more than asked is no fault"
        assert keep("twice", clerk, on=date(2026, 3, 5)) is None


def test_what_has_not_begun_is_withdrawn_when_its_subject_leaves_the_set(company, clerk):
    make_rule(company)
    role = Role.objects.get(company=company, code="clerk")
    with at("2026-03-04 09:00"):
        duties.generate()
        withdraw_role(clerk, by=User.objects.system(), role=role, unit=clerk.unit)
        assert duties.generate() == 0
        assert days() == [("2026-03-02", "2026-03-08")], "the running one is still owed"
        states = set(Duty.objects.filter(withdrawn_at__isnull=False)
                     .values_list("promise__state", flat=True))  # fmt: skip
        assert states == {Promise.State.CANCELLED}
        grant_role(clerk, by=User.objects.system(), role=role, unit=clerk.unit)
        assert duties.generate() == 6, "back in the set: owed again"
    assert verify().faults == []


def test_who_joins_in_the_middle_owes_the_running_period_or_the_next(company):
    make_rule(company, "now", recurrence=MONTH)
    make_rule(company, "next", recurrence=MONTH, joins="next_period")
    with at("2026-03-17 08:00"):
        make_user(company, "new", "clerk")
        duties.generate()
    assert days("now")[0][0] == "2026-03-01"
    assert days("next")[0][0] == "2026-04-01"


def test_nobody_is_late_with_what_was_owed_before_anything_was_made(company, clerk):
    make_rule(company)
    with at("2026-05-13 08:00"):
        duties.generate()
    assert days()[0][0] == "2026-05-11"


def test_a_worker_that_stood_still_makes_up_for_the_time(company, clerk):
    make_rule(company)
    with at("2026-03-02 08:00"):
        duties.generate()
    with at("2026-05-13 08:00"):
        duties.generate()
    firsts = [date.fromisoformat(first) for first, _last in days()]
    assert {(b - a).days for a, b in pairwise(firsts)} == {7}
    assert (firsts[0], firsts[-1]) == (date(2026, 3, 2), date(2026, 6, 22))


def test_new_rules_leave_running_duties_alone_and_make_the_coming_ones(company, clerk):
    old = make_rule(company)
    with at("2026-03-04 09:00"):
        duties.generate()
        now = clock.now()
        DutyRule.objects.filter(pk=old.pk).update(superseded_at=now)
        same = make_rule(company, valid_from=now)
        keys = set(Duty.objects.values_list("pk", flat=True))
        assert duties.generate() == 0
        assert set(Duty.objects.values_list("pk", flat=True)) == keys, "the same terms: kept"
        assert Duty.objects.filter(rule=same).count() == 6 and Duty.objects.get(rule=old)
        DutyRule.objects.filter(pk=same.pk).update(superseded_at=clock.now())
        stricter = make_rule(company, valid_from=clock.now(), due="0 calendar_days")
        assert duties.generate() == 6
    rows = Duty.objects.standing().order_by("period_from")
    assert [one.rule for one in rows] == [old] + [stricter] * 6
    assert [due(one)[:10] for one in rows][:2] == ["2026-03-09", "2026-03-15"]
    assert verify().faults == []


def test_by_a_calendar_of_its_own_nothing_is_owed_for_closed_days(company, clerk):

    office = Calendar.objects.filter(unit=company, code="office").first()
    make_rule(company, "daily", recurrence="FREQ=DAILY",
              due="0 calendar_days", calendar=office)  # fmt: skip
    with at("2026-03-06 09:00"):
        duties.generate()
    assert [first for first, _last in days("daily")][:3] == ["2026-03-06", "2026-03-09",
                                                             "2026-03-10"]  # fmt: skip


def test_overdue_and_warned_as_every_promise_under_the_name_of_the_duty(company, clerk):

    make_rule(company)
    with at("2026-03-02 08:00"):
        duties.generate()
    with at("2026-03-10 00:00"):
        sweep()
        told = Notice.objects.on_screen_of(clerk).select_related("thread")
        assert any("Weekly figures" in one.text for one in shown(told))
    promise = Duty.objects.earliest("period_from").promise
    assert promise.breached_at == promise.due_at


def test_a_set_is_asked_only_where_its_module_is_on(company, clerk, monkeypatch):
    """C23: what a module knows is owed only where it is switched on."""
    asked = []

    def gather(of, at):
        asked.append(of)
        return [duties.DutySubject(thread_of(clerk), clerk.unit, clerk)]

    gather.__module__ = "kept.workforce.sets"
    monkeypatch.setattr(registered, "_sets", dict(registered._sets))
    duties.subjects("workforce.somebody", "somebody")(gather)
    make_rule(company, subjects="workforce.somebody")
    with at("2026-03-04 09:00"):
        assert duties.generate() == 7 and asked == [company]
        company.modules = ["orders"]
        company.save()
        duties.generate()
    assert asked == [company] and len(days()) == 1, "what has not begun is withdrawn"
