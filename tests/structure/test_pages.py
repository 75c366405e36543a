"""Every verb has a page: it opens for who may use it, has one heading, and never breaks."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kept.kit import clock
from kept.kit.actions import Action, all_actions
from kept.kit.testing.structural.sources import Fault
from kept.kit.testing.structure import none_of
from tests.structure.world import EXAMPLES, a_day

NINE = datetime(2026, 6, 1, 1, tzinfo=UTC)
LANGUAGES = ("en", "zh-hans")


@pytest.fixture
def day(db: None):
    with clock.at(NINE):
        yield a_day()


def offered() -> list[Action]:
    """The verbs that have a page."""
    return [one for one in all_actions() if not one.internal]


def address_of(action: Action, day: SimpleNamespace) -> str | None:
    """Where the page of a verb is, on a subject of that day."""
    if action.creates is not None:
        return reverse(action.name)
    example = EXAMPLES.get(action.model)
    if example is None:
        return None
    subject = example(day)
    ref = getattr(subject, getattr(subject, "ref", "pk"))
    return reverse(action.name, kwargs={"ref": ref})


def opened(client: Client, action: Action, day: SimpleNamespace) -> str:
    """What is wrong with the page of a verb, or nothing."""
    address = address_of(action, day)
    if address is None:
        return f"tests/structure/world.py has no example of {action.model.__name__}"
    answer = client.get(address, follow=True)
    if "/signin/" in answer.request["PATH_INFO"]:
        return "the page sends somebody who is signed in to sign in"
    return judged(answer)


def judged(answer: Any) -> str:
    """What is wrong with an answer: not 200 or 403, or not one heading."""
    if answer.status_code not in (200, 403):
        return f"the page answers {answer.status_code}"
    headings = len(re.findall(rb"<h1[\s>]", answer.content))
    return "" if headings == 1 else f"the page has {headings} headings"


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_of_every_verb_opens(client: Client, day: SimpleNamespace, language: str):
    day.chief.language = language
    day.chief.save(update_fields=["language"])
    client.force_login(day.chief)
    found = [(one.name, opened(client, one, day)) for one in offered()]
    none_of([Fault(name, what) for name, what in found if what])


def test_page_of_every_verb_is_shut_to_other_companies(client: Client, day: SimpleNamespace):
    client.force_login(day.outsider)
    shared = {"people.move_clock", "people.rename_installation"}
    about_something = [one for one in offered() if not one.creates and one.name not in shared]
    asked = [(one.name, client.get(address_of(one, day) or "/")) for one in about_something]
    found = [(name, answer.status_code) for name, answer in asked]
    assert [f"{name}: {status}" for name, status in found if status != 404] == []


def test_page_of_every_verb_wants_a_sign_in(client: Client, day: SimpleNamespace):
    for one in offered():
        answer = client.get(address_of(one, day) or "/")
        assert answer.status_code == 302 and "/signin/" in answer.headers["Location"], one.name


# The check itself


@pytest.mark.parametrize(
    ("status", "content", "word"),
    [
        (200, b"<h1>Close</h1>", ""),
        (403, b'<h1 class="x">Not allowed</h1>', ""),
        (500, b"<h1>Broken</h1>", "500"),
        (404, b"<h1>Nothing</h1>", "404"),
        (200, b"<p></p>", "0 headings"),
        (200, b"<h1></h1><h1></h1>", "2 headings"),
    ],
)
def test_answers_are_judged(status: int, content: bytes, word: str):
    what = judged(SimpleNamespace(status_code=status, content=content))
    assert word in what and bool(word) == bool(what)
