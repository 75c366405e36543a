"""The sweep over very much at once: all of it, oldest first, in batches, told as a digest."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kept.kit import clock
from kept.kit.verifying import verify
from kept.people.actions import set_absence
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.promises import sweep as sweeping
from kept.promises.factories import make_running
from kept.promises.models import Escalation, Promise, TellingPolicy
from kept.promises.sweep import BATCH, sweep
from kept.promises.tests.test_ladder import START, promised, sweep_at, told
from kept.timeline.models import Entry, Notice
from kept.timeline.notices import shown, target_of

LATER = START + timedelta(hours=6)


@pytest.fixture
def branch(db):
    company = make_company("HB", "Habe Phones", pack="handset")
    unit = make_unit(company, "HB-BR", "Branch", UnitKind.BRANCH)
    mei = make_user(unit, "mei", name="Mei", email="mei@habe.example")
    unit.manager = mei
    unit.save()
    make_user(unit, "lin", "clerk", name="Lin")
    return unit


def lin() -> User:
    return User.objects.get(username="lin")


def many(unit, count: int, *, late: int | None = None) -> list[Promise]:
    """So many running promises of Lin, ``late`` of them past due, the newest first in the table."""
    late = count if late is None else late
    return make_running(
        unit,
        lin(),
        [
            LATER - timedelta(seconds=number + 1) if number < late else LATER + timedelta(days=30)
            for number in range(count)
        ],
        started_at=START,
    )


def test_defect_18_ten_thousand_due_at_once_are_all_flagged_oldest_first(branch):
    """B18: no cap and no order starves a promise; one cycle flags them all."""
    many(branch, 10_000)
    seen: list[int] = []
    look_at = sweeping.Sweep._look_at

    def watched(self, due):
        seen.extend(promise.pk for promise in due)
        look_at(self, due)

    sweeping.Sweep._look_at = watched
    try:
        assert sweep_at(LATER) == 10_000
    finally:
        sweeping.Sweep._look_at = look_at
    in_order = Promise.objects.order_by("due_at", "pk").values_list("pk", flat=True)
    assert seen == list(in_order)
    assert not Promise.objects.filter(breached_at__isnull=True).exists()
    assert Entry.objects.filter(event="promise.breached").count() == 10_000
    assert sweep_at(LATER) == 0
    (digest,) = Notice.objects.filter(to=lin(), channel="screen")
    assert digest.event == "promise.digest" and digest.values["late"] == 10_000


def test_a_batch_costs_the_same_few_queries_however_many_it_holds(branch):
    """What is due costs a batch, not each promise (B44)."""
    costs = []
    for count in (20, BATCH):
        many(branch, count)
        with clock.at(LATER), CaptureQueriesContext(connection) as asked:
            assert sweep() == count
        costs.append(len(asked))
    assert costs[1] <= costs[0] + 2 and costs[1] < 40


def test_a_sweep_killed_between_batches_loses_nothing_and_tells_nothing_twice(branch, monkeypatch):
    """What was told stands, what was not is told by the next sweep."""
    many(branch, 3 * BATCH)
    batches, look_at = [], sweeping.Sweep._look_at

    def killed(self, due):
        look_at(self, due)
        batches.append(len(due))
        if len(batches) == 2:
            raise SystemExit("killed")

    monkeypatch.setattr(sweeping.Sweep, "_look_at", killed)
    with pytest.raises(SystemExit):
        sweep_at(LATER)
    assert Promise.objects.filter(breached_at__isnull=False).count() == BATCH
    monkeypatch.undo()
    assert sweep_at(LATER + timedelta(seconds=9)) == 2 * BATCH
    assert Promise.objects.filter(breached_at__isnull=True).count() == 0
    assert Escalation.objects.filter(code="late").count() == 3 * BATCH
    assert Entry.objects.filter(event="promise.breached").count() == 3 * BATCH
    (digest,) = Notice.objects.filter(to=lin(), event="promise.digest", channel="screen")
    assert digest.values["late"] == 3 * BATCH


def test_stories_written_in_bulk_are_chained(branch):
    many(branch, 30)
    sweep_at(LATER)
    assert [str(fault) for fault in verify(only="chains").faults] == []
    assert [str(fault) for fault in verify(only="promises").faults] == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_flag_each_once_and_tell_once():
    """B19: whatever both have seen as due, each promise is taken by one of them."""
    company = make_company("HB", "Habe Phones", pack="handset")
    unit = make_unit(company, "HB-BR", "Branch", UnitKind.BRANCH)
    make_user(unit, "lin", "clerk", name="Lin")
    TellingPolicy.objects.update(one_by_one=10_000)
    count = 3 * BATCH + 50
    many(unit, count)
    gate, done = threading.Barrier(2), []

    def go() -> None:
        gate.wait()
        try:
            done.append(sweep(LATER))
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) + sweep(LATER) == count and len(done) == 2
    assert Notice.objects.filter(event="promise.breached", channel="screen").count() == count
    assert Entry.objects.filter(event="promise.breached").count() == count
    assert Escalation.objects.count() == count
    assert [str(fault) for fault in verify(only="chains").faults] == []


# Digests


def test_five_things_are_told_one_by_one(branch):
    many(branch, 5)
    sweep_at(LATER)
    assert told("promise.breached").count("lin") == 5 and told("promise.digest") == []


def test_six_things_are_one_notice_that_counts_and_names_the_most_urgent(branch):
    oldest = many(branch, 6)[-1]
    sweep_at(LATER)
    assert "lin" not in told("promise.breached")
    (notice,) = Notice.objects.filter(to=lin(), channel="screen")
    assert (notice.values["late"], notice.values["soon"]) == (6, 0)
    assert datetime.fromisoformat(notice.values["due"][0]) == oldest.due_at
    (words,) = shown([notice])
    assert words.text.startswith("Overdue: 6, soon due: 0. The most urgent:")
    assert target_of(notice) == "/promises/?state=running&order=due"
    mail = Notice.objects.get(to__username="mei", channel="mail")
    assert mail.event == "promise.digest" and mail.values == notice.values


def test_a_few_minutes_count_as_one_flood(branch):
    """Four are told one by one, then four more: the second four are one digest, and what follows
    joins it; a quarter of an hour later one is told by itself again."""
    for number in range(3):
        for minute in range(4):
            due = START + timedelta(minutes=10 + number, seconds=minute)
            promised(branch, lin(), due_at=due)
    for number in range(3):
        sweep_at(START + timedelta(minutes=10 + number, seconds=30))
    assert told("promise.breached").count("lin") == 4
    assert told("promise.digest").count("lin") == 1
    digest = Notice.objects.get(to=lin(), event="promise.digest")
    assert digest.values["late"] == 8
    promised(branch, lin(), due_at=START + timedelta(minutes=29))
    sweep_at(START + timedelta(minutes=30))
    assert told("promise.breached").count("lin") == 5


def test_a_digest_that_was_read_takes_nothing_more_in(branch):
    many(branch, 6)
    sweep_at(LATER)
    Notice.objects.filter(to=lin()).update(read_at=LATER)
    many(branch, 7)
    sweep_at(LATER + timedelta(minutes=1))
    counts = Notice.objects.filter(to=lin(), event="promise.digest").order_by("pk")
    assert [one.values["late"] for one in counts] == [6, 7]


def test_the_company_says_how_many_are_a_flood(branch):
    TellingPolicy.objects.all().delete()
    TellingPolicy.objects.create(
        unit=branch.company, valid_from=START - timedelta(days=9), one_by_one=1, minutes=1
    )
    many(branch, 2)
    sweep_at(LATER)
    assert told("promise.digest").count("lin") == 1


def test_a_deputy_is_told_of_a_flood_too(branch):
    kim = make_user(branch, "kim", "clerk", name="Kim")
    with clock.at(START):
        set_absence(lin(), by=User.objects.system(), deputy=kim, start_at=START,
                    end_at=START + timedelta(days=2))  # fmt: skip
    many(branch, 6)
    sweep_at(LATER)
    assert sorted(told("promise.digest")) == ["kim", "lin", "mei"]
