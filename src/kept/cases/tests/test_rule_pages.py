"""Pages of rules and calendars: a manager sees first what a change would mean (SX.19, SX.03)."""

from typing import Any

import pytest
from django.test import Client

from kept.cases.factories import make_case
from kept.kit import clock
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind
from kept.promises.models import Calendar, CalendarDay, PromiseKind, PromiseRule
from tests.stories.cast import moment

pytestmark = pytest.mark.django_db
FRIDAY = moment("2026-05-15 09:00")


@pytest.fixture
def house(client: Client):
    company = make_company("HB", "Habe Phones", pack="handset")
    chief = make_user(company, "chief", "administrator", name="Chief")
    clerk = make_user(company, "lin", "clerk", name="Lin")
    client.force_login(chief)
    with clock.at(FRIDAY):
        yield company, chief, clerk


def rule_of(company) -> PromiseRule:
    return PromiseRule.objects.in_force(company).get(code="reply")


def named(client: Client, address: str, text: str) -> dict[str, str]:
    """The inputs of the name, one for each language, all with the same text."""
    page = client.get(address).content.decode()
    return dict.fromkeys((part for part in page.split('"') if part.startswith("name_")), text)


def superseding(client: Client, rule: PromiseRule, **values: Any) -> dict[str, Any]:
    address = f"{rule.get_absolute_url()}supersede_rule/"
    return {
        **named(client, address, "Answered within half a working day"),
        "amount": "4",
        "time_unit": "working_hours",
        "calendar": rule.calendar_id,
        "warn_percent": "75",
        "reopening": "resume",
        "begins_on": "2026-05-18",
        "_key": "s1",
        **values,
    }


def test_the_policy_page_leads_to_rules_calendars_and_a_new_rule(house, client) -> None:
    company, _chief, clerk = house
    page = client.get("/policy/").content.decode()
    assert rule_of(company).get_absolute_url() in page
    assert Calendar.objects.get(unit=company, code="office").get_absolute_url() in page
    assert "/rules/set_rule/" in page
    client.force_login(clerk)
    assert "/rules/set_rule/" not in client.get("/policy/").content.decode()


def test_the_policy_page_checks_what_the_company_has(house, client) -> None:
    page = client.get("/policy/?check=1").content.decode()
    assert "Only one person may grant roles" in page
    _company, _chief, clerk = house
    client.force_login(clerk)
    assert "Only one person" not in client.get("/policy/?check=1").content.decode()


def test_a_rule_is_shown_with_worked_examples_and_its_history(house, client) -> None:
    company, _chief, _clerk = house
    page = client.get(rule_of(company).get_absolute_url()).content.decode()
    assert "Fri 15 May 16:40" not in page, "examples lie after the rule began, long ago"
    assert page.count("Received ") == 3 and "16:40" in page
    assert "in force" in page


@pytest.mark.req("SX.19", part="a preview before a rule is superseded")
def test_superseding_is_previewed_with_three_examples_and_what_it_touches(house, client) -> None:
    company, _chief, clerk = house
    make_case(clerk)
    rule = rule_of(company)
    address = f"{rule.get_absolute_url()}supersede_rule/"
    body = superseding(client, rule, _preview="1")
    seen = client.post(address, body)
    page = seen.content.decode()
    assert seen.status_code == 200
    assert "Answered within half a working day (" in page
    assert page.count("Received ") == 3
    assert "Received Fri 22 May 16:40 → due <strong>Mon 25 May 11:10</strong>" in page
    assert "1 open promise keeps the old rule" in page
    assert rule_of(company) == rule and rule.superseded_at is None, "nothing was done yet"
    del body["_preview"]
    assert client.post(address, body).status_code == 302
    history = client.get(rule.get_absolute_url()).content.decode()
    assert "begins later" in history and "Chief" in history
    with clock.at(moment("2026-05-18 17:00")):
        due = make_case(clerk).thread.promises.get(kind=PromiseKind.REPLY).due_at
    assert due == moment("2026-05-19 11:30")


def test_a_rule_that_waits_is_taken_back_on_its_page(house, client) -> None:
    company, _chief, _clerk = house
    rule = rule_of(company)
    client.post(f"{rule.get_absolute_url()}supersede_rule/", superseding(client, rule))
    waiting = PromiseRule.objects.get(code="reply", valid_from=moment("2026-05-18 00:00"))
    page = client.get(waiting.get_absolute_url()).content.decode()
    assert "take_back_rule/" in page
    assert (
        client.post(f"{waiting.get_absolute_url()}take_back_rule/", {"_key": "t"}).status_code
        == 302
    )
    assert "taken back" in client.get(rule.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("values", "status", "sentence"),
    [
        ({"begins_on": "2026-05-01"}, 422, "cannot begin on a day that has passed"),
        ({"calendar": ""}, 422, "Say by which calendar working time is counted"),
        ({"amount": "soon"}, 422, ""),
        ({"amount": "1e999999"}, 422, ""),
        ({"applies": ["route:pigeon"]}, 422, ""),
        ({"begins_on": "9999-12-31"}, 422, ""),
    ],
)
def test_a_preview_of_what_cannot_be_says_why_in_place(
    house, client, values, status, sentence
) -> None:
    company, _chief, _clerk = house
    rule = rule_of(company)
    body = superseding(client, rule, _preview="1", **values)
    answer = client.post(f"{rule.get_absolute_url()}supersede_rule/", body)
    assert answer.status_code == status and sentence in answer.content.decode()
    assert PromiseRule.objects.filter(code="reply").count() == 1


def test_nobody_previews_what_they_may_not_do(house, client) -> None:
    company, _chief, _clerk = house
    rule = rule_of(company)
    body = superseding(client, rule, _preview="1")
    branch = make_unit(company, "HB-B", "Branch", UnitKind.BRANCH)
    client.force_login(make_user(branch, "head", "lead", name="Head"))
    answer = client.post(f"{rule.get_absolute_url()}supersede_rule/", body)
    assert answer.status_code == 403


def test_a_new_rule_is_set_for_a_branch(house, client) -> None:
    company, _chief, _clerk = house
    make_unit(company, "HB-B", "Branch", UnitKind.BRANCH)
    body = {
        **named(client, "/rules/set_rule/", "Two hours here"),
        "unit": "HB-B",
        "code": "reply",
        "kind": "reply",
        "amount": "2",
        "time_unit": "hours",
        "applies": ["route:phone", "route:fax"],
        "warn_percent": "80",
        "reopening": "resume",
        "begins_on": "2026-05-18",
        "_key": "n1",
    }
    seen = client.post("/rules/set_rule/", {**body, "_preview": "1"})
    assert seen.status_code == 200 and "Two hours here" in seen.content.decode()
    assert client.post("/rules/set_rule/", body).status_code == 302
    made = PromiseRule.objects.get(unit__code="HB-B")
    assert made.applies == {"route": ["phone", "fax"]}
    assert "phone, fax" in client.get(made.get_absolute_url()).content.decode()


@pytest.mark.req("SX.03", part="the calendar on screen")
@pytest.mark.parametrize(("language", "holiday"), [("en", "Labour Day"), ("zh-hans", "劳动节")])
def test_the_calendar_shows_holidays_make_up_days_and_own_days(
    house, client, language, holiday
) -> None:
    company, chief, _clerk = house
    chief.language = language
    chief.save()
    office = Calendar.objects.get(unit=company, code="office")
    CalendarDay.objects.create(
        calendar=office, on="2026-05-20", name={"en": "Founding day", "zh-hans": "司庆日"}
    )
    page = client.get(f"{office.get_absolute_url()}?year=2026").content.decode()
    assert holiday in page
    assert ("Founding day" if language == "en" else "司庆日") in page
    assert page.count("decide_day/?on=2026-05-20") == 1
    assert "decide_day/?on=2026-05-14" not in page, "a day that has passed is not decided"


@pytest.mark.parametrize("year", ["1800", "9999", "x", "²", "2026", ""])
def test_any_year_asked_for_gives_a_page(house, client, year) -> None:
    company, _chief, _clerk = house
    office = Calendar.objects.get(unit=company, code="office")
    assert client.get(f"{office.get_absolute_url()}?year={year}").status_code == 200


def test_a_day_is_previewed_decided_and_taken_back_on_screen(house, client) -> None:
    company, _chief, clerk = house
    office = Calendar.objects.get(unit=company, code="office")
    with clock.at(moment("2026-05-15 16:40")):
        case = make_case(clerk)
        address = f"{office.get_absolute_url()}decide_day/"
        body = {**named(client, address, "Founding day"), "on": "2026-05-18", "_key": "d"}
        seen = client.post(address, {**body, "_preview": "1"}).content.decode()
        assert "The due time of 1 open promise moves" in seen and case.number in seen
        assert not CalendarDay.objects.exists()
        assert client.post(address, body).status_code == 302
        assert case.thread.promises.get(kind="reply").due_at == moment("2026-05-19 16:40")
        page = client.get(office.get_absolute_url()).content.decode()
        assert "withdraw_day/?on=2026-05-18" in page
        back = f"{office.get_absolute_url()}withdraw_day/"
        taken = {"on": "2026-05-18", "_key": "w"}
        assert "moves" in client.post(back, {**taken, "_preview": "1"}).content.decode()
        assert client.post(back, taken).status_code == 302
        assert case.thread.promises.get(kind="reply").due_at == moment("2026-05-18 16:40")


def test_pages_of_rules_are_for_who_may_see_promises(house, client) -> None:
    company, _chief, _clerk = house
    guest = make_user(company, "guest", "directory", name="Guest")
    client.force_login(guest)
    rule, office = rule_of(company), Calendar.objects.get(unit=company, code="office")
    for thing in (rule, office):
        assert client.get(thing.get_absolute_url()).status_code == 404
        assert thing.get_absolute_url() not in client.get("/policy/").content.decode()
    client.force_login(make_user(make_company("ZZ", "Other", pack="handset"), "z", "administrator"))
    for thing in (rule, office):
        assert client.get(thing.get_absolute_url()).status_code == 404
