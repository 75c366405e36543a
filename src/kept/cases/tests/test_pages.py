"""The pages of cases: what they show, what they cost, and what they do with bad input."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kept.cases.actions import add_note, classify, promise_customer
from kept.cases.factories import make_case, outcome
from kept.cases.models import Case, CaseClass, Interaction, Route
from kept.kit import clock
from kept.parties.actions import add_account
from kept.people.actions import issue_token
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.promises.models import PromiseKind
from kept.timeline.models import Attachment
from tests.stories.cast import promise_of

CASE_PAGE_QUERIES = 15
LIST_QUERIES = 12


@pytest.fixture
def screen(client, office):
    client.force_login(office.lin)
    return client


def call(screen, **values):
    """Send the intake form as the page does."""
    sent = {
        "summary": "Screen stays black",
        "route": "phone",
        "unit": "YQ-HL",
        "case_kind": "service",
        "priority": "normal",
        "sender_type": "user",
        "_key": "first",
        **values,
    }
    return screen.post("/intake/one/", sent)


def queries_of(screen, address):
    screen.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = screen.get(address)
    assert answer.status_code == 200
    return len(queries)


# Intake


def test_call_is_taken_and_the_case_page_opens(screen, office):
    answer = call(screen, account=office.customer.number)
    case = Case.objects.get(summary="Screen stays black")
    assert answer.status_code == 302 and answer.headers["Location"] == case.get_absolute_url()
    assert (case.owner, case.account, case.route) == (office.lin, office.customer, Route.PHONE)


def test_box_finds_the_caller_by_phone_initials_and_name(screen, office):
    for typed in ("8001380", "xiangj", office.customer.number):
        found = screen.get("/intake/one/find/", {"q": typed}).content.decode()
        assert office.customer.number in found, typed


def test_enter_in_the_box_chooses_at_once_when_only_one_is_meant(screen, office):
    for typed in (office.customer.number, "Xiangjiang Trading"):
        answer = screen.get("/intake/one/", {"q": typed})
        assert answer.headers["Location"] == f"/intake/one/?account={office.customer.number}"
    add_account(by=office.chief, unit=office.branch, name="Xiangjiang Paper")
    page = screen.get("/intake/one/", {"q": "Xiangj"}).content.decode()
    assert page.count("<mark>Xiangj</mark>") > 2 and page.count("account=YQ-A26-") == 2


def test_choosing_somebody_else_replaces_what_the_first_choice_filled_in(screen, office):
    other = add_account(
        by=office.chief, unit=office.branch, name="Paper", contact_name="Wu", phone="13900139000"
    )
    body = {"account": office.customer.number, "caller_name": "Peng", "summary": "Jammed"}
    screen.post("/drafts/intake/one/", body)
    page = screen.get(f"/intake/one/?account={other.number}").content.decode()
    assert 'value="Wu"' in page and 'value="Peng"' not in page and 'value="Jammed"' in page
    page = screen.get("/intake/one/?nobody=1").content.decode()
    assert office.customer.number not in page and 'value="Jammed"' in page
    assert office.customer.number not in screen.get("/intake/one/").content.decode()


def test_what_is_known_stands_beside_the_call(screen, office):
    promise_customer(
        office.case, by=office.lin, promised="Manual", due_at=clock.now() + timedelta(hours=3)
    )
    known = screen.get("/intake/one/", {"account": office.customer.number}).content.decode()
    for word in ("Xiangjiang Trading", "Peng", "+86 138 0013 8000", office.case.number):
        assert word in known
    assert "Manual" in known


def test_customer_of_another_company_is_not_known_here(screen, office):
    other = make_company("ZZ", "Other", pack="software")
    stranger = make_user(make_unit(other, "ZZ-HL", kind=UnitKind.HOTLINE), "eve", "clerk")
    theirs = make_case(stranger)
    assert screen.get(theirs.get_absolute_url()).status_code == 404
    assert screen.post(f"{theirs.get_absolute_url()}close/", {}).status_code == 404
    answer = call(screen, unit="ZZ-HL")
    assert answer.status_code == 422 and Case.objects.filter(unit=stranger.unit).count() == 1


def test_double_click_opens_one_case(screen):
    first, second = call(screen), call(screen)
    assert first.headers["Location"] == second.headers["Location"]
    assert Case.objects.filter(summary="Screen stays black").count() == 1
    again = call(screen, summary="Something else")
    assert again.status_code == 422
    assert "request key" in again.content.decode()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"summary": ""}, "required"),
        ({"summary": "a\x00b"}, "Null characters"),
        ({"summary": "x" * 300}, "at most 200"),
        ({"description": "x" * 5_000_000}, "at most 20000"),
        ({"received_at": "2026-13-45T99:00"}, "valid date"),
        ({"received_at": "2031-01-01T09:00"}, "not happened yet"),
        ({"route": "telepathy"}, "valid choice"),
        ({"unit": "NOWHERE"}, "not one of the things"),
    ],
)
def test_bad_input_gets_a_sentence_beside_the_field_and_nothing_is_written(screen, values, words):
    before = Case.objects.count(), Interaction.objects.count()
    answer = call(screen, **values)
    assert answer.status_code in (409, 422)
    assert words in answer.content.decode()
    assert (Case.objects.count(), Interaction.objects.count()) == before


def test_scripts_in_words_and_file_names_stay_words(screen, office):
    script = "<script>alert(1)</script>"
    call(screen, summary=script, description=script, caller_name=script)
    case = Case.objects.get(summary=script)
    screen.post(
        f"{case.get_absolute_url()}note/",
        {"note": script, "files": [SimpleUploadedFile("<img onerror=x>.svg", b"<svg/>")]},
    )
    assert Attachment.objects.get(thread=case.thread_id)
    shown = screen.get(case.get_absolute_url()).content.decode()
    assert script not in shown and "<img onerror" not in shown
    assert "&lt;script&gt;" in shown


# The case page


def test_case_page_with_twenty_entries_stays_in_its_budget(screen, office):
    for n in range(20):
        add_note(office.case, by=office.mei, note=f"Note {n}")
    assert queries_of(screen, office.case.get_absolute_url()) <= CASE_PAGE_QUERIES


@pytest.mark.parametrize(
    "address", ["/cases/", "/register/", "/queue/", "/forum/", "/problems/", "/promises/"]
)
def test_lists_stay_in_their_budget(screen, office, address):
    for _n in range(5):
        make_case(office.lin, account=office.customer)
    few = queries_of(screen, address)
    for _n in range(10):
        make_case(office.lin, account=office.customer)
    assert queries_of(screen, address) == few <= LIST_QUERIES


def test_stale_page_is_refused_with_who_changed_what(screen, office):
    case = office.case
    seen = case.thread.length
    classify(case, by=office.mei, classification=CaseClass.DEFECT)
    answer = screen.post(
        f"{case.get_absolute_url()}classify/",
        {"classification": "operation", "_version": seen, "_key": "k"},
    )
    assert answer.status_code == 409
    assert "Mei changed this" in answer.content.decode()
    case.refresh_from_db()
    assert case.classification == CaseClass.DEFECT


def test_a_refusal_stands_on_the_page_in_the_readers_language(screen, office):
    for language, word in (("en", "S1.48"), ("zh-hans", "S1.48")):
        User.objects.filter(pk=office.lin.pk).update(language=language)
        classify(office.case, by=office.lin, classification=CaseClass.DEFECT)
        answer = screen.post(
            f"{office.case.get_absolute_url()}close/",
            {"outcome": outcome(office.case).pk, "_key": f"k-{language}"},
        )
        assert answer.status_code == 409 and word in answer.content.decode()


def test_missing_right_is_403_and_unseen_is_404(screen, office):
    case = office.case
    answer = screen.post(
        f"{case.get_absolute_url()}reassign_owner/",
        {"owner": office.mei.username, "reason": "x", "_key": "k"},
    )
    assert answer.status_code == 403
    branch_case = make_case(office.zhou, unit=office.branch)
    assert screen.get(branch_case.get_absolute_url()).status_code == 404


@pytest.mark.req("S1.01", part="sight")
def test_headquarters_sees_every_branch_and_a_branch_only_its_own(client, office):
    branch_case = make_case(office.zhou, unit=office.branch)
    client.force_login(office.chief)
    assert client.get(branch_case.get_absolute_url()).status_code == 200
    client.force_login(office.zhou)
    assert client.get(branch_case.get_absolute_url()).status_code == 200
    assert client.get(office.case.get_absolute_url()).status_code == 404


# Lists and papers


def test_list_filters_and_exports_what_it_shows(screen, office):
    make_case(office.lin, summary="=1+1", route=Route.FAX)
    shown = screen.get("/cases/", {"route": "fax"}).content.decode()
    assert "=1+1" in shown and office.case.summary not in shown
    exported = b"".join(screen.get("/cases/", {"route": "fax", "format": "csv"}).streaming_content)
    text = exported.decode("utf-8-sig")
    assert "'=1+1" in text and office.case.number not in text
    assert screen.get("/cases/", {"format": "xlsx"}).status_code == 200


def test_case_prints_on_a4_without_notes_for_own_staff(screen, office):
    add_note(office.case, by=office.lin, note="Careful: sues everybody")
    paper = screen.get(f"{office.case.get_absolute_url()}print/").content.decode()
    assert office.case.number in paper and "sues everybody" not in paper


def test_promise_page_says_why_it_is_due_then(screen, office):
    letter = make_case(office.lin, route=Route.LETTER)
    shown = screen.get(promise_of(letter, PromiseKind.REPLY).get_absolute_url()).content.decode()
    assert "24" in shown and "clock started" in shown


# The API


def bearer(user):
    token = issue_token(user, by=User.objects.system(), name="test").fresh_token
    return {"Authorization": f"Bearer {token}"}


def test_api_opens_and_refuses_in_the_callers_language(client, office):
    headers = bearer(office.lin)
    body = {"unit": "YQ-HL", "route": "phone", "summary": "From a program"}

    def send(address, body, key="a1"):
        return client.post(
            f"/api/v1/{address}",
            body,
            content_type="application/json",
            headers={**headers, "Idempotency-Key": key},
        )

    made = send("cases", body)
    assert made.status_code == 201
    assert send("cases", body).json() == made.json()
    assert send("cases", {**body, "summary": "Other"}).status_code == 422
    number = made.json()["ref"]
    missing = send(f"cases/{number}/promise_call_back", {"phone": "1"}, "a2")
    assert (missing.status_code, missing.json()["field"]) == (422, "due_at")
    refusal = send(f"cases/{number}/close", {"outcome": "999"}, "a3")
    assert (refusal.status_code, refusal.json()["field"]) == (422, "outcome")
    refusal = send(f"cases/{number}/close", {"outcome": str(outcome(office.case).pk)}, "a4")
    assert (refusal.status_code, refusal.json()["rule"]) == (409, "S1.46")
    assert send("cases/YQ-C26-999999/note", {"note": "x"}, "a5").status_code == 404
    assert client.post("/api/v1/cases", body, content_type="application/json").status_code == 401


def test_another_program_names_an_ending_by_the_companys_code(client, office):
    """Keys of policy rows change with each pack; codes do not."""
    classify(office.case, by=office.lin, classification=CaseClass.INFORMATION)
    headers = {**bearer(office.lin), "Idempotency-Key": "once"}
    address = f"/api/v1/cases/{office.case.number}/close"

    def close(ending):
        body = {"outcome": ending, "note": "They found it themselves"}
        return client.post(address, body, content_type="application/json", headers=headers)

    unknown = close("no_such_ending")
    assert (unknown.status_code, unknown.json()["field"]) == (422, "outcome")
    assert close("withdrawn").status_code == 200
    office.case.refresh_from_db()
    assert office.case.outcome == outcome(office.case, "withdrawn")


@pytest.mark.req("SX.10", part="what was found is marked")
def test_search_marks_what_was_asked_for_and_escapes_the_rest(screen, office):
    add_note(office.case, by=office.lin, note="油封漏油 <b>快</b>")
    page = screen.get("/search/", {"q": "漏油"}).content.decode()
    assert "油封<mark>漏油</mark> &lt;b&gt;" in page
    box = screen.get("/intake/one/find/", {"q": "Xiang"}).content.decode()
    assert "<mark>Xiang</mark>jiang Trading" in box


def test_customer_page_shows_their_cases_and_what_they_own_at_a_glance(screen, office):
    page = screen.get(office.customer.get_absolute_url()).content.decode()
    assert office.case.number in page and office.case.summary in page
    assert f"/cases/?all=1&amp;q={office.customer.name.replace(' ', '%20')}" in page


def test_lists_of_cases_lead_to_each_other_and_to_a_view_of_ones_own(screen, office):
    page = screen.get("/cases/?all=1&status=open").content.decode()
    for address in ("/queue/", "/register/", "/forum/", "/problems/"):
        assert f'href="{address}"' in page
    saving = re.search(r'href="(/views/save_view/\?[^"]+)"', page)[1].replace("&amp;", "&")
    form = screen.get(saving).content.decode()
    assert 'name="query" value="status=open"' in form
    screen.post("/views/save_view/", {**_hidden(form), "title": "Open ones"})
    assert "Open ones" in screen.get("/cases/").content.decode()


def _hidden(form: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
