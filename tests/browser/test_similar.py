"""A second call about a matter: seen while typing, entered where it belongs, without a mouse."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from kept.cases.models import Case, Interaction
from tests.browser.conftest import NARROW, WIDE, opened
from tests.browser.test_call import tab_to

pytestmark = [pytest.mark.browser, pytest.mark.req("SX.10", part="duplicates of complaints")]


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_second_call_is_entered_in_the_case_that_is_there(
    office: SimpleNamespace, signed_in, viewport
) -> None:
    page = opened(signed_in(office.mei, viewport=viewport), "/intake/")
    page.locator("[name=summary]").fill("It does not print again")
    panel = page.locator("#intake-similar")
    expect(panel).to_have_attribute("aria-live", "polite")
    expect(panel.locator("a", has_text=office.case.number)).to_have_attribute("target", "_blank")
    belongs = panel.locator("button[name=belongs]")
    tab_to(belongs)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{office.case.get_absolute_url()}")
    assert Case.objects.count() == 1
    assert Interaction.objects.filter(case=office.case, by=office.mei).count() == 1


def test_the_panel_is_there_without_javascript(office: SimpleNamespace, signed_in) -> None:
    context = signed_in(office.mei, java_script_enabled=False)
    page = opened(context, "/intake/?summary=It%20does%20not%20print")
    expect(page.locator("#intake-similar a")).to_contain_text(office.case.number)
    page.locator("#intake-similar button").click()
    page.wait_for_url(f"**{office.case.get_absolute_url()}")
    assert Case.objects.count() == 1
