"""Several calls at once: what was typed is never lost, each call keeps its own words."""

import threading

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kept.cases.models import Case
from kept.people.models import Draft
from tests.browser.conftest import opened

pytestmark = pytest.mark.browser


def type_summary(page: Page, words: str) -> None:
    page.locator("[name=summary]").press_sequentially(words)


def must_say(page: Page, words: str) -> None:
    expect(page.locator("[name=summary]")).to_have_value(words)


def tabs(page: Page, *labels: str) -> None:
    """The calls that stand above the form, the plus at the end left out."""
    expect(page.locator("a[data-tab]")).to_have_text(labels)


def two_calls(context: BrowserContext) -> Page:
    """A page on which one call was begun and, before it was saved, a second."""
    page = opened(context, "/intake/")
    type_summary(page, "First call")
    page.get_by_role("link", name="New call", exact=True).last.click()
    must_say(page, "")
    type_summary(page, "Second call")
    return page


def test_two_calls_keep_their_words_through_switching_and_reloading(office, signed_in):
    page = two_calls(signed_in(office.lin))
    page.keyboard.press("Alt+1")
    must_say(page, "First call")
    tabs(page, "First call", "Second call")
    page.reload()
    must_say(page, "First call")
    page.keyboard.press("Alt+2")
    must_say(page, "Second call")
    page.locator("[name=summary]").press("Control+s")
    page.wait_for_url("**/cases/*/")
    assert Case.objects.latest("pk").summary == "Second call"
    page.goto("/intake/")
    tabs(page, "First call", "New call")


def test_drafts_survive_the_page_being_closed(office, signed_in):
    context = signed_in(office.lin)
    two_calls(context).close(run_before_unload=True)
    expect_drafts(2)
    page = opened(context, "/intake/")
    tabs(page, "First call", "Second call", "New call")
    page.get_by_role("link", name="Second call").click()
    must_say(page, "Second call")


def expect_drafts(count: int) -> None:
    """A closed page says its last words in the background."""
    for _attempt in range(100):
        if Draft.objects.exclude(body={}).count() == count:
            return
        threading.Event().wait(0.05)
    raise AssertionError(f"{Draft.objects.count()} drafts")


def test_words_the_server_never_got_come_back_on_this_device(office, signed_in):
    context = signed_in(office.lin)
    context.route("**/drafts/**", lambda route: route.abort())
    page = opened(context, "/intake/")
    type_summary(page, "The line is down")
    expect(page.locator("[data-draft-state]")).to_have_text("Draft kept on this device")
    page.reload()
    must_say(page, "The line is down")
    expect(page.locator("[data-draft-state]")).to_have_text("Your unsent words are back")
