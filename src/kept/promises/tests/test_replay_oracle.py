"""Kept against what two organisations recorded: targets of a city, verdicts of an incident log."""

from decimal import Decimal
from time import process_time

import pytest

from kept.promises.clockwork import Duration
from kept.promises.replay.differences import Differences
from kept.promises.replay.figures import Figures, figures_of
from kept.promises.replay.mapping import mapping_named
from kept.promises.replay.reading import read_records
from kept.promises.replay.recorded import Records
from kept.promises.replay.rules import ReplayPolicy, policy_named
from kept.promises.replay.running import Replayed, Run
from kept.promises.tests.replay_files import BOSTON, SERVICENOW

IN_TIME = 10.0
"""Seconds of work in which 22,000 requests are read, replayed and sorted."""


def replayed(path, name: str) -> tuple[Run, Records, list[Replayed], Figures]:
    if not path.is_file():
        pytest.skip(f"shared/data/{path.name} is not beside this repository")
    records, mapping = read_records(path, mapping_named(name))
    policy: ReplayPolicy = policy_named(mapping.policy, zone=mapping.zone, years=records.years())
    run = Run(policy, records.as_of, mapping.closing_time_as_next_opening)
    done = run.all(records.matters)
    return run, records, done, figures_of(done, mapping.zone)


@pytest.mark.req("SX.03", part="due times as a city recorded them")
def test_targets_of_boston_are_met_to_the_minute():
    begun = process_time()
    run, records, done, figures = replayed(BOSTON, "boston311")
    found = Differences(run).sort(done)
    taken = process_time() - begun
    assert (records.rows, len(records.unread)) == (22_078, 0)
    for year in (*figures.years.values(), figures.total):
        assert year.equal_percent >= 99, year
    assert figures.total.with_target > 12_700
    assert figures.total.agree_percent >= Decimal("99.9")
    explained = sum(one.count for one in found if one.kind.value != "no_target")
    assert figures.total.equal + explained == figures.total.with_target
    assert taken < IN_TIME


def test_holidays_of_boston_matter():
    """Without its holidays the years after 2013 are worse: the oracle tells calendars apart."""
    run, _records, done, figures = replayed(BOSTON, "boston311")
    rules = [rule for rule in run.policy.rules if rule.code == "dead_animal"]
    plain = type(rules[0].calendar)(rules[0].calendar.zone, rules[0].calendar.week)
    bare = Run(
        ReplayPolicy("bare", [_counted_by(rule, plain) for rule in run.policy.rules], {}),
        run.as_of,
        True,
    )
    without = figures_of(bare.all(one.matter for one in done), "America/New_York")
    assert figures.years[2013].equal - without.years[2013].equal < 10, "only New Year 2014"
    for year in (2014, 2015, 2016):
        assert without.years[year].equal < figures.years[year].equal - 50


def _counted_by(rule, calendar):
    return type(rule)(rule.code, rule.kind, rule.duration, calendar, rule.applies)


def test_one_working_day_to_the_same_time_says_the_same():
    """8.5 working hours with closing time as next opening is the same time on the next day."""
    run, _records, done, _figures = replayed(BOSTON, "boston311")
    term = Duration.of("1 same_time_next_working_day")
    other = Run(run.policy.changed({"dead_animal": term}), run.as_of)
    assert all(other.one(one.matter).due == one.due for one in done)


@pytest.mark.req("SX.03", part="verdicts as an incident log recorded them")
def test_verdicts_of_the_incident_log_follow_from_four_terms():
    _run, records, done, figures = replayed(SERVICENOW, "servicenow")
    assert (records.rows, len(done)) == (59_819, 10_346)
    assert figures.total.agree_percent >= Decimal("99.7")
    verdicts = figures.verdicts
    assert verdicts["kept", "kept"] + verdicts["kept", "broken"] == 6_280
    assert verdicts["broken", "broken"] + verdicts["broken", "kept"] == 4_066
    wrong = verdicts["kept", "broken"] + verdicts["broken", "kept"]
    assert wrong == 28


def test_terms_of_the_incident_log_hold_for_either_half():
    """They are not made to fit single rows: both halves of the incidents agree as well."""
    _run, _records, done, _figures = replayed(SERVICENOW, "servicenow")
    for half in (0, 1):
        some = [one for at, one in enumerate(done) if at % 2 == half]
        assert figures_of(some, "UTC").total.agree_percent >= Decimal("99.6")
