"""An office behind a live server, and pages of a real browser that somebody is signed in on."""

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kept.people.models import User
from tests.browser.world import an_office

PATIENCE = 15_000
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def one_at_a_time() -> Iterator[None]:
    """On SQLite all threads of a test share one connection: there requests wait for each other."""
    answer, lock = WSGIHandler.get_response, threading.Lock()

    def answer_alone(self: WSGIHandler, request: Any) -> Any:
        with lock:
            return answer(self, request)

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            patch.setattr(WSGIHandler, "get_response", answer_alone)
        yield


@pytest.fixture
def site(one_at_a_time: None, live_server: Any) -> str:
    """The address of the house, empty as yet."""
    return live_server.url


@pytest.fixture
def office(site: str) -> SimpleNamespace:
    return an_office()


@pytest.fixture
def signed_in(browser: Browser, site: str) -> Iterator[Callable[..., BrowserContext]]:
    """``signed_in(user, viewport=NARROW)``: a browser with the cookie of somebody's session."""
    opened: list[BrowserContext] = []

    def enter(user: User | None = None, **options: Any) -> BrowserContext:
        options = {"viewport": WIDE, "reduced_motion": "reduce", **options}
        context = browser.new_context(base_url=site, **options)
        opened.append(context)
        context.set_default_timeout(PATIENCE)
        if user:
            client = Client()
            client.force_login(user)
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
        return context

    yield enter
    for context in opened:
        context.close()


def speak(user: User, language: str) -> User:
    """The person as a reader of that language."""
    User.objects.filter(pk=user.pk).update(language=language)
    user.language = language
    return user


def opened(context: BrowserContext, address: str) -> Page:
    """A new tab on an address."""
    page = context.new_page()
    page.goto(address)
    return page
