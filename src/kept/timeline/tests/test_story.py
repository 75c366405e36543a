"""The story of a thing, worded for whoever reads it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from kept.kit import clock
from kept.kit.refusal import InvalidInput, NotAllowed, OutOfSight, Refused
from kept.people.models import User
from kept.timeline import sentences, wiring
from kept.timeline.canonical import plain
from kept.timeline.erasing import erase_words
from kept.timeline.factories import attach_file, make_file, make_thread
from kept.timeline.files import attach
from kept.timeline.models import Thread
from kept.timeline.sentences import declare, words_of
from kept.timeline.story import story

EVENT = "test.happened"


@pytest.fixture
def worded(monkeypatch):
    """Words for one event, for one test."""
    monkeypatch.setattr(sentences, "_sentences", dict(sentences._sentences))

    def word(text: str, **options) -> None:
        declare(EVENT, text, **options)

    return word


def said(value) -> str:
    return words_of(EVENT, plain({"value": value}))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (timedelta(minutes=10), "10 min"),
        ({"seconds": 57_600}, "16 h"),
        ({"seconds": -90_000}, "1 day 1 h"),
        ({"seconds": 20}, "less than a minute"),
        (None, "–"),
        ({"row": "people.user", "id": None}, "–"),
        ({"row": "people.user", "id": 999_999}, "(unknown)"),
        (True, "yes"),
        (Decimal("12.50"), "12.50"),
        ([], "–"),
        (["a", None], "a, –"),
    ],
)
@pytest.mark.django_db
def test_values_are_worded(worded, value, words):
    worded("{value}")
    with translation.override("en"):
        assert said(value) == words


@pytest.mark.django_db
def test_times_are_told_in_the_readers_zone(worded):
    worded("{value}")
    moment = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    with translation.override("en"), timezone.override("Asia/Shanghai"):
        assert said(moment) == "2026-03-02 00:30"
    with translation.override("en"), timezone.override("America/New_York"):
        assert said(moment) == "2026-03-01 11:30"


def test_a_story_takes_four_queries_however_long(cast, worded, django_assert_max_num_queries):
    """Persons, units, files and threads named in it are one query together."""
    worded("{person} of {unit} {file} {other}")
    thread, other = make_thread(cast.north), make_thread(cast.south)
    for number in range(20):
        thread.record(
            EVENT, by=cast.lin, person=cast.wang, unit=cast.south, other=other, file=None,
            words={"text": f"Words {number}"},
        )  # fmt: skip
    attach_file(thread, cast.lin)
    with django_assert_max_num_queries(4), translation.override("en"):
        told = story(thread, cast.lin)
    assert told[1].sentence == f"Wang of South – {other.number}"
    assert told[1].text == "Words 0"
    assert [file.name for file in told[-1].attachments] == ["photo.png"]
    assert told[-1].sentence == "Attached photo.png"


def test_a_story_is_told_in_order_and_the_newest_can_be_asked_for(cast):
    thread = make_thread(cast.north)
    for number in range(5):
        thread.record("words.noted", by=cast.lin, words={"text": str(number)})
    assert [one.seq for one in story(thread, cast.lin)] == [1, 2, 3, 4, 5, 6]
    assert [one.seq for one in story(thread, cast.lin, last=2)] == [5, 6]


def test_what_was_merged_in_is_told_along(cast, monkeypatch, django_assert_max_num_queries):
    """Chains are never rewritten: the survivor shows both (SX.05)."""
    thread, merged = make_thread(cast.north), make_thread(cast.north)
    file = make_file(cast.lin)
    attach(merged, [file], seq=1, by=cast.lin)
    monkeypatch.setattr(wiring.merged_threads, "_fillers", [])

    @wiring.merged_threads.fill()
    def of_this_test(asked: Thread):
        return Thread.objects.filter(pk=merged.pk).values("pk")

    with django_assert_max_num_queries(4):
        told = story(thread, cast.lin)
    assert [(one.seq, one.thread) for one in told] == [(1, None), (1, merged)]
    assert [one.attachments for one in told] == [[], [file]]


def test_outside_people_are_not_told_the_notes_of_own_staff(cast, worded):
    worded("Note for colleagues", is_own=True)
    thread = make_thread(cast.north)
    thread.record(EVENT, by=cast.lin)
    outside = User(username="buyer", name="Buyer", unit=None)
    assert [one.event for one in story(thread, cast.lin)] == ["words.noted", EVENT]
    assert [one.event for one in story(thread, outside)] == ["words.noted"]


def test_what_was_recorded_later_says_so(cast):
    thread = make_thread(cast.north)
    thread.record("words.noted", by=cast.lin, happened_at=clock.now() - timedelta(minutes=30))
    assert [one.is_late_entry for one in story(thread, cast.lin)] == [False, True]


def test_erased_words_name_their_rule(cast):
    thread = make_thread(cast.north)
    erase_words(thread, by=User.objects.system(), seq=1, rule="Ten years are over")
    assert story(thread, cast.lin)[0].text == "(erased under Ten years are over)"


def test_erasing_names_its_rule_and_something_to_erase(cast):
    thread, system = make_thread(cast.north), User.objects.system()
    with pytest.raises(InvalidInput):
        erase_words(thread, by=system, seq=1, rule="")
    with pytest.raises(Refused, match="nothing left"):
        erase_words(thread, by=system, seq=9, rule="Removal request")
    with pytest.raises(NotAllowed):
        erase_words(thread, by=cast.lin, seq=1, rule="Removal request")
    with pytest.raises(OutOfSight):
        erase_words(thread, by=cast.wang, seq=1, rule="Removal request")
