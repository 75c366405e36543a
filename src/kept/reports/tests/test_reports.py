"""Reports: counted from the registers, sent once, late when late, corrected and never changed."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from kept.cases.factories import make_case
from kept.cases.models import CaseKind
from kept.kit import clock
from kept.kit.actions import actions_on
from kept.kit.testing.refusing import refused
from kept.kit.verifying import verify
from kept.people.actions import appoint_manager
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.promises import duties
from kept.promises.models import Duty, PromiseState
from kept.reports.actions import answer_report, correct_report, prepare_report, submit_report
from kept.reports.counting import shown_figures
from kept.reports.factories import make_report
from kept.reports.models import Report, ReportKind, ReportStatus, Support
from kept.timeline.models import Notice
from tests.api.caller import Caller, token_of
from tests.stories.cast import at, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    company = make_company("TW", "Tarrawick", pack="lubricant")
    return make_unit(company, "TW-SVC", kind=UnitKind.HEADQUARTERS)


@pytest.fixture
def head(company):
    head = make_user(company, "qian", "lead", name="Qian")
    appoint_manager(company, by=User.objects.system(), manager=head)
    company.refresh_from_db()
    return head


@pytest.fixture
def branches():
    company = make_company("HN", "Huaning", pack="software")
    branch = make_unit(company, "HN-CS", kind=UnitKind.BRANCH)
    leader = make_user(branch, "luo", "lead", name="Luo")
    appoint_manager(branch, by=User.objects.system(), manager=leader)
    branch.refresh_from_db()
    return branch, leader


def figures(report: Report, by: User) -> dict[str, object]:
    return {one.name: one.value for one in shown_figures(report, by=by)}


def a_month_of_cases(unit, clerk):
    for day, kind in ((3, CaseKind.SERVICE), (9, CaseKind.QUESTION), (12, CaseKind.COMPLAINT)):
        with at(f"2026-06-{day:02} 10:00"):
            make_case(clerk, unit, case_kind=kind)
    with at("2026-05-31 23:59"):
        make_case(clerk, unit)  # the night before does not count
    with at("2026-07-01 00:00"):
        make_case(clerk, unit)  # nor the first minute after


@pytest.mark.req("S4.13")
def test_monthly_report_is_counted_sent_and_late_when_late(company, head, client):
    a_month_of_cases(company, head)
    with at("2026-06-01 08:00"):
        duties.generate()
    owed = Duty.objects.get(code="monthly_report", period_from=date(2026, 6, 1)).promise
    with at("2026-06-20 09:00"):
        report = make_report(head, company, "monthly_report", date(2026, 6, 20))
        with refused("SX.10"):
            make_report(head, company, "monthly_report", date(2026, 6, 2))
        with refused("S4.13", field="on"):
            make_report(head, company, "monthly_report", date(2026, 7, 1))
        answer_report(report, by=head, problems="一台设备")
    late = owed.due_at + timedelta(minutes=5)
    with clock.at(late):
        with refused("S1.29"):
            submit_report(report, by=head)
        answer_report(report, by=head, summary="油品质量稳定。")
        submit_report(report, by=head)
    report.refresh_from_db()
    owed.refresh_from_db()
    assert (report.figures["cases.services"], report.figures["cases.complaints"]) == (2, 1)
    assert report.late_since == owed.due_at
    assert (owed.state, owed.lateness) == (PromiseState.BROKEN, 300)
    client.force_login(head)
    page = client.get(report.get_absolute_url()).content.decode()
    assert "sent late" in page and "油品质量稳定。" in page
    rows = client.get("/reports/?late=yes").content.decode()
    assert report.number in rows
    assert report.number not in client.get("/reports/?late=no").content.decode()


@pytest.mark.req("S4.13", part="every figure leads to its rows")
def test_figures_lead_to_the_rows_they_count(company, head, client):
    a_month_of_cases(company, head)
    with at("2026-06-20 09:00"):
        report = make_report(head, company, "monthly_report", date(2026, 6, 20))
        client.force_login(head)
        for one in shown_figures(report, by=head):
            if one.name.startswith("cases."):
                file = client.get(f"{one.url}&format=csv")
                lines = file.getvalue().decode("utf-8-sig").strip().splitlines()
                assert len(lines) - 1 == one.value, one.name


@pytest.mark.req("S1.29", part="the deadline and the answer that may not be missing")
def test_branch_says_whether_it_needs_support(branches):
    branch, leader = branches
    with at("2026-06-01 08:00"):
        duties.generate()
    owed = Duty.objects.get(code="month_end_report", period_from=date(2026, 6, 1)).promise
    assert owed.due_at == moment("2026-06-30 23:59:59.999999")
    with at("2026-06-30 17:00"):
        report = make_report(leader, branch, "month_end_status", date(2026, 6, 30))
        answer_report(report, by=leader, summary="一切正常")
        with refused("S1.29"):
            submit_report(report, by=leader)
        answer_report(report, by=leader, summary="一切正常", support=Support.NEEDED)
        submit_report(report, by=leader)
    owed.refresh_from_db()
    report.refresh_from_db()
    assert owed.state == PromiseState.KEPT and report.late_since is None


@pytest.mark.req("S1.29", part="nothing sent is changed without a corrected version")
@pytest.mark.req("SX.14", part="recomputable and frozen on submission")
def test_what_was_sent_is_frozen_and_corrected_by_another_version(company, head):
    a_month_of_cases(company, head)
    with at("2026-07-01 09:00"):
        report = make_report(head, company, "monthly_report", date(2026, 6, 20))
        answer_report(report, by=head, summary="稳定")
        submit_report(report, by=head)
        with refused("SX.06"):
            answer_report(report, by=head, summary="其实不稳定")
        with at("2026-06-30 12:00"):
            make_case(head, company)  # written down later, happened in June
        shown = {one.name: one for one in shown_figures(report, by=head)}
        assert shown["cases.services"].value == 2
        assert shown["cases.services"].counted_now == 3
        other = correct_report(report, by=head, reason="一个电话补录")
        with refused("S1.29"):
            correct_report(report, by=head, reason="再来一次")
        submit_report(other, by=head)
    report.refresh_from_db()
    other.refresh_from_db()
    assert (other.version, other.figures["cases.services"]) == (2, 3)
    assert (report.status, report.figures["cases.services"]) == (ReportStatus.CORRECTED, 2)
    assert other.late_since == report.late_since


@pytest.mark.req("SX.14")
def test_any_past_period_is_counted_from_the_records_and_what_was_sent_stays(company, head, client):
    """Sent then or counted today, a period comes to the same; what is entered since changes no
    report that was sent, by no verb, on no page and in no file.
    """
    a_month_of_cases(company, head)
    with at("2026-06-29 23:59"):
        june = make_report(head, company, "monthly_report", date(2026, 6, 1))
        answer_report(june, by=head, summary="六月")
        with refused("SX.14"):
            submit_report(june, by=head)
    with at("2026-06-30 20:00"):
        submit_report(june, by=head)
    june.refresh_from_db()
    sent = dict(june.figures)
    assert (sent["cases.services"], sent["cases.complaints"]) == (2, 1)

    with at("2027-11-02 09:00"):
        assert {one.name: one.counted_now for one in shown_figures(june, by=head)} == dict.fromkeys(
            sent
        ), "counted from the records again, a year later"
        may = make_report(head, company, "monthly_report", date(2026, 5, 17))
        july = make_report(head, company, "monthly_report", date(2026, 7, 2))
        empty = make_report(head, company, "monthly_report", date(2021, 2, 3))
        counted = [figures(one, head)["cases.services"] for one in (may, july, empty)]
        assert counted == [1, 1, 0]
        client.force_login(head)
        for one in shown_figures(may, by=head):
            if one.name.startswith("cases."):
                rows = client.get(f"{one.url}&format=csv").getvalue().decode("utf-8-sig")
                assert len(rows.strip().splitlines()) - 1 == one.value, one.name

    with at("2026-07-01 09:00"), at("2026-06-30 21:00"):
        make_case(head, company)
    with at("2027-11-03 09:00"):
        for verb in actions_on(Report):
            if verb.name != "reports.correct":
                with refused("SX.06"):
                    verb.perform(june, by=head, values={"summary": "其他"} if verb.params else {})
        june.refresh_from_db()
        assert (june.figures, june.summary) == (sent, "六月")
        now = {one.name: one for one in shown_figures(june, by=head)}["cases.services"]
        assert (now.value, now.counted_now) == (2, 3)
        fields = Caller(token_of(head)).get(f"reports/{june.number}").json()["fields"]
        assert fields["figures"] == sent
        paper = client.get(june.get_absolute_url()).content.decode()
        assert "六月" in paper


def test_leaders_above_are_told_once(branches):
    branch, leader = branches
    director = make_user(branch.company, "boss", "lead", name="Boss")
    appoint_manager(branch.company, by=User.objects.system(), manager=director)
    with at("2026-06-30 17:00"):
        report = make_report(leader, branch, "month_end_status", date(2026, 6, 30))
        answer_report(report, by=leader, summary="好", support=Support.NOT_NEEDED)
        submit_report(report, by=leader)
    told = Notice.objects.filter(event="report.submitted", channel="screen")
    assert [one.to for one in told] == [director]


def test_report_of_another_company_is_refused(company, head, branches):
    branch, _leader = branches
    kind = ReportKind.objects.in_force(branch).get(code="month_end_status")
    with refused("SX.01"):
        prepare_report(by=head, unit=company, report_kind=kind, on=date(2026, 6, 1))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_of_reports(company, head, client, language):
    client.force_login(head)
    client.cookies["django_language"] = language
    with at("2026-06-20 09:00"):
        report = make_report(head, company, "monthly_report", date(2026, 6, 20))
        for address in ("/reports/", "/reports/prepare/", report.get_absolute_url(),
                        f"{report.get_absolute_url()}answer/"):  # fmt: skip
            assert client.get(address).status_code == 200, address


def test_a_report_that_was_sent_leaves_the_work_lists(company, head):
    with at("2026-06-20 09:00"):
        report = make_report(head, company, "monthly_report", date(2026, 6, 20))
        answer_report(report, by=head, summary="油品质量稳定。")
    assert report.thread.sights.filter(is_open=True).exists()
    with at("2026-07-01 09:00"):
        submit_report(report, by=head)
    assert not report.thread.sights.filter(is_open=True).exists()
    assert [str(fault) for fault in verify().faults] == []


def test_reports_sent_before_leave_the_work_lists_too(company, head):
    with at("2026-06-20 09:00"):
        report = make_report(head, company, "monthly_report", date(2026, 6, 20))
        draft = make_report(head, company, "monthly_report", date(2026, 5, 20))
        answer_report(report, by=head, summary="油品质量稳定。")
    with at("2026-07-01 09:00"):
        submit_report(report, by=head)
    report.thread.sights.update(is_open=True)
    import_module("kept.reports.migrations.0002_ended_threads").close_sights(apps, None)
    assert not report.thread.sights.filter(is_open=True).exists()
    assert draft.thread.sights.filter(is_open=True).exists()
