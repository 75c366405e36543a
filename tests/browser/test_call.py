"""The journey of the product: a call comes in, is promised, called back, classified and closed."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import Locator, Page, expect

from kept.cases.factories import outcome
from kept.cases.models import Case, CaseClass, CaseStatus
from kept.kit import clock
from kept.kit.actions import get_action
from kept.promises.models import Promise, PromiseKind
from tests.browser.conftest import NARROW, opened, speak

pytestmark = pytest.mark.browser

MOST_TABS = 80


def tab_to(thing: Locator) -> None:
    """Walk to something with Tab."""
    thing.wait_for()
    for _count in range(MOST_TABS):
        if thing.evaluate("one => one === document.activeElement"):
            return
        thing.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {thing}")


class Keys:
    """Works without a mouse."""

    def press(self, thing: Locator, key: str = "Enter") -> None:
        tab_to(thing)
        thing.page.keyboard.press(key)

    def tick(self, box: Locator) -> None:
        self.press(box, "Space")

    def save(self, form: Locator) -> None:
        form.page.keyboard.press("Control+Enter")


class Thumb:
    """Works on a phone."""

    def press(self, thing: Locator) -> None:
        thing.tap()

    def tick(self, box: Locator) -> None:
        box.tap()

    def save(self, form: Locator) -> None:
        form.locator("button.btn-primary").tap()


Hand = Keys | Thumb


def wall(**later: int) -> str:
    """That much from now, as a field for date and time takes it in Shanghai."""
    moment = clock.local(clock.now() + timedelta(**later), "Asia/Shanghai")
    return moment.strftime("%Y-%m-%dT%H:%M")


def open_verb(page: Page, verb: str, hand: Hand, *, behind_more: bool = False) -> Locator:
    """Open the dialog of a verb of this page: its form."""
    if behind_more:
        hand.press(page.locator(".actions summary"))
    hand.press(page.locator(f".actions a[href$='/{verb}/']"))
    form = page.locator("#sheet[open] form")
    form.wait_for()
    expect(page.locator("#sheet-title")).to_have_text(str(get_action(f"cases.{verb}").label))
    expect(page.locator("#sheet form :focus")).to_have_count(1)
    return form


def done(page: Page) -> None:
    """The dialog has gone with the page that opened it."""
    expect(page.locator("#sheet[open]")).to_have_count(0)
    page.wait_for_load_state()


def promise_a_call_back(page: Page, hand: Hand) -> None:
    """Tomorrow without a reason is refused, in the dialog and in the reader's language."""
    form = open_verb(page, "promise_call_back", hand)
    form.locator("[name=phone]").fill("13800138000")
    form.locator("[name=due_at]").fill(wall(days=1))
    hand.save(form)
    said = _("Later than {minutes} minutes from now needs a reason.").format(minutes=60)
    expect(page.locator("#sheet .field-error")).to_contain_text(said)
    expect(form.locator("[name=phone]")).to_have_value("13800138000")
    form.locator("[name=due_at]").fill(wall(minutes=30))
    hand.save(form)
    done(page)


def end_the_case(page: Page, case: Case, hand: Hand) -> None:
    """Call back with "solved", say what it was, close."""
    form = open_verb(page, "call_back", hand)
    hand.tick(form.locator("[name=reached]"))
    form.locator("[name=told]").fill("They print again")
    hand.tick(form.locator("[name=solved]"))
    hand.save(form)
    done(page)
    form = open_verb(page, "classify", hand, behind_more=True)
    form.locator("[name=classification]").select_option(CaseClass.OPERATION)
    hand.save(form)
    done(page)
    form = open_verb(page, "close", hand)
    form.locator("[name=outcome]").select_option(str(outcome(case).pk))
    hand.save(form)
    done(page)


def the_new_case(office: SimpleNamespace) -> Case:
    return Case.objects.exclude(pk=office.case.pk).get()


def must_be_closed(page: Page, case: Case) -> None:
    expect(page.locator("h1 .tag")).to_have_text(str(CaseStatus.CLOSED.label))
    case.refresh_from_db()
    assert (case.status, case.owner.username) == (CaseStatus.CLOSED, "lin")
    promise = Promise.objects.get(about=case.thread, kind=PromiseKind.CALL_BACK)
    assert promise.state == Promise.State.KEPT


def test_a_call_goes_from_n_to_closed_by_keyboard(office, signed_in):
    page, hand = opened(signed_in(office.lin), "/"), Keys()
    page.keyboard.press("n")
    page.wait_for_url("**/intake/*/")
    page.keyboard.type("xjmy")
    hand.press(page.locator(".found a", has_text=office.customer.number))
    page.wait_for_url("**account=*")
    expect(page.locator("[name=caller_name]")).to_have_value("彭卫国")
    tab_to(page.locator("[name=summary]"))
    page.keyboard.type("The drawer stays shut")
    page.keyboard.press("Control+s")
    page.wait_for_url("**/cases/*/")
    case = the_new_case(office)
    assert (case.account, case.caller_name) == (office.customer, "彭卫国")
    promise_a_call_back(page, hand)
    end_the_case(page, case, hand)
    must_be_closed(page, case)


def test_a_call_goes_from_new_to_closed_on_a_phone_in_chinese(office, signed_in):
    context = signed_in(speak(office.lin, "zh-hans"), viewport=NARROW, has_touch=True)
    page, hand = opened(context, "/"), Thumb()
    with translation.override("zh-hans"):
        page.locator(".dock-new").tap()
        page.wait_for_url("**/intake/*/")
        page.locator("#intake-find").fill("138000")
        page.locator(".found a", has_text=office.customer.number).tap()
        page.wait_for_url("**account=*")
        page.locator("[name=summary]").fill("抽屉打不开")
        hand.save(page.locator("#intake-form"))
        page.wait_for_url("**/cases/*/")
        case = the_new_case(office)
        promise_a_call_back(page, hand)
        end_the_case(page, case, hand)
        must_be_closed(page, case)
