"""Doing duties: reported by a verb, handed on, seen by whoever stands in (S4.21, S4.13, SX.13)."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from kept.kit import clock
from kept.kit.refusal import InvalidInput, NotAllowed, OutOfSight, Refused
from kept.kit.verifying import verify
from kept.parties.factories import make_account
from kept.people.actions import appoint_manager, hand_over, move_user, set_absence
from kept.people.factories import make_unit, make_user
from kept.people.models import UnitKind, User
from kept.promises import duties
from kept.promises.actions import do_duty, excuse_promise, keep_promise
from kept.promises.duties.figures import duties_of, figures_by_month, state_of_duty
from kept.promises.models import Duty, DutyState, Promise
from kept.promises.shown import explanation, label_of
from kept.promises.sweep import sweep
from kept.promises.tests.duty_rules import MONTH, at, bare_company, days, make_rule
from kept.timeline.files import store
from kept.timeline.models import Notice
from kept.timeline.notices import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db) -> SimpleNamespace:
    """A branch with two clerks and its lead, and a desk elsewhere."""
    company = bare_company()
    with at("2026-03-01 08:00"):
        branch = make_unit(company, "DT-B", "Branch", UnitKind.BRANCH)
        lin = make_user(branch, "lin", "clerk", name="林")
        wang = make_user(branch, "wang", "clerk", name="王")
        lead = make_user(branch, "lead", "lead", name="主管")
        other = make_user(make_unit(company, "DT-X", "Elsewhere"), "other", "clerk", name="他")
        make_rule(company, "visit", recurrence=MONTH, due="0 calendar_days",
                  name={"en": "Monthly visit", "zh-hans": "每月走访"})  # fmt: skip
        duties.generate()
    return SimpleNamespace(company=company, branch=branch, lin=lin, wang=wang, lead=lead,
                           other=other)  # fmt: skip


def owed(person: User, month: int = 3) -> Promise:
    return duties_of(person).get(period_from__month=month, code="visit").promise


def events(thread) -> list[str]:
    return list(thread.entries.order_by("seq").values_list("event", flat=True))


def test_it_is_reported_with_a_note_a_day_files_and_where_it_was_done(house):
    promise = owed(house.lin)
    with at("2026-03-12 17:00"):
        plant = make_account(house.branch, "湘江钢厂")
        photo = store(SimpleUploadedFile("gate.txt", b"gate"), by=house.lin)
        with pytest.raises(InvalidInput, match="Fill this in"):
            do_duty(promise, by=house.lin, note="")
        with pytest.raises(InvalidInput, match="still to come"):
            do_duty(promise, by=house.lin, note="x", on=clock.today("Asia/Shanghai") + timedelta(1))
        with pytest.raises(InvalidInput, match="The period begins on"):
            do_duty(promise, by=house.lin, note="x", on=clock.today("Asia/Shanghai").replace(
                month=2, day=28))  # fmt: skip
        with pytest.raises(InvalidInput, match="No customer or partner"):
            do_duty(promise, by=house.lin, note="x", concerned="Nobody knows")
        assert Promise.objects.get(pk=promise.pk).state == Promise.State.RUNNING
        do_duty(promise, by=house.lin, note="两台压缩机正常", concerned=plant.number, files=[photo])
    promise.refresh_from_db()
    assert promise.state == Promise.State.KEPT and promise.to == plant.thread
    assert "duty.done_at" in events(promise.about) and "duty.done_here" in events(plant.thread)
    photo.refresh_from_db()
    assert photo.thread == promise.about
    assert verify().faults == []


def test_it_is_kept_by_when_it_is_recorded_and_late_says_by_how_much(house):
    promise = owed(house.lin)
    with at("2026-04-02 09:00"):
        sweep()
        do_duty(promise, by=house.lin, note="补记", on=clock.today("Asia/Shanghai"))
    promise.refresh_from_db()
    assert (promise.state, promise.lateness // 3600) == (Promise.State.BROKEN, 33)
    assert state_of_duty(promise.duty) == DutyState.LATE


def test_what_has_not_begun_or_has_a_form_of_its_own_is_not_reported(house):
    with at("2026-03-12 17:00"), pytest.raises(InvalidInput, match="The period begins on"):
        do_duty(owed(house.lin, 4), by=house.lin, note="early")
    make_rule(house.company, "sales", form="/sales/new/")
    with at("2026-03-12 17:00"):
        duties.generate()
        promise = duties_of(house.lin).filter(code="sales").earliest("period_from").promise
        with pytest.raises(Refused) as caught:
            do_duty(promise, by=house.lin, note="x")
        assert caught.value.mend == "/sales/new/"
        with pytest.raises(Refused) as caught:
            keep_promise(promise, by=house.lin)
        assert caught.value.mend == "/sales/new/"
        with pytest.raises(Refused) as caught:
            keep_promise(owed(house.lin), by=house.lin)
        assert caught.value.mend.endswith("/do_duty/") and caught.value.rule == "S0.44"


def test_only_who_owes_it_and_who_leads_may_report_it(house):
    with at("2026-03-12 17:00"):
        with pytest.raises(OutOfSight):
            do_duty(owed(house.lin), by=house.other, note="not mine")
        do_duty(owed(house.lin), by=house.lead, note="by the lead")
        assert owed(house.lin).state == Promise.State.KEPT


def test_a_deputy_sees_the_duties_is_told_and_may_do_them(house):
    with at("2026-03-12 17:00"):
        start, end = clock.now(), clock.now() + timedelta(days=30)
        set_absence(house.lin, by=house.lead, deputy=house.wang, start_at=start, end_at=end)
        deputy = User.objects.get(pk=house.wang.pk)
        assert owed(house.lin) in Promise.objects.visible_to(deputy)
    with at("2026-04-01 00:10"):
        sweep()
        notices = Notice.objects.on_screen_of(deputy).select_related("thread")
        told = [one.text for one in shown(notices)]
        assert any("lin" in text and "Monthly visit" in text for text in told), told
        do_duty(owed(house.lin), by=deputy, note="for him")
    assert owed(house.lin).done_at is not None


def test_the_lead_hears_of_what_is_overdue(house):
    appoint_manager(house.branch, by=User.objects.system(), manager=house.lead)
    with at("2026-04-01 00:10"):
        sweep()
        told = shown(Notice.objects.on_screen_of(house.lead).select_related("thread"))
        assert len([one for one in told if "Monthly visit" in one.text]) == 2


def test_a_leavers_duties_are_owed_by_the_colleague_and_stay_late_on_the_record(house):
    """SX.17; what was late already counts for who let it become so (S0.44)."""
    with at("2026-04-02 09:00"):
        sweep()
        hand_over(house.lin, by=house.lead, to=house.wang, reason="leaves")
        march, april = (Duty.objects.get(thread__of_user=house.lin, period_from__month=month)
                        for month in (3, 4))  # fmt: skip
        assert march.promise.person == april.promise.person == house.wang
        assert (march.owed_by, april.owed_by) == (house.lin, None)
        assert set(duties_of(house.lin)) == {march} and april in duties_of(house.wang)
    assert verify().faults == []


def test_a_new_manager_owes_what_the_unit_owes(house):
    make_rule(house.company, "report", subjects="people.units:branch", recurrence=MONTH)
    system = User.objects.system()
    appoint_manager(house.branch, by=system, manager=house.lin)
    with at("2026-03-12 09:00"):
        duties.generate()
        rows = Duty.objects.filter(code="report")
        assert {one.promise.person for one in rows} == {house.lin}
        appoint_manager(house.branch, by=system, manager=house.wang)
        assert {one.promise.person for one in rows.all()} == {house.wang}
        assert house.wang.scope_id in house.branch.thread.sights.values_list("scope", flat=True)


def test_who_moves_is_seen_by_the_new_unit_and_no_longer_by_the_old(house):
    duty = owed(house.lin)
    assert duty in Promise.objects.visible_to(house.lead)
    move_user(house.lin, by=User.objects.system(), unit=house.other.unit)
    assert duty not in Promise.objects.visible_to(house.lead)
    assert duty in Promise.objects.visible_to(house.other)
    assert duty in Promise.objects.visible_to(User.objects.get(pk=house.lin.pk))


def test_it_is_named_and_explained_in_both_languages(house):
    promise = owed(house.lin)
    with at("2026-03-12 17:00"):
        with translation.override("en"):
            assert label_of(promise) == "Monthly visit"
            said = explanation(promise)
            assert said[0] == "Monthly visit: every month, by 24:00 of its last day"
            assert said[-1] == "due by the end of Tue"
        with translation.override("zh-hans"):
            assert label_of(promise) == "每月走访"
            assert explanation(promise)[0].startswith("每月走访")


def test_the_percentage_counts_what_fell_due_and_nothing_else(house):
    make_rule(house.company)
    with at("2026-03-02 08:00"):
        duties.generate()
    with at("2026-03-05 08:00"):
        duties.fulfil("weekly", house.lin, by=house.lin)
    with at("2026-03-20 08:00"):
        sweep()
        duties.fulfil("weekly", house.lin, by=house.lin)
        march = [clock.today("Asia/Shanghai").replace(day=1)]
        figures = figures_by_month(duties_of(house.lin), march, "Asia/Shanghai")[0]
        # Weeks due 9 (in time), 16 (late), 23 and 30 March, and the visit of the month.
        assert (figures.in_time, figures.late, figures.missed, figures.running) == (1, 1, 0, 2)
        assert figures.to_come == 1 and str(figures.percent) == "50.0"
    with at("2026-04-01 08:00"):
        figures = figures_by_month(duties_of(house.lin), march, "Asia/Shanghai")[0]
        assert (figures.fell_due, figures.missed, str(figures.percent)) == (5, 3, "20.0")
        excuse_promise(owed(house.lin), by=house.lead, reason="ill", reference="sick note")
        figures = figures_by_month(duties_of(house.lin), march, "Asia/Shanghai")[0]
        assert (figures.fell_due, str(figures.percent)) == (4, "25.0")
        empty = figures_by_month(duties_of(house.lead), march, "Asia/Shanghai")[0]
        assert empty.percent is None, "no percentage when none fell due"


def test_who_lacks_the_right_may_not_report(house):
    outsider = make_user(house.branch, "directory", "directory")
    with at("2026-03-12 17:00"), pytest.raises((NotAllowed, OutOfSight)):
        do_duty(owed(house.lin), by=outsider, note="x")
    assert days("visit")
