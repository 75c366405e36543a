"""Figures and pictures of a what-if, beside a slow plain way to come to them."""

import random
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from kept.promises.clockwork import ALWAYS, Duration, WorkCalendar, week_of
from kept.promises.replay.picture import of_bands, of_week, whole
from kept.promises.replay.running import Run
from kept.promises.replay.spread import (
    BANDS,
    COLUMNS,
    QUANTILES,
    Duty,
    Outcome,
    Result,
    Spread,
    band_of,
    edges,
)
from kept.promises.replay.what_if import compare
from kept.promises.replay.worded import band_words
from kept.promises.tests.replay_files import records_of, run_of

ZONE = "Asia/Shanghai"
OFFICE = WorkCalendar(ZONE, week_of({"mon-fri": ["09:00-12:00", "13:00-17:00"]}))
MONDAY = datetime(2026, 6, 1, tzinfo=ZoneInfo(ZONE))


def result(outcome: Outcome, due: datetime, late: timedelta | None = None, **more) -> Result:
    return Result(outcome, due, done=None if late is None else due + late, **more)


@pytest.mark.parametrize(
    ("late", "minutes"),
    [
        (timedelta(0), 0),
        (timedelta(microseconds=1), 1),
        (timedelta(seconds=60), 1),
        (timedelta(seconds=-59), 0),
        (timedelta(minutes=-1), -1),
        (timedelta(days=4000), 366 * 1440),
    ],
)
def test_margin_is_late_from_the_first_moment_after(late: timedelta, minutes: int):
    assert result(Outcome.KEPT, MONDAY, late).margin == minutes


def test_every_margin_lies_in_its_band():
    for band, (lower, upper) in enumerate(edges()):
        for minutes in (lower, upper):
            if minutes is not None:
                assert band_of(minutes) == band - (minutes == lower)
        assert band_of(upper if upper is not None else BANDS[-1] + 1) == band
    assert [band_words(band) for band in (0, 3, 4, 9)] == [
        "more than 7 d early",
        "up to 4 h early",
        "up to 1 h late",
        "more than 7 d late",
    ]


@pytest.mark.parametrize(
    ("hour", "minute", "names_day", "missed"),
    [
        (9, 0, False, False),
        (8, 59, False, True),
        (12, 0, False, False),
        (12, 1, False, True),
        (17, 0, False, False),
        (23, 59, True, False),
    ],
)
def test_a_deadline_needs_somebody_on_duty(hour, minute, names_day, missed):
    due = MONDAY.replace(hour=hour, minute=minute)
    found = result(Outcome.OPEN, due, names_day=names_day)
    assert Duty(OFFICE).is_missed_by(found) is missed
    assert Duty(OFFICE).is_missed_by(result(Outcome.OPEN, due - timedelta(days=1)))
    assert not Duty(ALWAYS).is_missed_by(found)


def some_results(count: int) -> list[Result]:
    chance = random.Random(count)
    found = []
    for _at in range(count):
        due = MONDAY.astimezone(UTC) + timedelta(minutes=chance.randrange(60 * 24 * 90))
        late = timedelta(seconds=chance.randrange(-900_000, 900_000))
        outcome = chance.choice([*Outcome])
        if outcome in (Outcome.KEPT, Outcome.LATE):
            outcome = Outcome.LATE if late > timedelta() else Outcome.KEPT
        is_done = outcome in (Outcome.KEPT, Outcome.LATE)
        names_day = chance.random() < 0.2
        found.append(result(outcome, due, late if is_done else None, names_day=names_day))
    return found


def slowly(results: list[Result]) -> dict:
    """The same figures from all of them at once."""
    counts = {one.value: sum(r.outcome == one for r in results) for one in Outcome}
    decided = counts["kept"] + counts["late"] + counts["overdue"]
    margins = sorted(r.margin for r in results if r.margin is not None)
    ends = [*edges()]
    due = [r for r in results if r.due and r.outcome != Outcome.LEFT_OUT]
    week, missed = [0] * (7 * COLUMNS), [0] * (7 * COLUMNS)
    for one in due:
        local = one.due.astimezone(ZoneInfo(ZONE))
        at = local.weekday() * COLUMNS + (24 if one.names_day else local.hour)
        week[at] += 1
        missed[at] += Duty(OFFICE).is_missed_by(one)
    tenths = counts["kept"] * 1000 // decided if decided else None
    return {
        "count": len(results),
        "outcomes": counts,
        "decided": decided,
        "kept_percent": None if tenths is None else f"{tenths // 10}.{tenths % 10}",
        "done": len(margins),
        "quantiles": {
            str(one): margins[-(-len(margins) * one // 100) - 1] for one in QUANTILES if margins
        },
        "bands": [
            sum((low is None or m > low) and (high is None or m <= high) for m in margins)
            for low, high in ends
        ],
        "week": week,
        "deadlines": len(due),
        "missed": missed,
        "off_duty": sum(missed),
    }


@pytest.mark.parametrize("count", [0, 1, 7, 400])
def test_figures_are_those_of_the_plain_way(count: int):
    results, spread = some_results(count), Spread(ZONE, Duty(OFFICE))
    for one in results:
        spread.add(one)
    assert spread.figures() == slowly(results)


def test_what_if_over_a_file(tmp_path):
    records = records_of(
        tmp_path,
        "N1,animal,2014-05-06 10:00,,2014-05-06 12:00,in",
        "N2,animal,2014-05-06 10:00,,2014-05-06 16:00,in",
        "N3,animal,2014-05-06 10:00,,2014-05-08 16:00,out",
        "N4,other,2014-05-06 10:00,,2014-05-08 16:00,in",
    )
    run = run_of(tmp_path, records)
    shorter = Run(run.policy.changed({"day": Duration.of("4 hours")}), run.as_of)
    found = compare(run.all(records.matters), shorter, zone=ZONE)
    assert (found.today["kept_percent"], found.changed["kept_percent"]) == ("66.6", "33.3")
    assert found.today["count"] == 3, "what no rule is for is not asked about"


def test_pictures_are_sound_and_say_what_they_show():
    spread = Spread(ZONE, Duty(OFFICE))
    for one in some_results(300):
        spread.add(one)
    figures = spread.figures()
    link = lambda rules, figure, at: f"/rows/?{figure}_{rules}={at}&x=<1>"  # noqa: E731
    for one in (of_bands(figures, figures, link), of_week(figures, "today", link)):
        root = ElementTree.fromstring(one.in_page("p"))
        names = {child.get("id"): child for child in root if child.get("id")}
        assert root.get("role") == "img"
        assert root.get("aria-labelledby").split() == ["p-title", "p-desc"]
        assert all(names[part].text for part in ("p-title", "p-desc"))
        text = ElementTree.tostring(root, "unicode")
        assert "style" not in text and "script" not in text
        links = [node.get("href") for node in root.iter() if node.tag.endswith("}a")]
        assert links and all("<1>" in one for one in links)
    cells = [node for node in root.iter() if node.get("class") == "pic-field"]
    assert len(cells) == sum(count > 0 for count in figures["week"])
    file = whole(figures, figures, "What if <now>").in_file()
    assert "prefers-color-scheme: dark" in file and "<script" not in file
    ElementTree.fromstring(file)
