"""What stands where on a wide page and on a phone."""

from typing import Any

import pytest
from playwright.sync_api import expect

from kept.promises.models import Roster
from tests.browser.conftest import NARROW, WIDE, opened
from tests.structure.world import a_day

pytestmark = pytest.mark.browser


def test_the_tab_that_is_open_is_in_sight_on_a_phone(site: str, signed_in: Any) -> None:
    page = opened(signed_in(a_day().chief, viewport=NARROW), "/requests/")
    expect(page.locator(".tabs-line > [aria-current]")).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize(
    ("viewport", "shown", "hidden"),
    [
        pytest.param(WIDE, "table", ".phone-only", id="wide"),
        pytest.param(NARROW, ".phone-only", "table", id="narrow"),
    ],
)
def test_a_week_of_a_roster_stands_once(
    site: str, signed_in: Any, viewport: dict[str, int], shown: str, hidden: str
) -> None:
    chief = a_day().chief
    page = opened(signed_in(chief, viewport=viewport), Roster.objects.get().get_absolute_url())
    week = page.locator("section.panel:has(.phone-only)")
    expect(week.locator(shown)).to_be_visible()
    expect(week.locator(hidden)).to_be_hidden()


def test_on_a_phone_the_state_of_a_row_stands_beside_its_name(site: str, signed_in: Any) -> None:
    page = opened(signed_in(a_day().chief, viewport=NARROW), "/cases/")
    row = page.locator("tr[data-row]").first
    name, state = (row.locator(one).bounding_box() for one in ("td.c-title", "td.c-state"))
    assert name and state
    assert name["y"] <= state["y"] + state["height"] / 2 <= name["y"] + name["height"]
    assert state["x"] >= name["x"] + name["width"]
