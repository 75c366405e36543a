"""The company's own days: what they move, what they leave, and how they are taken back (SX.03)."""

from datetime import date

import pytest

from kept.cases.actions import promise_customer
from kept.cases.factories import make_case
from kept.kit import clock
from kept.kit.refusal import NotAllowed
from kept.kit.testing.refusing import refused
from kept.kit.verifying import verify
from kept.people.factories import make_company, make_user
from kept.promises.folding import derived, standing_of
from kept.promises.ledger import keep_open, pause_open, resume_open
from kept.promises.models import Calendar, Promise, PromiseKind
from kept.promises.rules.days import decide_day, withdraw_day
from kept.promises.rules.preview import preview_of_day, preview_of_taking_back
from kept.promises.shown import explanation
from kept.timeline.models import Entry, Notice
from tests.stories.cast import moment

pytestmark = pytest.mark.django_db
#: A Friday afternoon: eight working hours from here end on Monday at 16:40.
FRIDAY = moment("2026-05-15 16:40")
MONDAY, TUESDAY = date(2026, 5, 18), date(2026, 5, 19)
FOUNDING = {"en": "Founding day", "zh-hans": "司庆日"}


@pytest.fixture
def desk():
    company = make_company("HB", "Habe Phones", pack="handset")
    chief = make_user(company, "chief", "administrator", name="Chief")
    clerk = make_user(company, "lin", "clerk", name="Lin")
    with clock.at(FRIDAY):
        yield Calendar.objects.get(unit=company, code="office"), chief, clerk


def reply_of(case) -> Promise:
    return Promise.objects.get(about=case.thread_id, kind=PromiseKind.REPLY)


def assert_rebuilt(promise) -> None:
    """What is stored is what the clock events say."""
    for name, value in derived(standing_of(promise)).items():
        assert getattr(promise, name) == value, name


@pytest.mark.req("SX.03", part="a day decided moves open promises in working time")
def test_a_closed_day_moves_open_promises_that_count_working_time(desk) -> None:
    calendar, chief, clerk = desk
    case = make_case(clerk)
    assert reply_of(case).due_at == moment("2026-05-18 16:40")
    decide_day(calendar, by=chief, on=MONDAY, name=FOUNDING)
    promise = reply_of(case)
    assert promise.due_at == moment("2026-05-19 16:40")
    assert_rebuilt(promise)
    assert "Founding day" in " ".join(explanation(promise))
    case.thread.refresh_from_db()
    assert case.thread.next_due_at == promise.due_at
    told = Entry.objects.get(event="promise.recounted")
    assert told.thread_id == case.thread_id
    assert Notice.objects.filter(event="promise.recounted", to=clerk).exists()


def test_taking_the_day_back_moves_them_back(desk) -> None:
    calendar, chief, clerk = desk
    case = make_case(clerk)
    decide_day(calendar, by=chief, on=MONDAY, name=FOUNDING)
    with clock.at(moment("2026-05-16 10:00")):
        assert preview_of_taking_back(calendar, MONDAY).count == 1
        withdraw_day(calendar, by=chief, on=MONDAY)
        assert reply_of(case).due_at == moment("2026-05-18 16:40")
        assert_rebuilt(reply_of(case))
        with refused("SX.03", field="on"):
            withdraw_day(calendar, by=chief, on=MONDAY)


def test_a_make_up_day_brings_them_nearer(desk) -> None:
    calendar, chief, clerk = desk
    case = make_case(clerk)
    decide_day(calendar, by=chief, on=date(2026, 5, 16), name=FOUNDING, shifts="08:30-12:00")
    assert reply_of(case).due_at == moment("2026-05-18 11:40"), "3 h 30 min of it on Saturday"


def test_pauses_stay_when_the_term_is_counted_again(desk) -> None:
    calendar, chief, clerk = desk
    case = make_case(clerk)
    with clock.at(moment("2026-05-18 09:30")):
        pause_open(case, [PromiseKind.REPLY], by=clerk, reason="customer")
    with clock.at(moment("2026-05-18 10:30")):
        decide_day(calendar, by=chief, on=TUESDAY, name=FOUNDING)
        resume_open(case, [PromiseKind.REPLY], by=clerk)
    assert reply_of(case).due_at == moment("2026-05-18 17:40"), "an hour later, still on Monday"
    assert_rebuilt(reply_of(case))


@pytest.mark.req("SX.03", part="what a day of the calendar does not move")
def test_what_counts_by_the_clock_is_late_or_has_ended_keeps_its_time(desk) -> None:
    calendar, chief, clerk = desk
    named, late, done = make_case(clerk), make_case(clerk), make_case(clerk)
    promise_customer(named, by=clerk, promised="A manual", due_at=moment("2026-05-18 15:00"))
    from_clock = named.thread.promises.get(kind=PromiseKind.OTHER)
    with clock.at(moment("2026-05-18 09:00")):
        done_reply = reply_of(done)
        keep_open(done, [PromiseKind.REPLY], by=clerk)
    with clock.at(moment("2026-05-18 17:00")):
        decide_day(calendar, by=chief, on=MONDAY, name=FOUNDING)
    from_clock.refresh_from_db()
    assert from_clock.due_at == moment("2026-05-18 15:00")
    assert reply_of(late).due_at == moment("2026-05-18 16:40"), "a breach is not undone"
    assert reply_of(done).due_at == done_reply.due_at
    for promise in Promise.objects.all():
        assert_rebuilt(promise)
    assert verify().is_clean


def test_the_preview_says_what_deciding_then_does(desk) -> None:
    calendar, chief, clerk = desk
    make_case(clerk)
    make_case(clerk)
    seen = preview_of_day(calendar, MONDAY, FOUNDING)
    assert seen.count == 2 and "2" in seen.sentence
    expected = {one.promise.pk: one.new for one in seen.moved}
    assert not Entry.objects.filter(event="promise.recounted").exists(), "it only looked"
    decide_day(calendar, by=chief, on=MONDAY, name=FOUNDING)
    assert {one.pk: one.due_at for one in Promise.objects.filter(kind="reply")} == expected
    assert preview_of_day(calendar, date(2026, 5, 28), FOUNDING).count == 0


@pytest.mark.parametrize(
    ("on", "shifts", "field"),
    [
        (date(2026, 5, 14), "", "on"),
        (date(2026, 5, 15), "09:00-12:00", "on"),
        (MONDAY, "noon", "shifts"),
        (MONDAY, "09:00-12:00\n11:00-14:00", "shifts"),
        (MONDAY, "1:00-2:00," * 7, "shifts"),
    ],
)
def test_days_that_have_begun_and_hours_that_cannot_be_are_refused(desk, on, shifts, field) -> None:
    calendar, chief, _clerk = desk
    with refused(field=field):
        decide_day(calendar, by=chief, on=on, name=FOUNDING, shifts=shifts)


def test_today_can_be_closed_and_takes_time_from_nobody(desk) -> None:
    calendar, chief, clerk = desk
    case = make_case(clerk)
    decide_day(calendar, by=chief, on=FRIDAY.date(), name={"en": "Typhoon"})
    assert reply_of(case).due_at > moment("2026-05-18 16:40")
    assert_rebuilt(reply_of(case))


def test_only_who_may_decides_about_days(desk) -> None:
    calendar, _chief, clerk = desk
    with pytest.raises(NotAllowed):
        decide_day(calendar, by=clerk, on=MONDAY, name=FOUNDING)
    with pytest.raises(NotAllowed):
        withdraw_day(calendar, by=clerk, on=MONDAY)
