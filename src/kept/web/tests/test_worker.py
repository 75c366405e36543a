"""The worker: what happens by itself, once, in real time, whatever else fails."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from kept.cases.factories import make_case
from kept.cases.models import Route
from kept.kit import clock
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import Installation
from kept.timeline.models import Lease, Notice
from kept.web import worker as working
from kept.web.worker import DUTIES, LEASE, Duty, Worker, presence, take_up_lost_jobs

pytestmark = pytest.mark.django_db


@task()
def job(number: int) -> int:
    return number + 1


class Done(list):
    """Duties that note that they were done."""

    def duty(
        self, name: str, every: float = 0.0, *, alone: bool = True, fails: bool = False
    ) -> Duty:
        def run() -> None:
            self.append(name)
            if fails:
                raise RuntimeError(name)

        return Duty(name, every, run, alone)


@pytest.fixture
def done() -> Done:
    return Done()


@pytest.mark.req("SX.04", part="one worker at a time does periodic work")
def test_only_the_holder_of_the_lease_does_what_is_done_alone(done):
    duties = [done.duty("alone"), done.duty("by all", alone=False)]
    first, second = Worker(duties, jobs=False), Worker(duties, jobs=False)
    first.tick()
    second.tick()
    assert done == ["alone", "by all", "by all"]


def test_a_worker_that_leaves_or_dies_is_followed_by_another(done):
    first, second, third = (Worker([done.duty("alone")], jobs=False) for _one in range(3))
    first.tick()
    first._leave()
    second.tick()
    assert done == ["alone"] * 2
    Lease.objects.filter(name=LEASE).update(until=timezone.now())
    third.tick()
    assert done == ["alone"] * 3, "a lease that ran out is free"


def test_duties_are_done_as_often_as_asked(done):
    worker = Worker([done.duty("often"), done.duty("rarely", every=3_600)], jobs=False)
    for _tick in range(3):
        worker.tick()
    assert done == ["often", "rarely", "often", "often"]


def test_a_duty_that_fails_holds_up_no_other_and_is_tried_again_later(done, monkeypatch):
    worker = Worker([done.duty("bad", every=2.0, fails=True), done.duty("good")], jobs=False)
    worker.tick()
    worker.tick()
    assert done == ["bad", "good", "good"]
    moment = worker._due["bad"]
    monkeypatch.setattr(working.time, "monotonic", lambda: moment + 0.1)
    worker.tick()
    assert done[-2:] == ["bad", "good"]
    assert worker._due["bad"] - moment == pytest.approx(8.1), "2 s, doubled with every failure"


@pytest.mark.req("SX.04", part="duties run in business time, leases in real time")
def test_duties_run_in_the_installations_time(done):
    Installation.objects.create(has_test_clock=True, clock_offset=timedelta(days=400))
    seen = []
    duty = Duty("look", 0.0, lambda: seen.append(clock.now()))
    Worker([duty], jobs=False).tick()
    assert seen[0] - timezone.now() > timedelta(days=399)
    assert Lease.objects.get(name=LEASE).until - timezone.now() < timedelta(minutes=2)


def test_a_worker_stops_when_told(done):
    worker = Worker([], jobs=False)
    worker.duties = [Duty("stop", 0.0, worker.stop), done.duty("never")]
    worker.run()
    assert done == [] and Lease.objects.get(name=LEASE).until <= timezone.now()


def test_every_shipped_duty_runs(settings, tmp_path):
    settings.HOME = tmp_path
    Session.objects.create(session_key="old", session_data="", expire_date="2020-01-01T00:00Z")
    for duty in DUTIES:
        duty.run()
    assert not Session.objects.exists()
    assert {duty.name for duty in DUTIES} >= {"send notices", "sweep promises", "seal"}


def test_a_job_whose_worker_died_waits_again_and_one_that_kills_workers_is_given_up():
    kept, lost, killer = (_running(name) for name in ("alive", "dead", "dead"))
    DBTaskResult.objects.filter(pk=killer.pk).update(worker_ids=["a", "b", "dead"])
    Lease.objects.take(presence("alive"), "alive", timedelta(minutes=1))
    assert take_up_lost_jobs() == 2
    states = dict(DBTaskResult.objects.values_list("pk", "status"))
    assert (states[kept.pk], states[lost.pk], states[killer.pk]) == ("RUNNING", "READY", "FAILED")


def _running(worker: str) -> DBTaskResult:
    queued = DBTaskResult.objects.get(pk=job.enqueue(1).id)
    queued.claim(worker)
    return queued


@pytest.mark.req("SX.04")
def test_reminders_and_breaches_come_when_the_clock_is_moved(settings, tmp_path):
    """A test installation's clock moves; the worker, by itself, warns and then flags, once each."""
    settings.HOME = tmp_path
    unit = make_unit(make_company("YQ", "Yunqi", pack="software"), "YQ-HL")
    case = make_case(make_user(unit, "lin", "clerk"), route=Route.MAIL)
    here = Installation.objects.create(has_test_clock=True)
    worker, seen = Worker(jobs=False), []
    for hours in (0, 20, 20, 25, 25):
        here.clock_offset = timedelta(hours=hours)
        here.save()
        worker._due.clear()
        worker.tick()
        notices = Notice.objects.filter(thread=case.thread, channel="screen")
        seen.append(sorted(notices.values_list("event", flat=True)))
    warned, both = ["promise.warned"], ["promise.breached", "promise.warned"]
    assert seen == [[], warned, warned, both, both]
