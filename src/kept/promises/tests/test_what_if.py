"""What if a rule were another, over a company's own promises: figures, pages, rows, jobs."""

import re
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from kept.kit import clock
from kept.kit.refusal import InvalidInput, Refused
from kept.people.actions import set_absence
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import User
from kept.promises import ledger
from kept.promises.clockwork import Duration
from kept.promises.clockwork.duration import due_with_pauses
from kept.promises.folding import derived, events_of, write_event
from kept.promises.models import Calendar, Promise, Weekday, WhatIf, WhatIfRow, WhatIfState
from kept.promises.replay.spread import Outcome, Result
from kept.promises.rostering import activate_roster, add_shift, make_roster
from kept.promises.terms import calendar_of
from kept.promises.tests import test_replay_spread as plain
from kept.promises.tests.stored import NOW, lived_through, many, rule, work
from kept.promises.what_if import counting as counting_module
from kept.promises.what_if.actions import try_again, try_out
from kept.promises.what_if.asking import question_of
from kept.promises.what_if.changing import Change, Refolding
from kept.promises.what_if.counting import Counting
from kept.promises.what_if.working import Answer, keep_answer
from kept.timeline import sight

FROM, UNTIL = date(2025, 6, 1), date(2026, 6, 1)
ASKED = {"kind": "reply", "from_on": FROM, "until_on": UNTIL}


@pytest.fixture
def office(db: None) -> Any:
    with clock.at(NOW):
        company = make_company("HN", "Huaneng")
        branch = make_unit(company, "HN-CS", "Changsha branch")
        sight.add_sight(branch.thread, [branch.scope_id, company.scope_id])
        calendar = Calendar.objects.in_force(company).get(code="office")
        yield SimpleNamespace(
            company=company,
            branch=branch,
            calendar=calendar,
            lead=make_user(branch, "lead", "lead", name="Lin"),
            chief=make_user(company, "chief", "lead", name="Luo"),
            clerk=make_user(branch, "clerk", "clerk", name="Mei"),
            stranger=make_user(make_company("ZZ", "Zhongzhou"), "zhang", "lead"),
            day=rule(branch, "24 hours"),
            hours=rule(branch, "8 working_hours", "solve", calendar=calendar),
        )


def entered(user: User, language: str = "en") -> Client:
    user.language = language
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client


def question(office: Any, **values: Any) -> WhatIf:
    asked = {**ASKED, "unit": office.branch, "duration": "4 hours", **values}
    return try_out(by=office.lead, **asked)


def answered(office: Any, **values: Any) -> WhatIf:
    asked = question(office, **values)
    work()
    asked.refresh_from_db()
    assert asked.status == WhatIfState.DONE
    return asked


# Figures


@pytest.mark.parametrize("seed", range(4))
def test_promises_folded_again_by_their_own_rules_stand_as_stored(office, seed: int):
    days = rule(office.branch, "3 working_days", calendar=office.calendar)
    lived_through(office.branch, office.lead, [office.day, office.hours, days], 12, seed)
    refolding = Refolding(office.company)
    for promise in Promise.objects.select_related("unit", "calendar"):
        folded = refolding.fold(promise, events_of(promise))
        stored = {name: getattr(promise, name) for name in derived(folded.standing)}
        assert derived(folded.standing) == stored
        assert folded.skipped == 0


@pytest.mark.parametrize("seed", range(4))
def test_a_change_to_the_same_term_changes_nothing(office, seed: int):
    rules = [office.day, office.hours]
    lived_through(office.branch, office.lead, rules, 12, seed)
    same = Change({one.pk: Duration.of(one.duration) for one in rules})
    refolding = Refolding(office.company, same)
    for promise in Promise.objects.select_related("unit", "calendar"):
        folded = refolding.fold(promise, events_of(promise))
        assert folded.standing.due_at == promise.due_at and not folded.skipped


def slow_result(promise: Promise, duration: Duration, calendar: Any) -> Result:
    """What would become of a promise, from its pauses alone, without the fold."""
    pauses, begun = [], None
    for event in promise.events.order_by("seq"):
        if event.kind == "pause":
            begun = event.at
        elif event.kind in ("resume", "keep") and begun is not None:
            pauses.append((begun, event.at))
            begun = None
    due = due_with_pauses(duration, promise.started_at, pauses, calendar)
    if promise.done_at is not None:
        outcome = Outcome.KEPT if promise.done_at <= due else Outcome.LATE
    elif begun is not None and begun < due:
        outcome = Outcome.OPEN
    else:
        outcome = Outcome.OVERDUE if due < NOW else Outcome.OPEN
    return Result(outcome, due, duration.names_day, promise.done_at)


@pytest.mark.parametrize("term", ["4 hours", "6 working_hours", "2 working_days"])
def test_what_if_over_thousands_is_what_a_plain_computation_says(office, term: str, monkeypatch):
    many(office.branch, office.lead, [office.day, office.hours], 3_000, seed=5)
    asked = question(office, duration=term, calendar=office.calendar, duty=office.calendar)
    with CaptureQueriesContext(connection) as asked_for:
        found = Counting(question_of(asked)).run()
    assert len(asked_for) < 25, "some statements for each five hundred, none for each promise"
    zone = ZoneInfo(office.branch.zone)
    rows = Promise.objects.filter(
        rule=office.day, started_at__gte=datetime.combine(FROM, time(), zone)
    )
    office_hours = calendar_of(office.calendar, office.branch.zone)
    monkeypatch.setattr(plain, "OFFICE", office_hours)
    always = calendar_of(None, office.branch.zone)
    before = [slow_result(one, Duration.of("24 hours"), always) for one in rows]
    after = [slow_result(one, Duration.of(term), office_hours) for one in rows]
    assert found.today["count"] > 1_000
    assert found.today == plain.slowly(before)
    assert found.changed == plain.slowly(after)


def test_memory_does_not_grow_with_the_promises(office, monkeypatch):
    """However many there are, no more than a batch of them is held at a time."""
    monkeypatch.setattr(counting_module, "BATCH", 10)
    many(office.branch, office.lead, [office.day], 60, seed=1)
    kept: list[int] = []
    Counting(question_of(question(office))).run(lambda rows: kept.append(len(rows)))
    assert sum(kept) > 40 and max(kept) == 10


def test_a_pause_after_the_changed_term_was_over_is_told(office):
    start = NOW - timedelta(days=3)
    with clock.at(start):
        lived = lived_one(office, start)
    asked = answered(office, duration="1 hours")
    assert asked.skipped == 2, "a pause and its end"
    row = WhatIfRow.objects.get(promise=lived)
    assert (row.outcome_today, row.outcome_changed) == ("kept", "late")
    assert row.due_changed == start + timedelta(hours=1)


def lived_one(office: Any, start: datetime) -> Promise:
    promise = ledger.promise_with(
        office.branch, office.day, by=office.lead, unit=office.branch, person=office.lead
    )
    for hours, step in ((2, "pause"), (10, "resume"), (30, "keep")):
        with clock.at(start + timedelta(hours=hours)):
            if step == "pause":
                ledger.pause_open(office.branch, ["reply"], by=office.lead, reason="customer")
            elif step == "resume":
                ledger.resume_open(office.branch, ["reply"], by=office.lead)
            else:
                ledger.keep_open(office.branch, ["reply"], by=office.lead)
    return promise


def test_a_breach_that_was_only_noticed_is_none_under_a_longer_term(office):
    start = NOW - timedelta(days=3)
    with clock.at(start):
        promise = ledger.promise_with(
            office.branch, office.day, by=office.lead, unit=office.branch, person=office.lead
        )
    write_event(promise, "break", at=start + timedelta(hours=25), by=office.lead)
    write_event(promise, "keep", at=start + timedelta(hours=30), by=office.lead)
    row = answered(office, duration="48 hours").rows.get()
    assert (row.outcome_today, row.outcome_changed) == ("late", "kept")
    assert (row.margin_today, row.margin_changed) == (6 * 60, -18 * 60)
    assert row.what_if.skipped == 0


def by_day(office: Any) -> Calendar:
    week = {"mon-sun": ["08:00-20:00"]}
    return Calendar.objects.create(
        unit=office.company, code="days", name={"en": "By day"}, zone=office.company.zone,
        week=week, valid_from=datetime(2020, 1, 1, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("made", "missed"),
    [
        ("2026-05-18 09:30", False),  # due Tue 09:30, in the day shift
        ("2026-05-18 20:00", False),  # due Tue 20:00, its last moment
        ("2026-05-18 20:01", True),
        ("2026-05-20 11:00", True),  # due Thu 11:00: the one on duty is away
        ("2026-05-23 12:00", False),  # due Sun 12:00: the roster has Sundays
        ("2026-05-14 20:01", True),  # due Fri 20:01, before the roster: the calendar's hours
        ("2026-05-14 09:30", False),
        ("2026-05-16 12:00", True),  # due Sun, before the roster: no working day
    ],
)
def test_who_stood_by_by_the_roster_was_on_duty(office, made: str, missed: bool):
    """S4.15: deadlines are held against who stood there, not against a calendar."""
    zone = ZoneInfo(office.branch.zone)
    at = {day: datetime.fromisoformat(day).replace(tzinfo=zone) for day in (made, "2026-05-18")}
    with clock.at(at["2026-05-18"]):
        roster = make_roster(
            by=office.lead, unit=office.branch, name="Days", from_on=date(2026, 5, 18),
            hours=by_day(office),
        )  # fmt: skip
        add_shift(roster, by=office.lead, person=office.clerk, weekdays=list(Weekday),
                  start=time(8), end=time(20))  # fmt: skip
        activate_roster(roster, by=office.lead)
        away = at["2026-05-18"] + timedelta(days=3)
        set_absence(office.clerk, by=office.lead, deputy=office.lead, start_at=away,
                    end_at=away + timedelta(days=1))  # fmt: skip
    ledger.promise_with(
        office.branch, office.day, by=office.lead, unit=office.branch, person=office.lead,
        start_at=at[made],
    )  # fmt: skip
    found = answered(office, duration="23 hours")
    assert (found.today["deadlines"], found.today["off_duty"]) == (1, int(missed))
    named = answered(office, duration="23 hours", duty=office.calendar)
    open_then = calendar_of(office.calendar, office.branch.zone).is_open(
        at[made] + timedelta(days=1)
    )
    assert named.today["off_duty"] == int(not open_then), "a calendar by name is taken at its word"


def test_one_rule_is_asked_about_with_those_it_replaced(office):
    newer = rule(office.branch, "12 hours")
    other = rule(office.branch, "2 hours", applies={"route": ["phone"]})
    many(office.branch, office.lead, [office.day, newer, other], 30, seed=2)
    asked = question(office, rule=newer)
    assert set(question_of(asked).change.terms) == {office.day.pk, newer.pk}


def test_days_of_the_question_are_days_of_the_unit(office):
    zone = ZoneInfo(office.branch.zone)
    for moment in (datetime(2026, 3, 1, tzinfo=zone), datetime(2026, 3, 2, tzinfo=zone)):
        for at in (moment - timedelta(microseconds=1), moment):
            with clock.at(at):
                lived_one(office, at)
    asked = answered(office, from_on=date(2026, 3, 1), until_on=date(2026, 3, 1))
    assert asked.total == 2


# Asking


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"duration": ""}, "duration", "another term, or another calendar"),
        ({"duration": "soon"}, "duration", "“soon” is no term"),
        ({"duration": "-1 hours"}, "duration", "is no term"),
        ({"until_on": date(2024, 1, 1)}, "until_on", "before the first"),
        ({"kind": "solve"}, "rule", "another kind"),
    ],
)
def test_a_question_that_means_nothing_is_refused(office, values, field, words):
    asked = {**values, "rule": office.day} if field == "rule" else values
    with pytest.raises(InvalidInput, match=words) as refused:
        question(office, **asked)
    assert refused.value.field == field and not WhatIf.objects.exists()


def test_only_who_may_ask_in_the_unit_asks(office):
    for person in (office.clerk, office.stranger):
        with pytest.raises(Refused):
            try_out(by=person, unit=office.branch, duration="4 hours", **ASKED)
    with pytest.raises(Refused):
        try_out(by=office.lead, unit=office.company, duration="4 hours", **ASKED)
    assert not WhatIf.objects.exists()


def test_a_job_that_runs_twice_counts_once(office):
    many(office.branch, office.lead, [office.day], 20, seed=3)
    asked = question(office)
    work()
    asked.refresh_from_db()
    figures, rows = asked.today, WhatIfRow.objects.count()
    keep_answer(asked, by=User.objects.system(), answer=Answer(asked.attempt))
    asked.refresh_from_db()
    assert (asked.today, WhatIfRow.objects.count()) == (figures, rows)
    assert asked.done == asked.total == rows == figures["count"]


def test_a_worker_that_fell_silent_is_followed_by_another(office, monkeypatch):
    asked = question(office)
    with pytest.raises(Refused, match="still being worked on"):
        try_again(asked, by=office.lead)
    WhatIf.objects.update(heard_at=asked.heard_at - timedelta(minutes=3))
    try_again(asked, by=office.lead)
    keep_answer(asked, by=User.objects.system(), answer=Answer(1, today={"count": 9}))
    asked.refresh_from_db()
    assert asked.is_under_way and asked.attempt == 2, "the first worker's word no longer counts"
    work()
    asked.refresh_from_db()
    assert asked.status == WhatIfState.DONE


def test_rules_and_calendars_of_another_company_are_not_taken(office):
    theirs = rule(office.stranger.unit, "24 hours")
    calendar = Calendar.objects.in_force(office.stranger.unit).get(code="office")
    for values in ({"rule": theirs}, {"calendar": calendar}, {"duty": calendar}):
        with pytest.raises(Refused):
            question(office, **values)
    assert not WhatIf.objects.exists()


def test_a_fault_while_counting_is_told_and_mended_by_trying_again(office, monkeypatch):
    asked = question(office)
    with monkeypatch.context() as broken:
        broken.setattr(Counting, "run", lambda self, *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work()
    asked.refresh_from_db()
    assert asked.status == WhatIfState.STOPPED and asked.ended_at
    client = entered(office.lead)
    assert "It broke off" in client.get(asked.get_absolute_url()).content.decode()
    assert client.post(f"{asked.get_absolute_url()}again/").status_code == 302
    DBTaskResult.objects.filter(status="RUNNING").delete()
    work()
    asked.refresh_from_db()
    assert asked.status == WhatIfState.DONE and asked.attempt == 2


# Pages


def sent(office: Any, client: Client, **values: Any) -> Any:
    form = {
        "unit": "HN-CS", "which": "kind:reply", "from_on": "2025-06-01", "until_on": "2026-06-01",
        "duration": "4 hours", **values,
    }  # fmt: skip
    return client.post("/promises/what-if/ask/", form)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_from_the_question_to_the_rows_behind_a_figure(office, language: str):
    many(office.branch, office.lead, [office.day], 80, seed=4)
    client = entered(office.lead, language)
    assert client.get("/promises/what-if/ask/").status_code == 200
    there = sent(office, client, duty=office.calendar.pk)
    asked = WhatIf.objects.get()
    assert there.status_code == 302 and there.url == asked.get_absolute_url()
    waiting = client.get(there.url).content.decode()
    assert "/progress/" in waiting
    progress = client.get(f"{there.url}progress/", headers={"HX-Request": "true"})
    assert progress.status_code == 200
    work()
    asked.refresh_from_db()
    page = client.get(there.url).content.decode()
    assert f"{asked.today['kept_percent']} %" in page and page.count("<svg xmlns") == 3
    assert "style=" not in page.partition("<main")[2]
    links = dict(re.findall(r'href="(/promises/what-if/rows/\?[^"]+)"[^>]*>([^<]+)<', page))
    checked = 0
    for address, figure in links.items():
        if not figure.replace(",", "").isdigit():
            continue
        answer = client.get(address.replace("&amp;", "&") + "&format=csv")
        lines = b"".join(answer.streaming_content).decode().strip().splitlines()
        assert len(lines) - 1 == int(figure.replace(",", "")), address
        checked += 1
    assert checked > 10


def test_every_field_of_the_pictures_leads_to_as_many_promises_as_it_says(office):
    many(office.branch, office.lead, [office.day], 60, seed=7)
    asked = answered(office, duty=office.calendar)
    for name, figures in (("today", asked.today), ("changed", asked.changed)):
        for at, count in enumerate(figures["week"]):
            assert asked.rows.filter(**{f"hour_{name}": at}).count() == count
        for band, count in enumerate(figures["bands"]):
            assert asked.rows.filter(**{f"band_{name}": band}).count() == count
        assert asked.rows.filter(**{f"off_{name}": True}).count() == figures["off_duty"]
        for outcome, count in figures["outcomes"].items():
            assert asked.rows.filter(**{f"outcome_{name}": outcome}).count() == count


def test_picture_and_list_and_print(office):
    many(office.branch, office.lead, [office.day], 20, seed=8)
    asked = answered(office)
    client = entered(office.lead)
    picture = client.get(f"{asked.get_absolute_url()}picture/")
    assert picture["Content-Type"] == "image/svg+xml" and b"<svg" in picture.content
    listed = client.get("/promises/what-if/").content.decode()
    assert f'href="{asked.get_absolute_url()}"' in listed
    for address in ("/promises/what-if/?format=print", "/promises/what-if/rows/?format=print"):
        assert client.get(address).status_code == 200
    assert "/promises/what-if/" in client.get("/promises/").content.decode()


def test_bad_answers_come_back_with_the_form(office):
    client = entered(office.lead)
    for bad in (
        {"duration": "soon"}, {"duration": ""}, {"which": "rule:99999"}, {"which": "kind:none"},
        {"unit": "ZZ"}, {"from_on": "yesterday"}, {"until_on": "2020-01-01"}, {"calendar": "999"},
        {"duration": "9" * 60}, {"from_on": "0001-01-01"}, {"until_on": "9999-12-31"},
    ):  # fmt: skip
        answer = sent(office, client, **bad)
        assert answer.status_code in (409, 422), bad
    assert not WhatIf.objects.exists()


def test_who_sees_what(office):
    many(office.branch, office.lead, [office.day], 5, seed=9)
    asked = answered(office)
    address = asked.get_absolute_url()
    assert entered(office.chief).get(address).status_code == 200
    assert entered(office.clerk).get(address).status_code == 404
    assert entered(office.clerk).get("/promises/what-if/ask/").status_code == 403
    assert entered(office.clerk).get("/promises/what-if/rows/").status_code == 403
    assert "/promises/what-if/" not in entered(office.clerk).get("/promises/").content.decode()
    stranger = entered(office.stranger)
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}picture/").status_code == 404
    assert stranger.post(f"{address}again/").status_code == 404
    assert not WhatIfRow.objects.visible_to(office.stranger).exists()
    assert WhatIfRow.objects.visible_to(office.lead).count() == asked.total
