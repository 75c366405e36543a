"""Story S0: the month of a field manager: the duties of the pack in one calendar, and with the
complaints they caused in the appraisal of headquarters.
"""

import csv
import re
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kept.cases.actions import add_note, name_cause, take_back_cause
from kept.cases.factories import make_case
from kept.cases.models import Case, CaseKind, ComplaintCause
from kept.parties.actions import add_operator, admit
from kept.parties.factories import make_station
from kept.people.actions import issue_token
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import Role, UnitKind, User
from kept.promises import duties
from kept.promises.actions import do_duty
from kept.promises.duties.figures import duties_of
from kept.promises.models import Duty
from kept.promises.sweep import sweep
from kept.stations.actions import log_talk
from tests.stories.cast import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def handset():
    """A field manager with a station and an operator, one with neither, and headquarters."""
    company = make_company("JL", "Jinling Handsets", pack="handset")
    centre = make_unit(company, "JL-CS", "Customer service", UnitKind.HEADQUARTERS)
    hotline = make_unit(centre, "JL-HL", "Hotline", UnitKind.HOTLINE)
    east = make_unit(company, "JL-E", "East", UnitKind.REGION)
    west = make_unit(company, "JL-W", "West", UnitKind.REGION)
    with at("2026-02-26 09:00"):
        people = SimpleNamespace(
            company=company,
            hotline=hotline,
            chen=make_user(east, "chen", "field_manager", name="陈立", phone="13811112222"),
            gao=make_user(west, "gao", "field_manager", name="高原", phone="13811113333"),
            owner=make_user(company, "liqu", "lead", "channel_owner", name="李渠"),
            east_lead=make_user(east, "east-lead", "lead", name="东区主管"),
            clerk=make_user(hotline, "clerk", "clerk", name="甲"),
        )
        people.station = make_station(east, "ZJ-01", people.chen)
        add_operator(
            by=people.chen, unit=east, name="East bureau", region="浙江",
            relationship_owner=people.chen,
        )  # fmt: skip
    with at("2026-03-02 08:00"):
        duties.generate()
    return people


def page(person: User, address: str, language: str = "en", status: int = 200) -> str:
    client = Client(headers={"accept-language": language})
    User.objects.filter(pk=person.pk).update(language=language)
    client.force_login(User.objects.get(pk=person.pk))
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return b"".join(answer).decode("utf-8-sig") if answer.streaming else answer.content.decode()


def rows(person: User, address: str) -> list[dict[str, str]]:
    """The rows of a list as its file says them, by the headings in English."""
    sign = "&" if "?" in address else "?"
    return list(csv.DictReader(page(person, f"{address}{sign}format=csv").splitlines()))


def complain(people: SimpleNamespace, when: str, summary: str) -> Case:
    with at(when):
        kind = CaseKind.COMPLAINT
        return make_case(people.clerk, people.hotline, summary, case_kind=kind)


def a_month_of_work(people: SimpleNamespace) -> None:
    """Of what falls due in March one duty is done in time, one late, and the rest never."""
    due_in_march = duties_of(people.chen).filter(promise__due_at__month=3)
    with at("2026-03-20 09:00"):
        contact = due_in_march.get(code="operator_contact")
        do_duty(contact.promise, by=people.chen, note="Asked after their wishes")
    with at("2026-04-01 08:00"):
        sweep()
        log_talk(people.station, by=people.chen, persons="Owner", held_on=date(2026, 3, 31))


@pytest.mark.req("S0.44")
def test_the_month_of_a_field_manager_feeds_their_appraisal(handset):
    chen, owner = handset.chen, handset.owner
    a_month_of_work(handset)
    # Two complaints of March and one of the first minute of April, all said in April.
    early = complain(handset, "2026-03-03 10:00", "The station keeps us waiting")
    last = complain(handset, "2026-03-31 23:59", "Nobody answers at the station")
    next_month = complain(handset, "2026-04-01 00:00", "Still nobody answers")
    with at("2026-04-02 09:00"):
        for case in (early, last, next_month):
            name_cause(case, by=owner, person=chen, why="He never went there")
        # One calendar for each field person: what fell due, done, late, not done, on time.
        mine = page(chen, "/duties/calendar/?month=2026-03")
        codes = set(duties_of(chen).values_list("code", flat=True))
        assert {"mail_orders", "weekly_sales", "settlement_talk", "operator_contact"} <= codes
        for duty in duties_of(chen).filter(promise__due_at__month=3).select_related("rule"):
            assert f'href="{duty.get_absolute_url()}"' in mine
        assert "done in time" in mine and "done late" in mine and "not done" in mine
        # The appraisal of headquarters, from the same duties and complaints.
        (row,) = rows(owner, "/duties/people/?month=2026-03&person=chen")
        due, missed = int(row["Fell due"]), int(row["Not done"])
        assert (row["Done"], row["In time"], row["Late"]) == ("2", "1", "1")
        assert due == 2 + missed and missed > 0
        assert row["On time"] == f"{round(100 / due + 1e-9, 1)}"
        assert row["Complaints caused"] == "2"
        assert f"{row['On time']} %" in mine, "everybody reads their own figures"
        (april,) = rows(owner, "/duties/people/?month=2026-04&person=chen")
        assert april["Complaints caused"] == "1", "it counts in the month it came in"
        # Each figure leads to its rows.
        shown = page(owner, "/duties/people/?month=2026-03&person=chen")
        found = {
            heading: len(rows(owner, address.replace("&amp;", "&")))
            for heading, address in re.findall(
                r'data-label="([^"]+)"><a class="link" href="([^"]+)"', shown
            )
        }
        assert found == {
            "Fell due": due, "Done": 2, "In time": 1, "Late": 1, "Not done": missed,
            "Complaints caused": 2,
        }  # fmt: skip
        complaints = rows(owner, "/causes/?person=chen&month=2026-03")
        assert [one["Complaint"] for one in complaints] == [last.number, early.number]
        for address in re.findall(r'class="figure[^"]*" href="([^"]+)"', mine):
            assert rows(chen, address.replace("&amp;", "&")), address


def test_who_leads_and_everybody_for_themselves_reads_the_appraisal(handset):
    case = complain(handset, "2026-03-03 10:00", "A secret matter of the customer")
    with at("2026-03-04 09:00"):
        name_cause(case, by=handset.owner, person=handset.chen, why="He never went there")
        name_cause(case, by=handset.owner, person=handset.clerk, why="Gave a wrong number")
        month = "/duties/people/?month=2026-03"
        names = [one["Person"] for one in rows(handset.owner, month)]
        assert {"陈立", "甲"} <= set(names), "who owes nothing but caused something stands too"
        # A lead of the region reads of their own people, without seeing the case of the hotline.
        assert [one["Person"] for one in rows(handset.east_lead, month)] == ["陈立"]
        (seen,) = rows(handset.east_lead, "/causes/")
        assert seen["What they did or left undone"] == "He never went there"
        assert seen["Summary"] == "" and seen["Complaint"] == case.number
        shown = page(handset.east_lead, "/causes/")
        assert case.get_absolute_url() not in shown and "/duties/calendar/?person=chen" in shown
        page(handset.east_lead, case.get_absolute_url(), status=404)
        # The person named reads their own, and of nobody else; others read nothing.
        assert [one["Caused by"] for one in rows(handset.chen, "/causes/")] == ["陈立"]
        assert "1 complaint caused" in page(handset.chen, "/users/chen/")
        assert "有责投诉1件" in page(handset.chen, "/users/chen/", "zh-hans")
        assert [one["Caused by"] for one in rows(handset.clerk, "/causes/")] == ["甲"]
        assert rows(handset.gao, "/causes/") == []
        assert rows(handset.gao, month) == []
        page(handset.gao, "/duties/calendar/?person=chen", status=404)


def test_a_stranger_reads_nothing_of_it(handset):
    case = complain(handset, "2026-03-03 10:00", "They were rude")
    with at("2026-03-04 09:00"):
        name_cause(case, by=handset.owner, person=handset.chen, why="He never went there")
        cause = ComplaintCause.objects.get()
        stranger = make_user(make_company("SX", "Sanxin"), "stranger", "lead", "administrator")
        assert rows(stranger, "/causes/") == []
        assert "陈立" not in page(stranger, "/duties/people/?month=2026-03")
        for person, expected in ((stranger, 404), (handset.gao, 404), (handset.chen, 200)):
            token = issue_token(person, by=User.objects.system(), name="t").fresh_token
            sent = {"headers": {"Authorization": f"Bearer {token}"}}
            answer = Client().get(f"/api/v1/causes/{cause.pk}", **sent)
            assert answer.status_code == expected, person


def test_people_from_outside_never_read_which_of_our_people_was_at_fault(handset):
    """A station sees its complaint, and neither who of us caused it nor our notes about it."""
    keeper = make_user(handset.company, "zj01", name="Keeper")
    role = Role.objects.get(company=handset.company, code="station")
    with at("2026-03-03 10:00"):
        admit(handset.station, by=handset.owner, person=keeper, role=role)
        kind, account = CaseKind.COMPLAINT, handset.station
        case = make_case(
            handset.clerk, handset.hotline, "Paid late", case_kind=kind, account=account
        )
        name_cause(case, by=handset.owner, person=handset.chen, why="Chen kept the papers")
        cause = case.causes.get()
        take_back_cause(cause, by=handset.owner, reason="The papers were lost by mail")
        name_cause(case, by=handset.owner, person=handset.chen, why="Chen kept the papers")
        add_note(case, by=handset.clerk, note="Offer them nothing")
        secrets = ("陈立", "Chen kept the papers", "lost by mail", "Offer them nothing")
        ours = page(handset.clerk, case.get_absolute_url())
        assert all(words in ours for words in secrets)
        paper = f"{case.get_absolute_url()}print/"
        theirs = page(keeper, case.get_absolute_url()) + page(keeper, paper)
        assert "Paid late" in theirs and not [words for words in secrets if words in theirs]
        token = issue_token(keeper, by=User.objects.system(), name="t").fresh_token
        sent = {"headers": {"Authorization": f"Bearer {token}"}}
        for address, status in ((f"causes/{cause.pk}", 404), (f"cases/{case.number}/story", 200)):
            answer = Client().get(f"/api/v1/{address}", **sent)
            assert answer.status_code == status, answer.content
            body = answer.content.decode()
            assert not [words for words in secrets if words in body]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_it_opens_in_both_languages(handset, language):
    case = complain(handset, "2026-03-03 10:00", "They were rude")
    with at("2026-03-04 09:00"):
        name_cause(case, by=handset.owner, person=handset.chen, why="He never went there")
        words = {"en": "Complaints caused", "zh-hans": "有责投诉"}[language]
        for address in (
            "/duties/people/?month=2026-03",
            "/duties/calendar/?person=chen&month=2026-03",
            "/causes/",
            "/causes/?month=2026-03&unit=JL-E&person=chen&q=JL",
            "/causes/?format=print",
            "/duties/people/?month=2026-03&format=print&order=complaints",
        ):
            assert words in page(handset.owner, address, language), address
        for month in ("2026-13", "abc", "0000-01", ""):
            page(handset.owner, f"/causes/?month={month}", language)


def test_the_appraisal_of_fifty_people_asks_the_database_no_more_than_that_of_five(handset):
    def asked() -> int:
        client = Client()
        client.force_login(User.objects.get(pk=handset.owner.pk))
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/duties/people/?month=2026-03")
        assert answer.status_code == 200
        people.append(answer.content.decode().count("<tr data-row"))
        return len(queries)

    people: list[int] = []
    with at("2026-03-04 09:00"):
        case = complain(handset, "2026-03-03 10:00", "They were rude")
        for n in range(3):
            clerk = make_user(handset.hotline, f"few{n}", "clerk", name=f"Few {n}")
            name_cause(case, by=handset.owner, person=clerk, why="Rude")
        few = asked()
        for n in range(45):
            clerk = make_user(handset.hotline, f"more{n}", "clerk", name=f"More {n}")
            name_cause(case, by=handset.owner, person=clerk, why="Rude")
        assert asked() == few
    assert people[0] >= 4 and people[1] == people[0] + 45
    assert Duty.objects.exists()
