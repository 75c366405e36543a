"""Direct users of oil: what is noted throughout is reported every quarter (S4.28)."""

from datetime import date

import pytest

from kept.kit.refusal import InvalidInput
from kept.kit.testing.refusing import refused
from kept.parties.factories import make_account
from kept.people.factories import make_company, make_user
from kept.products.actions import note_usage
from kept.reports.actions import answer_report, prepare_report, submit_report
from kept.reports.counting import shown_figures
from kept.reports.factories import make_report
from kept.reports.models import ReportKind
from tests.stories.cast import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine():
    company = make_company("TW", "Tarrawick", pack="lubricant")
    with at("2026-04-01 08:00"):
        return make_account(company, name="红山矿业")


@pytest.fixture
def lead(mine):
    return make_user(mine.company, "qian", "lead")


@pytest.mark.req("S4.28")
def test_use_is_tracked_and_reported_by_quarter(mine, lead, client):
    with at("2026-05-04 09:00"):
        note_usage(mine, by=lead, on=date(2026, 5, 4), machine="挖掘机 7 号", hours=3200,
                   changed_on=date(2026, 5, 3), advice="换油周期缩短到 400 小时")  # fmt: skip
        with pytest.raises(InvalidInput):
            note_usage(mine, by=lead, on=date(2026, 5, 5), machine="挖掘机 7 号")
    with at("2026-06-11 09:00"):
        note_usage(mine, by=lead, on=date(2026, 6, 11), machine="矿卡 3 号", problem="油温偏高")
    with at("2026-07-09 09:00"):
        with refused("S4.28", field="account"):
            make_report(lead, mine.company, "quarterly_users", date(2026, 6, 30))
        kind = ReportKind.objects.in_force(mine.company).get(code="quarterly_users")
        report = prepare_report(
            by=lead, unit=mine.company, report_kind=kind, on=date(2026, 5, 1), account=mine
        )
        assert (report.from_on, report.until_on) == (date(2026, 4, 1), date(2026, 6, 30))
        shown = {one.name: one for one in shown_figures(report, by=lead)}
        figures = {name: one.value for name, one in shown.items()}
        assert figures["usage.notes"] == 2
        assert figures["usage.oil_changes"] == 1
        assert figures["usage.problems"] == 1
        client.force_login(lead)
        rows = client.get(f"{shown['usage.notes'].url}&format=csv").getvalue().decode("utf-8-sig")
        assert len(rows.strip().splitlines()) == 3
        page = client.get(mine.get_absolute_url()).content.decode()
        assert "矿卡 3 号" in page
        with refused("S1.29"):
            submit_report(report, by=lead)
        answer_report(report, by=lead, summary="两台设备", advice="加装散热")
        submit_report(report, by=lead)
    report.refresh_from_db()
    assert report.figures["usage.notes"] == 2
