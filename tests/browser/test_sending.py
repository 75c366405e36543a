"""Forms are sent once, a page that is out of date says so, and nothing needs a script."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from kept.cases.actions import classify
from kept.cases.models import Case, CaseClass
from kept.promises.models import Promise, PromiseKind
from tests.browser.conftest import opened

pytestmark = pytest.mark.browser

PASSWORD = "a-long-way-home-7"


def new_cases(office: SimpleNamespace) -> list[str]:
    return list(Case.objects.exclude(pk=office.case.pk).values_list("summary", flat=True))


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_double_click_makes_one_case(office, signed_in, has_script: bool):
    page = opened(signed_in(office.lin, java_script_enabled=has_script), "/intake/")
    page.locator("[name=summary]").fill("Pressed twice")
    page.locator("#intake-form .btn-primary").dblclick()
    expect(page.locator("h1")).to_contain_text("Pressed twice")
    assert new_cases(office) == ["Pressed twice"]


def test_a_page_that_is_out_of_date_says_who_changed_what(office, signed_in):
    page = opened(signed_in(office.lin), office.case.get_absolute_url())
    page.locator(".actions summary").click()
    page.locator(".actions a[href$='/classify/']").click()
    form = page.locator("#sheet form")
    form.locator("[name=classification]").select_option(CaseClass.OPERATION)
    classify(office.case, by=office.mei, classification=CaseClass.DEFECT)
    form.locator(".btn-primary").click()
    said = page.locator("#sheet .refusal-text")
    expect(said).to_contain_text("Mei changed this after you opened the page (")
    expect(said).to_contain_text("product defect")
    office.case.refresh_from_db()
    assert office.case.classification == CaseClass.DEFECT


def test_a_case_is_opened_and_promised_without_a_script(office, signed_in):
    page = opened(signed_in(office.lin, java_script_enabled=False), "/")
    page.locator(".bar-new").click()
    page.locator("#intake-find").fill("xjmy")
    page.locator("#intake-find").press("Enter")
    page.wait_for_url("**account=*")
    page.locator("[name=summary]").fill("Sent by hand")
    page.locator("#intake-form .btn-primary").click()
    expect(page.locator("h1")).to_contain_text("Sent by hand")
    case = Case.objects.latest("pk")
    assert (case.summary, case.account) == ("Sent by hand", office.customer)
    page.locator(".actions a[href$='/promise_call_back/']").click()
    page.locator("[name=phone]").fill("13800138000")
    page.locator("[name=due_at]").fill("2020-01-01T09:00")
    page.locator("main form .btn-primary").click()
    expect(page.locator(".field-error")).to_contain_text("This time has passed. Name a later one.")
    assert not Promise.objects.filter(kind=PromiseKind.CALL_BACK).exists()


def sign_in(page: Page) -> None:
    page.locator("[name=login]").fill("lin")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")


def test_somebody_signs_in_and_out(office, signed_in):
    office.lin.set_password(PASSWORD)
    office.lin.save(update_fields=["password"])
    page = opened(signed_in(), "/cases/")
    expect(page.locator("h1")).to_have_text("Sign in")
    sign_in(page)
    page.wait_for_url("**/cases/")
    page.goto("/intake/")
    page.locator("[name=summary]").press_sequentially("Half a word")
    expect(page.locator("[data-draft-state]")).to_contain_text("Draft saved")
    page.locator("summary", has_text="Menu of Lin").click()
    page.locator("[data-sign-out] button").click()
    page.wait_for_url("**/signin/**")
    left = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('kept-draft:'))")
    assert left == []
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Sign in")
