"""Duties are the same set, however often and wherever their making was cut off (class 10)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from kept.kit.verifying import verify
from kept.people.factories import make_user
from kept.people.models import Unit
from kept.promises import duties
from kept.promises.duties import generating
from kept.promises.models import Duty
from kept.promises.tests.duty_rules import MONTH, at, bare_company, make_rule
from kept.timeline.recorder import thread_of

PEOPLE = 12


class Killed(BaseException):
    """The process ends here, in the middle of a statement."""


@contextmanager
def killed_at(number: int) -> Iterator[None]:
    """Let the n-th statement be the last; what was not committed is gone with it."""
    left = [number]

    def cut(execute, sql, params, many, context):
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            left[0] -= 1
            if left[0] == 0:
                raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(cut):
        yield


def house(code: str = "DT") -> Unit:
    company = bare_company(code)
    with at("2026-03-01 08:00"):
        for number in range(PEOPLE):
            make_user(company, f"{code.lower()}-{number}", "clerk")
    make_rule(company)
    make_rule(company, "twice", recurrence=MONTH, times=2)
    return company


def the_set(company: Unit) -> list:
    rows = Duty.objects.standing().filter(company=company)
    return sorted(
        rows.values_list(
            "code", "period_from", "period_until", "number", "promise__due_at", "promise__state"
        )
    )


@pytest.mark.django_db
def test_killed_ten_times_on_the_way_it_makes_the_same_set_as_one_clean_run(monkeypatch):
    monkeypatch.setattr(generating, "BATCH", 1)
    clean = house("CL")
    with at("2026-03-04 09:00"):
        duties.generate()
        cut_off, sizes = house("KI"), []
        for number in (5, 80, 31, 2, 44, 23, 52, 37, 11, 48):
            with killed_at(number), pytest.raises(Killed):
                duties.generate()
            sizes.append(len(the_set(cut_off)))
        assert 0 < sizes[-1] < len(the_set(clean)), "it died half way"
        duties.generate()
        assert duties.generate() == 0
    assert the_set(clean) == the_set(cut_off) and len(the_set(clean)) == PEOPLE * (7 + 2 * 2)
    assert Duty.objects.count() == 2 * len(the_set(clean))
    assert verify().faults == []


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_each_duty_once():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time.")
    company = house()
    start, made, failed = threading.Barrier(3), [], []

    def run() -> None:
        try:
            with at("2026-03-04 09:00"):
                start.wait()
                made.append(duties.generate())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and sum(made) == PEOPLE * (7 + 2 * 2) == len(the_set(company))
    assert Duty.objects.count() == sum(made) and verify(only="promises").faults == []


@pytest.mark.django_db
def test_many_subjects_cost_no_more_queries_than_few(django_assert_max_num_queries):
    company = bare_company()
    with at("2026-03-01 08:00"):
        for number in range(40):
            thread_of(make_user(company, f"many-{number}", "clerk"))
    make_rule(company)
    with at("2026-03-04 09:00"):
        with django_assert_max_num_queries(30):
            assert duties.generate() == 40 * 7
        with django_assert_max_num_queries(10):
            assert duties.generate() == 0
