"""A small load: nothing in it is impossible, and it is alive."""

from collections import Counter

import pytest
from django.db import transaction

from kept import demo
from kept.cases.models import Case, CaseStatus, HandOver, HandOverState
from kept.demo import script
from kept.kit import clock
from kept.kit.refusal import Refused
from kept.kit.verifying import verify
from kept.people.models import Absence, Grant, Installation, Unit, User
from kept.promises.models import OPEN_STATES, Duty, DutyRule, Promise, PromiseState
from kept.reports.models import Report, ReportStatus
from kept.search.models import Document
from kept.stations.models import Inspection, SalesFigure, SettlementTalk
from kept.timeline.models import Entry
from kept.workforce.models import Training

pytestmark = pytest.mark.django_db

SCALE = 0.03


@pytest.fixture(scope="module")
def heard():
    return []


@pytest.fixture(scope="module")
def group(django_db_setup, django_db_blocker, heard):
    """The group, loaded once for all tests here and taken away again."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load(lambda *told: heard.append(told), scale=SCALE)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _loaded(group, db):
    """Every test here reads the group."""


def test_it_says_how_far_it_is(heard):
    done, total, _what = heard[-1]
    # Every case of a storyline; a new agent's kit arises by itself besides.
    assert done == total == Case.objects.filter(request=None).count()


def test_it_refuses_a_database_that_holds_anything():
    before = Case.objects.count()
    with pytest.raises(Refused):
        demo.load(scale=SCALE)
    assert Case.objects.count() == before


def test_everything_is_as_it_was_recorded():
    assert Entry.objects.exists()
    assert [str(fault) for fault in verify().faults] == []


def test_what_comes_back_was_done_most_often_in_time():
    begun = Duty.objects.standing().filter(promise__due_at__lt=clock.now())
    states = Counter(begun.values_list("promise__state", flat=True))
    kept = states[PromiseState.KEPT]
    assert kept > 0.75 * states.total() > 40
    assert kept < states.total()
    owed = set(Duty.objects.values_list("company__code", "code"))
    assert owed == set(DutyRule.objects.values_list("unit__code", "code"))
    for made in (Inspection, SalesFigure, SettlementTalk, Training):
        assert made.objects.exists()
    assert Report.objects.filter(status=ReportStatus.SUBMITTED).exists()


def test_each_duty_of_each_pack_can_be_told():
    companies = [script.company(pack) for pack in script.COMPANIES]
    told = {(row["company"]["code"], code) for row in companies for code in row["duties"]}
    asked = set(DutyRule.objects.values_list("unit__code", "code"))
    assert asked and asked <= told


def test_a_closed_case_has_an_outcome_a_class_and_no_open_promise():
    closed = Case.objects.filter(status=CaseStatus.CLOSED)
    assert closed.exists()
    assert not closed.filter(outcome=None).exists()
    assert not closed.filter(classification="").exists()
    threads = closed.values("thread")
    assert not Promise.objects.filter(about__in=threads, state__in=OPEN_STATES).exists()


def test_no_promise_is_kept_before_it_was_made_and_nothing_is_in_the_future():
    for promise in Promise.objects.exclude(done_at=None):
        assert promise.done_at >= promise.started_at
    assert not Entry.objects.filter(recorded_at__gt=clock.now()).exists()
    for entry in Entry.objects.all():
        assert entry.happened_at <= entry.recorded_at


def test_entries_of_a_thread_follow_each_other_in_time():
    last = {}
    for thread, at in Entry.objects.order_by("thread", "seq").values_list("thread", "recorded_at"):
        assert last.get(thread, at) <= at
        last[thread] = at


def test_work_waits_on_the_desks():
    assert Promise.objects.filter(state=Promise.State.RUNNING).exists()
    assert Case.objects.exclude(status=CaseStatus.CLOSED).exists()
    assert HandOver.objects.filter(state=HandOverState.OFFERED).exists()


def test_every_case_is_found_by_its_words():
    assert Document.objects.filter(kind="case").values("thread").distinct().count() == (
        Case.objects.count()
    )


def test_the_cast_has_both_languages_job_titles_and_somebody_away():
    people = [person for _company, members in demo.cast() for person in members]
    assert len(demo.cast()) == 5
    assert {language for *_rest, language in people} == {"en", "zh-hans"}
    assert all(title for _name, _login, title, _language in people)
    for company in Unit.objects.companies():
        assert Absence.objects.at(clock.now()).filter(user__company=company).exists()


def test_one_manager_sees_into_every_company():
    seen = {
        user: set(Grant.objects.filter(user=user).values_list("role__company", flat=True))
        for user in User.objects.active()
    }
    assert [len(companies) for companies in seen.values()].count(5) == 1


def test_the_installation_is_a_demo():
    assert Installation.the().is_demo
