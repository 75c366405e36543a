"""A promise's clock by hand: paused, going on, agreed anew, excused, withdrawn, opened again."""

import re
from datetime import timedelta

import pytest

from kept.cases.actions import (
    accept_case,
    classify,
    close_case,
    correct_case,
    promise_call_back,
    promise_customer,
    receive_data,
    reply,
    report_visit,
    send_branch,
    wait_for_mail,
)
from kept.cases.factories import make_case, outcome
from kept.cases.models import CaseClass, Priority
from kept.kit import clock
from kept.kit.testing.refusing import refused
from kept.kit.verifying import verify
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind
from kept.promises.actions import (
    agree_time,
    excuse_promise,
    keep_promise,
    pause_promise,
    reopen_promise,
    resume_promise,
    withdraw_promise,
)
from kept.promises.models import Promise, PromiseKind, PromiseRule
from kept.promises.shown import due_text, explanation, state_words
from kept.promises.sweep import sweep
from kept.timeline.erasing import erase_story
from kept.timeline.factories import make_file
from kept.timeline.models import Entry, Notice
from kept.timeline.sentences import sentence
from tests.stories.cast import moment, promise_of

pytestmark = pytest.mark.django_db
START = moment("2026-06-01 09:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def desk():
    """A hotline that promises to answer letters within 24 hours, day and night."""
    company = make_company("YQ", "Yunqi", pack="software")
    hotline = make_unit(company, "YQ-HL", "Hotline", UnitKind.HOTLINE)
    lin = make_user(hotline, "lin", "clerk", name="Lin")
    mei = make_user(hotline, "mei", "lead", name="Mei")
    with clock.at(START):
        yield make_case(lin, route="letter"), lin, mei


def reply_of(case) -> Promise:
    return promise_of(case, PromiseKind.REPLY)


def last_entry(case) -> Entry:
    return Entry.objects.filter(thread=case.thread).latest("seq")


def told_faults() -> list[str]:
    return [str(fault) for fault in verify(only="promises").faults]


@pytest.mark.req("S2.16", part="any number of pauses, each with its reason")
def test_a_clock_is_paused_for_several_reasons_and_goes_on(desk):
    case, lin, _mei = desk
    promise = reply_of(case)
    assert promise.due_at == START + 24 * HOUR
    with refused("S2.16", field="note"):
        pause_promise(promise, by=lin, reason="other")
    with clock.at(START + HOUR):
        pause_promise(promise, by=lin, reason="parts")
        with refused("SX.06"):
            pause_promise(promise, by=lin, reason="parts")
        assert "waiting for parts" in sentence(last_entry(case))
    case.thread.refresh_from_db()
    assert promise.state == "paused" and case.thread.next_due_at is None
    with clock.at(START + 2 * HOUR):
        pause_promise(promise, by=lin, reason="other", note="The harbour is shut")
    with clock.at(START + 4 * HOUR):
        resume_promise(promise, by=lin)
        with refused("SX.06"):
            resume_promise(promise, by=lin)
    with clock.at(START + 5 * HOUR):
        pause_promise(promise, by=lin, reason="agreed")
    with clock.at(START + 15 * HOUR):
        resume_promise(promise, by=lin)
    assert promise.due_at == START + (24 + 3 + 10) * HOUR
    case.thread.refresh_from_db()
    assert case.thread.next_due_at == promise.due_at
    told = " · ".join(explanation(promise))
    for word in ("waiting for parts", "The harbour is shut", "agreed for later"):
        assert word in told
    assert told_faults() == []


def test_words_of_a_pause_stand_in_the_story_and_go_with_it(desk):
    """A clock event is never changed: what somebody wrote can still be erased (SX.15)."""
    case, lin, mei = desk
    promise = reply_of(case)
    pause_promise(promise, by=lin, reason="other", note="Mrs Wang is in hospital")
    event = promise.events.get(kind="pause")
    assert "Wang" not in event.reason + str(event.data)
    assert "Mrs Wang" in " ".join(explanation(promise))
    erase_story(case.thread, by=mei, rule="Customer asked")
    assert "Wang" not in " ".join(explanation(promise))
    assert "(erased)" in " ".join(explanation(promise))


def test_data_that_comes_does_not_start_a_clock_something_else_holds(desk):
    case, lin, _mei = desk
    promise = reply_of(case)
    pause_promise(promise, by=lin, reason="parts")
    soon = START + 2 * HOUR
    wait_for_mail(case, by=lin, what="Photo", mailbox="a@b.example", expected_at=soon)
    with clock.at(soon):
        receive_data(case, by=lin, note="Here it is")
    promise = reply_of(case)
    assert promise.state == "paused"
    with clock.at(soon + HOUR):
        resume_promise(promise, by=lin)
    assert promise.due_at == START + 27 * HOUR


def test_what_is_late_is_neither_paused_nor_agreed_anew(desk):
    case, lin, _mei = desk
    promise_customer(case, by=lin, promised="The manual", due_at=START + HOUR)
    promise = promise_of(case, PromiseKind.OTHER)
    with clock.at(START + 2 * HOUR):
        with refused("S2.16"):
            pause_promise(promise, by=lin, reason="customer")
        with refused("S2.16"):
            agree_time(promise, by=lin, due_at=START + 9 * HOUR, agreed_with="Wang", reason="Asked")


def test_another_time_is_agreed_with_somebody_who_is_named(desk):
    """C02: a time set by the customer, agreed anew before the old one is over."""
    case, lin, _mei = desk
    promise_call_back(case, by=lin, phone="13800138000", due_at=START + HOUR / 2)
    promise = promise_of(case, PromiseKind.CALL_BACK)
    later = START + 20 * HOUR
    with refused("S2.16"):
        pause_promise(promise, by=lin, reason="customer")
    with refused(field="agreed_with"):
        agree_time(promise, by=lin, due_at=later, agreed_with="", reason="Is on a train")
    with refused(field="reason"):
        agree_time(promise, by=lin, due_at=later, agreed_with="Ms Wang", reason="")
    with refused("S2.16", field="due_at"):
        agree_time(promise, by=lin, due_at=START, agreed_with="Ms Wang", reason="Train")
    agree_time(promise, by=lin, due_at=later, agreed_with="Ms Wang", reason="Is on a train")
    assert promise.due_at == later and promise.level == 0
    assert "Ms Wang" in sentence(last_entry(case))
    with clock.at(START + HOUR):
        sweep()
    assert not Notice.objects.filter(event="promise.breached").exists()
    with clock.at(later + timedelta(seconds=1)):
        sweep()
        assert told_faults() == []
    assert Notice.objects.filter(event="promise.breached", to=lin).count() == 1


@pytest.mark.req("S2.14", part="no time is agreed instead of a reply")
def test_a_reply_is_given_not_put_off(desk):
    case, lin, _mei = desk
    with refused("S2.14"):
        agree_time(reply_of(case), by=lin, due_at=START + 99 * HOUR, agreed_with="W", reason="Busy")


def test_a_time_agreed_while_paused_ends_the_pause(desk):
    case, lin, _mei = desk
    PromiseRule.objects.create(
        kind="solve", name={"en": "Two days"}, duration="48 hours", unit=case.company,
        valid_from=START - HOUR,
    )  # fmt: skip
    case = make_case(lin, route="letter", case_kind="question")
    promise = promise_of(case, PromiseKind.SOLVE)
    pause_promise(promise, by=lin, reason="customer")
    with clock.at(START + HOUR):
        agree_time(promise, by=lin, due_at=START + 9 * HOUR, agreed_with="Wang", reason="Asked")
    assert (promise.state, promise.due_at) == ("running", START + 9 * HOUR)
    case.thread.refresh_from_db()
    with clock.at(START + 9 * HOUR + timedelta(seconds=1)):
        assert sweep() >= 1
    promise.refresh_from_db()
    assert promise.breached_at == START + 9 * HOUR


@pytest.mark.req("S2.16", part="an excuse needs its evidence")
def test_an_excuse_needs_a_reason_and_what_proves_it(desk):
    case, _lin, mei = desk
    promise = reply_of(case)
    with refused("S2.16", field="files"):
        excuse_promise(promise, by=mei, reason="The line was cut")
    photo = make_file(mei, "cut.jpg")
    excuse_promise(promise, by=mei, reason="The line was cut", files=[photo])
    photo.refresh_from_db()
    entry = last_entry(case)
    assert (photo.thread_id, photo.seq) == (case.thread_id, entry.seq)
    assert promise.state == "excused"
    assert "The line was cut" in " ".join(explanation(promise))
    event = promise.events.get(kind="excuse")
    assert "line" not in event.reason and told_faults() == []


@pytest.mark.req("S2.16", part="what was withdrawn or excused has a way back")
def test_what_ended_too_soon_is_opened_again_in_one_of_three_ways(desk):
    case, lin, mei = desk
    wanted = {
        "resume": START + (24 + 5) * HOUR,
        "restart": START + (6 + 24) * HOUR,
        "keep": START + 24 * HOUR,
    }
    for how, due in wanted.items():
        with clock.at(START):
            case = make_case(lin, route="letter")
            promise = reply_of(case)
        with clock.at(START + HOUR):
            withdraw_promise(promise, by=mei, reason="Sent to us by mistake")
            assert promise.state == "cancelled"
        with clock.at(START + 6 * HOUR):
            reopen_promise(promise, by=mei, how=how, reason="It was meant for us")
            assert (promise.state, promise.due_at) == ("running", due), how
            case.thread.refresh_from_db()
            assert case.thread.next_due_at == due
        with clock.at(due + timedelta(seconds=1)):
            sweep()
            promise.refresh_from_db()
            assert promise.breached_at == due
            reply(case, by=lin, route="letter", answer="Dear Ms Wang")
    with clock.at(START + 40 * HOUR):
        assert told_faults() == []


def test_what_is_opened_again_when_it_is_late_already_is_told_once(desk):
    case, lin, mei = desk
    promise = reply_of(case)
    excuse_promise(promise, by=mei, reason="Storm", reference="Weather service 26/17")
    with clock.at(START + 30 * HOUR):
        reopen_promise(promise, by=mei, how="keep", reason="There was no storm")
        assert promise.is_late and told_faults() == []
        sweep()
        sweep()
    assert Notice.objects.filter(event="promise.breached", to=lin).count() == 1


def test_nothing_is_opened_again_on_a_closed_matter(desk):
    case, lin, mei = desk
    promise = reply_of(case)
    withdraw_promise(promise, by=mei, reason="Meant for the neighbours")
    classify(case, by=lin, classification=CaseClass.INFORMATION)
    close_case(case, by=lin, outcome=outcome(case, "withdrawn"), note="By mistake")
    promise.refresh_from_db()
    with refused("S2.16"):
        reopen_promise(promise, by=mei, how="keep", reason="x")


def test_clerks_pause_and_leads_excuse(desk, client):
    case, lin, mei = desk
    address = reply_of(case).get_absolute_url()
    client.force_login(lin)
    page = client.get(address).content.decode()
    assert f"{address}pause/" in page and f"{address}excuse/" not in page
    client.force_login(mei)
    page = client.get(address).content.decode()
    assert f"{address}excuse/" in page and f"{address}withdraw/" in page


def test_another_rule_while_paused_counts_from_the_start_with_the_pause(desk):
    """Defect class 3, through the case: the correction comes while the clock stands still."""
    case, lin, _mei = desk
    since = {"unit": case.company, "valid_from": START - HOUR}
    PromiseRule.objects.create(
        kind="reply", name={"en": "Urgent"}, duration="8 hours", source="C01",
        applies={"priority": ["high"], "route": ["letter"]}, **since,
    )  # fmt: skip
    promise = reply_of(case)
    with clock.at(START + HOUR):
        pause_promise(promise, by=lin, reason="customer")
    with clock.at(START + 3 * HOUR):
        correct_case(case, by=lin, priority=Priority.HIGH, reason="It is urgent")
    promise = reply_of(case)
    assert (promise.state, promise.rule.duration) == ("paused", "8 hours")
    with clock.at(START + 6 * HOUR):
        resume_promise(promise, by=lin)
    assert promise.due_at == START + (8 + 5) * HOUR
    assert told_faults() == []


def test_how_late_is_told_alike_everywhere(desk, client):
    case, lin, _mei = desk
    promise_customer(case, by=lin, promised="The manual", due_at=START + HOUR)
    promise = promise_of(case, PromiseKind.OTHER)
    with clock.at(START + HOUR + timedelta(minutes=5, seconds=20)):
        keep_promise(promise, by=lin, note="Sent it")
        assert promise.lateness == 320
        assert (due_text(promise), state_words(promise)) == ("5 min late", "kept late")
        client.force_login(lin)
        page = client.get(promise.get_absolute_url()).content.decode()
        assert "5 min late (320 seconds)" in page and "Sent it" in page
        paper = client.get(f"{promise.get_absolute_url()}print/").content.decode()
        assert "5 min late (320 seconds)" in paper
        rows = client.get("/promises/?outcome=late&format=csv")
        text = b"".join(rows.streaming_content).decode()
        assert "kept late,320" in text.replace('"', "")
        promise_customer(case, by=lin, promised="A call", due_at=clock.now() + HOUR)
    with clock.at(START + 9 * HOUR):
        page = client.get("/promises/?outcome=broken").content.decode()
        assert re.search(r'data-label="State">late<', page), page


def test_a_rule_that_leaves_nothing_to_pause_ends_the_pause(desk):
    """Late at once under the new rule: it runs, and the sweep tells somebody."""
    case, lin, _mei = desk
    PromiseRule.objects.create(
        kind="reply", name={"en": "At once"}, duration="30 minutes", unit=case.company,
        valid_from=START - HOUR, applies={"priority": ["high"], "route": ["letter"]},
    )  # fmt: skip
    promise = reply_of(case)
    with clock.at(START + HOUR):
        pause_promise(promise, by=lin, reason="customer")
        correct_case(case, by=lin, priority=Priority.HIGH, reason="It is urgent")
        promise = reply_of(case)
        assert promise.state == "running" and promise.is_late
        sweep()
        assert told_faults() == []
    assert Notice.objects.filter(event="promise.breached", to=lin).count() == 1


@pytest.mark.req("S2.14", part="countdown, and the alert at 80 %")
def test_a_reply_counts_down_and_warns_at_four_fifths_of_its_day(desk, client):
    _case, lin, _mei = desk
    client.force_login(lin)
    assert 'data-due="2026-06-02T09:00:00+08:00"' in client.get("/").content.decode()
    warned = START + timedelta(hours=19, minutes=12)
    for at, count in ((warned - timedelta(seconds=1), 0), (warned, 1), (warned + HOUR, 1)):
        with clock.at(at):
            sweep()
        assert Notice.objects.filter(event="promise.warned", to=lin).count() == count


@pytest.mark.req("S2.15", part="by when the customer wants somebody there, and the arrival")
def test_a_visit_is_kept_by_the_arrival_in_the_time_the_customer_set(desk):
    case, lin, mei = desk
    branch = make_unit(case.company, "YQ-GX", "Guangxi", UnitKind.BRANCH)
    zhou = make_user(branch, "zhou", "engineer", name="Zhou")
    noon = START + 27 * HOUR
    wanted = {"branch": branch, "engineer": zhou, "address": "Road 1", "problem": "Dead"}
    sent = {"by": mei, "phone": "13800138000", **wanted}
    with refused(field="due_at"):
        send_branch(case, **sent)
    with refused("S1.55", field="due_at"):
        send_branch(case, due_at=START, **sent)
    send_branch(case, due_at=noon, **sent)
    accept_case(case, by=zhou)
    with clock.at(noon + HOUR):
        sweep()
        report_visit(case, by=zhou, visited_at=noon - timedelta(minutes=40), result="Mended")
        visit = promise_of(case, PromiseKind.VISIT)
        assert (visit.state, visit.lateness) == ("kept", -2400) and visit.person == zhou
        assert told_faults() == []
    with clock.at(START):
        late = make_case(lin, route="letter")
        send_branch(late, due_at=noon, **sent)
        accept_case(late, by=zhou)
    with clock.at(noon + HOUR):
        sweep()
        assert promise_of(late, PromiseKind.VISIT).breached_at == noon
        report_visit(late, by=zhou, visited_at=noon + timedelta(minutes=5), result="Mended")
    assert promise_of(late, PromiseKind.VISIT).late_by == timedelta(minutes=5)
