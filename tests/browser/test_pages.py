"""What holds for every page, wide and narrow, light and dark, in both languages."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import NARROW, WIDE, speak
from tests.structure.world import EXAMPLES, a_day

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa"]
#: Only what is wrong, as ``rule: element``.
FIND = """async (tags) => {
  const answer = await axe.run({ runOnly: tags, resultTypes: ["violations"] });
  return answer.violations.flatMap(({ id, nodes }) => nodes.map((node) =>
    `${id}: ${node.target} ${node.html.slice(0, 160)} ${node.any.map((one) => one.message)}`));
}"""
TOO_WIDE = """() => {
  const most = document.documentElement.scrollWidth - innerWidth;
  const [far] = [...document.querySelectorAll("body *")].sort(
    (a, b) => b.getBoundingClientRect().right - a.getBoundingClientRect().right);
  return most > 0 ? `${most} px too wide: ${far.outerHTML.slice(0, 160)}` : "";
}"""
THEMES = ("light", "dark")
#: What can be opened on a page, and what then shows: (address, what is pressed, what opens).
OPENED = (
    ("/", "details[data-lazy] > summary", ".bell-list hr"),
    ("/", "details:has([data-sign-out]) > summary", "[data-sign-out]"),
    ("/cases/", ".rows-filter > summary", ".rows-filter form"),
    ("case", ".actions summary", ".actions .drop-list"),
    ("case", ".actions a[href$='/promise_call_back/']", "#sheet form"),
)


@pytest.fixture
def day(site: str) -> SimpleNamespace:
    return a_day()


def addresses(day: SimpleNamespace) -> dict[str, str]:
    """Name → address of the main pages; pages of one thing by the name of their model."""
    lists = (
        "/", "/cases/", "/queue/", "/forum/", "/problems/", "/register/", "/accounts/",
        "/serials/", "/products/", "/contracts/", "/promises/", "/notices/", "/users/", "/units/",
        "/roles/", "/policy/", "/intake/", "/change_notices/", "/churn/", "/coverage/",
        "/field_staff/", "/cross_region/", "/file_checks/", "/views/", "/tokens/", "/installation/",
    )  # fmt: skip
    things = {model.__name__.lower(): EXAMPLES[model](day) for model in EXAMPLES}
    shown = ("account", "serialunit", "promise", "unit", "user", "changenotice", "contract", "role")
    case = day.case.get_absolute_url()
    return {
        **{one: one for one in lists},
        "case": case,
        "form": f"{case}close/",
        "paper": f"{case}print/",
        "call": f"/intake/browser/?account={day.case.account.number}",
        "caller": "/intake/browser/?q=YQ-A26",
        "found": "/search/?q=Xiang",
        "not found": "/search/?q=Zzzz",
        **{name: things[name].get_absolute_url() for name in shown},
    }


class Faults(list[str]):
    """What went wrong in a browser, each fault with the page it was on."""

    def __init__(self, context: BrowserContext) -> None:
        self.where = ""
        context.on("console", self._said)
        context.on("weberror", lambda error: self.add(f"error {error.error}"))
        context.on("response", self._answered)
        context.on("requestfailed", lambda one: self.add(f"{one.failure} {one.url}"))

    def add(self, what: str) -> None:
        if what:
            self.append(f"{self.where}: {what}")

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.add(f"console {message.text}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.add(f"{response.status} {response.url}")

    def must_be_none(self) -> None:
        assert not self, "\n".join(["", *dict.fromkeys(self)])

    def look(self, page: Page, themes: Sequence[str] = THEMES) -> None:
        """Width and axe, in light and dark."""
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(AXE.read_text())
        for theme in themes:
            page.emulate_media(color_scheme=theme)
            self.add(page.evaluate(TOO_WIDE))
            for found in page.evaluate(FIND, RULES):
                self.add(f"{theme} {found}")


def press(page: Page, what: str, opens: str) -> None:
    page.locator(what).first.click()
    page.locator(opens).first.wait_for()


@pytest.fixture(autouse=True)
def axe() -> None:
    if not AXE.exists():
        pytest.skip("There is no axe-core: run bin/setup.")


@pytest.mark.parametrize(
    ("language", "viewport", "themes"),
    [
        pytest.param("en", WIDE, THEMES, id="en wide"),
        pytest.param("en", NARROW, ["light"], id="en narrow"),
        pytest.param("zh-hans", WIDE, ["dark"], id="zh wide"),
        pytest.param("zh-hans", NARROW, THEMES, id="zh narrow"),
    ],
)
def test_pages_are_clean_and_accessible(
    day, signed_in, language: str, viewport: dict, themes: Sequence[str]
):
    context = signed_in(speak(day.chief, language), viewport=viewport)
    faults, page = Faults(context), context.new_page()
    known = addresses(day)
    for name, address in known.items():
        faults.where = name
        page.goto(address)
        faults.look(page, themes)
    for name, what, opens in OPENED:
        faults.where = f"{name} with {opens}"
        page.goto(known[name])
        press(page, what, opens)
        faults.look(page, themes)
    faults.must_be_none()


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_pages_before_the_sign_in_are_clean_and_accessible(site, signed_in, language: str):
    context = signed_in(locale=language)
    faults, page = Faults(context), context.new_page()
    for viewport in (WIDE, NARROW):
        page.set_viewport_size(viewport)
        for address in ("/signin/login/", "/cases/"):
            faults.where = f"{address} {viewport['width']}"
            page.goto(address)
            faults.look(page)
    faults.must_be_none()


# The check itself


def test_faults_of_a_page_are_found(site, signed_in):
    context = signed_in()
    faults, page = Faults(context), context.new_page()
    page.goto("/signin/login/")
    page.evaluate("""() => {
      document.body.insertAdjacentHTML("beforeend", `<img src="/nowhere.png">
        <p class="max-w-2xl" id="wide"></p><b style="color: red">Red</b>`);
      document.getElementById("wide").style.cssText = "width: 3000px; max-width: none";
      setTimeout(() => { throw new Error("Broken") });
    }""")
    page.wait_for_load_state("networkidle")
    faults.look(page)
    for word in ("404", "style", "Broken", "too wide", "light image-alt", "dark image-alt"):
        assert any(word in one for one in faults), word
