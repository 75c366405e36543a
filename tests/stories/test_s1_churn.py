"""Story S1, step 15: two of forty customers lost is 5.00 %, and that fails.

The forty come from a table of the branch, with the day since when they are customers.
"""

from datetime import date
from decimal import Decimal

import pytest

from kept.kit.importing.kinds import kind_named
from kept.kit.importing.running import import_file
from kept.kit.testing.refusing import refused
from kept.parties.actions import mark_lost
from kept.parties.churn import churn_of, rolling_period
from kept.parties.models import Account
from kept.parties.settings import account_policy
from kept.people.models import UnitKind
from tests.stories.cast import at, make_unit, software_house

pytestmark = pytest.mark.django_db


@pytest.mark.req("S1.23")
def test_story_s1_step_15(client, tmp_path):
    house = software_house()
    chief = house["chief"]
    with at("2026-06-01 09:00"):
        hunan = make_unit(house["company"], "YQ-HN", "Hunan branch", UnitKind.BRANCH)
        table = tmp_path / "湖南客户.csv"
        table.write_text(
            "客户名称,签约日期\n"
            + "".join(f"湖南客户{number:02},2024年9月1日\n" for number in range(40)),
            encoding="gb18030",
        )
        done = import_file(kind_named("accounts"), table, unit=hunan, by=chief)
        assert (done.made, done.refused) == (40, 0)
        customers = list(Account.objects.filter(unit=hunan).order_by("number"))
    with at("2026-06-20 09:00"):
        with refused("S1.23", field="reason"):
            mark_lost(customers[0], by=chief)
        mark_lost(customers[0], by=chief, reason="公司注销")
        with refused("S1.23"):
            customers[1].delete()
        policy = account_policy(hunan)
        period = rolling_period(date(2026, 6, 20), policy.churn_months)
        one = churn_of(hunan, *period)
        assert (one.rate, one.passes(policy.churn_limit)) == (Decimal("2.50"), True)
        mark_lost(customers[1], by=chief, reason="改用其他软件")
        two = churn_of(hunan, *period)
        assert (two.active, two.lost, two.rate) == (40, 2, Decimal("5.00"))
        assert not two.passes(policy.churn_limit)
        client.force_login(chief)
        page = client.get("/churn/").content.decode()
    assert "5.00 %" in page and "FAILS" in page
