"""Story S0, steps 3 and 10: sales are told every week, once, and missed weeks are overdue."""

import pytest

from kept.kit.testing.refusing import refused
from kept.parties.actions import post_field_staff
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind
from kept.products.factories import make_product
from kept.promises import duties
from kept.promises.models import Duty, Promise
from kept.promises.sweep import sweep
from kept.stations.actions import enter_sales
from kept.stations.models import SalesFigure
from kept.stations.weeks import read_week, week_text
from kept.timeline.models import Notice
from tests.stories.cast import at

pytestmark = pytest.mark.django_db


@pytest.mark.req("S0.32")
def test_story_s0_steps_3_and_10(client):
    company = make_company("JL", "Jinling Handsets", pack="handset")
    service = make_unit(company, "JL-CS", "Customer service", UnitKind.HEADQUARTERS)
    east = make_unit(service, "JL-E", "East", UnitKind.REGION)
    # 1. 陳立 is field manager of a region.
    with at("2026-03-02 09:00"):
        chen = make_user(east, "chenli", "field_manager", name="陳立", phone="13811112222")
        li = make_user(company, "liqu", "channel_owner", name="李渠")
        post_field_staff(chen, by=li, region="浙江")
        j68 = make_product(company, "J68")
        duties.generate()
    # 3. Week 9, model J68, 1,000 units is saved; the same again is refused.
    with at("2026-03-02 10:00"):
        sold = {"unit": east, "region": "浙江", "week": read_week("2026-W09"), "product": j68,
                "source": "王店长"}  # fmt: skip
        enter_sales(by=chen, sold=1000, **sold)
        with refused("S0.32", field="product"):
            enter_sales(by=chen, sold=1000, **sold)
        with refused("S0.32", field="product"):
            enter_sales(by=li, sold=1, **sold)
        with refused("S0.32", field="sold"):
            enter_sales(by=chen, sold=-1, **{**sold, "week": read_week("2026-W10")})
    figure = SalesFigure.objects.get()
    assert (figure.week_name, figure.region, figure.sold) == ("2026-W09", "浙江", 1000)
    # 10. Weeks 10 and 11 were not entered: two overdue duties of 陳立.
    with at("2026-03-16 23:59"):
        sweep()
        assert len(overdue_of(chen)) == 1
    with at("2026-03-17 00:00"):
        sweep()
        assert overdue_of(chen) == ["2026-W10", "2026-W11"]
        client.force_login(li)
        listed = client.get("/sales_owed/?format=csv").getvalue().decode()
    assert [line.split(",")[:2] for line in listed.splitlines()[1:]] == [
        ["陳立", "2026-W10"], ["陳立", "2026-W11"],
    ]  # fmt: skip
    breached = Notice.objects.filter(to=chen, event="promise.breached", channel="screen")
    assert breached.count() == 2


def overdue_of(person) -> list[str]:
    """The weeks somebody still owes and should have told by now."""
    late = Promise.objects.late().filter(person=person)
    rows = Duty.objects.filter(code="weekly_sales", promise__in=late).order_by("period_from")
    return [week_text(one.period_from) for one in rows]
