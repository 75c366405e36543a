"""Pages of duties: register, calendar, by kind and by person, in both languages (S0.44)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from kept.kit import clock
from kept.people.actions import add_unit, appoint_manager, issue_token, set_absence
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.promises import duties
from kept.promises.duties.figures import duties_of
from kept.promises.models import Duty
from kept.promises.sweep import sweep
from kept.promises.tests.duty_rules import MONTH, at, bare_company, make_rule

pytestmark = pytest.mark.django_db
PAGES = ("/duties/", "/duties/calendar/", "/duties/kinds/", "/duties/people/")


@pytest.fixture
def people():
    """A branch with a clerk who kept one week of three, its lead, and a stranger elsewhere."""
    company = bare_company()
    with at("2026-03-01 08:00"):
        branch = make_unit(company, "DT-B", "Branch", UnitKind.BRANCH)
        found = {
            "lin": make_user(branch, "lin", "clerk", name="林"),
            "wang": make_user(branch, "wang", "clerk", name="王"),
            "lead": make_user(branch, "lead", "lead", name="主管"),
            "other": make_user(make_unit(company, "DT-X", "X"), "other", "lead", name="他"),
        }
    make_rule(company)
    make_rule(company, "visit", recurrence=MONTH, name={"en": "Visit", "zh-hans": "走访"})
    with at("2026-03-02 08:00"):
        duties.generate()
    with at("2026-03-04 08:00"):
        duties.fulfil("weekly", found["lin"], by=found["lin"])
    with at("2026-03-17 00:00"):
        sweep()
    return found


def page(person: User, address: str, language: str = "en", status: int = 200) -> str:
    client = Client(headers={"accept-language": language})
    User.objects.filter(pk=person.pk).update(language=language)
    client.force_login(User.objects.get(pk=person.pk))
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return b"".join(answer).decode("utf-8-sig") if answer.streaming else answer.content.decode()


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(("language", "words"), [("en", "Weekly figures"), ("zh-hans", "每周数据")])
def test_every_page_opens_in_both_languages(people, address, language, words):
    with at("2026-03-17 09:00"):
        shown = page(people["lead"], f"{address}?person=lin" if "calendar" in address else address,
                     language)  # fmt: skip
        assert words in shown or "people" in address


@pytest.mark.parametrize("address", PAGES[:1] + PAGES[2:])
@pytest.mark.parametrize("form", ["csv", "xlsx", "print"])
def test_every_list_comes_as_a_file_and_on_paper(people, address, form):
    with at("2026-03-17 09:00"):
        client = Client()
        client.force_login(people["lead"])
        answer = client.get(f"{address}?format={form}&all=1")
        assert answer.status_code == 200


@pytest.mark.req("S0.44", part="calendar")
def test_the_calendar_of_a_person_says_what_fell_due_and_how_much_was_in_time(people):
    with at("2026-03-17 09:00"):
        shown = page(people["lin"], "/duties/calendar/?month=2026-03")
        assert "50.0 %" in shown, "one of two weeks that fell due"
        assert "done in time" in shown and "not done" in shown and "to come" in shown
        empty = page(people["lead"], "/duties/calendar/?month=2025-11")
        assert "Nothing falls due in this month." in empty
        assert "0.0 %" not in empty, "no percentage where nothing fell due"


def test_a_lead_opens_the_calendars_of_their_people_and_nobody_elses(people):
    with at("2026-03-17 09:00"):
        assert "林" in page(people["lead"], "/duties/calendar/?person=lin")
        assert 'value="wang"' in page(people["lead"], "/duties/calendar/")
        page(people["other"], "/duties/calendar/?person=lin", status=404)
        page(people["lin"], "/duties/calendar/?person=wang", status=404)
        assert "王" not in page(people["lin"], "/duties/people/?month=2026-03&format=csv")
        page(people["lin"], "/duties/calendar/?person=nobody", status=404)
        page(people["lin"], "/duties/calendar/?person=%00", status=404)
        stranger = make_user(make_company("SX", "Sanxin"), "stranger", "lead", name="Stranger")
        page(stranger, "/duties/calendar/?person=lin", status=404)
        assert "Weekly figures" not in page(stranger, "/duties/?all=1")
        assert "林" not in page(stranger, "/duties/people/")


def test_a_deputy_opens_the_calendar_of_whom_they_stand_in_for(people):
    outsider = people["other"]
    with at("2026-03-17 09:00"):
        page(outsider, "/duties/calendar/?person=lin", status=404)
        set_absence(
            people["lin"], by=people["lead"], deputy=outsider, start_at=clock.now(),
            end_at=clock.now() + timedelta(days=9),
        )  # fmt: skip
        assert "Weekly figures" in page(outsider, "/duties/calendar/?person=lin&month=2026-03")


@pytest.mark.parametrize("month", ["2026-13", "abc", "0000-01", "2026-3", "9999-12", "", "1"])
@pytest.mark.parametrize("address", PAGES)
def test_a_month_that_is_none_gives_no_fault(people, address, month):
    with at("2026-03-17 09:00"):
        page(people["lead"], f"{address}?month={month}")


def test_the_register_is_narrowed_by_person_unit_kind_state_and_month(people):
    with at("2026-03-17 09:00"):

        def rows(asked: str) -> int:
            return page(people["lead"], f"/duties/?all=1&format=csv&{asked}").count("\n") - 1

        everything = rows("")
        lin = people["lin"]
        assert rows(f"person={lin.username}") == duties_of(lin).count()
        assert rows("person=lin") + rows("person=wang") == everything
        assert rows("code=visit") == duties_of(lin).filter(code="visit").count() * 2
        assert rows("unit=DT-B") == everything and rows("unit=DT-X") == 0
        assert rows("state=in_time") == 1
        assert rows("state=missed&person=lin") == 1 and rows("state=missed&person=wang") == 2
        assert rows("month=2026-03&person=lin&code=weekly") == 4
        states = ["to_come", "running", "in_time", "late", "missed", "excused"]
        assert sum(rows(f"state={one}") for one in states) == everything


def test_by_person_shows_the_share_in_time_worst_first_if_asked(people):
    with at("2026-03-17 09:00"):
        lines = page(people["lead"], "/duties/people/?format=csv&order=missed&month=2026-03")
        rows = [line.split(",") for line in lines.splitlines()[1:]]
        assert [(row[0], row[-2], row[-1]) for row in rows] == [
            ("王", "0.0", "0"),
            ("林", "50.0", "0"),
        ]
        shown = page(people["lead"], "/duties/people/?month=2026-03")
        assert 'class="c-end c-label" data-label="On time"' in shown, "its name stands by it"
        assert "50.0 %" in page(people["lead"], "/duties/people/?month=2026-03")


def test_the_person_page_and_the_menu_lead_there_and_the_policy_page_says_it(people):
    with at("2026-03-17 09:00"):
        shown = page(people["lead"], "/users/lin/")
        assert "/duties/calendar/?person=lin" in shown and "50.0 %" in shown
        assert 'href="/duties/calendar/"' in page(people["lin"], "/")
        policy = page(people["lead"], "/policy/")
        assert "Weekly figures: every week, by Monday 24:00 after the week ends" in policy
        assert "everybody with the role “Hotline clerk”" in policy


def test_the_page_of_a_duty_explains_it_and_offers_to_report_it(people):
    with at("2026-03-17 09:00"):
        duty = duties_of(people["wang"]).filter(code="weekly").earliest("period_from")
        shown = page(people["wang"], duty.get_absolute_url())
        assert "every week, by Monday 24:00 after the week ends" in shown
        assert f"{duty.get_absolute_url()}do_duty/" in shown and "keep/" not in shown
        assert "每周数据" in page(people["wang"], duty.get_absolute_url(), "zh-hans")


def test_the_api_lists_and_does_duties(people):
    with at("2026-03-17 09:00"):
        token = issue_token(people["wang"], by=User.objects.system(), name="t").fresh_token
        sent = {"headers": {"Authorization": f"Bearer {token}", "Idempotency-Key": "d1"}}
        found = Client().get("/api/v1/duties?code=weekly&state=missed", **sent).json()
        assert len(found["items"]) == 3, found
        assert {row["ref"] for row in found["items"]} >= {str(one.pk) for one in duties_of(
            people["wang"]).filter(code="weekly", promise__due_at__lt=clock.now())}  # fmt: skip
        duty = duties_of(people["wang"]).filter(code="weekly").earliest("period_from")
        address = f"/api/v1/promises/{duty.promise_id}/do_duty"
        answer = Client().post(
            address, {"note": "本周销量"}, content_type="application/json", **sent
        )
        assert answer.status_code == 200, answer.content
        assert "broken" in answer.content.decode(), answer.content


@pytest.mark.parametrize(
    ("language", "name", "other"), [("en", "North", "北方"), ("zh-hans", "北方", "North")]
)
def test_a_unit_that_owes_is_called_by_its_name_in_the_readers_language(language, name, other):
    company = bare_company()
    system = User.objects.system()
    words = {"en": "North", "zh-hans": "北方"}
    with at("2026-03-01 08:00"), translation.override("zh-hans"):
        north = add_unit(by=system, unit=company, code="DT-N", name=words, kind=UnitKind.BRANCH)
        head = make_user(north, "head", "lead", name="Head")
        appoint_manager(north, by=system, manager=head)
        make_rule(company, subjects="people.units:branch")
        duties.generate()
    promise = Duty.objects.earliest("pk").promise
    with at("2026-03-04 09:00"):
        for address in ("/", "/duties/", "/promises/", f"/promises/{promise.pk}/",
                        f"/promises/{promise.pk}/print/"):  # fmt: skip
            shown = page(head, address, language)
            assert name in shown, address
            assert other not in shown, address
