"""Every kind of difference is found where it is, and nowhere else."""

from datetime import date

import pytest

from kept.promises.replay.differences import SENTENCES, Differences, Kind
from kept.promises.replay.figures import figures_of
from kept.promises.tests.replay_files import records_of, run_of

# 2014: 6 May is a Tuesday, 26 May the Monday that the calendar holds as a holiday.
CASES = {
    Kind.NO_RULE: "other,2014-05-06 10:00,2014-05-07 10:00",
    Kind.NO_TARGET: "animal,2014-05-06 10:00,",
    Kind.NO_TERM: "animal,2014-05-06 10:00,2014-05-06 10:00",
    Kind.HOLIDAY_WORKED: "animal,2014-05-23 10:00,2014-05-26 10:00",
    Kind.CLOSING_TIME: "animal,2014-05-06 07:00,2014-05-06 17:00",
    Kind.COUNTED_OPEN: "animal,2014-05-06 17:10,2014-05-07 17:10",
    Kind.COUNTED_CLOSED: "animal,2014-05-06 16:50,2014-05-08 08:30",
    Kind.DAY_CLOSED: "animal,2014-05-06 10:00,2014-05-08 10:00",
    Kind.CLOCK_CHANGE: "pest,2014-01-10 10:00,2014-05-10 11:00",
    Kind.OTHER_RULE: "animal,2014-05-06 10:00,2014-09-03 10:00",
    Kind.FEW_MINUTES: "animal,2014-05-06 10:00,2014-05-07 09:57",
    Kind.DAYS_LATER: "animal,2014-05-06 10:00,2014-05-09 10:00",
    Kind.DAYS_EARLIER: "animal,2014-05-07 10:00,2014-05-06 10:00",
    Kind.LATER: "animal,2014-05-06 10:00,2014-05-07 12:34",
    Kind.EARLIER: "animal,2014-05-06 10:00,2014-05-06 15:00",
}
EQUAL = (
    "animal,2014-05-06 10:00,2014-05-07 10:00",
    "animal,2014-05-06 10:00:31,2014-05-07 10:00:02",
    "animal,2014-05-06 17:30,2014-05-08 08:30",
    "animal,2014-05-23 10:00,2014-05-27 10:00",
    "pest,2014-01-10 10:00,2014-05-10 10:00",
    "other,2014-05-06 10:00,",
)


def rows(*some: str) -> list[str]:
    return [f"N{at},{one},," for at, one in enumerate(some)]


def test_every_kind_has_a_case_and_a_sentence():
    assert set(CASES) == set(Kind) == set(SENTENCES)


@pytest.mark.parametrize("kind", Kind)
def test_kind_of_difference_is_found(tmp_path, kind: Kind):
    records = records_of(tmp_path, *rows(CASES[kind]))
    run = run_of(tmp_path, records)
    (found,) = Differences(run).sort(run.all(records.matters))
    assert (found.kind, found.count) == (kind, 1)
    assert [example.matter.id for example in found.examples] == ["N0"]


@pytest.mark.parametrize("row", EQUAL)
def test_what_is_equal_to_the_minute_is_no_difference(tmp_path, row: str):
    records = records_of(tmp_path, *rows(row))
    run = run_of(tmp_path, records)
    assert Differences(run).sort(run.all(records.matters)) == []


def test_days_are_named_and_three_examples_kept(tmp_path):
    records = records_of(tmp_path, *rows(*[CASES[Kind.DAY_CLOSED]] * 5))
    run = run_of(tmp_path, records)
    (found,) = Differences(run).sort(run.all(records.matters))
    assert found.count == 5 and len(found.examples) == 3
    assert found.days == {date(2014, 5, 7): 5}


def test_nothing_is_lost(tmp_path):
    """Equal ones and differences together are all that have a target or a rule."""
    records = records_of(tmp_path, *rows(*CASES.values(), *EQUAL))
    run = run_of(tmp_path, records)
    done = run.all(records.matters)
    found = Differences(run).sort(done)
    figures = figures_of(done, "America/New_York")
    assert sum(one.count for one in found) == len(CASES)
    assert figures.total.equal == len(EQUAL) - 1
    assert figures.total.with_target == len(CASES) + len(EQUAL) - 2


def test_closing_time_is_written_as_next_opening_only_when_said(tmp_path):
    records = records_of(tmp_path, *rows("animal,2014-05-06 17:30,2014-05-08 08:30"))
    run = run_of(tmp_path, records, closing_as_opening=False)
    (found,) = Differences(run).sort(run.all(records.matters))
    assert found.kind == Kind.CLOSING_TIME
