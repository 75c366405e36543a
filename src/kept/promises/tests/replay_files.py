"""Small files of another system, invented, with a mapping and a policy to read them by."""

from collections.abc import Sequence
from pathlib import Path

from kept.promises.replay.mapping import Mapping, read_mapping
from kept.promises.replay.reading import read_records
from kept.promises.replay.recorded import Records
from kept.promises.replay.rules import ReplayPolicy, policy_named
from kept.promises.replay.running import Run

DATA = Path(__file__).parents[5] / "shared" / "data"
BOSTON = DATA / "boston311_sla_2013-2016.csv.gz"
SERVICENOW = DATA / "servicenow_incident_log_even.csv.gz"

HEADER = "number,kind,came,due,done,verdict"
MAPPING = """
title = "Old register"
zone = "America/New_York"
policy = "none"
[columns]
id = "number"
received = "came"
due = "due"
closed = "done"
verdict = "verdict"
[facts]
type = "kind"
[verdicts]
in = "kept"
out = "broken"
[due]
closing_time_as_next_opening = true
"""
POLICY = """
[[calendars]]
code = "city"
zone = "America/New_York"
week = { "mon-fri" = ["08:30-17:00"] }
[calendars.closed]
"2014-05-26" = "Memorial Day"

[[promises]]
code = "day"
kind = "solve"
duration = "8.5 working_hours"
calendar = "city"
applies = { type = ["animal"] }

[[promises]]
code = "season"
kind = "solve"
duration = "120 same_time_calendar_days"
calendar = "city"
applies = { type = ["pest"] }
"""


def mapping(text: str = MAPPING) -> Mapping:
    """A mapping out of its text."""
    return read_mapping("old", text)


def file_of(folder: Path, rows: Sequence[str], header: str = HEADER) -> Path:
    """A file with these rows."""
    path = folder / "old.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def records_of(folder: Path, *rows: str, read_by: str = MAPPING) -> Records:
    """What a file with these rows holds."""
    return read_records(file_of(folder, rows), mapping(read_by))[0]


def policy_of(folder: Path, text: str = POLICY, zone: str = "America/New_York") -> ReplayPolicy:
    """A policy out of the file of somebody's own."""
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return policy_named(str(path), zone=zone, years=(2014, 2015))


def run_of(folder: Path, records: Records, *, closing_as_opening: bool = True) -> Run:
    """A run by the policy above."""
    return Run(policy_of(folder), records.as_of, closing_as_opening)
