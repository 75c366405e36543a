"""``kept replay``: tables, differences, what-ifs, files, and one sentence for what cannot be."""

import csv
from xml.etree import ElementTree

import pytest

from kept.kit import clock
from kept.people.factories import make_company, make_unit, make_user
from kept.promises.tests.replay_files import MAPPING, POLICY, file_of
from kept.promises.tests.stored import NOW, many, rule

ROWS = [
    "N1,animal,2014-05-06 10:00,2014-05-07 10:00,2014-05-06 12:00,in",
    "N2,animal,2014-05-06 10:00,2014-05-07 10:00,2014-05-07 09:00,in",
    "N3,animal,2015-05-06 10:00,2015-05-08 10:00,2015-05-08 09:00,in",
    "N4,pest,2014-05-06 10:00,2014-09-03 10:00,,",
    "N5,other,2014-05-06 10:00,,,in",
    "N6,animal,soon,,,in",
]


@pytest.fixture
def old(tmp_path) -> tuple[str, ...]:
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "p.toml").write_text(POLICY, encoding="utf-8")
    path = file_of(tmp_path, ROWS)
    return ("replay", str(path), "--mapping", "m.toml", "--policy", "p.toml")


def test_replay_prints_years_differences_and_verdicts(kept, old):
    done = kept(*old)
    assert done.exit_code == 0, done.output
    assert "Old register: 6 rows, 5 matters, 1 unread, 0 left out." in done.output
    assert "line 7: “soon” is not a time." in done.output
    lines = [line.split() for line in done.output.splitlines()]
    assert ["2014", "4", "3", "3", "100.00", "%", "2", "2", "100.00", "%"] in lines
    assert ["2015", "1", "1", "0", "0.00", "%", "1", "0", "0.00", "%"] in lines
    assert ["all", "5", "4", "3", "75.00", "%", "3", "2", "66.66", "%"] in lines
    assert "1  Due as if a working day of our calendar had been a holiday there." in done.output
    assert "N3: came in Wed 2015-05-06 10:00, recorded Fri 2015-05-08 10:00" in done.output
    assert ["kept", "2", "1", "0", "1"] in lines
    assert done.output.rstrip().splitlines()[-1].startswith("6 rows in ")


def test_what_if_beside_today_with_rows_and_picture(kept, old, tmp_path):
    done = kept(*old, "--rule", "day=4 working hours", "--csv", "out.csv", "--picture", "o.svg")
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.output.splitlines()]
    assert ["Kept", "50.0", "%", "25.0", "%"] in lines
    assert ["of", "them", "where", "nobody", "is", "on", "duty", "0", "0"] in lines
    ElementTree.parse(tmp_path / "o.svg")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig") as file:
        rows = {row["Number"]: row for row in csv.DictReader(file)}
    assert len(rows) == 5
    assert rows["N2"]["Due by the rule"] == "2014-05-07 10:00:00"
    assert rows["N2"]["Due, changed"] == "2014-05-06 14:00:00"
    assert rows["N2"]["Outcome, changed"] == "done late or given up"
    assert rows["N3"]["Difference"].startswith("Due as if a working day")


def test_another_calendar_is_a_what_if_too(kept, old, tmp_path):
    night = '[[calendars]]\ncode = "night"\nweek = { "mon-sun" = ["22:00-06:00"] }\n'
    (tmp_path / "p.toml").write_text(night + POLICY, encoding="utf-8")
    done = kept(*old, "--calendar", "night", "--duty", "city")
    assert done.exit_code == 0 and "What if" in done.output


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (("--rule", "day"), 1, "is no change of a rule"),
        (("--rule", "day=soon"), 1, "not a unit of time"),
        (("--rule", "nobody=4 hours"), 1, "There is no rule “nobody”"),
        (("--calendar", "none"), 1, "There is no calendar “none”"),
        (("--rule", "day=4 hours", "--duty", "none"), 1, "There is no calendar “none”"),
        (("--picture", "o.svg"), 2, "give --rule or --calendar too"),
        (("--company", "HN"), 2, "not both"),
        (("--policy", "none"), 1, "There is no policy “none”"),
        (("--mapping", "none"), 1, "There is no mapping “none”"),
        (("--rule", "day=4 hours", "--picture", "no/where.svg"), 1, "no file or folder no/where"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(kept, old, more, code, words):
    done = kept(*old, *more)
    assert done.exit_code == code and words in done.output
    assert "Traceback" not in done.output


def test_without_a_file_something_must_change(kept):
    assert "Name a file" in kept("replay").output
    assert "go with a file" in kept("replay", "--rule", "reply=4 hours", "--csv", "a.csv").output
    done = kept("replay", "--rule", "reply=4 hours")
    assert done.exit_code == 1 and "There is no company yet." in done.output


def test_what_if_over_the_promises_of_a_company(kept, tmp_path):
    with clock.at(NOW):
        unit = make_unit(make_company("HN", "Huaneng"), "HN-1", "Changsha")
        day, solve = rule(unit, "24 hours"), rule(unit, "2 working_days", "solve")
        many(unit, make_user(unit, "lin", "lead"), [day, solve], 60, seed=3)
        done = kept("replay", "--company", "HN", "--rule", "reply=4 hours", "--picture", "o.svg")
        assert done.exit_code == 0, done.output
        assert "What if" in done.output and "Deadlines, changed" in done.output
        ElementTree.parse(tmp_path / "o.svg")
        wrong = kept("replay", "--company", "HN", "--rule", "visit=4 hours")
        assert wrong.exit_code == 1 and "has no rule for “visit”" in wrong.output
        wrong = kept("replay", "--company", "HN", "--calendar", "none")
        assert wrong.exit_code == 1 and "There is no calendar “none” here." in wrong.output
