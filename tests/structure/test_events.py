"""Over all history: what is recorded is worded, what is worded happens, what is heard happens."""

import pytest

from kept.kit.testing.structural import events
from kept.kit.testing.structural.sources import source
from kept.kit.testing.structure import none_of
from kept.timeline.sentences import declared


def test_everything_recorded_told_worded_and_heard_fits_together():
    none_of(events.faults(events.of_the_house()))


def test_sentences_read_in_the_code_are_those_declared():
    read = {one.event for one in events.of_the_house().worded}
    assert set(declared()) <= read


def test_events_are_found_at_all():
    said = {one.event for one in events.of_the_house().said}
    plain, by_condition, by_table, in_bulk = (
        "case.closed",
        "promise.kept",
        "promise.breached",
        "case.imported",
    )
    assert {plain, by_condition, by_table, in_bulk} <= said


# The checks themselves

WORDS = 'declare("case.closed", _("Closed as {classification}"))\n'
CLOSES = 'case.record("case.closed", by=by, classification=one)\n'


def whats(text: str, *, part: str = "cases") -> list[str]:
    return [fault.what for fault in events.faults(events.history_of([source(text, part=part)]))]


def test_event_with_its_sentence_and_values_is_right():
    assert whats(WORDS + CLOSES) == []


def test_event_without_a_sentence_is_found():
    assert "has no sentence" in whats(CLOSES)[0]


def test_sentence_nothing_says_is_found():
    assert "nothing records or tells it" in whats(WORDS)[0]


def test_place_nothing_fills_is_found():
    assert whats(WORDS + 'case.record("case.closed", by=by)') == [
        "“case.closed” is recorded without classification, which it words"
    ]
    assert "told without" in whats(WORDS + CLOSES + 'tell([one], "case.closed", about=a)')[0]


def test_words_fill_places_too():
    text = 'case.record("case.closed", by=by, words={"classification": text})'
    assert whats(WORDS + text) == []


def test_values_that_cannot_be_read_are_believed():
    assert whats(WORDS + 'case.record("case.closed", by=by, **values)') == []


@pytest.mark.parametrize(
    "text",
    [
        'case.record("case.closed" if late else "case.shut", by=by, **more)',
        'def f():\n    event = "case.closed"\n    record(case, event, values=more)',
        'def _told(event):\n    record(case, event, values=more)\n_told("case.closed")',
        'EVENTS = {1: "case.closed"}\ndef f(x):\n    record(case, EVENTS[x], values=more)',
        'class Line:\n    event: str\n    at: int\nlines = [Line("case.closed", 1)]',
        'class Kind:\n    name: str\n    event: str\nKINDS = {1: Kind("x", "case.closed")}',
    ],
)
def test_event_is_followed_to_its_name(text: str):
    assert "case.closed" in {one.event for one in events.history_of([source(text)]).said}


def test_reaction_to_what_never_happens_is_found():
    hears = '@reaction("case.closed", "case.exploded")\ndef hear(case): pass\n'
    assert whats(WORDS + CLOSES + hears) == ["hears “case.exploded”, but nothing records it"]


def test_reaction_to_something_only_told_is_found():
    told = 'tell([one], "case.closed", about=a, classification=b)\n'
    assert (
        "nothing records it" in whats(WORDS + told + '@reaction("case.closed")\ndef f(): pass')[0]
    )


def test_reaction_to_a_floor_above_is_found():
    above = source(WORDS + CLOSES, part="cases")
    below = source('EVENTS = ("case.closed",)\n@reaction(*EVENTS)\ndef f(): pass', part="parties")
    found = events.faults(events.history_of([above, below]))
    assert [fault.what for fault in found] == ["hears “case.closed” of a part above or beside it"]
