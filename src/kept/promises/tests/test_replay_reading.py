"""Files, mappings and policies: what is read of them, and one sentence for what cannot be."""

import gzip
from datetime import UTC, datetime

import pytest

from kept.kit.refusal import InvalidInput
from kept.promises.replay.mapping import mapping_for, mapping_named, read_mapping
from kept.promises.replay.reading import read_records
from kept.promises.replay.rules import policy_named
from kept.promises.tests.replay_files import (
    MAPPING,
    POLICY,
    file_of,
    mapping,
    policy_of,
    records_of,
)

LOG = """
zone = "UTC"
unknown = ["?"]
[columns]
id = "number"
received = "came"
closed = "done"
verdict = "verdict"
[facts]
type = "kind"
[verdicts]
in = "kept"
out = "broken"
[events]
at = "at"
state = "state"
pauses = ["waits"]
facts_of = "first"
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_row_becomes_a_record_in_utc(tmp_path):
    (one,) = records_of(
        tmp_path, "N1,animal,2014-05-06 10:00,2014-05-07 10:00,2014-05-06 11:00,in"
    ).matters
    assert (one.id, one.verdict, one.facts) == ("N1", "kept", {"type": "animal"})
    assert one.received == at("2014-05-06 14:00")
    assert (one.due, one.closed) == (at("2014-05-07 14:00"), at("2014-05-06 15:00"))


def test_a_packed_file_is_read_as_well(tmp_path):
    path = tmp_path / "old.csv.gz"
    row = "number,kind,came,due,done,verdict\nN1,animal,2014-05-06 10:00,,,in\n"
    path.write_bytes(gzip.compress(row.encode()))
    assert len(read_records(path, mapping())[0].matters) == 1


def test_rows_that_cannot_be_read_are_told_with_their_line(tmp_path):
    records = records_of(
        tmp_path,
        "N1,animal,2014-05-06 10:00,,,in",
        "N2,animal,soon,,,in",
        "N3,animal,,,,in",
        "N4,animal,2014-05-06 10:00,,2014-05-06 09:00,in",
        "N5,animal,2014-05-06 10:00,,,perhaps",
        "N6,animal,0014-05-06 10:00,,,in",
        "N7,animal,2014-05-06 10:00",
    )
    assert [one.id for one in records.matters] == ["N1"] and records.rows == 7
    assert [(one.line, one.why) for one in records.unread] == [
        (3, "“soon” is not a time."),
        (4, "It says no number, or not when it came in."),
        (5, "It was closed before it came in."),
        (6, "“perhaps” is no verdict the mapping knows."),
        (7, "The year 14 cannot be right."),
        (8, "It has 3 columns instead of 6."),
    ]


def test_rows_that_do_not_count_are_left_out(tmp_path):
    text = MAPPING + '[only]\nkind = ["animal"]\n'
    records = records_of(
        tmp_path, "N1,animal,2014-05-06 10:00,,,", "N2,pest,2014-05-06 10:00,,,", read_by=text
    )
    assert ([one.id for one in records.matters], records.left_out) == (["N1"], 1)


def test_clocks_that_disagree_a_little_are_tolerated(tmp_path):
    text = MAPPING + "[tolerate]\nclosed_early_seconds = 60\n"
    row = "N1,animal,2014-05-06 10:00,,2014-05-06 09:59,in"
    (one,) = records_of(tmp_path, row, read_by=text).matters
    assert one.closed == one.received


def test_a_log_is_gathered_by_its_ids_with_several_pauses(tmp_path):
    header = "number,kind,came,done,verdict,at,state"
    end = "2016-01-01 08:00,2016-01-05 08:00,in"
    path = file_of(
        tmp_path,
        [
            f"A,first,{end},2016-01-01 08:00,new",
            "B,first,2016-01-01 08:00,?,,2016-01-01 08:00,waits",
            f"A,later,{end},2016-01-02 08:00,waits",
            f"A,later,{end},2016-01-02 12:00,waits",
            f"A,later,{end},2016-01-03 08:00,active",
            f"A,later,{end},2016-01-03 09:00,waits",
            f"A,later,{end},?,lost",
            f"A,later,{end},2016-01-03 08:30,active",
            f"A,later,{end},2016-01-05 08:00,waits",
        ],
        header,
    )
    records, _mapping = read_records(path, read_mapping("log", LOG))
    one, other = records.matters
    assert (one.id, one.facts, one.verdict) == ("A", {"type": "first"}, "kept")
    assert one.pauses == (
        (at("2016-01-02 08:00"), at("2016-01-03 08:00")),
        (at("2016-01-03 09:00"), at("2016-01-05 08:00")),
    )
    assert (other.closed, other.verdict, other.pauses) == (None, "", ())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("zone = ", "Invalid value"),
        ('zone = "Mars/North"\n[columns]\nid="a"\nreceived="b"', "Mars/North"),
        ('colour = "red"\n[columns]\nid="a"\nreceived="b"', "colour"),
        ('[columns]\nid = "a"', "columns.received"),
        ('[columns]\nid="a"\nreceived="b"\ngone="c"', "columns.gone"),
        ('[columns]\nid="a"\nreceived=1', "columns"),
        ('columns = "a"', "columns"),
        ('[columns]\nid="a"\nreceived="b"\n[verdicts]\nx="good"', "verdicts"),
        ('[columns]\nid="a"\nreceived="b"\n[due]\nlate=true', "due.late"),
        ('[columns]\nid="a"\nreceived="b"\n[due]\nclosing_time_as_next_opening=1', "due"),
        ('[columns]\nid="a"\nreceived="b"\n[tolerate]\nx=1', "tolerate.x"),
        ('[columns]\nid="a"\nreceived="b"\n[events]\nat="c"', "events.state"),
        ('[columns]\nid="a"\nreceived="b"\n[events]\nat="c"\nstate="d"\nfacts_of="all"',
         "events.facts_of"),
        ('times = "x"\n[columns]\nid="a"\nreceived="b"', "times"),
        ('title = 3\n[columns]\nid="a"\nreceived="b"', "title"),
        ('[columns]\nid="a"\nreceived="b"\n[only]\nx="y"', "only"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_refused_in_a_sentence(text: str, what: str):
    with pytest.raises(InvalidInput) as refused:
        read_mapping("mine", text)
    assert str(refused.value).startswith("The mapping “mine” is wrong about: ")
    assert what in str(refused.value)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[[promises]", "line 1"),
        ("", "promises"),
        ('[[promises]]\nkind = "solve"', "duration"),
        ('[[promises]]\nkind = "solve"\nduration = "soon"', "soon"),
        ('[[promises]]\nkind = "solve"\nduration = "4 hours"\nspeed = 1', "promises.speed"),
        ('[[promises]]\nkind = "solve"\nduration = "4 hours"\ncalendar = "none"', "none"),
        ('[[calendars]]\ncode = "a"\nweek = { "someday" = ["08:00-17:00"] }', "someday"),
        ('[[calendars]]\ncode = "a"\nweek = { "mon" = ["8 to 5"] }', "8 to 5"),
        ('[[calendars]]\ncode = "a"\nweek = {}\nzone = "Mars"', "Mars"),
        ('[[calendars]]\ncode = "a"\nweek = {}\ncolour = "red"', "calendars.colour"),
        ('[[calendars]]\ncode = "a"\nweek = {}\nclosed = { "soon" = "x" }', "soon"),
        ('[[calendars]]\ncode = "a"\nweek = {}\ncountry = "XX"', "XX"),
        ('calendars = "none"', ""),
    ],
)
def test_a_wrong_policy_is_refused_in_a_sentence(tmp_path, text: str, what: str):
    with pytest.raises(InvalidInput) as refused:
        policy_of(tmp_path, text)
    assert str(refused.value).startswith("The policy “own” is wrong about: ")
    assert what in str(refused.value)


def test_names_that_nothing_has_are_refused_with_those_there_are(tmp_path):
    with pytest.raises(InvalidInput, match=r"no mapping “x”.*boston311, servicenow"):
        mapping_named("x")
    with pytest.raises(InvalidInput, match=r"no policy “x”.*boston311, servicenow"):
        policy_named("x", zone="UTC", years=(2014, 2015))
    with pytest.raises(InvalidInput, match="No mapping that comes with Kept fits"):
        mapping_for(["a", "b"])
    policy = policy_of(tmp_path)
    with pytest.raises(InvalidInput, match=r"no calendar “x” in “own”.*city"):
        policy.calendar("x")
    with pytest.raises(InvalidInput, match=r"no rule “x” in “own”.*day, season, solve"):
        policy.changed({"x": policy.rules[0].duration})


def test_a_file_that_holds_nothing_or_lacks_columns_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="The file lacks these columns: verdict"):
        read_records(file_of(tmp_path, ["1,2,3,4,5"], "number,kind,came,due,done"), mapping())
    with pytest.raises(InvalidInput, match=r"No row of old.csv can be replayed\. “x” is not"):
        records_of(tmp_path, "N1,animal,x,,,in")
    picture = tmp_path / "old.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(InvalidInput, match="a picture, not a table"):
        read_records(picture, mapping())


def test_shipped_packs_can_be_replayed_too():
    policy = policy_named("software", zone="Asia/Shanghai", years=(2024, 2026), kind="approve")
    assert {rule.kind for rule in policy.rules} == {"approve"}


def test_the_rule_that_asks_for_more_wins(tmp_path):
    more = POLICY + '[[promises]]\ncode = "any"\nkind = "solve"\nduration = "1 hours"\n'
    policy = policy_of(tmp_path, more)
    found = [policy.rule_for({"type": one}) for one in ("animal", "pest", "other")]
    assert [rule.code for rule in found if rule] == ["day", "season", "any"]


def test_official_days_come_from_the_country(tmp_path):
    text = POLICY.replace('zone = "America/New_York"', 'country = "US"')
    calendar = policy_of(tmp_path, text).calendars["city"]
    assert not calendar.is_working_day(at("2014-07-04 12:00").date())
