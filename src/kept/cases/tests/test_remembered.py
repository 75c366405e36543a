"""What policy says is remembered between requests, and forgotten by everybody once it changes."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kept.cases.models import Case
from kept.kit import clock
from kept.kit.remembered import remembered, stamped
from kept.people.actions import issue_token
from kept.people.factories import make_company, make_user
from kept.people.models import Installation, User
from kept.promises.models import Calendar, CalendarDay, PromiseRule

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    Installation.kept()
    person = make_user(make_company("HN", "Huaning"), "wang", "clerk")
    issue_token(person, by=User.objects.system(), name="Hotline")
    return person


def made_rule(unit, **values):
    return PromiseRule.objects.create(
        unit=unit,
        kind="reply",
        name={"en": "Reply"},
        valid_from=clock.now() - timedelta(days=1),
        **values,
    )


def opened(clerk) -> tuple[Case, list[str]]:
    with CaptureQueriesContext(connection) as queries:
        answer = Client().post(
            "/api/v1/cases",
            json.dumps({"unit": clerk.unit.code, "route": "phone", "summary": "Leaks"}),
            content_type="application/json",
            headers={
                "authorization": f"Bearer {clerk.fresh_token}",
                "idempotency-key": uuid4().hex,
            },
        )
    assert answer.status_code == 201
    case = Case.objects.get(number=answer.json()["ref"])
    return case, [one["sql"] for one in queries if "promises_promiserule" in one["sql"]]


def hours(case: Case) -> float:
    return (case.thread.promises.get(kind="reply").due_at - case.received_at) / timedelta(hours=1)


def test_rules_are_read_once_and_hold_from_the_moment_they_change(clerk):
    old = made_rule(clerk.unit, duration="24 hours")
    assert opened(clerk)[1]
    case, asked = opened(clerk)
    assert not asked
    assert hours(case) == 24
    PromiseRule.objects.filter(pk=old.pk).update(superseded_at=clock.now())
    made_rule(clerk.unit, duration="4 hours")
    case, asked = opened(clerk)
    assert asked
    assert hours(case) == 4


def test_a_rule_that_ends_ends_on_time_although_nobody_writes_anything(clerk):
    made_rule(clerk.unit, duration="24 hours", superseded_at=clock.now() + timedelta(hours=1))
    assert hours(opened(clerk)[0]) == 24
    with clock.at(clock.now() + timedelta(hours=2)):
        case, asked = opened(clerk)
    assert not asked
    assert not case.thread.promises.filter(kind="reply").exists()


def test_a_day_the_company_closes_counts_at_once(clerk):
    week = {"mon-sun": ["00:00-24:00"]}
    calendar = Calendar.objects.create(
        unit=clerk.unit, code="all", name={"en": "All"}, zone="UTC", week=week,
        valid_from=clock.now(),
    )  # fmt: skip
    made_rule(clerk.unit, duration="24 working_hours", calendar=calendar)
    assert hours(opened(clerk)[0]) == 24
    tomorrow = clock.now().date() + timedelta(days=1)
    CalendarDay.objects.create(calendar=calendar, on=tomorrow, name={"en": "Moving house"})
    assert hours(opened(clerk)[0]) == 48


def test_whoever_changes_policy_remembers_nothing_of_it(clerk):
    with stamped(Installation.the().policy_stamp):
        assert remembered("answer", lambda: 1) == 1
        assert remembered("answer", lambda: 2) == 1
        made_rule(clerk.unit, duration="4 hours")
        assert remembered("answer", lambda: 3) == 3
    with stamped(Installation.the().policy_stamp):
        assert remembered("answer", lambda: 4) == 4


def test_without_a_stamp_nothing_is_remembered():
    assert [remembered("other", lambda: 1), remembered("other", lambda: 2)] == [1, 2]
